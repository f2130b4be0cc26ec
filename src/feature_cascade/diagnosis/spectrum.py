"""The spectrum of Ĉ at one degree: Ritz values, the edges of its noise, and permuted labels as a second witness."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..estimator.eigen import RitzPairs, dense_eigenpairs, leading_eigenpairs
from ..estimator.layers import FORMED_UP_TO, FirstLayer
from ..estimator.moment import MomentOperator
from ..estimator.significance import Bulk, labels_and_norms, significant, widened
from ..features.hermite import HermiteFeatures
from ..features.stream import FeatureStream
from ..sampling.sources import ArraySource
from ..sampling.streams import generator

NULL_PAIRS, NULL_TOLERANCE, NULL_PASSES = 6, 0.05, 40  # of permuted labels, whose outermost eigenvalues are wanted
DEVIATIONS = 3.5  # standard deviations beyond the permutations' mean; the law of Tracy and Widom has 0.001 there
UNIT_SPREAD = 1.27  # standard deviation of that law in units of `Edge.width`
MORE = 2  # times as many Ritz values as long as all are significant


@dataclass(frozen=True)
class Spectrum:
    """Ĉ of one degree, and what of it is no noise.

    Attributes
    ----------
    features : HermiteFeatures
        The feature map, as the first layer sees it.
    layer : FirstLayer
        Options of the first layer.
    t : ndarray of shape (n,)
        Labels as they weight Ĉ.
    norm2 : ndarray of shape (n,)
        Squared norms |F|²/D.
    pairs : RitzPairs
        Leading eigenpairs.
    bulk : Bulk
        Predicted bulk.
    null : ndarray of shape (P, 2)
        Lowest and highest eigenvalue of Ĉ for each permutation of the labels.
    thresholds : tuple of float
        What an eigenvalue must be below or above to count as a direction.
    significant : ndarray of shape (k,), bool
        Which of the eigenpairs do.
    """

    features: HermiteFeatures
    layer: FirstLayer
    t: np.ndarray
    norm2: np.ndarray
    pairs: RitzPairs
    bulk: Bulk
    null: np.ndarray
    thresholds: tuple[float, float]
    significant: np.ndarray

    @property
    def n_significant(self) -> int:
        """Number of directions that are no noise.

        Returns
        -------
        int
            The number.
        """
        return int(self.significant.sum())


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
    features = layer.scaled(HermiteFeatures(X.shape[1], degree))
    stream = FeatureStream(features, ArraySource(X), len(X), threads)
    null = np.array([_ends(stream, layer, _permuted(y, seed, i), seed) for i in range(permutations)]).reshape(-1, 2)
    t, norm2 = labels_and_norms(layer, stream, y, X)
    k = min(n_values, features.D)
    while True:
        pairs = _eigenpairs(MomentOperator(stream, t), k, layer.tolerance, layer.max_passes, seed)
        bulk, _ = widened(pairs.values, t, norm2, features, layer.deflate)
        thresholds = combined_thresholds(bulk, null)
        beyond = significant(pairs.values, thresholds)
        if not beyond.all() or k == features.D:
            return Spectrum(features, layer, t, norm2, pairs, bulk, null, thresholds, beyond)
        k = min(MORE * k, features.D)


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


def _eigenpairs(operator: MomentOperator, k: int, tolerance: float, max_passes: int, seed: int) -> RitzPairs:
    if operator.D <= FORMED_UP_TO:
        return dense_eigenpairs(operator.dense(), k)
    return leading_eigenpairs(operator.apply, operator.D, k, generator(seed, "start block"), tolerance, max_passes)


def _permuted(y: np.ndarray, seed: int, index: int) -> np.ndarray:
    return generator(seed, "permutation", index).permutation(y)


def _ends(stream: FeatureStream, layer: FirstLayer, y: np.ndarray, seed: int) -> tuple[float, float]:
    """Lowest and highest eigenvalue of Ĉ; if a side has none among the leading ones, a bound that it cannot exceed."""
    operator = MomentOperator(stream, layer.targets(stream, y))
    k = min(NULL_PAIRS, operator.D)
    values = _eigenpairs(operator, k, NULL_TOLERANCE, NULL_PASSES, seed).values
    least = np.abs(values).min()
    return float(min(values.min(), -least)), float(max(values.max(), least))
