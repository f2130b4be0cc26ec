"""Least squares on quadratic features from a random start: the ablation of `FeatureCascade`.

Its objective without its search: no spectral start, no penalty, no held-out samples.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from joblib import effective_n_jobs
from sklearn.base import BaseEstimator, RegressorMixin, _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from ..estimator.link_models import GivenLink
from ..estimator.low_rank import LeastSquares, LowRank
from ..estimator.parameters import N_JOBS, count
from ..estimator.search import GONE
from ..features.hermite import HermiteFeatures
from ..features.stream import FeatureStream
from ..model.links import LINKS
from ..sampling.sources import ArraySource
from ..sampling.streams import generator

START_LENGTH = 0.1  # of a column, over that of a direction which has all the variance
FACTOR = 2  # columns of the start for each direction that is looked for, half of them of each sign


class RandomStart(RegressorMixin, BaseEstimator):
    """Least squares on y ≈ g(Σ_k s_k (⟨B_k, F(x)⟩² − |B_k|²) + c) from short random B_k of both signs.

    Parameters
    ----------
    n_directions : int
        Number of directions that are looked for; the start has twice as many columns.
    degree : int
        Degree q of the Hermite features F.
    link : {"identity", "tanh"}
        The link g.
    max_iter : int
        Most steps of L-BFGS.
    random_state : int
        Non-negative integer that names the random stream.
    n_jobs : int, optional
        Threads, in joblib's sense; the result does not depend on it.

    Attributes
    ----------
    components_ : ndarray of shape (k, D)
        Directions of unit length, orthogonal rows, strongest first.
    strengths_ : ndarray of shape (k,)
        Their signed eigenvalues.
    n_features_in_ : int
        Input dimension d.
    """

    _parameter_constraints: ClassVar[dict] = {
        "n_directions": [count()],
        "degree": [count()],
        "link": [StrOptions(set(LINKS))],
        "max_iter": [count()],
        "random_state": [count(0)],
        "n_jobs": N_JOBS,
    }

    def __init__(
        self,
        n_directions: int = 1,
        degree: int = 2,
        *,
        link: str = "identity",
        max_iter: int = 1000,
        random_state: int = 0,
        n_jobs: int | None = 1,
    ) -> None:
        self.n_directions = n_directions
        self.degree = degree
        self.link = link
        self.max_iter = max_iter
        self.random_state = random_state
        self.n_jobs = n_jobs

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: np.ndarray, y: np.ndarray) -> RandomStart:
        """Fit to inputs and labels.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs.
        y : ndarray of shape (n,)
            Labels, not constant.

        Returns
        -------
        RandomStart
            The regressor itself.

        Raises
        ------
        ValueError
            On NaN or infinite values, or a parameter outside its range.
        """
        X, y = validate_data(self, X, y, y_numeric=True, ensure_min_samples=2)
        stream = self._stream(X)
        rng = generator(self.random_state, "random start")
        columns = rng.standard_normal((stream.features.D, FACTOR * self.n_directions))
        columns *= START_LENGTH * np.sqrt(np.std(y)) / np.linalg.norm(columns, axis=0)
        start = LowRank(columns, np.resize([1.0, -1.0], columns.shape[1]), columns[:, :0])
        problem = LeastSquares(stream, np.asarray(y, dtype=float), GivenLink(LINKS[self.link]))
        model, _ = problem.minimise(start, np.zeros(start.rank), self.max_iter)
        self._model = model.orthogonal(GONE)
        self.strengths_ = self._model.eigenvalues
        self.components_ = (self._model.vectors / np.sqrt(np.abs(self.strengths_))).T
        return self

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
        return LINKS[self.link](self._model.score(self._stream(validate_data(self, X, reset=False))))

    def _stream(self, X: np.ndarray) -> FeatureStream:
        features = HermiteFeatures(self.n_features_in_, self.degree)
        return FeatureStream(features, ArraySource(X), len(X), effective_n_jobs(self.n_jobs))
