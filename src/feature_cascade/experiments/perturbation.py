"""The deviation Δ = Ĉ − E Ĉ of one teacher's moment operator, and how far it turns the eigenvectors.

Ĉ is formed densely on growing prefixes of one sample, so D should stay below a few thousand. The population operator
Σ_k s_k u_k u_k^T of Gaussian-equivalent data is given by its spikes s_k; the teacher's directions are its eigenvectors.
For the features F(x) of real inputs E Ĉ differs from it at finite d, and Δ contains that difference, which does not
shrink as n grows.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from ..estimator.moment import MomentOperator
from ..features.stream import FeatureStream
from ..measurement.metrics import direction_cos2
from ..model.labels import standardise
from ..model.teacher import Teacher
from ..sizes import ascending


@dataclass(frozen=True)
class Deviation:
    """What Δ is and does at one n.

    Attributes
    ----------
    n : int
        Number of samples.
    norm : float
        ‖Δ‖, the largest singular value.
    shift : ndarray of shape (D, d1)
        ΔU, what Δ makes of the directions.
    vector_error : ndarray of shape (d1,)
        1 − (û_k^T u_k)², û_k the eigenvector of Ĉ with the rank of s_k (`matching_ranks`).
    space_error : ndarray of shape (d1,)
        1 − ‖Û^T u_k‖² = 1 − cos²θ_k, Û the d1 eigenvectors with the largest |eigenvalue|.

    Notes
    -----
    Mixing two directions raises `vector_error` alone. A direction that selection by magnitude leaves out raises
    `space_error` alone.
    """

    n: int
    norm: float
    shift: np.ndarray
    vector_error: np.ndarray
    space_error: np.ndarray


def deviations(
    teacher: Teacher, spikes: np.ndarray, link: dict, sizes: Sequence[int], threads: int = 1
) -> Iterator[Deviation]:
    """Δ at each sample size, all of them prefixes of the teacher's training stream.

    Parameters
    ----------
    teacher : Teacher
        A teacher with orthonormal directions.
    spikes : array_like of shape (d1,)
        Spikes s_k of the population operator.
    link : dict
        {"name": ..., "coefficients": ...}; see `model.links.get_link`.
    sizes : sequence of int
        Ascending n.
    threads : int
        Number of threads; results do not depend on it.

    Yields
    ------
    Deviation
        What Δ is and does at each n.

    Raises
    ------
    ValueError
        If the directions are not orthonormal, spikes are not (d1,) or one is 0, or sizes are empty or do not ascend.
    """
    spikes, sizes = np.asarray(spikes, dtype=float), [int(n) for n in sizes]
    if not teacher.spec.orthonormal:
        raise ValueError("the directions must be orthonormal to be eigenvectors of the population operator")
    if spikes.shape != teacher.strengths.shape or not np.all(spikes != 0):
        raise ValueError(f"spikes must be {len(teacher.strengths)} numbers other than 0, got {spikes}")
    if not ascending(sizes):
        raise ValueError(f"sizes must be a non-empty ascending list, got {sizes}")
    sample = teacher.sample("train", sizes[-1], link, threads=threads)
    for n in sizes:
        stream = FeatureStream(teacher.feature_map, sample.source, n, threads)
        yield compare(MomentOperator(stream, standardise(sample.y[:n])).dense(), teacher.directions, spikes, n)


def compare(moment: np.ndarray, directions: np.ndarray, spikes: np.ndarray, n: int) -> Deviation:
    """A dense Ĉ against the population operator Σ_k s_k u_k u_k^T.

    Parameters
    ----------
    moment : ndarray of shape (D, D)
        Ĉ.
    directions : ndarray of shape (D, d1)
        Orthonormal directions u_k.
    spikes : ndarray of shape (d1,)
        Spikes s_k.
    n : int
        Number of samples that Ĉ is made of.

    Returns
    -------
    Deviation
        What Δ is and does.
    """
    delta = moment - (directions * spikes) @ directions.T
    values, vectors = np.linalg.eigh(moment)
    matched = vectors[:, matching_ranks(spikes, len(values))]
    leading = vectors[:, np.argsort(-np.abs(values))[: len(spikes)]]
    return Deviation(
        n=n,
        norm=float(np.abs(np.linalg.eigvalsh(delta)).max()),
        shift=delta @ directions,
        vector_error=1 - np.sum(matched * directions, axis=0) ** 2,
        space_error=1 - direction_cos2(leading, directions),
    )


def matching_ranks(spikes: np.ndarray, D: int) -> np.ndarray:
    """Place of each spike among D ascending eigenvalues whose others are 0: rank order within its sign.

    Parameters
    ----------
    spikes : ndarray of shape (d1,)
        Spikes, none of them 0.
    D : int
        Number of eigenvalues.

    Returns
    -------
    ndarray of shape (d1,)
        Places, counted from 0.

    Examples
    --------
    >>> import numpy as np
    >>> matching_ranks(np.array([2.0, -1.0, 1.0]), 10)
    array([9, 0, 8])
    """
    spectrum = np.append(spikes, np.zeros(D - len(spikes)))
    return np.argsort(np.argsort(spectrum, kind="stable"), kind="stable")[: len(spikes)]


def with_gap(teacher: Teacher, k: int, gap: float) -> Teacher:
    """The same teacher with a given gap between two neighbouring strengths.

    |λ_k| − |λ_{k+1}| = gap, both have one sign, and λ_k² + λ_{k+1}² is unchanged. The other strengths stay as they are,
    and so does Σλ² = 1.

    Parameters
    ----------
    teacher : Teacher
        A teacher whose strengths have Σλ² = 1.
    k : int
        The first of the two, counted from 1.
    gap : float
        The gap.

    Returns
    -------
    Teacher
        The teacher with other strengths.

    Raises
    ------
    ValueError
        If there is no such pair, the scale of strengths is not "unit", or the gap is not in [0, (λ_k² + λ_{k+1}²)^½).
    """
    if not 1 <= k < len(teacher.strengths):
        raise ValueError(f"the pair (k, k+1) must lie between 1 and {len(teacher.strengths)}, got k={k}")
    if teacher.spec.strength_scale != "unit":
        raise ValueError(f"strength_scale must be 'unit', got {teacher.spec.strength_scale!r}")
    first, second = teacher.strengths[k - 1 : k + 1]
    radius = np.hypot(first, second)
    if not 0 <= gap < radius:
        raise ValueError(f"gap must lie in [0, {radius:.6g}), got {gap}")
    total = np.sqrt(2 * radius**2 - gap**2)
    strengths = teacher.strengths.copy()
    strengths[k - 1 : k + 1] = np.sign(first) * np.array([total + gap, total - gap]) / 2
    return replace(teacher, strengths=strengths)
