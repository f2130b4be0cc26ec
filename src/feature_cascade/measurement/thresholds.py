"""Thresholds and exponents found in measured curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from ..sampling.streams import generator
from .metrics import RECOVERED
from .uncertainty import CURVE_BOOTSTRAPS, half_interval, mean_and_sem

MEASURED, BEYOND, BEFORE = "measured", "beyond the grid", "before the grid"


@dataclass(frozen=True)
class Threshold:
    """Where a seed-mean curve crosses a level.

    Attributes
    ----------
    n : float
        The crossing; NaN if there is none inside the grid.
    log_se : float
        Bootstrap standard error of log n; NaN if the crossing is missing in more than half of the resamples.
    status : str
        "measured", "beyond the grid" (never reaches the level) or "before the grid" (above it from the start).
    n_seeds : int
        Number of curves averaged.
    """

    n: float
    log_se: float
    status: str
    n_seeds: int


def crossing(n: np.ndarray, curve: np.ndarray, level: float = RECOVERED) -> tuple[float, str]:
    """First n where a curve, made monotone by isotonic regression, reaches a level.

    Parameters
    ----------
    n : ndarray of shape (J,)
        Ascending sample sizes.
    curve : ndarray of shape (J,)
        The curve, which rises up to noise.
    level : float
        The level.

    Returns
    -------
    n : float
        The crossing, linear in log n between grid points; NaN if there is none inside the grid.
    status : str
        As in `Threshold`.

    Examples
    --------
    >>> n, status = crossing([100, 400, 1600], [0.0, 0.25, 0.75])
    >>> round(n), status
    (800, 'measured')
    """
    smooth = isotonic_regression(curve).x
    if smooth[-1] < level:
        return np.nan, BEYOND
    if smooth[0] >= level:
        return np.nan, BEFORE
    right = int(np.argmax(smooth >= level))
    low, high = smooth[right - 1], smooth[right]
    weight = (level - low) / (high - low)
    return float(np.exp((1 - weight) * np.log(n[right - 1]) + weight * np.log(n[right]))), MEASURED


def threshold(n: np.ndarray, curves: np.ndarray, level: float = RECOVERED, seed: int = 0) -> Threshold:
    """Crossing of the mean of several curves, with a bootstrap over seeds for its error.

    Parameters
    ----------
    n : array_like of shape (J,)
        Ascending sample sizes.
    curves : array_like of shape (n_seeds, J)
        One curve per seed.
    level : float
        The level.
    seed : int
        Seed of the bootstrap.

    Returns
    -------
    Threshold
        The crossing with its error.

    Raises
    ------
    ValueError
        If the shapes do not match, n does not ascend, or a value is not finite.
    """
    n, curves = np.asarray(n, dtype=float), np.atleast_2d(np.asarray(curves, dtype=float))
    if curves.shape[1] != len(n) or np.any(np.diff(n) <= 0) or not np.all(np.isfinite(curves)):
        raise ValueError(f"curves must be finite, shape (n_seeds, {len(n)}), on an ascending grid; got {curves.shape}")
    found, status = crossing(n, curves.mean(axis=0), level)
    if status != MEASURED or len(curves) < 2:
        return Threshold(found, np.nan, status, len(curves))
    rng = generator(seed, "bootstrap")
    picks = rng.integers(len(curves), size=(CURVE_BOOTSTRAPS, len(curves)))
    logs = np.log([crossing(n, curves[pick].mean(axis=0), level)[0] for pick in picks])
    logs = logs[np.isfinite(logs)]
    error = float(logs.std(ddof=1)) if len(logs) > CURVE_BOOTSTRAPS // 2 else np.nan
    return Threshold(found, error, status, len(curves))


@dataclass(frozen=True)
class PowerLaw:
    """A fitted exponent of n with its 95 % interval.

    Attributes
    ----------
    exponent : float
        Mean of the exponents of the seeds.
    se : float
        Standard error of the mean; NaN for a single seed.
    low : float
        Lower end of the interval (Student's t over seeds).
    high : float
        Upper end of the interval.
    n_points : int
        Number of grid points in the fit.
    n_seeds : int
        Number of curves fitted.
    """

    exponent: float
    se: float
    low: float
    high: float
    n_points: int
    n_seeds: int


def power_law(n: np.ndarray, curves: np.ndarray, window: tuple[float, float]) -> PowerLaw:
    """Exponent of curves ∝ n^exponent in a window, by least squares in log-log for each seed.

    Parameters
    ----------
    n : array_like of shape (J,)
        Sample sizes.
    curves : array_like of shape (n_seeds, J)
        One positive curve per seed.
    window : tuple of two floats
        The smallest and the largest n of the fit, both included.

    Returns
    -------
    PowerLaw
        The mean exponent over seeds with its interval.

    Raises
    ------
    ValueError
        If fewer than two points lie in the window.

    Examples
    --------
    >>> import numpy as np
    >>> n = np.array([100.0, 200.0, 400.0])
    >>> round(power_law(n, 1 / n, (100, 400)).exponent, 6)
    -1.0
    """
    n, curves = np.asarray(n, dtype=float), np.atleast_2d(np.asarray(curves, dtype=float))
    inside = (n >= window[0]) & (n <= window[1])
    if inside.sum() < 2:
        raise ValueError(f"a fit needs two points, found {inside.sum()} with n in [{window[0]:.4g}, {window[1]:.4g}]")
    slopes = np.polyfit(np.log(n[inside]), np.log(curves[:, inside]).T, 1)[0]
    (mean, se), seeds = mean_and_sem(slopes), len(slopes)
    half = half_interval(se, seeds - 1)
    return PowerLaw(mean, se, mean - half, mean + half, int(inside.sum()), seeds)
