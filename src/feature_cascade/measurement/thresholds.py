"""Thresholds and exponents found in measured curves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import stdtrit

from ..sampling.streams import generator
from .metrics import RECOVERED

BOOTSTRAPS = 400
MEASURED, BEYOND, BEFORE = "measured", "beyond the grid", "before the grid"


@dataclass(frozen=True)
class Threshold:
    """Where a seed-mean curve crosses a level.

    Attributes
    ----------
    n : the crossing (NaN if there is none inside the grid); log_se : bootstrap standard error of log n (NaN if the
    crossing is missing in more than half of the resamples); status : "measured", "beyond the grid" (never reaches the
    level) or "before the grid" (above it from the start); n_seeds : curves averaged.
    """

    n: float
    log_se: float
    status: str
    n_seeds: int


def crossing(n: np.ndarray, curve: np.ndarray, level: float = RECOVERED) -> tuple[float, str]:
    """First n where a curve, made monotone by isotonic regression, reaches `level` (linear in log n), and a status."""
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
    """Crossing of the mean of curves (n_seeds, len(n)), with a bootstrap over seeds for its error.

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
    picks = rng.integers(len(curves), size=(BOOTSTRAPS, len(curves)))
    logs = np.log([crossing(n, curves[pick].mean(axis=0), level)[0] for pick in picks])
    logs = logs[np.isfinite(logs)]
    error = float(logs.std(ddof=1)) if len(logs) > BOOTSTRAPS // 2 else np.nan
    return Threshold(found, error, status, len(curves))


@dataclass(frozen=True)
class PowerLaw:
    """A fitted exponent: mean over seeds, its standard error and 95 % interval (Student's t over seeds)."""

    exponent: float
    se: float
    low: float
    high: float
    n_points: int
    n_seeds: int


def power_law(n: np.ndarray, curves: np.ndarray, window: tuple[float, float]) -> PowerLaw:
    """Exponent of curves (n_seeds, len(n)) ∝ n^exponent inside `window`, by least squares in log-log per seed.

    Raises
    ------
    ValueError
        If fewer than two points lie in the window.
    """
    n, curves = np.asarray(n, dtype=float), np.atleast_2d(np.asarray(curves, dtype=float))
    inside = (n >= window[0]) & (n <= window[1])
    if inside.sum() < 2:
        raise ValueError(f"a fit needs two points, found {inside.sum()} with n in [{window[0]:.4g}, {window[1]:.4g}]")
    slopes = np.polyfit(np.log(n[inside]), np.log(curves[:, inside]).T, 1)[0]
    mean, seeds = float(slopes.mean()), len(slopes)
    se = float(slopes.std(ddof=1) / np.sqrt(seeds)) if seeds > 1 else np.nan
    half_width = float(stdtrit(seeds - 1, 0.975) * se) if seeds > 1 else np.nan
    return PowerLaw(mean, se, mean - half_width, mean + half_width, int(inside.sum()), seeds)
