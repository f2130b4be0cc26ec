"""Samples of the joint law of labels and latent features, from which errors at other n are forecast.

Two of them: one of the directions that `FeatureCascade` fitted, taken for the true ones, and one of the directions that
stand out from the noise of Ĉ, of which the alignment with the true ones is estimated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..estimator.cascade import FeatureCascade
from ..estimator.layers import FirstLayer
from ..estimator.significance import Bulk, population_spread, removed_share
from ..features.hermite import HermiteFeatures
from ..features.stream import FeatureStream
from ..model.labels import standardise
from ..sampling.sources import ArraySource
from ..sampling.streams import generator
from .spectrum import Spectrum
from .strengths import Strengths

LEAST_NORM2 = 1e-12
MOST_EXPLAINED = 0.99  # of the variance of stand-in labels


@dataclass(frozen=True)
class Latent:
    """A sample of the joint law.

    Attributes
    ----------
    features : HermiteFeatures
        The feature map, as the first layer sees it.
    layer : FirstLayer
        Options of the first layer.
    t : ndarray of shape (n,)
        Labels as they weight Ĉ.
    norm2 : ndarray of shape (n,)
        Squared norms |F|²/D of the rest of the features that the first layer sees.
    seen2 : ndarray of shape (n, k)
        Squared latent features h_i², as the first layer sees them, of mean 1.
    plain : ndarray of shape (n, k)
        Latent features of the inputs as they are.
    plain_norm2 : ndarray of shape (n,)
        Squared norms |F|²/D of the rest of the features of the inputs as they are.
    y : ndarray of shape (n,)
        Labels that go with `plain`.
    """

    features: HermiteFeatures
    layer: FirstLayer
    t: np.ndarray
    norm2: np.ndarray
    seen2: np.ndarray
    plain: np.ndarray
    plain_norm2: np.ndarray
    y: np.ndarray

    def alignments(self, n: float) -> np.ndarray:
        """Expected cos²θ_i of the directions that stand out from the noise of n samples.

        Parameters
        ----------
        n : float
            Number of samples of the first layer.

        Returns
        -------
        ndarray of shape (k,)
            The alignments, 0 where a direction does not stand out.
        """
        deflated = self.layer.deflate
        spread = population_spread(self.t @ (self.seen2 - 1) / len(self.t), self.features, deflated)
        bulk = Bulk(self.t, self.norm2, self.features.D, spread, removed_share(self.features, deflated), n=n)
        relative = self.seen2 / np.maximum(self.norm2, LEAST_NORM2)[:, None]
        return np.array([bulk.alignment(square) for square in relative.T])


def of_cascade(model: FeatureCascade, spectrum: Spectrum, X: np.ndarray, y: np.ndarray) -> Latent:
    """The law of the directions of a fitted cascade, taken for the true ones.

    Parameters
    ----------
    model : FeatureCascade
        The fitted model, of at least one direction.
    spectrum : Spectrum
        The spectrum of Ĉ of the same samples.
    X : ndarray of shape (n, d)
        Inputs.
    y : ndarray of shape (n,)
        Labels.

    Returns
    -------
    Latent
        The law.
    """
    found, directions = spectrum.found, model.components_.T
    seen = spectrum.stream.project(directions).astype(float)
    plain_map = HermiteFeatures(X.shape[1], found.features.q)
    plain = _plain(plain_map, X, directions, spectrum.stream.threads)
    return Latent(
        features=found.features,
        layer=found.layer,
        t=found.t,
        norm2=_rest(found.features.norm2(X), seen, found.features.D),
        seen2=seen**2,
        plain=plain,
        plain_norm2=_rest(plain_map.norm2(X), plain, plain_map.D),
        y=y,
    )


def of_spectrum(spectrum: Spectrum, strengths: Strengths, X: np.ndarray, y: np.ndarray, seed: int) -> Latent:
    """The law of the directions that stand out, as samples that were left out would see them.

    Parameters
    ----------
    spectrum : Spectrum
        The spectrum of Ĉ, with at least one significant direction.
    strengths : Strengths
        Their strengths and alignments.
    X : ndarray of shape (n, d)
        Inputs.
    y : ndarray of shape (n,)
        Labels.
    seed : int
        Seed of the noise of stand-in labels.

    Returns
    -------
    Latent
        The law. The squares of the true features are those of the measured ones less the noise, on average.

    Notes
    -----
    The measured features have the law of the true ones, but explain less of the labels. So the labels of the upper
    layers are stand-ins, Σ β_i (ĥ_i² − 1) and Gaussian noise, with the covariances E[y (h_i² − 1)] of the true
    features.
    """
    found, cos2 = spectrum.found, strengths.cos2
    directions = found.pairs.vectors[:, strengths.index]
    factor = 1 - found.bulk.T[:, None] / strengths.point  # of samples that were left out
    plain_map = HermiteFeatures(X.shape[1], found.features.q)
    plain = _plain(plain_map, X, directions, spectrum.stream.threads)
    seen2 = (spectrum.stream.project(directions).astype(float) * factor) ** 2
    return Latent(
        features=found.features,
        layer=found.layer,
        t=found.t,
        norm2=found.norm2,
        seen2=(seen2 - (1 - cos2) * found.norm2[:, None]) / cos2,
        plain=plain * factor,
        plain_norm2=_rest(plain_map.norm2(X), plain, plain_map.D),
        y=_stand_in((plain * factor) ** 2, cos2, y, generator(seed, "stand-in labels")),
    )


def _stand_in(squares: np.ndarray, cos2: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Standardised labels that are linear in the squares, as far as the true features would explain them."""
    t, centred = standardise(y), squares - squares.mean(axis=0)
    covariances = t @ centred / len(t) / cos2
    explained = centred @ np.linalg.lstsq(centred.T @ centred / len(t), covariances)[0]
    share = min(float(np.var(explained)), MOST_EXPLAINED)
    explained *= math.sqrt(share / max(float(np.var(explained)), share))
    return explained + math.sqrt(1 - share) * rng.standard_normal(len(t))


def _plain(features: HermiteFeatures, X: np.ndarray, directions: np.ndarray, threads: int) -> np.ndarray:
    return FeatureStream(features, ArraySource(X), len(X), threads).project(directions).astype(float)


def _rest(norm2: np.ndarray, along: np.ndarray, D: int) -> np.ndarray:
    """Squared norms per dimension without the parts along directions."""
    return np.maximum(norm2 - np.sum(along**2, axis=1), 0.0) / max(D - along.shape[1], 1)
