"""The joint law of labels, latent features and radius at finite d, by weighted points; no feature is ever drawn.

Given the radius, |x|² = s, the features of degree q behave like Gaussian ones times a common factor ρ, and all that
depends on it is known: ρ² = E[|F|²|s]/D by Mehler's formula, h_i = ρ g_i with g_i ~ N(0, 1), since a direction is a
generic one, and y = g(h2(h)). So the law needs d1 + 1 variables at any d, and d = ∞ is the Gaussian equivalent, ρ = 1.

The outermost labels decide where the spectrum ends, and of n = 10⁸ labels no sample shows them. Half of the points
therefore have one large latent feature, half a large radius, with weights that make up for it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import binom, eval_genlaguerre, gammaincinv, ndtr

from ..sizes import n_features
from .quasi_random import gaussian_latent

POWER = 16  # 2^16 points
WIDER = 2.5  # standard deviation of the one large latent feature
RADIUS_SHARES = np.array([0.4, 0.2, 0.2, 0.2])  # of the points by the stretch of their squared radius
LARGE_RADIUS = 3.0  # standard deviations by which one of the stretches moves the squared radius


def squared_norm(s: np.ndarray, d: int, q: int) -> np.ndarray:
    """ρ² = E[|F|²|s]/D of the features of degree q at |x|² = s.

    Parameters
    ----------
    s : ndarray
        Squared radii |x|².
    d : int
        Input dimension.
    q : int
        Degree of the features.

    Returns
    -------
    ndarray, shape of s
        The ratios, of mean 1.

    Notes
    -----
    |F|² depends on s alone: Σ_q t^q |F|² = (1 − t²)^(−d/2) exp(s t/(1 + t)), a product of two generating functions. At
    q = 1 the ratio is s/d, at q = 2 it is (s² − 2s + d)/(2D).
    """
    terms = [
        (-1) ** k * binom(d / 2 + q - k - 1, q - k) * eval_genlaguerre(k, d / 2 - 1, np.asarray(s, dtype=float))
        for k in range(q + 1)
    ]
    return np.sum(terms, axis=0) / n_features(d, q)


def radial_feature(s: np.ndarray, d: int, q: int) -> np.ndarray:
    """The one feature of degree q that depends on |x|² = s alone, of mean 0 and variance 1.

    Parameters
    ----------
    s : ndarray
        Squared radii |x|².
    d : int
        Input dimension.
    q : int
        Degree of the features.

    Returns
    -------
    ndarray, shape of s
        Its values; 0 for odd q, which has none.
    """
    s = np.asarray(s, dtype=float)
    if q % 2:
        return np.zeros_like(s)
    return eval_genlaguerre(q // 2, d / 2 - 1, s / 2) / math.sqrt(binom(q // 2 + d / 2 - 1, q // 2))


@dataclass(frozen=True)
class RadialPoints:
    """Weighted points of the law of latent features and radius.

    Attributes
    ----------
    g : ndarray of shape (N, d1)
        Gaussian parts of the latent features, h_i = ρ g_i.
    s : ndarray of shape (N,)
        Squared radii |x|²; infinite at d = ∞.
    rho2 : ndarray of shape (N,)
        Ratios ρ² of the features.
    weights : ndarray of shape (N,)
        Probabilities, summing to 1.
    spare : ndarray of shape (N, k)
        Further standard normal variables.
    """

    g: np.ndarray
    s: np.ndarray
    rho2: np.ndarray
    weights: np.ndarray
    spare: np.ndarray


def radial_points(
    amplitudes: np.ndarray, d: float, q: int, scramble: int = 0, power: int = POWER, spare: int = 2
) -> RadialPoints:
    """Quasi-random points that resolve the far tails of labels y = g(Σ a_i (h_i² − 1)) and of the radius.

    Parameters
    ----------
    amplitudes : ndarray of shape (d1,)
        Amplitudes a_i, of which larger ones get more points with a large h_i.
    d : float
        Input dimension; infinite for the Gaussian equivalent.
    q : int
        Degree of the features.
    scramble : int, default 0
        Number of the quasi-random sequence.
    power : int, default POWER
        Binary logarithm of the number of points.
    spare : int, default 2
        Number of further normal variables.

    Returns
    -------
    RadialPoints
        The points.
    """
    d1 = len(amplitudes)
    x = gaussian_latent(d1 + 3 + spare, scramble, power)
    g, (radius, which, stretch) = x[:, :d1], ndtr(x[:, d1 : d1 + 3]).T
    size = np.abs(amplitudes)
    shares = np.append((1 / d1 + size / size.sum()) / 4, 0.5)  # the last: no feature is widened
    wide = np.searchsorted(np.cumsum(shares)[:-1], which)
    widened = np.flatnonzero(wide < d1)
    g[widened, wide[widened]] *= WIDER
    ratio = np.exp(g**2 / 2 * (1 - WIDER**-2)) / WIDER
    weights = 1 / (shares[-1] + ratio @ shares[:-1])
    if math.isinf(d):
        s, rho2 = np.full(len(g), np.inf), np.ones(len(g))
    else:
        s, radial_weights = _squared_radii(radius, stretch, np.max(g**2, axis=1), int(d), q)
        weights, rho2 = weights * radial_weights, squared_norm(s, int(d), q)
    return RadialPoints(g, s, rho2, weights / weights.sum(), x[:, d1 + 3 :])


def _squared_radii(
    radius: np.ndarray, stretch: np.ndarray, largest: np.ndarray, d: int, q: int
) -> tuple[np.ndarray, np.ndarray]:
    """χ²_d variables, stretched by one of four factors, and their weights; the large h_i² stretch them most."""
    factors = np.ones((4, len(radius)))
    factors[1] += LARGE_RADIUS * math.sqrt(2 / d)
    factors[2:] += q * largest / d * np.array([[1], [2]])  # where labels t ∝ ρ² h_i² and t ρ² come from
    chosen = np.searchsorted(np.cumsum(RADIUS_SHARES)[:-1], stretch)
    s = 2 * gammaincinv(d / 2, radius) * factors[chosen, np.arange(len(radius))]
    log_ratio = -d / 2 * np.log(factors) + s / 2 * (1 - 1 / factors)
    return s, 1 / (RADIUS_SHARES @ np.exp(log_ratio))
