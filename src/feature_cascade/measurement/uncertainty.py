"""Means over seeds with their errors, and exponents with intervals by a bootstrap over seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LEVELS = (2.5, 97.5)  # percentiles of the interval


def mean_and_sem(values: np.ndarray) -> tuple[float, float]:
    """Mean and standard error of the mean of one number per seed (NaN error for a single seed)."""
    values = np.asarray(values, dtype=float)
    error = values.std(ddof=1) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return float(values.mean()), float(error)


def resampled_means(values: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Means over seeds of values (n_seeds, J), in row 0, and of `count` resamples of the seeds, (1 + count, J)."""
    seeds = len(values)
    weights = np.ones((1 + count, seeds))
    weights[1:] = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=count)
    return weights @ values / seeds


@dataclass(frozen=True)
class Exponent:
    """A fitted exponent of D with its 95 % interval; misfit is χ² per degree of freedom, or the collapse quality S.

    Without a degree of freedom left (two sizes) the misfit of a power law is NaN. `prefactor` is that of a power law.
    """

    value: float
    low: float
    high: float
    misfit: float
    prefactor: float = np.nan


def power_law_in_D(D: np.ndarray, values: np.ndarray) -> Exponent:
    """Exponent of values ∝ D^exponent by least squares in log-log; values (1 + bootstraps, L), row 0 the sample.

    The weights are the inverse bootstrap variances of log values.

    Raises
    ------
    ValueError
        If a value is not positive, or the resamples of a size do not differ.
    """
    if not np.all(values > 0):
        raise ValueError(f"a power law needs positive values, the smallest is {values.min():.4g}")
    logs, x = np.log(values), np.log(D)
    variances = logs[1:].var(axis=0)
    if not np.all(variances > 0):
        raise ValueError("a power law needs resamples that differ from each other at every size")
    weights = 1 / variances
    centre = weights @ x / weights.sum()
    slopes = (logs * weights) @ (x - centre) / (weights @ (x - centre) ** 2)
    level = logs[0] @ weights / weights.sum() - slopes[0] * centre
    freedom = len(D) - 2
    misfit = weights @ (logs[0] - level - slopes[0] * x) ** 2 / freedom if freedom else np.nan
    return with_interval(slopes, float(misfit), float(np.exp(level)))


def with_interval(values: np.ndarray, misfit: float, prefactor: float = np.nan) -> Exponent:
    """An exponent found in the sample, values[0], with the interval of those found in the resamples, values[1:]."""
    low, high = np.percentile(values[1:], LEVELS)
    return Exponent(float(values[0]), float(low), float(high), misfit, prefactor)
