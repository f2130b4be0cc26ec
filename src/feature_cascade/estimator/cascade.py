"""`FeatureCascade`: a target of few quadratic features, recovered exactly from little more labels than it has numbers.

The spectral estimator reads all directions off one matrix, whose noise is the whole variance of the labels. Here they
are fitted together, by least squares on u = ⟨M, F F^T − I⟩ with M of low rank, so that what is explained is no noise
any more. `search` says how.
"""

from __future__ import annotations

import logging
import math
import warnings
from dataclasses import replace

import numpy as np
from scipy.stats import wilcoxon
from sklearn.base import BaseEstimator, RegressorMixin, TransformerMixin
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from ..features.hermite import HermiteFeatures
from ..features.stream import FeatureStream
from ..model.links import LINKS, Link
from ..sampling.sources import ArraySource
from .layers import FirstLayer
from .link_models import GivenLink, LinkModel, SplineLink
from .low_rank import LeastSquares, LowRank
from .search import EXACT, GONE, LAST_ITERATIONS, Candidate, Search, simplest

log = logging.getLogger(__name__)

LEARNED = "learned"
RANDOM_COLUMNS, RANDOM_SIZE = 4, 0.1  # of the start, both signs; their length over that of a direction of all variance
START_SHRINKAGE = 0.45  # of the |eigenvalue| that a Ritz value would mean if it had no noise
LINK_REFITS = 3  # times that the knots of a learned link are placed anew
SIGNIFICANT = 3.0  # standard errors at which a part of the target counts as there
CHANCE = 1e-3  # probability at which predictions of held-out labels are taken for chance
MIN_SAMPLES, FEW = 8, 50  # samples, and held-out ones that are worth a quarter of all


class FeatureCascade(TransformerMixin, RegressorMixin, BaseEstimator):
    """Least squares on a few quadratic features: y ≈ g(Σ_k λ_k (⟨v_k, F(x)⟩² − 1)), F the degree-q Hermite features.

    The inputs should be close to standard Gaussian (centre and whiten them first). The number of directions, their
    strengths and signs, and the link are found from the data.

    Parameters
    ----------
    degree : int
        Degree q of the Hermite features.
    max_directions : int or None
        Upper bound on the number of directions; None takes ⌊√d⌋ + 3 and a few of random start (at most D).
    link : {"learned", "identity", "tanh"} or callable
        The link g. "learned" decides by held-out error between the identity and a spline.
    linear : {"auto"} or bool
        Whether the score also holds a part ⟨b, F(x)⟩ of degree q; "auto" decides by held-out error.
    holdout : float
        Fraction of the samples that decides between the steps. The last fit sees all samples.
    random_state : int, RandomState or None
        Seed of the split and of the random start.
    n_jobs : int
        Threads; the result does not depend on it.

    Attributes
    ----------
    components_ : ndarray of shape (k, D)
        Directions v_k of unit length, strongest first.
    strengths_ : ndarray of shape (k,)
        Signed strengths λ_k of the score.
    n_directions_ : int
        Number k of directions.
    linear_ : ndarray of shape (D,)
        The part b of degree q, zero if there is none.
    offset_ : float
        Constant of the score.
    link_ : object
        The fitted link, a model with a method ``predict``.
    rounds_ : list of search.Round
        History of the fit.
    held_out_error_ : float
        Mean square error over variance on the held-out samples, before the last fit.
    noise_ : float
        Standard deviation of what the model leaves of the held-out labels.
    n_features_in_ : int
        Input dimension d.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((400, 4))
    >>> model = FeatureCascade(degree=1, random_state=0).fit(x, x[:, 0] ** 2 - 0.5 * x[:, 1] ** 2)
    >>> model.n_directions_, model.strengths_.round(2).tolist()
    (2, [1.0, -0.5])
    """

    def __init__(
        self,
        degree: int = 2,
        *,
        max_directions: int | None = None,
        link: str | Link = LEARNED,
        linear: str | bool = "auto",
        holdout: float = 0.05,
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int = 1,
    ) -> None:
        self.degree = degree
        self.max_directions = max_directions
        self.link = link
        self.linear = linear
        self.holdout = holdout
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, X: np.ndarray, y: np.ndarray) -> FeatureCascade:
        """Fit to inputs and labels.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Inputs.
        y : array-like of shape (n,)
            Labels.

        Returns
        -------
        FeatureCascade
            The fitted model itself.

        Raises
        ------
        ValueError
            On NaN or infinite values, too few samples, constant labels, or a parameter outside its range.
        """
        X, y = validate_data(self, X, y, y_numeric=True, ensure_min_samples=MIN_SAMPLES)
        y = np.asarray(y, dtype=float)
        if np.ptp(y) == 0:
            raise ValueError(f"y must not be constant: all {len(y)} labels equal {y[0]:.6g}")
        rng = check_random_state(self.random_state)
        order = rng.permutation(len(y))
        held = max(round(self.holdout * len(y)), min(FEW, len(y) // 4))
        train, held_out = order[held:], order[:held]
        best, link, history = self._search(X[train], y[train], X[held_out], y[held_out], rng)
        self.rounds_, self.link_ = history, link
        prediction = link.predict(best.model.score(self._stream(X[held_out])))
        self.noise_ = float(np.sqrt(np.mean((y[held_out] - prediction) ** 2)))
        self.held_out_error_ = best.error
        if not _better(y[held_out], prediction, y[train].mean()):
            warnings.warn(
                "No direction predicts held-out labels better than their mean does: the model is a constant. "
                "More samples, another degree or whitened inputs may help.",
                UserWarning,
                stacklevel=2,
            )
            self._keep(_nothing(self._map().D), GivenLink(LINKS["identity"]), y.mean())
            return self
        problem = LeastSquares(self._stream(X), y, link)
        model, _ = problem.minimise(best.model, best.weights, LAST_ITERATIONS)
        link.at(model.score(self._stream(X)), y)
        self._keep(model.orthogonal(GONE), link, 0.0)
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Features ⟨v_k, F(x)⟩ of the directions that were found.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Inputs.

        Returns
        -------
        ndarray of shape (n, k)
            The features.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        return self._stream(X).project(self.components_.T).astype(float)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """Predicted labels.

        Parameters
        ----------
        X : array-like of shape (n, d)
            Inputs.

        Returns
        -------
        ndarray of shape (n,)
            Predictions.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        return self.link_.predict(self._model.score(self._stream(X)))

    def _search(
        self, X: np.ndarray, y: np.ndarray, X_held_out: np.ndarray, y_held_out: np.ndarray, rng: np.random.RandomState
    ) -> tuple[Candidate, LinkModel, list]:
        """The best candidate on the held-out samples, its link, and the history."""
        streams = self._stream(X), self._stream(X_held_out)
        learned = self.link == LEARNED
        link: LinkModel = GivenLink(LINKS["identity"] if learned else LINKS.get(self.link, self.link))
        search = Search(streams[0], y, streams[1], y_held_out, link)
        best = search.run(self._start(X, y, streams, y_held_out, rng))
        history = search.history
        for _ in range(LINK_REFITS if learned else 0):
            spline = SplineLink(best.model.score(streams[0]))
            if not self._curved(best, spline, streams, y, y_held_out):
                break
            search = Search(streams[0], y, streams[1], y_held_out, spline)
            found = search.sharpen(best.model)
            history = history + search.history
            if simplest([best, found]) is best:
                break
            best, link = found, spline
        return best, link, history

    @staticmethod
    def _curved(best: Candidate, spline: SplineLink, streams, y: np.ndarray, y_held_out: np.ndarray) -> bool:
        """Whether a spline of the score predicts held-out labels better than the link does, beyond chance."""
        spline.at(best.model.score(streams[0]), y)
        squares = (spline.predict(best.model.score(streams[1])) - y_held_out) ** 2 / np.var(y)
        return best.error > EXACT and simplest([best, replace(best, squares=squares)]) is not best

    def _start(self, X, y, streams, y_held_out, rng) -> LowRank:
        """Eigenvectors of the sharp first layer and a few random columns of both signs."""
        features = self._map()
        k = self.max_directions or math.isqrt(features.d) + 3
        k = min(k, features.D)
        layer = FirstLayer.preset("sharp")
        pairs = layer.fit(self._stream(X, layer.input_scaling), y, k, seed=int(rng.randint(2**31)))
        scale = np.std(y)
        vectors = pairs.vectors * np.sqrt(START_SHRINKAGE * np.abs(pairs.values) / math.sqrt(2) * scale)
        extra = rng.standard_normal((features.D, RANDOM_COLUMNS))
        extra *= RANDOM_SIZE * np.sqrt(scale) / np.linalg.norm(extra, axis=0)
        signs = np.concatenate([np.sign(pairs.values), np.resize([1.0, -1.0], RANDOM_COLUMNS)])
        offset = float(np.mean(y)) if self.link in (LEARNED, "identity") else 0.0
        return LowRank(np.hstack([vectors, extra]), signs, self._linear(y, streams, y_held_out), offset)

    def _linear(self, y, streams, y_held_out) -> np.ndarray:
        """The start of the degree-q part, (D, 1), or no column if it is not wanted."""
        if self.linear is False:
            return np.empty((self._map().D, 0))
        column = streams[0].weighted_sum((y - y.mean())[:, None]) / len(y)
        prediction = streams[1].project(column)[:, 0].astype(float)
        centred = prediction - prediction.mean()
        size = float(centred @ centred)
        slope = float(centred @ y_held_out) / size if size > 0 else 0.0
        correlation = slope * math.sqrt(size) / (np.std(y_held_out) * math.sqrt(len(y_held_out)) or 1.0)
        if self.linear == "auto" and correlation * math.sqrt(len(y_held_out)) < SIGNIFICANT:
            return np.empty((self._map().D, 0))
        return column * max(slope, 0.0)

    def _keep(self, model: LowRank, link: LinkModel, offset: float) -> None:
        self.link_ = link
        self._model = LowRank(model.vectors, model.signs, model.linear, model.offset + offset)
        sizes = np.abs(model.eigenvalues)
        self.components_ = (model.vectors / np.sqrt(np.where(sizes > 0, sizes, 1.0))).T
        flip = np.sign(self.components_[np.arange(len(sizes)), np.abs(self.components_).argmax(axis=1)])
        self.components_ = self.components_ * flip[:, None]
        self.strengths_, self.n_directions_ = model.eigenvalues, model.rank
        self.linear_ = model.linear.sum(axis=1)
        self.offset_ = self._model.offset

    def _map(self, input_scaling: str = "none") -> HermiteFeatures:
        return HermiteFeatures(self.n_features_in_, self.degree, input_scaling)

    def _stream(self, X: np.ndarray, input_scaling: str = "none") -> FeatureStream:
        return FeatureStream(self._map(input_scaling), ArraySource(X), len(X), self.n_jobs)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # scikit-learn's check fits a linear target, which degree 2 cannot see
        return tags


def _nothing(D: int) -> LowRank:
    return LowRank(np.empty((D, 0)), np.empty(0), np.empty((D, 0)))


def _better(y: np.ndarray, prediction: np.ndarray, mean: float) -> bool:
    """Whether predictions are closer to the labels than a constant is, beyond chance: labels may have heavy tails."""
    gain = np.abs(y - mean) - np.abs(y - prediction)
    error, constant = np.mean((y - prediction) ** 2), np.mean((y - mean) ** 2)
    return bool(error < constant and gain.any() and wilcoxon(gain, alternative="greater").pvalue < CHANCE)
