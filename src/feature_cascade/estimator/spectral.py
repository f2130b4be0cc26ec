"""`SpectralHierarchy`: the layer-wise spectral estimator (Algorithm 1) with scikit-learn's interface."""

from __future__ import annotations

import math
import warnings
from typing import ClassVar

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, RegressorMixin, TransformerMixin, _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from ..features.hermite import INPUT_SCALINGS, HermiteFeatures
from ..features.stream import FeatureStream
from ..model.labels import LABEL_TRANSFORMS, binary_exponent, standardise
from ..sampling.sources import CHUNK, ArraySource
from .eigen import RitzPairs, relative_residual
from .layers import FIRST_LAYER_METHODS, MAX_READOUT_DEGREE, FirstLayer, HermiteReadout, second_features, second_layer
from .parameters import N_JOBS, count, positive, refuse_text
from .presets import PRESETS
from .significance import Found, NoDirectionWarning, find
from .whitening import Whitener, check_range, warn_unless_white

MIN_SAMPLES = 8
AUTO = "auto"
MORE_THAN_ROOT = 8  # Ritz values besides ⌊√d⌋ among which those that stand out are looked for
FLOATS = [np.float64, np.float32]


class SpectralHierarchy(ClassNamePrefixFeaturesOutMixin, TransformerMixin, RegressorMixin, BaseEstimator):
    """Layer-wise spectral estimator of y = g(Σ_i a_i (⟨A_i, F(x)⟩² − 1)), F the degree-q Hermite features of x.

    The inputs should be close to standard Gaussian (centre and whiten them first, or set `whiten`). The model sees
    targets of degree 2q that are made of few quadratic features; on other targets it does no better than their mean.

    Parameters
    ----------
    n_directions : int or {"auto"}, optional
        Number d1 of latent features to recover; None takes ⌊√d⌋ (at most D), "auto" those that stand out from the noise
        (at least one).
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
        Highest Hermite polynomial of the one-dimensional readout, 1 to 50.
    sample_splitting : bool
        Fit the second layer and the readout on samples that the first layer did not see.
    holdout : float
        Fraction of the samples that is held out for them, half each.
    whiten : bool
        Whether to centre and whiten the inputs first; axes along which they do not vary are left out.
    random_state : int or numpy.random.RandomState, optional
        Seed of the random split and of the start block.
    n_jobs : int, optional
        Threads, in joblib's sense: −1 takes all processors, None one unless joblib's context says otherwise. The
        result does not depend on it.

    Attributes
    ----------
    components_ : ndarray of shape (d1, D)
        Recovered directions Â, orthonormal rows, largest |Ritz value| first. The entry that is largest in magnitude
        is positive; no prediction depends on that sign.
    ritz_values_ : ndarray of shape (d1,)
        Ritz value of each direction.
    residuals_ : ndarray of shape (d1,)
        Ritz residual of each direction.
    n_passes_ : int
        Passes over the data.
    converged_ : bool
        Whether all directions reached the tolerance.
    bulk_edges_ : tuple of float
        Where the noise among the Ritz values is predicted to end; see `significance`.
    n_significant_ : int
        Number of Ritz values beyond what noise reaches. They count among the d1 leading ones alone, unless
        ``n_directions="auto"``.
    whitener_ : estimator.whitening.Whitener or None
        The map that whitens the inputs.
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

    _parameter_constraints: ClassVar[dict] = {
        "n_directions": [count(), StrOptions({AUTO}), None],
        "degree": [count()],
        "preset": [StrOptions(set(PRESETS))],
        "label_transform": [StrOptions(set(LABEL_TRANSFORMS)), None],
        "input_scaling": [StrOptions(set(INPUT_SCALINGS)), None],
        "deflate": ["boolean", None],
        "tolerance": [positive()],
        "max_passes": [count()],
        "method": [StrOptions(set(FIRST_LAYER_METHODS))],
        "readout_degree": [count(1, MAX_READOUT_DEGREE)],
        "sample_splitting": ["boolean"],
        "holdout": [positive(1)],
        "whiten": ["boolean"],
        "random_state": ["random_state"],
        "n_jobs": N_JOBS,
    }

    def __init__(
        self,
        n_directions: int | str | None = None,
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
        whiten: bool = False,
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int | None = 1,
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
        self.whiten = whiten
        self.random_state = random_state
        self.n_jobs = n_jobs

    @_fit_context(prefer_skip_nested_validation=True)
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
            On NaN or infinite values, entries of X whose features overflow, labels that are text or constant, too few
            samples, or a parameter outside its range (a number of directions above D included).

        Warns
        -----
        UnwhitenedWarning
            If X is far from mean 0 and covariance I.
        NoDirectionWarning
            If no Ritz value stands out from the noise.
        ConvergenceWarning
            If the eigensolver stopped at `max_passes`.
        """
        refuse_text(y)
        X, y = validate_data(self, X, y, y_numeric=True, dtype=FLOATS, ensure_min_samples=MIN_SAMPLES)
        exponent = binary_exponent(y)
        y = np.ldexp(np.asarray(y, dtype=float), -exponent)
        self.whitener_ = Whitener.fit(X) if self.whiten else None
        X = self._whitened(X)
        self._check_inputs(X)
        rng = check_random_state(self.random_state)
        first, second, last = self._split(len(y), rng)
        layer = self._first_layer()
        stream = self._stream(X[first], layer.input_scaling)
        seed, k = int(rng.randint(2**31)), self._n_directions()
        found = find(layer, stream, X[first], y[first], k, seed, grow=self.n_directions == AUTO)
        pairs = found.leading() if self.n_directions == AUTO else found.pairs
        self._warn_unless_converged(pairs)
        self._keep_significance(found)
        self.components_ = positive_peaks(pairs.vectors.T)
        self.ritz_values_, self.residuals_ = pairs.values, pairs.residuals
        self.n_passes_, self.converged_ = pairs.passes, pairs.converged
        self.second_layer_ = second_layer(self._project(X[second]), standardise(y)[second])
        feature = second_features(self._project(X[last]), self.second_layer_)
        self.readout_ = HermiteReadout(self.readout_degree).fit(feature, np.ldexp(y[last], exponent))
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

        Raises
        ------
        ValueError
            On NaN or infinite values, or entries of X whose features overflow.
        """
        return self._learned(X)

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

        Raises
        ------
        ValueError
            On NaN or infinite values, or entries of X whose features overflow.
        """
        learned = self._learned(X)
        return self.readout_.predict(second_features(learned, self.second_layer_))

    @property
    def _n_features_out(self) -> int:
        """Number of columns that `transform` returns, for `get_feature_names_out`."""
        return len(self.components_)

    def _learned(self, X: np.ndarray) -> np.ndarray:
        """ĥ (2.11) as an array, whatever `set_output` asks of `transform`."""
        check_is_fitted(self)
        X = self._whitened(validate_data(self, X, reset=False, dtype=FLOATS))
        check_range(X, self.degree)
        return self._project(X).astype(float)

    def _whitened(self, X: np.ndarray) -> np.ndarray:
        return X if self.whitener_ is None else self.whitener_.apply(X)

    def _check_inputs(self, X: np.ndarray) -> None:
        """Inputs that overflow are an error; a warning if they are not white."""
        check_range(X, self.degree)
        if self._first_layer().input_scaling == "none":  # weights t are at most √n, and a chunk of them is summed
            padding = int(self.degree > 1)  # rows of the next degree fill up the groups of features
            check_range(X, 2 * self.degree + padding, CHUNK * math.sqrt(len(X)))
        else:
            check_range(X, 2)  # the radius
        warn_unless_white(X)

    def _warn_unless_converged(self, pairs: RitzPairs) -> None:
        if not pairs.converged:
            residual = relative_residual(pairs.values, pairs.residuals)
            warnings.warn(
                f"the eigensolver stopped after {pairs.passes} passes with a relative residual of {residual:.2g}, "
                f"above tolerance={self.tolerance}: raise max_passes={self.max_passes}, or the tolerance",
                ConvergenceWarning,
                stacklevel=4,  # the line that calls `fit`, past scikit-learn's wrapper
            )

    def _keep_significance(self, found: Found) -> None:
        self.bulk_edges_ = found.bulk.low.position, found.bulk.high.position
        self.n_significant_ = found.count
        if found.count == 0:
            warnings.warn(
                f"no direction stands out from the noise: Ritz values run from {found.pairs.values.min():.3g} to "
                f"{found.pairs.values.max():.3g}, and noise alone reaches {self.bulk_edges_[0]:.3g} and "
                f"{self.bulk_edges_[1]:.3g}; more samples, another degree or preset='sharp' may help",
                NoDirectionWarning,
                stacklevel=4,  # the line that calls `fit`, past scikit-learn's wrapper
            )

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
        features = HermiteFeatures(X.shape[1], self.degree, input_scaling)
        return FeatureStream(features, ArraySource(X), len(X), effective_n_jobs(self.n_jobs))

    def _project(self, X: np.ndarray) -> np.ndarray:
        return self._stream(X).project(self.components_.T)

    def _n_directions(self) -> int:
        d = self.n_features_in_ if self.whitener_ is None else self.whitener_.axes.shape[1]
        D = HermiteFeatures(d, self.degree).D
        if self.n_directions is None:
            return min(math.isqrt(d), D)
        if isinstance(self.n_directions, str):
            return min(math.isqrt(d) + MORE_THAN_ROOT, D)
        if self.n_directions > D:
            raise ValueError(f"n_directions must be an integer between 1 and D = {D}, got {self.n_directions!r}")
        return self.n_directions

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # scikit-learn's check fits a linear target, which the model cannot see
        return tags


def positive_peaks(rows: np.ndarray) -> np.ndarray:
    """Rows with the signs that make the entry of largest magnitude of each positive.

    Parameters
    ----------
    rows : ndarray of shape (k, D)
        Vectors that are known up to their sign.

    Returns
    -------
    ndarray of shape (k, D)
        The same vectors, or their negatives.
    """
    peaks = np.take_along_axis(rows, np.argmax(np.abs(rows), axis=1)[:, None], axis=1)
    return np.where(peaks < 0, -rows, rows)
