"""The spectrum of Ĉ at one degree: Ritz values, the edges of its noise, and permuted labels as a second witness."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np

from ..estimator.layers import FirstLayer
from ..estimator.significance import Bulk, Found, find, significant
from ..features.hermite import HermiteFeatures
from ..features.stream import FeatureStream
from ..sampling.sources import ArraySource
from ..sampling.streams import generator

NULL_PAIRS, NULL_TOLERANCE, NULL_PASSES = 6, 0.05, 40  # of permuted labels, whose outermost eigenvalues are wanted
DEVIATIONS = 3.5  # standard deviations beyond the permutations' mean; the law of Tracy and Widom has 0.001 there
UNIT_SPREAD = 1.27  # standard deviation of that law in units of `Edge.width`


@dataclass(frozen=True)
class Spectrum:
    """Ĉ of one degree, and what of it is no noise.

    Attributes
    ----------
    stream : FeatureStream
        Features of the samples, as the first layer sees them.
    found : Found
        Leading eigenpairs and the bulk; only what permuted labels do not reach either is significant.
    null : ndarray of shape (P, 2)
        Lowest and highest eigenvalue of Ĉ for each permutation of the labels.
    thresholds : tuple of float
        What an eigenvalue must be below or above to count as a direction.
    linear, linear_error : float
        Share of the labels' variance, as the first layer transforms them, that is linear in the features, without what
        noise adds, and its standard error if there is none.
    """

    stream: FeatureStream
    found: Found
    null: np.ndarray
    thresholds: tuple[float, float]
    linear: float
    linear_error: float


def spectrum(
    X: np.ndarray,
    y: np.ndarray,
    degree: int,
    layer: FirstLayer,
    n_values: int,
    permutations: int,
    seed: int,
    threads: int,
) -> Spectrum:
    """Leading eigenpairs of Ĉ, the edges of its noise, and which pairs lie beyond.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        White inputs.
    y : ndarray of shape (n,)
        Labels.
    degree : int
        Degree q of the features.
    layer : FirstLayer
        Options of the first layer.
    n_values : int
        Number of Ritz values to begin with; more if all of them are significant.
    permutations : int
        Number of permutations of the labels.
    seed : int
        Seed of the permutations and of the solver's start.
    threads : int
        Number of threads; results do not depend on it.

    Returns
    -------
    Spectrum
        What was found.
    """
    stream = FeatureStream(layer.scaled(HermiteFeatures(X.shape[1], degree)), ArraySource(X), len(X), threads)
    found = find(layer, stream, X, y, n_values, seed)
    drop = found.bulk.drop
    null = np.array([_ends(stream, layer, _permuted(y, seed, i), drop, seed) for i in range(permutations)])
    null = null.reshape(-1, 2)
    thresholds = combined_thresholds(found.bulk, null)
    beyond = found.significant & significant(found.pairs.values, thresholds)
    return Spectrum(stream, replace(found, significant=beyond), null, thresholds, *_linear(layer, stream, X, y))


def combined_thresholds(bulk: Bulk, null: np.ndarray) -> tuple[float, float]:
    """Thresholds that neither the predicted bulk nor permuted labels reach by chance.

    Parameters
    ----------
    bulk : Bulk
        The predicted bulk.
    null : ndarray of shape (P, 2)
        Lowest and highest eigenvalue for each permutation.

    Returns
    -------
    low : float
        The negative threshold.
    high : float
        The positive threshold.

    Notes
    -----
    Permutations keep the inputs as they are, white or not, which the bulk does not know. The bulk knows what the
    directions themselves spread, and how much an edge scatters, which a handful of permutations does not tell.
    """
    low, high = bulk.thresholds
    if len(null):
        centre, scatter = null.mean(axis=0), null.std(axis=0, ddof=min(1, len(null) - 1))
        reach = [max(s, UNIT_SPREAD * edge.width) for s, edge in zip(scatter, (bulk.low, bulk.high), strict=True)]
        low = min(low, centre[0] - DEVIATIONS * reach[0])
        high = max(high, centre[1] + DEVIATIONS * reach[1])
    return float(low), float(high)


def _linear(layer: FirstLayer, stream: FeatureStream, X: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """|E tF|² for labels t that are not deflated: the square of the mean less its expectation under noise."""
    t, n = layer.transform(y), len(y)
    mean = stream.weighted_sum(t[:, None])[:, 0] / n
    noise = float(np.mean(t**2 * stream.features.norm2(X))) / n
    return float(mean @ mean) - noise, math.sqrt(2 * stream.features.D) / n


def _permuted(y: np.ndarray, seed: int, index: int) -> np.ndarray:
    return generator(seed, "permutation", index).permutation(y)


def _ends(
    stream: FeatureStream, layer: FirstLayer, y: np.ndarray, drop: tuple[int, int], seed: int
) -> tuple[float, float]:
    """Lowest and highest eigenvalue of Ĉ but for those of single labels, or a bound if a side has none of the first."""
    quick = replace(layer, tolerance=NULL_TOLERANCE, max_passes=NULL_PASSES)
    k = min(NULL_PAIRS + sum(drop), stream.features.D)
    values = np.sort(quick.leading(stream, layer.targets(stream, y), k, seed).values)
    least = np.abs(values).min()
    low, high = values[drop[0] :], values[: len(values) - drop[1]]
    return float(min(low.min(initial=0.0), -least)), float(max(high.max(initial=0.0), least))
