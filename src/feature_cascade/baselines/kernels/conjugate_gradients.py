"""Conjugate gradients for (K + ridge_j I) α_j = y, all ridges at once, with a Nyström preconditioner.

A product with the kernel matrix costs the same for one right-hand side as for ten, so that a whole ridge path is as
cheap as its hardest member.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.linalg

from .matrix import KernelMatrix, blocks, over_threads

RANK = 2000  # at n = 10^5 the factor takes 0.8 GB; above it, degree two of d = 60 (1830 functions) is resolved
GRAM_LANES = 4
JITTER = 1e-6  # of the mean diagonal, the rounding of the single-precision blocks
AIM = 0.5  # the recursive residual goes this far below the tolerance before the true one is computed


class NystromPreconditioner:
    """P_j = B B^T + diag(ρ) + ridge_j I ≈ K + ridge_j I, from `rank` of the samples, and its inverse.

    Parameters
    ----------
    matrix : KernelMatrix
        The kernel matrix K.
    subset : ndarray of shape (rank,)
        Indices of the samples S.
    ridges : ndarray of shape (k,)
        The ridges ridge_j.

    Notes
    -----
    B = K(X, S) L^{−T}, L L^T = K(S, S), for a random subset S of the samples, and ρ = diag(K − B B^T): what B leaves
    out is mostly the high degrees of the kernel, whose entries are small off the diagonal. On the diagonal they vary
    over orders of magnitude with |x|, so that a multiple of the identity in place of ρ costs twice the iterations.
    """

    def __init__(self, matrix: KernelMatrix, subset: np.ndarray, ridges: np.ndarray) -> None:
        landmarks = matrix.X[subset].astype(float)
        K = matrix.kernel(landmarks, landmarks)
        np.fill_diagonal(K, matrix.diagonal[subset] * (1 + JITTER))
        L = np.linalg.cholesky(K)
        self._parts, self._threads = blocks(matrix.n), matrix.threads
        self._B = np.empty((matrix.n, len(subset)), np.float32)

        def fill(part: slice) -> np.ndarray:
            columns = matrix.kernel(landmarks, matrix.X[part].astype(float))
            rows = scipy.linalg.solve_triangular(L, columns, lower=True, check_finite=False).T
            self._B[part] = rows
            return np.sum(rows**2, axis=1)

        caught = np.concatenate(over_threads(fill, self._parts, matrix.threads))
        rest = np.maximum(matrix.diagonal - caught, 0.0)
        self._diagonals = rest[:, None] + np.asarray(ridges, dtype=float)
        self._factors = [self._inner(diagonal) for diagonal in self._diagonals.T]

    def _inner(self, diagonal: np.ndarray) -> tuple[np.ndarray, bool]:
        """Cholesky factor of I + B^T diag^{−1} B."""

        def lane(first: int) -> np.ndarray:
            total = np.zeros((self._B.shape[1],) * 2)
            for part in self._parts[first::GRAM_LANES]:
                rows = self._B[part] / np.sqrt(diagonal[part, None])
                total += rows.T @ rows
            return total

        gram = np.eye(self._B.shape[1])
        for part in over_threads(lane, range(GRAM_LANES), self._threads):
            gram += part
        return scipy.linalg.cho_factor(gram.T, lower=True, overwrite_a=True, check_finite=False)

    def solve(self, R: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """P_j^{−1} r_j by Woodbury's identity, in float64.

        Parameters
        ----------
        R : ndarray of shape (n, m)
            Columns r_j.
        columns : ndarray of shape (m,)
            Index j of the ridge of each column.

        Returns
        -------
        ndarray of shape (n, m)
            The solutions.
        """
        diagonal = self._diagonals[:, columns]
        scaled = R / diagonal

        def project(part: slice) -> np.ndarray:
            return self._B[part].astype(float).T @ scaled[part]

        projected = sum(over_threads(project, self._parts, self._threads))
        inner = np.stack(
            [scipy.linalg.cho_solve(self._factors[j], projected[:, i]) for i, j in enumerate(columns)], axis=1
        )

        def expand(part: slice) -> None:
            scaled[part] -= (self._B[part].astype(float) @ inner) / diagonal[part]

        over_threads(expand, self._parts, self._threads)
        return scaled


@dataclass(frozen=True)
class Solution:
    """Dual coefficients of one or more ridges.

    Attributes
    ----------
    coefficients : ndarray of shape (n, k)
        Dual coefficients α, one column per ridge.
    residuals : ndarray of shape (k,)
        Relative residuals |y − (K + ridge I) α|/|y|.
    iterations : int
        Steps until the last column converged, 0 for a direct solution.
    """

    coefficients: np.ndarray
    residuals: np.ndarray
    iterations: int


def solve(
    matrix: KernelMatrix,
    y: np.ndarray,
    ridges: np.ndarray,
    preconditioner: NystromPreconditioner,
    tolerance: float,
    max_iterations: int,
) -> Solution:
    """Preconditioned conjugate gradients for (K + ridge_j I) α_j = y.

    Parameters
    ----------
    matrix : KernelMatrix
        The kernel matrix K.
    y : ndarray of shape (n,)
        Right-hand side.
    ridges : ndarray of shape (k,)
        Positive numbers ridge_j.
    preconditioner : NystromPreconditioner
        Preconditioner for this K and these ridges.
    tolerance : float
        Largest true relative residual of a converged column.
    max_iterations : int
        Most products with K in the recursion, over all restarts.

    Returns
    -------
    Solution
        Coefficients of all ridges, converged or not.

    Notes
    -----
    The recursive residual drifts from the true one in single precision, so the true one is computed when the
    recursion has reached the tolerance, and the iteration goes on from it if it has not.
    """
    ridges = np.asarray(ridges, dtype=float)
    scale = np.linalg.norm(y)
    alpha = np.zeros((len(y), len(ridges)))
    if scale == 0:
        return Solution(alpha, np.zeros(len(ridges)), 0)
    R, done = np.repeat(y[:, None], len(ridges), axis=1).astype(float), 0
    while True:
        residuals = np.linalg.norm(R, axis=0) / scale
        open_ = np.flatnonzero(residuals > tolerance)
        if not len(open_) or done >= max_iterations:
            return Solution(alpha, residuals, done)
        done = _descend(matrix, ridges, preconditioner, alpha, R, open_, AIM * tolerance * scale, done, max_iterations)
        R = y[:, None] - matrix.apply(alpha) - ridges * alpha


def _descend(matrix, ridges, preconditioner, alpha, R, active, goal, done, max_iterations) -> int:
    """Conjugate gradients on the columns `active` of alpha, in place, until their recursive residuals reach `goal`."""
    residual = R[:, active]
    direction = preconditioner.solve(residual, active)
    energy = np.sum(residual * direction, axis=0)
    while len(active) and done < max_iterations:
        image = matrix.apply(direction) + ridges[active] * direction
        done += 1
        step = energy / np.sum(direction * image, axis=0)
        alpha[:, active] += step * direction
        residual = residual - step * image
        keep = np.linalg.norm(residual, axis=0) > goal
        active, residual, direction, energy = active[keep], residual[:, keep], direction[:, keep], energy[keep]
        if len(active):
            preconditioned = preconditioner.solve(residual, active)
            fresh = np.sum(residual * preconditioned, axis=0)
            direction = preconditioned + fresh / energy * direction
            energy = fresh
    return done
