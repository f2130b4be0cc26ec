"""Whether inputs are what the model assumes: mean 0, covariance I, and small enough for single precision."""

from __future__ import annotations

import warnings

import numpy as np

from .blas import one_blas_thread

DEVIATION = 6.0  # an alarm by chance has a probability below 3·exp(−6²/2) = 5·10^−8
MEAN_SLACK = 0.5  # |mean| that is let pass beyond the noise of n samples
SPREAD_SLACK = 1.5  # factor that a standard deviation may be off beyond the noise
ROWS = 4096  # samples whose products are summed at a time


class UnwhitenedWarning(UserWarning):
    """The inputs are far from mean 0 or covariance I, which the spectral estimator assumes."""


def check_range(X: np.ndarray, power: float, terms: float = 1.0) -> None:
    """Refuse inputs whose features overflow single precision.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Finite inputs.
    power : float
        Power of |x| that is computed: q for features, 2q for their products.
    terms : float
        How many such powers are summed.

    Raises
    ------
    ValueError
        If an entry of X is too large.
    """
    limit = (np.finfo(np.float32).max / (4 * terms)) ** (1 / power) / np.sqrt(X.shape[1])
    row, column = np.unravel_index(np.argmax(np.abs(X)), X.shape)
    if np.abs(X[row, column]) > limit:
        raise ValueError(
            f"X must be centred and scaled to mean 0 and variance 1: row {row} holds {X[row, column]:.3g} in column "
            f"{column}, and features of entries beyond ±{limit:.3g} overflow single precision"
        )


def warn_unless_white(X: np.ndarray) -> None:
    """Warn if X is far from mean 0 and covariance I.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Inputs, n ≥ 2.

    Notes
    -----
    For n standard Gaussian samples √n·|mean| exceeds √d + t with a probability of at most exp(−t²/2), and so does the
    largest singular value of the centred samples √n + √d + t, the smallest one falling short of √n − √d − t. The bounds
    hold at any n and d, so neither few samples nor many coordinates raise a false alarm. What is beyond them is real,
    but may be harmless: at large n the least correlation is significant. So a warning needs a mean or a spread that is
    `MEAN_SLACK` or a factor `SPREAD_SLACK` further away.
    """
    mean, smallest, largest = _moments(X)
    n, d = len(X), X.shape[1]
    noise = (np.sqrt(d) + DEVIATION) / np.sqrt(n - 1)
    if (
        mean > MEAN_SLACK + noise
        or largest > SPREAD_SLACK * (1 + noise)
        or smallest * SPREAD_SLACK < 1 - noise  # never while n is below d, where it is 0
    ):
        warnings.warn(
            f"X is far from mean 0 and covariance I, which the model assumes: |mean| is {mean:.3g}, and standard "
            f"deviations along the principal axes run from {smallest:.3g} to {largest:.3g}; centre and whiten X first, "
            "for example with sklearn.decomposition.PCA(whiten=True)",
            UnwhitenedWarning,
            stacklevel=5,  # the line that calls `fit`, past scikit-learn's wrapper
        )


def _moments(X: np.ndarray) -> tuple[float, float, float]:
    """|mean|, and the smallest and largest standard deviation along the principal axes."""
    mean = X.mean(axis=0, dtype=float)
    covariance = np.zeros((X.shape[1],) * 2)
    with one_blas_thread():
        for start in range(0, len(X), ROWS):
            centred = X[start : start + ROWS] - mean
            covariance += centred.T @ centred
        variances = np.linalg.eigvalsh(covariance / (len(X) - 1))
    smallest, largest = np.sqrt(np.maximum(variances[[0, -1]], 0.0))
    return float(np.linalg.norm(mean)), float(smallest), float(largest)
