"""How inputs are handed to a kernel, so that no digit that matters is lost on the way to single precision."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from .functions import Kernel, squared_norms

LOSS = 1e-4  # rounding of x·x'/d that is let pass, against the squared distances that the kernel has to tell apart


@dataclass(frozen=True)
class Coordinates:
    """Inputs as a kernel sees them, (x − centre)/scale, and the kernel of these.

    Attributes
    ----------
    kernel : Kernel
        The kernel of the new coordinates.
    centre : ndarray of shape (d,)
        What is subtracted.
    scale : float
        What is divided by.
    resolved : float
        Squared distance per coordinate, in new units, that must not drown in rounding.
    """

    kernel: Kernel
    centre: np.ndarray
    scale: float
    resolved: float

    def __call__(self, X: np.ndarray) -> np.ndarray:
        """The new coordinates of inputs.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs.

        Returns
        -------
        ndarray of shape (n, d)
            The coordinates, in float64.
        """
        return (X.astype(float) - self.centre) / self.scale


def coordinates(kernel: Kernel, X: np.ndarray) -> Coordinates:
    """Coordinates in which a kernel is the same function and loses fewest digits.

    Parameters
    ----------
    kernel : Kernel
        A kernel of inputs as they are.
    X : ndarray of shape (n, d)
        The training inputs.

    Returns
    -------
    Coordinates
        Centred and in units of the bandwidth for the Gaussian kernel, as they are for all others.

    Notes
    -----
    The centre is the median of each coordinate: a mean follows a single row of 10^12 out to where the other rows cannot
    be told apart.
    """
    if kernel.name == "gaussian":
        centre = np.median(X.astype(float), axis=0)
        return Coordinates(replace(kernel, bandwidth=1.0), centre, float(kernel.bandwidth), 1.0)
    with np.errstate(over="ignore"):
        variance = float(np.mean(np.var(X.astype(float), axis=0)))
    return Coordinates(kernel, np.zeros(X.shape[1]), 1.0, variance)


def precision(seen: Coordinates, X: np.ndarray, single: bool) -> type:
    """The floating-point type that a kernel matrix is computed in.

    Parameters
    ----------
    seen : Coordinates
        How the kernel sees inputs.
    X : ndarray of shape (n, d)
        Training inputs in these coordinates, in float64.
    single : bool
        Whether single precision is wanted where it is enough.

    Returns
    -------
    type
        One of `numpy.float32` and `numpy.float64`.

    Raises
    ------
    ValueError
        If double precision is not enough either.
    """
    check_range(seen.kernel, X)
    largest = squared_norms(X).max()
    if single and np.finfo(np.float32).eps * largest <= LOSS * seen.resolved and _finite(seen.kernel, X, np.float32):
        return np.float32
    if seen.resolved > 0 and np.finfo(np.float64).eps * largest > LOSS * seen.resolved:
        raise ValueError(
            f"X must be centred and scaled to |x|²/d ≈ 1: at |x|²/d = {largest:.3g} the kernel {seen.kernel.name!r} "
            f"cannot resolve squared distances of {seen.resolved:.3g} per coordinate"
        )
    return np.float64


def check_range(kernel: Kernel, X: np.ndarray) -> None:
    """Refuse inputs for which a kernel overflows.

    Parameters
    ----------
    kernel : Kernel
        The kernel.
    X : ndarray of shape (n, d)
        Inputs as the kernel sees them, in float64.

    Raises
    ------
    ValueError
        If K(x, x) is not finite, which bounds K(x, x') too; the exponential overflows where |x|²/d reaches hundreds.
    """
    if not _finite(kernel, X, np.float64):
        with np.errstate(over="ignore"):
            worst = squared_norms(X).max()
        raise ValueError(
            f"X must be centred and scaled to |x|²/d ≈ 1: the kernel {kernel.name!r} overflows at |x|²/d = {worst:.3g}"
        )


def _finite(kernel: Kernel, X: np.ndarray, dtype: type) -> bool:
    """Whether all K(x, x) are finite in a precision."""
    with np.errstate(over="ignore", invalid="ignore"):
        return bool(np.all(np.isfinite(kernel.diagonal(X).astype(dtype))))
