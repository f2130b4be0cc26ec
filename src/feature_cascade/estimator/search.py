"""The search of `FeatureCascade` for a matrix of low rank, and the history of it.

Three steps, each from where the one before ended. The error on held-out samples decides between all that they pass:

1. a ridge μ on the factors, which is μ times the nuclear norm of M, falling;
2. rounds with a weight μ/(|λ_k| + ε) for each direction, ε falling: weights of weak directions grow until these are
   gone, those of strong ones vanish. The number of directions comes out by itself; μ falls as long as that helps;
3. the directions that are left, without any penalty.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..features.stream import FeatureStream
from ..model.links import Link
from .link_models import GivenLink, LinkModel
from .low_rank import LeastSquares, LowRank

log = logging.getLogger(__name__)

PENALTIES = (0.2, 0.08, 0.03)  # μ of the first step, of the largest eigenvalue that labels of unit variance can have
PATH_ITERATIONS, ROUND_ITERATIONS, LAST_ITERATIONS = 40, 25, 400
ROUND_PENALTIES, PENALTY_DECAY = (0.01, 0.06), 0.9  # first μ of the rounds: near the wall, and with noise
EPSILON, EPSILON_DECAY = 0.1, 0.85  # of the largest |eigenvalue|
PROGRESS = 0.99  # of the held-out error, at which a round has gained something
ROUNDS, PATIENCE = 40, 10  # largest number of rounds, and how many without progress end them
HOPELESS = 3  # the same as long as nothing predicts held-out labels better than their mean
GONE = 1e-3  # of the largest |eigenvalue|: a direction this weak is none
ALIKE = 1.2
RELATIVE = 1e-7  # of the error: a step that gains less is the last
EXACT = 1e-5  # held-out error at which nothing is left to find


class Round(NamedTuple):
    """One line of the history of a fit.

    Attributes
    ----------
    step : str
        "linear", "path", "round" or "refit".
    penalty : float
        Penalty μ.
    directions : int
        Number of directions that are not gone.
    training_error, held_out_error : float
        Mean square errors over the variance of the labels.
    seconds : float
        Since the start of the search.
    """

    step: str
    penalty: float
    directions: int
    training_error: float
    held_out_error: float
    seconds: float


@dataclass(frozen=True)
class Candidate:
    """A model that the search passed.

    Attributes
    ----------
    model : LowRank
        The score.
    links : LinkModel
        The links among which it was fitted.
    link : callable
        The link that came out.
    weights : ndarray of shape (k,)
        Weights of the penalty that it was fitted with.
    directions : int
        Number of directions that are not gone.
    squares : ndarray of shape (n_held_out,)
        Squared held-out errors over the variance of the training labels.
    """

    model: LowRank
    links: LinkModel
    link: Link
    weights: np.ndarray
    directions: int
    squares: np.ndarray

    @property
    def kept(self) -> LowRank:
        """The model without the directions that are gone.

        Returns
        -------
        LowRank
            Strongest direction first.
        """
        return self.model.orthogonal(GONE)

    @property
    def error(self) -> float:
        """Held-out error over the variance of the labels.

        Returns
        -------
        float
            Its mean.
        """
        return float(self.squares.mean())


def simplest(candidates: Sequence[Candidate]) -> Candidate:
    """The candidate of fewest directions among those as good as the best, by the rule of one standard error.

    Errors that differ by more than a factor `ALIKE` never count as the same: a few held-out labels in the tail of their
    distribution can make the standard error as large as anything.

    Parameters
    ----------
    candidates : sequence of Candidate
        At least one; their squared errors are those of the same samples.

    Returns
    -------
    Candidate
        The best of those with fewest directions.

    Notes
    -----
    Errors are compared sample by sample, so that noise of the labels, which all candidates share, does not count.
    Without the rule noise would choose: a penalty that is too large, and directions that are none.
    """
    best = min(candidates, key=lambda one: one.error)

    def is_as_good(one: Candidate) -> bool:
        return one.error <= ALIKE * best.error and _within_one_standard_error(one.squares, best.squares)

    return min(filter(is_as_good, candidates), key=lambda one: (one.directions, one.error))


def fitted_link(links: LinkModel, model: LowRank, stream: FeatureStream, y: np.ndarray) -> Link:
    """The link at a model: the given one, which costs no reading of the samples, or the best of those to be learned.

    Parameters
    ----------
    links : LinkModel
        The links.
    model : LowRank
        The score.
    stream : FeatureStream
        Features of n samples.
    y : ndarray of shape (n,)
        Their labels.

    Returns
    -------
    callable
        The link g.
    """
    return links.function if isinstance(links, GivenLink) else links.fitted(model.score(stream), y)


def _within_one_standard_error(squares: np.ndarray, best: np.ndarray) -> bool:
    excess = squares - best
    return bool(excess.mean() <= excess.std() / math.sqrt(len(excess)))


class Search:
    """The three steps on one training part and one held-out part of the samples.

    Parameters
    ----------
    stream : FeatureStream
        Features of the training part.
    y : ndarray of shape (n,)
        Its labels.
    held_out : FeatureStream
        Features of the held-out part.
    y_held_out : ndarray of shape (n_held_out,)
        Its labels.
    link : LinkModel
        The link.

    Attributes
    ----------
    candidates : list of Candidate
        All that was passed.
    history : list of Round
        A line for each.
    """

    def __init__(
        self, stream: FeatureStream, y: np.ndarray, held_out: FeatureStream, y_held_out: np.ndarray, link: LinkModel
    ) -> None:
        self.problem = LeastSquares(stream, y, link)
        self.held_out, self.y_held_out = held_out, y_held_out
        self.candidates: list[Candidate] = []
        self.history: list[Round] = []
        self._variance = float(np.var(y))
        self._began = time.monotonic()

    @property
    def smallest_error(self) -> float:
        """The smallest held-out error so far.

        Returns
        -------
        float
            The error; 1 before the first candidate.
        """
        return min((one.error for one in self.candidates), default=1.0)

    def squares(self, model: LowRank, link: Link) -> np.ndarray:
        """Squared errors on the held-out part over the variance of the training labels.

        Parameters
        ----------
        model : LowRank
            The score.
        link : callable
            Its link.

        Returns
        -------
        ndarray of shape (n_held_out,)
            The squares.
        """
        return (link(model.score(self.held_out)) - self.y_held_out) ** 2 / self._variance

    def run(self, start: LowRank) -> Candidate:
        """All steps from a start.

        Parameters
        ----------
        start : LowRank
            Directions of both signs, more than are expected.

        Returns
        -------
        Candidate
            The simplest of the best that were passed.
        """
        if start.linear.shape[1]:
            self._minimise("linear", start.leading(0), np.empty(0), 0.0, LAST_ITERATIONS)
        model = start
        for penalty in PENALTIES:
            model = self._minimise("path", model, np.full(model.rank, penalty / 2), penalty, PATH_ITERATIONS)
        return self.sharpen(self._without_idle_linear_part(model))

    def sharpen(self, model: LowRank) -> Candidate:
        """The second and third step from a model.

        Parameters
        ----------
        model : LowRank
            Where to begin.

        Returns
        -------
        Candidate
            The simplest of the best that were passed.
        """
        for penalty in ROUND_PENALTIES:
            self._rounds(model, penalty)
            if self.smallest_error < EXACT:
                break
        return simplest(self.candidates)

    def _rounds(self, model: LowRank, penalty: float) -> None:
        """Rounds that begin with a given penalty, and refits."""
        smallest, since, last = np.inf, 0, None
        refitted: dict[int, float] = {}  # number of directions: held-out error of the round that was refitted
        for i in range(ROUNDS):
            model = self._renewed(model.orthogonal(GONE * EPSILON))
            largest = np.abs(model.eigenvalues).max(initial=0.0)
            if not largest:
                return
            epsilon = EPSILON * EPSILON_DECAY**i * largest
            weights = penalty / 2 * largest / (np.abs(model.eigenvalues) + epsilon)
            model = self._minimise("round", model, weights, penalty, ROUND_ITERATIONS)
            error, rank = self.history[-1].held_out_error, self.history[-1].directions
            settled = rank == last and error < PROGRESS * refitted.get(rank, np.inf)
            if settled and rank * len(model.vectors) < self.problem.stream.n:
                self.refit(model.orthogonal(GONE))
                refitted[rank] = error
            last = rank
            if error < PROGRESS * smallest:
                smallest, since, penalty = error, 0, penalty * PENALTY_DECAY
            else:
                since += 1  # the penalty stays where noise stopped it, and weak directions go on to be priced out
            if self.smallest_error < EXACT or since >= (PATIENCE if self.smallest_error < 1 else HOPELESS):
                return

    def refit(self, model: LowRank) -> LowRank:
        """The third step: a model's directions without any penalty.

        Parameters
        ----------
        model : LowRank
            Where to begin; its columns are orthogonal.

        Returns
        -------
        LowRank
            The minimum.
        """
        return self._minimise("refit", model, np.zeros(model.rank), 0.0, LAST_ITERATIONS)

    def again(self, candidate: Candidate) -> Candidate:
        """A candidate of another search, fitted further with the same penalty.

        Parameters
        ----------
        candidate : Candidate
            Where to begin.

        Returns
        -------
        Candidate
            What came out.
        """
        self._minimise("refit", candidate.kept, candidate.weights[: candidate.directions], 0.0, LAST_ITERATIONS)
        return self.candidates[-1]

    def _without_idle_linear_part(self, model: LowRank) -> LowRank:
        """The last candidate's model without its part of degree q, if held-out samples do not miss it any more."""
        if not model.linear.shape[1]:
            return model
        without = replace(model, linear=model.linear[:, :0])
        squares = self.squares(without, self._fitted(without))
        return without if _within_one_standard_error(squares, self.candidates[-1].squares) else model

    def _fitted(self, model: LowRank) -> Link:
        """The link at a model, fitted to the training part."""
        return fitted_link(self.problem.link, model, self.problem.stream, self.problem.y)

    def _renewed(self, model: LowRank) -> LowRank:
        """The model with a score to which a learned link has slope one again."""
        problem = self.problem
        if isinstance(problem.link, GivenLink):
            return model
        factor, problem.link = problem.link.renewed(model.score(problem.stream), problem.y)
        return model.scaled(factor)

    def _minimise(self, step: str, start: LowRank, weights: np.ndarray, penalty: float, iterations: int) -> LowRank:
        model, training_error = self.problem.minimise(start, weights, iterations, RELATIVE * self.smallest_error)
        model = model.orthogonal()
        link = self._fitted(model)
        found = Candidate(
            model, self.problem.link, link, weights, model.orthogonal(GONE).rank, self.squares(model, link)
        )
        line = Round(step, penalty, found.directions, training_error, found.error, time.monotonic() - self._began)
        self.history.append(line)
        log.info("%s penalty=%.2g directions=%d training=%.2e held out=%.2e elapsed=%.0fs", *line)
        self.candidates.append(found)
        return model
