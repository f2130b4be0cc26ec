"""(K + ridge_j I) α_j = y by Cholesky factorisation in float64, for as many samples as a matrix in memory allows."""

from __future__ import annotations

import numpy as np
import scipy.linalg

from .conjugate_gradients import Solution
from .matrix import KernelMatrix, dense, over_threads


def solve_exactly(matrix: KernelMatrix, y: np.ndarray, ridges: np.ndarray) -> Solution:
    """(K + ridge_j I) α_j = y by one Cholesky factorisation per ridge, on as many threads as the matrix has.

    Parameters
    ----------
    matrix : KernelMatrix
        The kernel matrix K.
    y : ndarray of shape (n,)
        Right-hand side.
    ridges : ndarray of shape (k,)
        Positive numbers ridge_j.

    Returns
    -------
    Solution
        Coefficients and true residuals of all ridges; 0 and infinity where K + ridge_j I is not positive definite in
        double precision.

    Notes
    -----
    For a grid of a dozen ridges that costs a third of an eigendecomposition. BLAS stays on one thread within each, so
    that no bit depends on their number.
    """
    K = dense(matrix.kernel, matrix.X, matrix.X, matrix.threads)
    np.fill_diagonal(K, matrix.diagonal)

    def one(ridge: float) -> np.ndarray:
        shifted = K if len(ridges) == 1 else K.copy()
        np.fill_diagonal(shifted, matrix.diagonal + ridge)
        # the transpose is the same matrix in the order that LAPACK overwrites without a copy of its own
        try:
            factor = scipy.linalg.cho_factor(shifted.T, lower=True, overwrite_a=True, check_finite=False)
        except np.linalg.LinAlgError:
            return np.full(len(y), np.nan)
        return scipy.linalg.cho_solve(factor, y, check_finite=False)

    alpha = np.stack(over_threads(one, ridges, matrix.threads), axis=1)
    failed = ~np.isfinite(alpha).all(axis=0)
    alpha[:, failed] = 0.0
    scale = np.linalg.norm(y) or 1.0
    residual = y[:, None] - matrix.apply(alpha) - ridges * alpha
    residuals = np.where(failed, np.inf, np.linalg.norm(residual, axis=0) / scale)
    return Solution(alpha, residuals, 0)
