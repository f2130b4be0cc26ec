"""Leading eigenpairs by magnitude: block Krylov with Rayleigh–Ritz on the whole basis.

Plain block power iteration that keeps the first rows loses directions; Rayleigh–Ritz over everything seen so far does
not, needs fewer passes over the data, and comes with residuals ‖Ĉv − θv‖ that bound the distance to an eigenpair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

import numpy as np
import scipy.linalg

from .blas import one_blas_thread

GROWTH = 4  # directions that an application adds; the moment operator works on 4 at a time
GUARDS = 1  # pairs beyond the k that must have converged too, or be too small to become one of them


@dataclass(frozen=True)
class RitzPairs:
    """Approximate eigenpairs, largest |value| first.

    Attributes
    ----------
    values : ndarray of shape (k,)
        Ritz values θ.
    vectors : ndarray of shape (D, k)
        Orthonormal Ritz vectors.
    residuals : ndarray of shape (k,)
        Norms ‖Ĉv − θv‖.
    passes : int
        Applications of the operator.
    columns : int
        Vectors that it was applied to in all.
    converged : bool
        Whether the solver ended of itself, not at `max_passes`.
    """

    values: np.ndarray
    vectors: np.ndarray
    residuals: np.ndarray
    passes: int
    columns: int
    converged: bool


def leading_eigenpairs(
    apply: Callable[[np.ndarray], np.ndarray],
    D: int,
    k: int,
    rng: np.random.Generator,
    tolerance: float,
    max_passes: int = 100,
    report: Callable[[int, float], None] | None = None,
) -> RitzPairs:
    """The k eigenpairs of a symmetric operator with the largest |eigenvalue|.

    Parameters
    ----------
    apply : callable
        Maps V of shape (D, b) to ĈV.
    D : int
        Dimension of the operator.
    k : int
        Number of pairs, 1..D.
    rng : numpy.random.Generator
        Source of the first block.
    tolerance : float
        A pair has converged when ‖Ĉv − θv‖ ≤ tolerance·|θ|.
    max_passes : int
        The solver stops anyway after so many applications, or as many as k columns take.
    report : callable, optional
        Called with (pass, largest relative residual) after each application.

    Returns
    -------
    RitzPairs
        The pairs, and how the solver ended.

    Raises
    ------
    ValueError
        If k lies outside 1..D, or max_passes < 1.

    Notes
    -----
    The basis starts from `GROWTH` random columns and grows by the residuals of the leading `GROWTH` of those of the
    k + `GUARDS` pairs that have not converged, which more than halves the number of columns that the operator is
    applied to, against full blocks; fewer at a time would save columns but not time, since each application also
    multiplies the coordinates of every sample.

    Small residuals do not say that no larger eigenvalue is missing. A start from the eigenvectors of a nearby problem
    would save a quarter of the columns, but what is absent from them can stay absent. And without a guard the k-th pair
    can converge before a slightly larger one of the other sign is seen.
    """
    if not 1 <= k <= D:
        raise ValueError(f"k must lie between 1 and the dimension {D}, got {k}")
    if max_passes < 1:
        raise ValueError(f"max_passes must be at least 1, got {max_passes}")
    wanted = min(k + GUARDS, D)
    basis, image, residual = (np.empty((0, D)) for _ in range(3))  # rows are basis vectors, their images, residuals
    with one_blas_thread():
        for passes in count(1):
            block = _new_columns(residual, basis, rng)
            basis = np.concatenate([basis, block.T])
            image = np.concatenate([image, apply(block).T])
            values, vectors, residual = _rayleigh_ritz(basis, image, wanted)
            norms = np.linalg.norm(residual, axis=1)
            open_pairs = _not_converged(np.abs(values), norms, k, tolerance)
            converged = bool(len(basis) == D or (len(values) == wanted and not open_pairs.any()))
            if report is not None:
                report(passes, relative_residual(values[:k], norms[:k]))
            if converged or (passes >= max_passes and len(values) >= k):
                break
            residual = residual[open_pairs]
    return RitzPairs(values[:k], vectors[:k].T.copy(), norms[:k], passes, len(basis), converged)


def _not_converged(magnitudes: np.ndarray, residuals: np.ndarray, k: int, tolerance: float) -> np.ndarray:
    """Which pairs are open: above the tolerance and, beyond the k-th, not shown to stay smaller than that one."""
    open_pairs = residuals > tolerance * magnitudes
    open_pairs[k:] &= (magnitudes + residuals)[k:] > magnitudes[:k].min()
    return open_pairs


def relative_residual(values: np.ndarray, residuals: np.ndarray) -> float:
    """The largest ‖Ĉv − θv‖/|θ| of some Ritz pairs.

    Parameters
    ----------
    values : ndarray of shape (k,)
        Ritz values θ.
    residuals : ndarray of shape (k,)
        Norms ‖Ĉv − θv‖.

    Returns
    -------
    float
        The largest quotient.
    """
    return float(np.max(residuals / np.maximum(np.abs(values), np.finfo(float).tiny)))


def dense_eigenpairs(matrix: np.ndarray, k: int) -> RitzPairs:
    """The k eigenpairs of a symmetric matrix with the largest |eigenvalue|, by full diagonalisation.

    Parameters
    ----------
    matrix : ndarray of shape (D, D)
        The matrix; only its lower triangle is read.
    k : int
        Number of pairs, 1..D.

    Returns
    -------
    RitzPairs
        The pairs, with residuals 0.
    """
    with one_blas_thread():
        values, vectors = scipy.linalg.eigh(matrix)
    order = np.argsort(-np.abs(values), kind="stable")[:k]
    return RitzPairs(values[order], vectors[:, order], np.zeros(k), 1, len(matrix), True)


def _rayleigh_ritz(basis: np.ndarray, image: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ritz values, vectors and residuals (as rows) of the k pairs largest in magnitude."""
    projected = basis @ image.T
    values, rotation = scipy.linalg.eigh((projected + projected.T) / 2)
    order = np.argsort(-np.abs(values), kind="stable")[:k]
    values, rotation = values[order], rotation[:, order].T
    vectors = rotation @ basis
    return values, vectors, rotation @ image - values[:, None] * vectors


def _new_columns(residual: np.ndarray, basis: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Up to `GROWTH` orthonormal columns beyond the basis: of the first residuals (rows), random if those have none."""
    D = basis.shape[1]
    width = min(GROWTH, D - len(basis))
    block = _orthonormal_complement(residual[:width].T, basis) if len(residual) else np.empty((D, 0))
    if block.shape[1] == 0:  # nothing leads out of the basis: it is empty, or an invariant space of too few dimensions
        block = _orthonormal_complement(rng.standard_normal((D, width)), basis)
    return block


def _orthonormal_complement(block: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """An orthonormal basis of what the block adds to the span of `basis` (rows), dependent parts left out."""
    block = block / np.maximum(np.linalg.norm(block, axis=0), np.finfo(float).tiny)
    for _ in range(2):  # twice is enough
        block = block - basis.T @ (basis @ block)
        block, triangle, _ = scipy.linalg.qr(block, mode="economic", pivoting=True)
        size = np.abs(np.diag(triangle))
        block = block[:, size > 1e-10 * max(size.max(initial=0.0), 1e-300)]
    return block
