"""The three layers of the spectral estimator (Algorithm 1), as functions of streams and arrays.

`estimator.spectral.SpectralHierarchy` puts them together for a user's arrays, `experiments.recovery.recover` for a
teacher and a grid of n.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.polynomial.hermite_e import hermevander

from ..features.hermite import HermiteFeatures
from ..features.stream import FeatureStream
from ..model.labels import LABEL_TRANSFORMS, binary_exponent, standardise, transformed
from ..sampling.streams import generator
from .eigen import RitzPairs, dense_eigenpairs, leading_eigenpairs
from .moment import MomentOperator
from .presets import first_layer_options

FIRST_LAYER_METHODS = ("auto", "dense", "matrix_free")
READOUT_RIDGES = np.logspace(-6, 4, 11)
MAX_READOUT_DEGREE = 50  # beyond it, values of the polynomials leave double precision
CENTRAL = (0.005, 0.995)  # quantiles of ĥ2 beyond which the readout is constant
FORMED_UP_TO = 300  # below this D, forming Ĉ costs less than the passes that it saves


@dataclass(frozen=True)
class FirstLayer:
    """Options of the first layer. The defaults are the paper's algorithm; the first three are additions.

    Attributes
    ----------
    label_transform : {"identity", "tanh", "clip", "normal_scores"}
        Applied to standardised labels: "clip" cuts at two standard deviations, "normal_scores" takes normal quantiles
        of the ranks, clipped likewise.
    input_scaling : {"none", "sphere"}
        With "sphere" the features are those of x·√d/|x|.
    deflate : bool
        Subtract the degree-q part ⟨ĝ, F⟩ from the labels.
    tolerance : float
        Relative Ritz residual at which a direction counts as converged.
    max_passes : int
        Most passes over the data, per n.
    method : {"auto", "dense", "matrix_free"}
        The dense method forms Ĉ, the matrix-free one does not, "auto" takes the cheaper one.

    Raises
    ------
    ValueError
        On an unknown name or a value outside its range.
    """

    label_transform: str = "identity"
    input_scaling: str = "none"
    deflate: bool = False
    tolerance: float = 0.01
    max_passes: int = 100
    method: str = "auto"

    def __post_init__(self) -> None:
        if self.label_transform not in LABEL_TRANSFORMS:
            raise ValueError(f"label_transform must be one of {tuple(LABEL_TRANSFORMS)}, got {self.label_transform!r}")
        if self.method not in FIRST_LAYER_METHODS:
            raise ValueError(f"method must be one of {FIRST_LAYER_METHODS}, got {self.method!r}")
        if not self.tolerance > 0:
            raise ValueError(f"tolerance must be positive, got {self.tolerance}")
        if self.max_passes < 1:
            raise ValueError(f"max_passes must be at least 1, got {self.max_passes}")

    @classmethod
    def preset(cls, preset: str = "paper", **options) -> FirstLayer:
        """The first layer of a preset; explicit options win (see `presets`).

        Parameters
        ----------
        preset : {"paper", "sharp"}
            Name of the preset.
        **options : object
            Options of `FirstLayer`; None takes the preset's value.

        Returns
        -------
        FirstLayer
            The first layer.
        """
        return cls(**first_layer_options(preset, **options))

    def scaled(self, features: HermiteFeatures) -> HermiteFeatures:
        """The feature map that the estimator sees.

        Parameters
        ----------
        features : HermiteFeatures
            A feature map.

        Returns
        -------
        HermiteFeatures
            The same map with this input scaling.
        """
        return replace(features, input_scaling=self.input_scaling)

    def transform(self, y: np.ndarray) -> np.ndarray:
        """Labels standardised, transformed, and standardised again.

        Parameters
        ----------
        y : ndarray of shape (n,)
            Labels.

        Returns
        -------
        ndarray of shape (n,)
            Transformed labels.
        """
        return transformed(y, self.label_transform)

    def targets(self, stream: FeatureStream, y: np.ndarray) -> np.ndarray:
        """The labels t that weight the moment operator: standardised, transformed, deflated.

        Parameters
        ----------
        stream : FeatureStream
            Features of the n samples.
        y : ndarray of shape (n,)
            Their labels.

        Returns
        -------
        ndarray of shape (n,)
            The weights t.
        """
        t = self.transform(y)
        if self.deflate:
            linear = stream.weighted_sum(t[:, None]) / stream.n
            t = standardise(t - stream.project(linear)[:, 0])
        return t

    def fit(
        self,
        stream: FeatureStream,
        y: np.ndarray,
        k: int,
        seed: int = 0,
        report: Callable[[int, float], None] | None = None,
    ) -> RitzPairs:
        """The k leading eigenpairs Â of Ĉ (2.6).

        Parameters
        ----------
        stream : FeatureStream
            Features of the n samples.
        y : ndarray of shape (n,)
            Their labels.
        k : int
            Number of pairs, 1..D.
        seed : int
            Seed of the solver's random start.
        report : callable, optional
            See `leading_eigenpairs`.

        Returns
        -------
        RitzPairs
            The pairs, largest |value| first.

        Raises
        ------
        ValueError
            If k lies outside 1..D.
        """
        D = stream.features.D
        if not 1 <= k <= D:
            raise ValueError(f"the number of directions must lie between 1 and D = {D}, got {k}")
        return self.leading(stream, self.targets(stream, y), k, seed, report)

    def leading(
        self,
        stream: FeatureStream,
        t: np.ndarray,
        k: int,
        seed: int = 0,
        report: Callable[[int, float], None] | None = None,
    ) -> RitzPairs:
        """The k leading eigenpairs of Ĉ for labels that are standardised, transformed and deflated already.

        Parameters
        ----------
        stream : FeatureStream
            Features of the n samples.
        t : ndarray of shape (n,)
            The weights t, see `targets`.
        k : int
            Number of pairs, 1..D.
        seed : int
            Seed of the solver's random start.
        report : callable, optional
            See `leading_eigenpairs`.

        Returns
        -------
        RitzPairs
            The pairs, largest |value| first.
        """
        operator, D = MomentOperator(stream, t), stream.features.D
        if self.method == "dense" or (self.method == "auto" and D <= FORMED_UP_TO):
            return dense_eigenpairs(operator.dense(), k)
        rng = generator(seed, "start block")
        return leading_eigenpairs(operator.apply, D, k, rng, self.tolerance, self.max_passes, report)


def second_layer(learned: np.ndarray, t: np.ndarray) -> np.ndarray:
    """Â² = (1/n) Σ t_μ (ĥ_μ ĥ_μ^T − I); (2.12).

    Parameters
    ----------
    learned : ndarray of shape (n, d1)
        Learned features ĥ.
    t : ndarray of shape (n,)
        Standardised labels.

    Returns
    -------
    ndarray of shape (d1, d1)
        Â².
    """
    learned = learned.astype(float)
    return (learned * t[:, None]).T @ learned / len(t) - t.mean() * np.eye(learned.shape[1])


def second_features(learned: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """ĥ2 = ⟨Â², ĥĥ^T − I⟩; (2.13).

    Parameters
    ----------
    learned : ndarray of shape (n, d1)
        Learned features ĥ.
    weights : ndarray of shape (d1, d1)
        Â².

    Returns
    -------
    ndarray of shape (n,)
        Second-layer feature ĥ2.
    """
    learned = learned.astype(float)
    return np.sum((learned @ weights) * learned, axis=1) - np.trace(weights)


def ridge_regression(X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Ridge regression with the best of `READOUT_RIDGES` by leave-one-out error.

    Parameters
    ----------
    X : ndarray of shape (n, p)
        Regressors.
    y : ndarray of shape (n,)
        Labels.

    Returns
    -------
    coefficients : ndarray of shape (p,)
        Slopes.
    intercept : float
        Prediction at X = 0.
    """
    centre, mean = X.mean(axis=0), y.mean()
    U, s, Vt = np.linalg.svd(X - centre, full_matrices=False)
    projected = U.T @ (y - mean)

    def left_out_error(ridge: float) -> float:
        kept = s**2 / (s**2 + ridge)
        leverage = 1 / len(y) + U**2 @ kept
        return np.mean(((y - mean - U @ (kept * projected)) / (1 - leverage)) ** 2)

    ridge = min(READOUT_RIDGES, key=left_out_error)
    coefficients = Vt.T @ (s / (s**2 + ridge) * projected)
    return coefficients, float(mean - centre @ coefficients)


class HermiteReadout:
    """Ridge regression of y on Hermite polynomials He_0..He_p of the standardised ĥ2, ridge by cross-validation (2.14).

    Parameters
    ----------
    degree : int
        Highest polynomial p, 1 to 50; 1 is an affine map.

    Attributes
    ----------
    range_ : tuple of float
        Ends at which ĥ2 is held.
    mean_, scale_ : float
        Mean and standard deviation of the held ĥ2.
    coef_ : ndarray of shape (degree,)
        Coefficients of He_1..He_p.
    intercept_ : float
        Coefficient of He_0.

    Raises
    ------
    ValueError
        If the degree is outside its range.

    Notes
    -----
    If p > 1, ĥ2 is held at the ends of its central 99 % of the fit: it is a quartic form with heavy tails, where a few
    samples would decide a polynomial that says nothing about them.
    """

    def __init__(self, degree: int = 3) -> None:
        if not 1 <= degree <= MAX_READOUT_DEGREE:
            raise ValueError(f"degree must lie between 1 and {MAX_READOUT_DEGREE}, got {degree}")
        self.degree = degree

    def fit(self, feature: np.ndarray, y: np.ndarray) -> HermiteReadout:
        """Fit the polynomial; labels of any finite size can be fitted.

        Parameters
        ----------
        feature : ndarray of shape (n,)
            Second-layer feature ĥ2.
        y : ndarray of shape (n,)
            Labels.

        Returns
        -------
        HermiteReadout
            The readout itself.
        """
        self.range_ = tuple(np.quantile(feature, CENTRAL)) if self.degree > 1 else (-np.inf, np.inf)
        held = np.clip(feature, *self.range_)
        self.mean_, self.scale_ = float(held.mean()), float(held.std()) or 1.0
        exponent = binary_exponent(y)
        coefficients, intercept = ridge_regression(self._design(feature), np.ldexp(y, -exponent))
        self.coef_, self.intercept_ = np.ldexp(coefficients, exponent), float(np.ldexp(intercept, exponent))
        return self

    def predict(self, feature: np.ndarray) -> np.ndarray:
        """Predicted labels.

        Parameters
        ----------
        feature : ndarray of shape (n,)
            Second-layer feature ĥ2.

        Returns
        -------
        ndarray of shape (n,)
            Predictions ŷ.
        """
        return self.intercept_ + self._design(feature) @ self.coef_

    def _design(self, feature: np.ndarray) -> np.ndarray:
        z = (np.clip(feature, *self.range_) - self.mean_) / self.scale_
        return hermevander(z, self.degree)[:, 1:] / [math.sqrt(math.factorial(k)) for k in range(1, self.degree + 1)]
