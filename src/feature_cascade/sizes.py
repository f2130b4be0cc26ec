"""How many: features, latent features, samples of the two batches of a run, bytes that stay in memory."""

from __future__ import annotations

import math
from collections.abc import Callable

MIN_HELD_OUT = 2000
HELD_OUT_FRACTION = 0.2
D1_ROUNDING: dict[str, Callable[[float], int]] = {
    "floor": math.floor,
    "round": round,
}  # the paper, and its authors' code
KEPT_BYTES = 2**30  # of samples that `sampling.sources.KeptSource` keeps


def n_features(d: int, q: int) -> int:
    """Number D = C(d+q−1, q) of degree-q Hermite features in dimension d."""
    return math.comb(d + q - 1, q)


def n_latent(d: int, eps: float, rounding: str = "floor") -> int:
    """Number d1 of latent features: d^ε, rounded as `D1_ROUNDING` says. A float just below an integer counts as it."""
    return D1_ROUNDING[rounding](d**eps + 1e-9)


def sample_size(d: int, alpha: float) -> int:
    """n = d^α, rounded."""
    return round(d**alpha)


def held_out_size(n: int) -> int:
    """Size of the batch that the second layer and the readout share when the first layer has n samples."""
    return max(MIN_HELD_OUT, round(HELD_OUT_FRACTION * n))
