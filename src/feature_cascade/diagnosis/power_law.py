"""The exponent γ of strengths that fall like i^(−γ)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .strengths import Z95, Strengths

LEAST_DIRECTIONS = 3  # of which a power law is read


@dataclass(frozen=True)
class Exponent:
    """An estimate of γ with its 95 % interval.

    Attributes
    ----------
    value : float
        The estimate.
    low, high : float
        Ends of the interval.
    """

    value: float
    low: float
    high: float


def exponent(found: Strengths) -> Exponent | None:
    """The exponent of |s_i| ∝ i^(−γ), by weighted least squares of the logarithms.

    Parameters
    ----------
    found : Strengths
        Strengths, strongest first.

    Returns
    -------
    Exponent or None
        None if fewer than `LEAST_DIRECTIONS` directions stand out.

    Notes
    -----
    The interval is wider by the square root of the mean squared misfit where strengths scatter about a power law by
    more than their own errors.
    """
    k = len(found.value)
    if k < LEAST_DIRECTIONS:
        return None
    x, y = np.log(np.arange(1, k + 1)), np.log(np.abs(found.value))
    weights = (found.value / found.error) ** 2
    x0 = np.average(x, weights=weights)
    information = float(weights @ (x - x0) ** 2)
    slope = float(weights @ ((x - x0) * y)) / information
    misfit = y - np.average(y, weights=weights) - slope * (x - x0)
    excess = max(1.0, math.sqrt(float(weights @ misfit**2) / (k - 2)))
    half = Z95 * excess / math.sqrt(information)
    return Exponent(-slope, -slope - half, -slope + half)
