"""Data collapse: how well curves of several sizes fall on one, and the exponents with which they do it best."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize, minimize_scalar

from ..compiled import jit

EXPONENT_RANGE = (-1.5, 0.5)  # where the exponents of a collapse are looked for
SCANNED = 41  # exponents of a first scan of that range


def collapse_quality(D: np.ndarray, x: np.ndarray, y: np.ndarray, errors: np.ndarray, a: float, b: float) -> float:
    """The quality S of a data collapse (Houdayer and Hartmann, Phys. Rev. B 70, 014418 (2004), appendix).

    Points are X = x D^(−b), Y = y D^(−a) ± errors D^(−a). The master curve at each point is the weighted straight line
    through the two points of every other size that enclose it. S is the mean of (Y − master)² over the sum of the
    squared errors of both.

    Parameters
    ----------
    D : ndarray of shape (L,)
        The sizes.
    x : ndarray of shape (J,)
        Ascending abscissae, common to all sizes.
    y : ndarray of shape (L, J)
        The curve of each size.
    errors : ndarray of shape (L, J)
        Standard errors of y.
    a : float
        Exponent of y.
    b : float
        Exponent of x.

    Returns
    -------
    float
        About 1 when the points collapse within their errors, larger when they do not.

    Notes
    -----
    Where curves are almost flat S hardly depends on b and dips slightly where points of two sizes coincide.
    """
    scale = (D ** (-a))[:, None]
    return _quality(np.outer(D ** (-b), x), y * scale, (errors * scale) ** 2)


@jit
def _quality(X, Y, variance):
    sizes, points = X.shape
    total, count = 0.0, 0
    for size in range(sizes):
        for point in range(points):
            K = Ku = Kv = Kuu = Kuv = 0.0
            for other in range(sizes):
                right = np.searchsorted(X[other], X[size, point])
                if other == size or right == 0 or right == points:
                    continue
                for i in (right - 1, right):
                    w, u = 1 / variance[other, i], X[other, i] - X[size, point]
                    K, Ku, Kv = K + w, Ku + w * u, Kv + w * Y[other, i]
                    Kuu, Kuv = Kuu + w * u * u, Kuv + w * u * Y[other, i]
            if K > 0:  # with abscissae from the point itself, the master line's value there is its intercept
                determinant = K * Kuu - Ku * Ku
                master, master_variance = (Kuu * Kv - Ku * Kuv) / determinant, Kuu / determinant
                total += (Y[size, point] - master) ** 2 / (variance[size, point] + master_variance)
                count += 1
    return total / count


def best_exponent(D: np.ndarray, x: np.ndarray, y: np.ndarray, errors: np.ndarray) -> tuple[float]:
    """The common exponent a = b that minimises `collapse_quality`: a scan of `EXPONENT_RANGE`, then Brent's method.

    Parameters
    ----------
    D : ndarray of shape (L,)
        The sizes.
    x : ndarray of shape (J,)
        Ascending abscissae, common to all sizes.
    y : ndarray of shape (L, J)
        The curve of each size.
    errors : ndarray of shape (L, J)
        Standard errors of y.

    Returns
    -------
    tuple of one float
        The exponent. It is a tuple so that it can be used in place of `best_exponents`.
    """

    def _quality_at(a: float) -> float:
        return collapse_quality(D, x, y, errors, a, a)

    scan = np.linspace(*EXPONENT_RANGE, SCANNED)
    best = int(np.argmin([_quality_at(a) for a in scan]))
    bounds = scan[max(best - 1, 0)], scan[min(best + 1, SCANNED - 1)]
    return (float(minimize_scalar(_quality_at, bounds=bounds, method="bounded", options={"xatol": 1e-4}).x),)


def best_exponents(D: np.ndarray, x: np.ndarray, y: np.ndarray, errors: np.ndarray) -> tuple[float, float]:
    """The exponents (a, b) that minimise `collapse_quality`, by the simplex method from the best common one.

    Parameters
    ----------
    D : ndarray of shape (L,)
        The sizes.
    x : ndarray of shape (J,)
        Ascending abscissae, common to all sizes.
    y : ndarray of shape (L, J)
        The curve of each size.
    errors : ndarray of shape (L, J)
        Standard errors of y.

    Returns
    -------
    a : float
        Exponent of y, in `EXPONENT_RANGE`.
    b : float
        Exponent of x, in `EXPONENT_RANGE`.
    """
    start = best_exponent(D, x, y, errors)[0]
    simplex = start + 0.1 * np.array([[0, 0], [1, 0], [0, 1]])
    found = minimize(
        lambda ab: collapse_quality(D, x, y, errors, *ab),
        simplex[0],
        method="Nelder-Mead",
        bounds=[EXPONENT_RANGE, EXPONENT_RANGE],
        options={"initial_simplex": simplex, "xatol": 1e-3, "fatol": 1e-4},
    )
    return float(found.x[0]), float(found.x[1])
