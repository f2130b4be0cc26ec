"""Whether inputs are what the model assumes: mean 0, covariance I, and small enough for single precision; whitening."""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from .blas import one_blas_thread

DEVIATION = 6.0  # an alarm by chance has a probability below 3·exp(−6²/2) = 5·10^−8
MEAN_SLACK = 0.5  # |mean| that is let pass beyond the noise of n samples
SPREAD_SLACK = 1.5  # factor that a standard deviation may be off beyond the noise
ROWS = 4096  # samples whose products are summed at a time
RANK = 1e-10  # share of the largest variance below which a principal axis counts as absent


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
    mean, smallest, largest = moments(X)
    if not is_white(X.shape, mean, smallest, largest):
        warnings.warn(
            f"X is far from mean 0 and covariance I, which the model assumes: |mean| is {mean:.3g}, and standard "
            f"deviations along the principal axes run from {smallest:.3g} to {largest:.3g}; centre and whiten X first, "
            "for example with sklearn.decomposition.PCA(whiten=True)",
            UnwhitenedWarning,
            stacklevel=5,  # the line that calls `fit`, past scikit-learn's wrapper
        )


def is_white(shape: tuple[int, int], mean: float, smallest: float, largest: float) -> bool:
    """Whether mean and covariance of samples are close enough to 0 and I; see `warn_unless_white`.

    Parameters
    ----------
    shape : tuple of int
        Number of samples and of coordinates.
    mean : float
        |mean|.
    smallest : float
        Smallest standard deviation along the principal axes.
    largest : float
        Largest one.

    Returns
    -------
    bool
        Whether they are.
    """
    n, d = shape
    noise = (np.sqrt(d) + DEVIATION) / np.sqrt(n - 1)
    return bool(
        mean <= MEAN_SLACK + noise
        and largest <= SPREAD_SLACK * (1 + noise)
        and smallest * SPREAD_SLACK >= 1 - noise  # always while n is below d, where it is 0
    )


def moments(X: np.ndarray) -> tuple[float, float, float]:
    """Size of the mean, and spread along the principal axes.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Inputs, n ≥ 2.

    Returns
    -------
    mean : float
        |mean|.
    smallest : float
        Smallest standard deviation along a principal axis.
    largest : float
        Largest one.
    """
    mean = X.mean(axis=0, dtype=float)
    with one_blas_thread():
        variances = np.linalg.eigvalsh(_covariance(X, mean))
    smallest, largest = np.sqrt(np.maximum(variances[[0, -1]], 0.0))
    return float(np.linalg.norm(mean)), float(smallest), float(largest)


@dataclass(frozen=True)
class Whitener:
    """The affine map that gives samples mean 0 and covariance I.

    Attributes
    ----------
    mean : ndarray of shape (d,)
        What is subtracted.
    axes : ndarray of shape (d, k)
        Principal axes, largest variance first, each divided by its standard deviation.
    """

    mean: np.ndarray
    axes: np.ndarray

    @classmethod
    def fit(cls, X: np.ndarray, n_components: int | None = None) -> Whitener:
        """The map for the given samples.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Samples.
        n_components : int, optional
            Number of axes to keep; None keeps all along which the samples vary.

        Returns
        -------
        Whitener
            The map.

        Raises
        ------
        ValueError
            If the samples do not vary, or along fewer axes than are wanted.
        """
        mean = X.mean(axis=0, dtype=float)
        with one_blas_thread():
            variances, axes = np.linalg.eigh(_covariance(X, mean))
        variances, axes = variances[::-1], axes[:, ::-1]
        rank = int(np.sum(variances > RANK * max(variances[0], 0.0)))
        if rank == 0:
            raise ValueError(f"X must not be constant: all {len(X)} rows are equal")
        k = rank if n_components is None else n_components
        if not 1 <= k <= rank:
            raise ValueError(f"n_components must lie between 1 and {rank}, the rank of X, got {n_components}")
        return cls(mean, axes[:, :k] / np.sqrt(variances[:k]))

    def apply(self, X: np.ndarray) -> np.ndarray:
        """Whitened samples.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Samples.

        Returns
        -------
        ndarray of shape (n, k)
            Their coordinates along the axes, in float64.
        """
        with one_blas_thread():
            return (X - self.mean) @ self.axes


def _covariance(X: np.ndarray, mean: np.ndarray) -> np.ndarray:
    covariance = np.zeros((X.shape[1],) * 2)
    with one_blas_thread():
        for start in range(0, len(X), ROWS):
            centred = X[start : start + ROWS] - mean
            covariance += centred.T @ centred
    return covariance / (len(X) - 1)
