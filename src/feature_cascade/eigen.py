"""Leading eigenpairs by magnitude: block Krylov with Rayleigh–Ritz on the whole basis.

Plain block power iteration that keeps the first rows loses directions; Rayleigh–Ritz over everything seen so far does
not, needs fewer passes over the data, and comes with residuals ‖Ĉv − θv‖ that bound the distance to an eigenpair.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import scipy.linalg
from threadpoolctl import threadpool_limits

GROWTH = 4  # directions that an application adds; the moment operator works on 4 at a time


@dataclass(frozen=True)
class RitzPairs:
    """Approximate eigenpairs, largest |value| first.

    Attributes
    ----------
    values : (k,); vectors : (D, k), orthonormal; residuals : ‖Ĉv − θv‖, (k,); passes : applications of the operator;
    columns : vectors that it was applied to in all; converged : whether every residual reached the tolerance.
    """

    values: np.ndarray
    vectors: np.ndarray
    residuals: np.ndarray
    passes: int
    columns: int
    converged: bool


def leading_eigenpairs(
    apply: Callable[[np.ndarray], np.ndarray],
    start: np.ndarray,
    k: int,
    tolerance: float,
    max_passes: int = 60,
    report: Callable[[int, float], None] | None = None,
) -> RitzPairs:
    """The k eigenpairs of a symmetric operator with the largest |eigenvalue|.

    The basis grows by the residuals of the leading `GROWTH` of those of the k pairs that have not converged, which more
    than halves the number of columns that the operator is applied to, against full blocks; fewer at a time would save
    a few columns more, but each application also costs the drawing of the samples.

    Parameters
    ----------
    apply : V (D, b) → ĈV; start : first block (D, b) with b ≥ k, random or the Ritz vectors of a nearby problem;
    tolerance : a pair has converged when ‖Ĉv − θv‖ ≤ tolerance·|θ|; max_passes : stop anyway after so many
    applications; report : called with (pass, largest relative residual) after each.

    Raises
    ------
    ValueError
        If the start block has fewer than k columns or spans an invariant space of dimension below k, k exceeds D, or
        max_passes < 1.
    """
    D, width = start.shape
    if not 1 <= k <= min(width, D):
        raise ValueError(f"k must lie between 1 and the block width {width} and dimension {D}, got {k}")
    if max_passes < 1:
        raise ValueError(f"max_passes must be at least 1, got {max_passes}")
    basis, image = np.empty((0, D)), np.empty((0, D))  # rows are basis vectors and their images
    block = start
    with threadpool_limits(1, "blas"):  # threaded BLAS could sum in another order on another number of threads
        for passes in range(1, max_passes + 1):
            block = _orthonormal_complement(block, basis)
            basis = np.concatenate([basis, block.T])
            image = np.concatenate([image, apply(block).T])
            values, vectors, residual = _rayleigh_ritz(basis, image, k)
            norms = np.linalg.norm(residual, axis=1)
            open_pairs = norms > tolerance * np.abs(values)
            complete = len(values) == k and not open_pairs.any()
            converged = bool(len(basis) >= D or complete)
            if report is not None:
                report(passes, relative_residual(values, norms))
            if converged:
                break
            if not open_pairs.any():
                raise ValueError(f"the start block spans an invariant space of dimension {len(basis)}, below k = {k}")
            block = residual[open_pairs][: min(GROWTH, D - len(basis))].T
    return RitzPairs(values, vectors.T.copy(), norms, passes, len(basis), converged)


def relative_residual(values: np.ndarray, residuals: np.ndarray) -> float:
    """The largest ‖Ĉv − θv‖/|θ| of some Ritz pairs."""
    return float(np.max(residuals / np.maximum(np.abs(values), np.finfo(float).tiny)))


def dense_eigenpairs(matrix: np.ndarray, k: int) -> RitzPairs:
    """The k eigenpairs of a symmetric matrix (D, D) with the largest |eigenvalue|, by full diagonalisation."""
    with threadpool_limits(1, "blas"):
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


def _orthonormal_complement(block: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """An orthonormal basis of what the block adds to the span of `basis` (rows), dependent parts left out."""
    block = block / np.maximum(np.linalg.norm(block, axis=0), np.finfo(float).tiny)
    for _ in range(2):  # twice is enough
        block = block - basis.T @ (basis @ block)
        block, triangle, _ = scipy.linalg.qr(block, mode="economic", pivoting=True)
        size = np.abs(np.diag(triangle))
        block = block[:, size > 1e-10 * max(size.max(initial=0.0), 1e-300)]
    return block
