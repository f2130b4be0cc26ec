"""Methods that learn a teacher from the same n labelled samples: spectral estimator, cascade, kernels, ordinary tools.

n counts every label that a method sees. The spectral estimator therefore holds out a fifth of its n samples for the
second layer and the readout, and every other method takes what it needs for a ridge or for early stopping out of them
as well. Nothing sees a test point before it is scored. The cascade alone is not told the number of directions.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, RegressorMixin, TransformerMixin, _fit_context
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, ShuffleSplit
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.utils.validation import check_is_fitted, validate_data

from ..estimator.cascade import FeatureCascade
from ..estimator.parameters import count
from ..estimator.presets import PRESETS
from ..estimator.spectral import SpectralHierarchy
from ..model.spec import TeacherSpec
from ..sampling.streams import generator
from .kernels import Kernel, KernelBaseline
from .methods import KERNEL_METHODS

log = logging.getLogger(__name__)

FEATURE_RIDGES = np.logspace(0, 5, 6)  # of standardised features; the largest predicts little but the mean
SCORE = "neg_mean_squared_error"
HELD_OUT = 0.2  # of the samples, to choose such a ridge
RELU_FEATURES = 1000
HIDDEN_WIDTH = 256  # of each hidden layer of a network


@dataclass(frozen=True)
class Setting:
    """What all methods of a run are built with.

    Attributes
    ----------
    degree : int
        Degree q of the teacher's features.
    n_directions : int
        Number d1 of the teacher's directions.
    readout_degree : int
        Highest polynomial of the spectral estimator's readout.
    tolerance : float
        Tolerance of the spectral estimator.
    max_passes : int
        Most passes of the spectral estimator.
    ridges : tuple of float
        Grid of the kernels.
    seed : int
        Seed of whatever is random in a method.
    threads : int
        Threads of kernels and the estimator.
    """

    degree: int
    n_directions: int
    readout_degree: int
    tolerance: float
    max_passes: int
    ridges: tuple[float, ...]
    seed: int = 0
    threads: int = 1


def setting_of(spec: TeacherSpec, ridges: Sequence[float], threads: int = 1, **options) -> Setting:
    """The setting for a teacher.

    Parameters
    ----------
    spec : TeacherSpec
        What the teacher was drawn from.
    ridges : sequence of float
        Grid of the kernels.
    threads : int
        Threads of kernels and the estimator.
    **options : object
        Values of `readout_degree`, `tolerance` and `max_passes`.

    Returns
    -------
    Setting
        The setting.
    """
    return Setting(spec.q, spec.d1, ridges=tuple(ridges), seed=spec.seed, threads=threads, **options)


class ReluFeatures(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """max(0, w·x + b) for fixed random w ~ N(0, I/d) and b ~ N(0, 1): a two-layer network whose first is not trained.

    Parameters
    ----------
    n_components : int
        Number of features.
    random_state : int
        Non-negative integer that names the random stream.

    Attributes
    ----------
    weights_ : ndarray of shape (d, n_components)
        Directions w.
    biases_ : ndarray of shape (n_components,)
        Biases b.
    n_features_in_ : int
        Input dimension d.
    """

    _parameter_constraints: ClassVar[dict] = {"n_components": [count()], "random_state": [count(0)]}

    def __init__(self, n_components: int = RELU_FEATURES, random_state: int = 0) -> None:
        self.n_components = n_components
        self.random_state = random_state

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> ReluFeatures:
        """Draw the weights.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs; only d counts.
        y : None
            Ignored.

        Returns
        -------
        ReluFeatures
            The transformer itself.

        Raises
        ------
        ValueError
            On NaN or infinite values, or a parameter outside its range.
        """
        X = validate_data(self, X)
        rng = generator(self.random_state, "relu features")
        self.weights_ = rng.standard_normal((X.shape[1], self.n_components)) / np.sqrt(X.shape[1])
        self.biases_ = rng.standard_normal(self.n_components)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Features of inputs.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs.

        Returns
        -------
        ndarray of shape (n, n_components)
            Features.
        """
        check_is_fitted(self)
        return np.maximum(validate_data(self, X, reset=False) @ self.weights_ + self.biases_, 0.0)

    @property
    def _n_features_out(self) -> int:
        """Number of columns that `transform` returns, for `get_feature_names_out`."""
        return self.weights_.shape[1]


def kernels(degree: int) -> dict[str, Kernel]:
    """The kernels of the comparison; the polynomial one contains the target's degree 2q for the identity.

    Parameters
    ----------
    degree : int
        Degree q of the teacher's features.

    Returns
    -------
    dict of Kernel
        Kernels by name of the method.
    """
    return {
        "polynomial": Kernel("polynomial", degree=2 * degree),
        "gaussian": Kernel("gaussian"),
        "ntk2": Kernel("ntk", depth=2),
        "ntk3": Kernel("ntk", depth=3),
    }


def _spectral(preset: str) -> Callable[[Setting], BaseEstimator]:
    def build(setting: Setting) -> BaseEstimator:
        names = ("n_directions", "degree", "readout_degree", "tolerance", "max_passes")
        options = {name: getattr(setting, name) for name in names}
        return SpectralHierarchy(preset=preset, random_state=setting.seed, n_jobs=setting.threads, **options)

    return build


def _cascade(setting: Setting) -> FeatureCascade:
    return FeatureCascade(setting.degree, random_state=setting.seed, n_jobs=setting.threads)


def _kernel(name: str) -> Callable[[Setting], BaseEstimator]:
    def build(setting: Setting) -> BaseEstimator:
        kernel = kernels(setting.degree)[name]
        shape: dict = {"degree": kernel.degree, "bandwidth": kernel.bandwidth, "depth": kernel.depth}
        options: dict = {"ridges": setting.ridges, "random_state": setting.seed, "n_jobs": setting.threads}
        return KernelBaseline(kernel.name, **shape, **options)

    return build


def _ridge_on(features: Callable[[Setting], TransformerMixin]) -> Callable[[Setting], BaseEstimator]:
    def build(setting: Setting) -> BaseEstimator:
        split = ShuffleSplit(1, test_size=HELD_OUT, random_state=setting.seed)
        ridge = GridSearchCV(Ridge(solver="cholesky"), {"alpha": FEATURE_RIDGES}, scoring=SCORE, cv=split)
        return make_pipeline(features(setting), StandardScaler(), ridge)

    return build


def _trees(setting: Setting) -> RegressorMixin:
    return HistGradientBoostingRegressor(early_stopping=True, random_state=setting.seed)


def _network(hidden: int) -> Callable[[Setting], BaseEstimator]:
    return lambda setting: MLPRegressor(
        hidden_layer_sizes=(HIDDEN_WIDTH,) * hidden, early_stopping=True, random_state=setting.seed
    )


BUILDERS: dict[str, Callable[[Setting], BaseEstimator]] = {
    **{preset: _spectral(preset) for preset in PRESETS},
    "cascade": _cascade,
    **{name: _kernel(name) for name in KERNEL_METHODS},
    "quadratic": _ridge_on(lambda _: PolynomialFeatures(2, include_bias=False)),
    "relu": _ridge_on(lambda setting: ReluFeatures(random_state=setting.seed)),
    "trees": _trees,
    "mlp2": _network(1),
    "mlp3": _network(2),
}


def build(name: str, setting: Setting) -> BaseEstimator:
    """The scikit-learn regressor of a method.

    Parameters
    ----------
    name : str
        One of the `baselines.methods.METHODS`.
    setting : Setting
        What it is built with.

    Returns
    -------
    sklearn.base.BaseEstimator
        The regressor, not fitted.
    """
    return BUILDERS[name](setting)
