"""Means over seeds with their errors, and exponents with intervals by a bootstrap over seeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

CONFIDENCE = 95  # per cent that every interval covers
LEVELS = ((100 - CONFIDENCE) / 2, (100 + CONFIDENCE) / 2)  # its percentiles
BOOTSTRAPS = 1000  # resamples of plain numbers
CURVE_BOOTSTRAPS = 400  # resamples of whole curves, each of which is searched for a crossing or a collapse


def standard_error(values: np.ndarray) -> np.ndarray:
    """Standard errors of means over seeds.

    Parameters
    ----------
    values : array_like of shape (n_seeds, ...)
        Numbers or curves, one per seed.

    Returns
    -------
    ndarray of shape (...)
        Standard deviation over seeds divided by √n_seeds; NaN for a single seed.

    Examples
    --------
    >>> float(standard_error([1.0, 3.0]))
    1.0
    """
    values = np.asarray(values, dtype=float)
    if len(values) < 2:
        return np.full(values.shape[1:], np.nan)
    return values.std(axis=0, ddof=1) / np.sqrt(len(values))


def mean_and_sem(values: np.ndarray) -> tuple[float, float]:
    """Mean and standard error of the mean of one number per seed.

    Parameters
    ----------
    values : array_like of shape (n_seeds,)
        One number per seed.

    Returns
    -------
    mean : float
        The mean over seeds.
    sem : float
        Its standard error; NaN for a single seed.

    Examples
    --------
    >>> mean_and_sem([1.0, 3.0])
    (2.0, 1.0)
    """
    values = np.asarray(values, dtype=float)
    return float(values.mean()), float(standard_error(values))


def half_interval(error: float, freedom: int) -> float:
    """Half the length of a 95 % interval by Student's t.

    Parameters
    ----------
    error : float
        Standard error of the estimate.
    freedom : int
        Degrees of freedom that the error has.

    Returns
    -------
    float
        The standard error times the quantile of Student's t; NaN without a degree of freedom.

    Examples
    --------
    >>> round(half_interval(1.0, 4), 3)
    2.776
    """
    return float(stdtrit(freedom, LEVELS[1] / 100) * error) if freedom > 0 else np.nan


def resampled_means(values: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Means over seeds of a sample and of its bootstrap resamples.

    Parameters
    ----------
    values : ndarray of shape (n_seeds, J)
        One row of numbers per seed.
    count : int
        Number of resamples.
    rng : numpy.random.Generator
        Draws how often each seed is in a resample.

    Returns
    -------
    ndarray of shape (1 + count, J)
        Row 0 has the means of the sample itself, the others those of the resamples.
    """
    seeds = len(values)
    weights = np.ones((1 + count, seeds))
    weights[1:] = rng.multinomial(seeds, np.full(seeds, 1 / seeds), size=count)
    return weights @ values / seeds


def bootstrap_interval(values: np.ndarray) -> tuple[float, float]:
    """The central 95 % of a number found in each resample.

    Parameters
    ----------
    values : ndarray of shape (1 + bootstraps,)
        What was found in the sample, and after it in each resample; the first is left out.

    Returns
    -------
    low : float
        The 2.5th percentile.
    high : float
        The 97.5th percentile.
    """
    low, high = np.percentile(values[1:], LEVELS)
    return float(low), float(high)


@dataclass(frozen=True)
class Exponent:
    """A fitted exponent of D with its 95 % interval.

    Attributes
    ----------
    value : float
        The exponent.
    low : float
        Lower end of the interval.
    high : float
        Upper end of the interval.
    misfit : float
        χ² per degree of freedom of a power law, or the quality S of a collapse. NaN for a power law without a degree
        of freedom left (two sizes).
    prefactor : float
        Prefactor of a power law; NaN for a collapse.
    """

    value: float
    low: float
    high: float
    misfit: float
    prefactor: float = np.nan


def power_law_in_D(D: np.ndarray, values: np.ndarray) -> Exponent:
    """Exponent of values ∝ D^exponent, by weighted least squares in log-log.

    The weights are the inverse bootstrap variances of log values.

    Parameters
    ----------
    D : ndarray of shape (L,)
        The sizes.
    values : ndarray of shape (1 + bootstraps, L)
        What was measured at each size: row 0 in the sample, the others in its resamples.

    Returns
    -------
    Exponent
        The exponent of the sample, its interval from the resamples, χ² per degree of freedom, and the prefactor.

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
    """An exponent with the interval of those found in the resamples.

    Parameters
    ----------
    values : ndarray of shape (1 + bootstraps,)
        The exponent found in the sample, and after it those found in the resamples.
    misfit : float
        See `Exponent`.
    prefactor : float
        See `Exponent`.

    Returns
    -------
    Exponent
        The exponent of the sample with its interval.
    """
    return Exponent(float(values[0]), *bootstrap_interval(values), misfit, prefactor)
