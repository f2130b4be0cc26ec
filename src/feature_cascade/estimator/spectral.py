"""`SpectralHierarchy`: the layer-wise spectral estimator (Algorithm 1) with scikit-learn's interface."""

from __future__ import annotations

import math
from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from ..features.hermite import HermiteFeatures
from ..features.stream import FeatureStream
from ..model.labels import standardise
from ..sampling.sources import ArraySource
from .layers import FirstLayer, HermiteReadout, second_features, second_layer

MIN_SAMPLES = 8


class SpectralHierarchy(TransformerMixin, RegressorMixin, BaseEstimator):
    """Layer-wise spectral estimator of y = g(Σ_i a_i (⟨A_i, F(x)⟩² − 1)), F the degree-q Hermite features of x.

    The inputs should be close to standard Gaussian (centre and whiten them first). The model sees targets of degree
    2q that are made of few quadratic features; on other targets it does no better than their mean.

    Parameters
    ----------
    n_directions : int, optional
        Number d1 of latent features to recover; None takes ⌊√d⌋ (at most D).
    degree : int
        Degree q of the Hermite features.
    preset : {"paper", "sharp"}
        The paper's algorithm, or one that needs fewer samples (see `presets`).
    label_transform : {"identity", "tanh", "clip", "normal_scores"}, optional
        See `estimator.layers.FirstLayer`; None takes the preset's value.
    input_scaling : {"none", "sphere"}, optional
        See `estimator.layers.FirstLayer`; None takes the preset's value.
    deflate : bool, optional
        See `estimator.layers.FirstLayer`; None takes the preset's value.
    tolerance : float
        Relative Ritz residual at which a direction counts as converged.
    max_passes : int
        Most passes of the first layer over the data.
    method : {"auto", "dense", "matrix_free"}
        See `estimator.layers.FirstLayer`.
    readout_degree : int
        Highest Hermite polynomial of the one-dimensional readout.
    sample_splitting : bool
        Fit the second layer and the readout on samples that the first layer did not see.
    holdout : float
        Fraction of the samples that is held out for them, half each.
    random_state : int or numpy.random.RandomState, optional
        Seed of the random split and of the start block.
    n_jobs : int
        Threads; the result does not depend on it.

    Attributes
    ----------
    components_ : ndarray of shape (d1, D)
        Recovered directions Â, orthonormal rows, largest |Ritz value| first.
    ritz_values_ : ndarray of shape (d1,)
        Ritz value of each direction.
    residuals_ : ndarray of shape (d1,)
        Ritz residual of each direction.
    n_passes_ : int
        Passes over the data.
    converged_ : bool
        Whether all directions reached the tolerance.
    second_layer_ : ndarray of shape (d1, d1)
        Â².
    readout_ : estimator.layers.HermiteReadout
        The fitted readout.
    n_features_in_ : int
        Input dimension d.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((4000, 3))
    >>> model = SpectralHierarchy(n_directions=1, degree=1).fit(x, x[:, 0] ** 2)
    >>> bool(abs(model.components_[0, 0]) > 0.99)
    True
    """

    def __init__(
        self,
        n_directions: int | None = None,
        degree: int = 2,
        *,
        preset: str = "paper",
        label_transform: str | None = None,
        input_scaling: str | None = None,
        deflate: bool | None = None,
        tolerance: float = 0.01,
        max_passes: int = 100,
        method: str = "auto",
        readout_degree: int = 3,
        sample_splitting: bool = True,
        holdout: float = 0.2,
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int = 1,
    ) -> None:
        self.n_directions = n_directions
        self.degree = degree
        self.preset = preset
        self.label_transform = label_transform
        self.input_scaling = input_scaling
        self.deflate = deflate
        self.tolerance = tolerance
        self.max_passes = max_passes
        self.method = method
        self.readout_degree = readout_degree
        self.sample_splitting = sample_splitting
        self.holdout = holdout
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: np.ndarray, y: np.ndarray) -> SpectralHierarchy:
        """Fit the three layers.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs.
        y : ndarray of shape (n,)
            Labels.

        Returns
        -------
        SpectralHierarchy
            The estimator itself.

        Raises
        ------
        ValueError
            On NaN or infinite values, too few samples, constant labels, or a parameter outside its range (a number of
            directions above D included).
        """
        X, y = validate_data(self, X, y, y_numeric=True, ensure_min_samples=MIN_SAMPLES)
        self._check_parameters()
        rng = check_random_state(self.random_state)
        first, second, last = self._split(len(y), rng)
        layer = self._first_layer()
        stream = self._stream(X[first], layer.input_scaling)
        pairs = layer.fit(stream, y[first], self._n_directions(), seed=int(rng.randint(2**31)))
        self.components_ = pairs.vectors.T
        self.ritz_values_, self.residuals_ = pairs.values, pairs.residuals
        self.n_passes_, self.converged_ = pairs.passes, pairs.converged
        self.second_layer_ = second_layer(self._project(X[second]), standardise(y)[second])
        feature = second_features(self._project(X[last]), self.second_layer_)
        self.readout_ = HermiteReadout(self.readout_degree).fit(feature, y[last])
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Learned first-layer features ĥ_i = ⟨Â_i, F(x)⟩; (2.11).

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs.

        Returns
        -------
        ndarray of shape (n, d1)
            Learned features ĥ.
        """
        check_is_fitted(self)
        return self._project(validate_data(self, X, reset=False)).astype(float)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Predicted labels.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs.

        Returns
        -------
        ndarray of shape (n,)
            Predictions ŷ.
        """
        check_is_fitted(self)
        return self.readout_.predict(second_features(self.transform(X), self.second_layer_))

    def _first_layer(self) -> FirstLayer:
        names = ("preset", "label_transform", "input_scaling", "deflate", "tolerance", "max_passes", "method")
        return FirstLayer.preset(**{name: getattr(self, name) for name in names})

    def _split(self, n: int, rng: np.random.RandomState) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Indices for the first layer, the second layer and the readout."""
        if not self.sample_splitting:
            return (np.arange(n),) * 3
        held = max(4, round(self.holdout * n))
        if n - held < 2:
            raise ValueError(f"holdout={self.holdout} leaves {max(n - held, 0)} of {n} samples to the first layer")
        order = rng.permutation(n)
        return order[held:], order[held // 2 : held], order[: held // 2]

    def _stream(self, X: np.ndarray, input_scaling: str = "none") -> FeatureStream:
        features = HermiteFeatures(self.n_features_in_, self.degree, input_scaling)
        return FeatureStream(features, ArraySource(X), len(X), self.n_jobs)

    def _project(self, X: np.ndarray) -> np.ndarray:
        return self._stream(X).project(self.components_.T)

    def _n_directions(self) -> int:
        D = HermiteFeatures(self.n_features_in_, self.degree).D
        if self.n_directions is None:
            return min(math.isqrt(self.n_features_in_), D)
        if not isinstance(self.n_directions, Integral) or not 1 <= self.n_directions <= D:
            raise ValueError(f"n_directions must be an integer between 1 and D = {D}, got {self.n_directions!r}")
        return self.n_directions

    def _check_parameters(self) -> None:
        for name in ("degree", "readout_degree", "n_jobs"):
            value = getattr(self, name)
            if not isinstance(value, Integral) or value < 1:
                raise ValueError(f"{name} must be an integer of at least 1, got {value!r}")
        if not isinstance(self.holdout, Real) or not 0 < self.holdout < 1:
            raise ValueError(f"holdout must be a number strictly between 0 and 1, got {self.holdout!r}")

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # scikit-learn's check fits a linear target, which the model cannot see
        return tags
