"""`FeatureCascade`: a target of few quadratic features, recovered exactly from little more labels than it has numbers.

The spectral estimator reads all directions off one matrix, whose noise is the whole variance of the labels. Here they
are fitted together, by least squares on u = ⟨M, F F^T − I⟩ with M of low rank, so that what is explained is no noise
any more. `search` says how.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import ClassVar

import numpy as np
from joblib import effective_n_jobs
from scipy.stats import spearmanr
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, RegressorMixin, TransformerMixin, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted, validate_data

from ..features.hermite import HermiteFeatures, quadratic_forms
from ..features.stream import FeatureStream
from ..model.labels import binary_exponent
from ..model.links import LINKS, Link
from ..sampling.sources import CHUNK, ArraySource
from .blas import one_blas_thread
from .layers import FirstLayer
from .link_models import GivenLink, ScaledLink, SplineLink, slope
from .low_rank import LeastSquares, LowRank
from .parameters import N_JOBS, count, positive, refuse_text
from .search import EXACT, GONE, LAST_ITERATIONS, Candidate, Round, Search, fitted_link, simplest
from .spectral import FLOATS, positive_peaks
from .whitening import Whitener, check_range, warn_unless_white

LEARNED = "learned"
RANDOM_COLUMNS, RANDOM_SIZE = 4, 0.1  # of the start, both signs; their length over that of a direction of all variance
START_SHRINKAGE = 0.45  # of the |eigenvalue| that a Ritz value would mean if it had no noise
KNOTS = (6, 10, 16)  # of a learned link, in turn as long as it gets better
SIGNIFICANT = 3.0  # standard errors at which a part of the target counts as there
CHANCE = 1e-3  # probability at which predictions of held-out labels are taken for chance
MIN_SAMPLES, FEW = 8, 100  # samples, and held-out ones that are worth a quarter of all


class FeatureCascade(ClassNamePrefixFeaturesOutMixin, TransformerMixin, RegressorMixin, BaseEstimator):
    """Least squares on a few quadratic features: y ≈ g(Σ_k λ_k (⟨v_k, F(x)⟩² − 1)), F the degree-q Hermite features.

    The inputs should be close to standard Gaussian (centre and whiten them first, or set `whiten`). The number of
    directions, their strengths and signs, and the link are found from the data.

    Parameters
    ----------
    degree : int
        Degree q of the Hermite features.
    max_directions : int, optional
        Upper bound on the number of directions; None takes ⌊√d⌋ + 7 (at most D).
    link : {"learned", "identity", "tanh"} or callable
        The link g, a smooth function of an array. "learned" decides by held-out error between the identity and a
        spline.
    linear : {"auto"} or bool
        Whether the score also holds a part ⟨b, F(x)⟩ of degree q; "auto" decides by held-out error.
    holdout : float
        Fraction of the samples that decides between the steps, 100 of them if that is at most a quarter. The last fit
        sees all samples.
    whiten : bool
        Whether to centre and whiten the inputs first; axes along which they do not vary are left out.
    random_state : int or numpy.random.RandomState, optional
        Seed of the split and of the random start.
    n_jobs : int, optional
        Threads, in joblib's sense: −1 takes all processors, None one unless joblib's context says otherwise. The
        result does not depend on it.

    Attributes
    ----------
    components_ : ndarray of shape (k, D)
        Directions v_k of unit length, orthogonal rows, strongest first. The entry that is largest in magnitude is
        positive; no prediction depends on that sign.
    strengths_ : ndarray of shape (k,)
        Signed strengths λ_k of the score.
    n_directions_ : int
        Number k of directions; zero if nothing predicts held-out labels better than their mean.
    linear_ : ndarray of shape (D,)
        The part b of degree q, zero if there is none.
    offset_ : float
        Constant of the score.
    link_ : callable
        The link g, given or fitted; one that is learned has slope 1 on average, which fixes the scale of the score.
    noise_ : float
        Standard deviation of what the model left of the held-out labels, before the last fit.
    rounds_ : list of search.Round
        History of the fit.
    whitener_ : estimator.whitening.Whitener or None
        The map that whitens the inputs.
    n_features_in_ : int
        Input dimension d.

    Notes
    -----
    Memory grows with n·k + D·k: the features are computed in chunks at every reading, never kept.

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((400, 4))
    >>> model = FeatureCascade(degree=1, random_state=0).fit(x, x[:, 0] ** 2 - 0.5 * x[:, 1] ** 2)
    >>> model.n_directions_, model.strengths_.round(2).tolist()
    (2, [1.0, -0.5])
    """

    _parameter_constraints: ClassVar[dict] = {
        "degree": [count()],
        "max_directions": [count(), None],
        "link": [StrOptions({LEARNED, *LINKS}), callable],
        "linear": [StrOptions({"auto"}), "boolean"],
        "holdout": [positive(1)],
        "whiten": ["boolean"],
        "random_state": ["random_state"],
        "n_jobs": N_JOBS,
    }

    def __init__(
        self,
        degree: int = 2,
        *,
        max_directions: int | None = None,
        link: str | Callable[[np.ndarray], np.ndarray] = LEARNED,
        linear: str | bool = "auto",
        holdout: float = 0.05,
        whiten: bool = False,
        random_state: int | np.random.RandomState | None = None,
        n_jobs: int | None = 1,
    ) -> None:
        self.degree = degree
        self.max_directions = max_directions
        self.link = link
        self.linear = linear
        self.holdout = holdout
        self.whiten = whiten
        self.random_state = random_state
        self.n_jobs = n_jobs

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: np.ndarray, y: np.ndarray) -> FeatureCascade:
        """Fit to inputs and labels.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs.
        y : ndarray of shape (n,)
            Labels.

        Returns
        -------
        FeatureCascade
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
        UserWarning
            If nothing predicts held-out labels better than their mean does.
        """
        refuse_text(y)
        X, y = validate_data(self, X, y, y_numeric=True, dtype=FLOATS, ensure_min_samples=MIN_SAMPLES)
        y = np.asarray(y, dtype=float)
        if np.ptp(y) == 0:
            raise ValueError(f"y must not be constant: all {len(y)} labels equal {y[0]:.6g}")
        self.whitener_ = Whitener.fit(X) if self.whiten else None
        X = self._whitened(X)
        check_range(X, 2 * self.degree + int(self.degree > 1), CHUNK * math.sqrt(len(X)))
        warn_unless_white(X)
        scale = _scale(y) if self.link in (LEARNED, "identity") else 1.0
        rng = check_random_state(self.random_state)
        order = rng.permutation(len(y))
        held = max(round(self.holdout * len(y)), min(FEW, len(y) // 4))
        train, held_out = order[held:], order[:held]
        with one_blas_thread():  # many small products, which threads of BLAS only slow down
            model, link = self._fit(X, y / scale, train, held_out, rng)
            self._keep(X, y, model, link, scale)
        self.noise_ *= scale
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Features ⟨v_k, F(x)⟩ of the directions that were found.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs.

        Returns
        -------
        ndarray of shape (n, k)
            The features.

        Raises
        ------
        ValueError
            On NaN or infinite values, or entries of X whose features overflow.
        """
        stream = self._checked(X)
        return stream.project(self.components_.T).astype(float) if self.n_directions_ else np.empty((stream.n, 0))

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
        stream = self._checked(X)
        return self.link_(self._model.score(stream))

    @property
    def matrices_(self) -> np.ndarray:
        """The directions as matrices A_k of the (whitened) inputs: ⟨v_k, F(x)⟩ = x^T A_k x − tr A_k, for degree 2.

        Returns
        -------
        ndarray of shape (k, d, d)
            Symmetric matrices, strongest direction first; their Frobenius norm is √½.

        Raises
        ------
        AttributeError
            If the degree is not 2.
        """
        check_is_fitted(self)
        if self.degree != 2:
            raise AttributeError(f"matrices_ exists for degree 2 alone, this model has degree {self.degree}")
        return quadratic_forms(self.components_.T, self._map().d)

    @property
    def _n_features_out(self) -> int:
        """Number of columns that `transform` returns, for `get_feature_names_out`."""
        return self.n_directions_

    def _checked(self, X: np.ndarray) -> FeatureStream:
        check_is_fitted(self)
        X = self._whitened(validate_data(self, X, reset=False, dtype=FLOATS))
        check_range(X, self.degree)
        return self._stream(X)

    def _whitened(self, X: np.ndarray) -> np.ndarray:
        return X if self.whitener_ is None else self.whitener_.apply(X)

    def _search(
        self, X: np.ndarray, y: np.ndarray, X_held_out: np.ndarray, y_held_out: np.ndarray, rng: np.random.RandomState
    ) -> tuple[Candidate, list]:
        """The best candidate on the held-out samples, and the history."""
        streams = self._stream(X), self._stream(X_held_out)
        learned = self.link == LEARNED
        name = "identity" if learned else self.link
        given = GivenLink(name if callable(name) else LINKS[name])
        search = Search(streams[0], y, streams[1], y_held_out, given)
        best = search.run(self._start(X, y, streams, y_held_out, rng))
        history = search.history
        if learned and self._curved(best, streams, y, y_held_out):
            best, more = self._learn(best, streams, y, y_held_out)
            history = history + more
        return best, history

    @staticmethod
    def _learn(best: Candidate, streams, y: np.ndarray, y_held_out: np.ndarray) -> tuple[Candidate, list]:
        """The best candidate once the identity is replaced by splines of more and more knots, and the history."""
        history: list[Round] = []
        for n_knots in KNOTS:
            spline = SplineLink(best.model.score(streams[0]), n_knots)
            search = Search(streams[0], y, streams[1], y_held_out, spline)
            found = search.sharpen(best.model) if n_knots == KNOTS[0] and best.directions else search.again(best)
            history = history + search.history
            if simplest([best, found]) is best:
                break
            best = found
        return best, history

    @staticmethod
    def _curved(best: Candidate, streams, y: np.ndarray, y_held_out: np.ndarray) -> bool:
        """Whether a spline of the score predicts held-out labels better than the identity does, beyond chance."""
        score = best.model.score(streams[0])
        fitted = SplineLink(score, KNOTS[0]).fitted(score, y)
        squares = (fitted(best.model.score(streams[1])) - y_held_out) ** 2 / np.var(y)
        return best.error > EXACT and simplest([best, replace(best, squares=squares)]) is not best

    def _start(self, X, y, streams, y_held_out, rng) -> LowRank:
        """Eigenvectors of the sharp first layer and a few random columns of both signs."""
        features = self._map()
        k = self._n_spectral(features)
        layer = FirstLayer.preset("sharp")
        pairs = layer.fit(self._stream(X, layer.input_scaling), y, k, seed=int(rng.randint(2**31)))
        scale = np.std(y)
        vectors = pairs.vectors * np.sqrt(START_SHRINKAGE * np.abs(pairs.values) / math.sqrt(2) * scale)
        extra = rng.standard_normal((features.D, RANDOM_COLUMNS))
        extra *= RANDOM_SIZE * np.sqrt(scale) / np.linalg.norm(extra, axis=0)
        signs = np.concatenate([np.sign(pairs.values), np.resize([1.0, -1.0], RANDOM_COLUMNS)])
        offset = float(np.mean(y)) if self.link in (LEARNED, "identity") else 0.0
        return LowRank(np.hstack([vectors, extra]), signs, self._linear(y, streams, y_held_out), offset)

    def _n_spectral(self, features: HermiteFeatures) -> int:
        """Number of spectral directions of the start; the random ones come on top."""
        if self.max_directions is None:
            return min(math.isqrt(features.d) + 3, features.D)
        if self.max_directions > features.D:
            raise ValueError(
                f"max_directions must be an integer between 1 and D = {features.D}, got {self.max_directions!r}"
            )
        return max(1, self.max_directions - RANDOM_COLUMNS)

    def _linear(self, y, streams, y_held_out) -> np.ndarray:
        """The start of the degree-q part, (D, 1), or no column if it is not wanted."""
        if self.linear is False:
            return np.empty((self._map().D, 0))
        column = streams[0].weighted_sum((y - y.mean())[:, None]) / len(y)
        prediction = streams[1].project(column)[:, 0].astype(float)
        centred = prediction - prediction.mean()
        size = float(centred @ centred)
        factor = float(centred @ y_held_out) / size if size > 0 else 0.0
        correlation = factor * math.sqrt(size) / (np.std(y_held_out) * math.sqrt(len(y_held_out)) or 1.0)
        if self.linear == "auto" and correlation * math.sqrt(len(y_held_out)) < SIGNIFICANT:
            return np.empty((self._map().D, 0))
        return column * max(factor, 0.0)

    def _fit(
        self, X: np.ndarray, y: np.ndarray, train: np.ndarray, held_out: np.ndarray, rng: np.random.RandomState
    ) -> tuple[LowRank, Link]:
        """Search on one part of the samples, judge on the other, fit the best model to both."""
        best, self.rounds_ = self._search(X[train], y[train], X[held_out], y[held_out], rng)
        prediction = best.link(best.model.score(self._stream(X[held_out])))
        self.noise_ = math.sqrt(np.mean((y[held_out] - prediction) ** 2))
        if _better(y[held_out], prediction, y[train].mean()):
            return self._fit_all(X, y, best)
        warnings.warn(
            "no direction predicts held-out labels better than their mean does, and the model is a constant: "
            "more samples, another degree or whitened inputs may help",
            UserWarning,
            stacklevel=4,  # the line that calls `fit`, past scikit-learn's wrapper
        )
        return _nothing(self._map().D, y.mean()), LINKS["identity"]

    def _fit_all(self, X: np.ndarray, y: np.ndarray, best: Candidate) -> tuple[LowRank, Link]:
        """The last fit, of the best candidate on all samples."""
        stream = self._stream(X)
        model, _ = LeastSquares(stream, y, best.links).minimise(
            best.kept, best.weights[: best.directions], LAST_ITERATIONS
        )
        model = model.orthogonal(GONE)
        return model, fitted_link(best.links, model, stream, y)

    def _keep(self, X: np.ndarray, y: np.ndarray, model: LowRank, link: Link, scale: float) -> None:
        """The fitted attributes, in the units of the labels; the scale of a learned link is that of slope one."""
        unit = slope(model.score(self._stream(X)), y) if self.link == LEARNED else scale
        self._model, self.link_ = model.scaled(unit), ScaledLink(link, unit, scale)
        self.components_ = positive_peaks((model.vectors / np.sqrt(np.abs(model.eigenvalues))).T)
        self.strengths_, self.n_directions_ = self._model.eigenvalues, model.rank
        self.linear_, self.offset_ = self._model.linear.sum(axis=1), self._model.offset

    def _map(self, input_scaling: str = "none") -> HermiteFeatures:
        d = self.n_features_in_ if self.whitener_ is None else self.whitener_.axes.shape[1]
        return HermiteFeatures(d, self.degree, input_scaling)

    def _stream(self, X: np.ndarray, input_scaling: str = "none") -> FeatureStream:
        return FeatureStream(self._map(input_scaling), ArraySource(X), len(X), effective_n_jobs(self.n_jobs))

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True  # scikit-learn's check fits a linear target, which degree 2 cannot see
        return tags


def _scale(y: np.ndarray) -> float:
    """What labels are divided by: their variance is then 2, that of a target with Σ λ_k² = 1."""
    exponent = binary_exponent(y)
    return float(np.ldexp(np.std(np.ldexp(y, -exponent)) / math.sqrt(2), exponent))


def _nothing(D: int, constant: float) -> LowRank:
    return LowRank(np.empty((D, 0)), np.empty(0), np.empty((D, 0)), constant)


def _better(y: np.ndarray, prediction: np.ndarray, mean: float) -> bool:
    """Whether predictions are closer to the labels than a constant is, beyond chance: labels may have heavy tails."""
    error, constant = np.mean((y - prediction) ** 2), np.mean((y - mean) ** 2)
    if error >= constant or not np.ptp(prediction):
        return False
    return bool(spearmanr(y, prediction, alternative="greater").pvalue < CHANCE)
