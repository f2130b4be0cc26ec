"""How many: features, latent features, samples of the two batches of a run, bytes of memory."""

from __future__ import annotations

import math
import os
import resource
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from itertools import pairwise
from pathlib import Path

MIN_HELD_OUT = 2000
HELD_OUT_FRACTION = 0.2
D1_ROUNDING: dict[str, Callable[[float], int]] = {
    "floor": math.floor,
    "round": round,
}  # the paper, and its authors' code
KEPT_BYTES = 2**30  # of samples that `sampling.sources.KeptSource` keeps


def n_features(d: int, q: int) -> int:
    """Number D = C(d+q−1, q) of degree-q Hermite features in dimension d.

    Parameters
    ----------
    d : int
        Input dimension.
    q : int
        Degree of the features.

    Returns
    -------
    int
        D.

    Examples
    --------
    >>> n_features(400, 2)
    80200
    """
    return math.comb(d + q - 1, q)


def n_latent(d: int, eps: float, rounding: str = "floor") -> int:
    """Number d1 of latent features: d^ε, rounded.

    Parameters
    ----------
    d : int
        Input dimension.
    eps : float
        Exponent ε.
    rounding : str
        A key of `D1_ROUNDING`. A float just below an integer counts as that integer.

    Returns
    -------
    int
        The number d1.

    Examples
    --------
    >>> n_latent(120, 0.5), n_latent(120, 0.5, "round"), n_latent(125, 1 / 3)
    (10, 11, 5)
    """
    return D1_ROUNDING[rounding](d**eps + 1e-9)


def sample_size(d: int, alpha: float) -> int:
    """Number n = d^α of samples, rounded.

    Parameters
    ----------
    d : int
        Input dimension.
    alpha : float
        Exponent α = log n / log d.

    Returns
    -------
    int
        The number n.
    """
    return round(d**alpha)


def held_out_size(n: int) -> int:
    """Size of the batch that the second layer and the readout share.

    Parameters
    ----------
    n : int
        Number of samples of the first layer.

    Returns
    -------
    int
        Number of samples held out.
    """
    return max(MIN_HELD_OUT, round(HELD_OUT_FRACTION * n))


def ascending(values: Sequence[float]) -> bool:
    """Whether a grid is not empty and each value is larger than the one before.

    Parameters
    ----------
    values : sequence of float
        The grid.

    Returns
    -------
    bool
        True if it ascends.
    """
    return len(values) > 0 and all(left < right for left, right in pairwise(values))


def memory_limit() -> int:
    """Bytes that this process can have at most.

    Returns
    -------
    int
        The physical memory, or less where the system limits the address space or the control group of the process.
    """
    address_space, _ = resource.getrlimit(resource.RLIMIT_AS)
    return _machine_memory() if address_space == resource.RLIM_INFINITY else min(_machine_memory(), address_space)


@cache  # it is asked for before every product of the features, and reading it takes as long as a small product
def _machine_memory() -> int:
    limits = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    with suppress(OSError, ValueError):  # not Linux, or the word "max"
        limits.append(int(Path("/sys/fs/cgroup/memory.max").read_text(encoding="utf-8")))
    return min(limits)


def require_memory(needed: int, what: str) -> None:
    """Say at once, and in a sentence, that arrays cannot fit in memory.

    Parameters
    ----------
    needed : int
        Bytes of the arrays.
    what : str
        Their name, the start of the sentence.

    Raises
    ------
    MemoryError
        If they need more than `memory_limit`.
    """
    limit = memory_limit()
    if needed > limit:
        raise MemoryError(
            f"{what} would take {needed / 2**30:,.1f} GiB of memory, and {limit / 2**30:,.1f} GiB are there"
        )
