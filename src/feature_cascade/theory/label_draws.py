"""The law of n labels for every n, from weighted points that are sorted once.

The largest of the n labels decide where the spectrum of Ĉ ends. They are kept as atoms of their own, each where the
k-th largest of n labels typically is, with the latent features of the points around it: the law of a typical sample.
The labels between the two tails go into bins.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ..sizes import n_features
from .label_law import TAIL, LabelLaw
from .radial import radial_feature, radial_points, squared_norm

BINS = 400  # of equal width in arsinh T between the tails, so that they are narrow where labels are many
SHARE = 20  # at most n/SHARE labels of either end are atoms of their own
MEDIAN = 0.68  # the k-th largest of n labels has its median where k − 1 + MEDIAN of them are expected above
NEIGHBOURS = 64  # points at least over which the latent features of such a label are averaged

Transform = Callable[[np.ndarray, np.ndarray], np.ndarray]


class LabelDraws:
    """Weighted points (T, h²), sorted, from which the law of n labels is read off.

    Parameters
    ----------
    T : ndarray of shape (N,)
        Labels.
    weights : ndarray of shape (N,)
        Their probabilities, summing to 1.
    latent2 : ndarray of shape (N, d1)
        Squared latent features.
    shift : float, default 0.0
        See `LabelLaw`.
    """

    def __init__(self, T: np.ndarray, weights: np.ndarray, latent2: np.ndarray, shift: float = 0.0) -> None:
        order = np.argsort(T, kind="stable")
        self._spikes, self._variance = (weights * T) @ (latent2 - 1), float(weights @ T**2)
        self._T, weights, self._shift = T[order], weights[order], shift
        columns = (np.concatenate([np.ones((1, len(T))), self._T[None], latent2[order].T]) * weights).T
        self._below = np.zeros((len(T) + 1, columns.shape[1]))  # sums of w, w T and w h_i² over the points below
        self._above = np.zeros_like(self._below)  # and over the others: far tails would drown in rounding from below
        np.cumsum(columns, axis=0, out=self._below[1:])
        np.cumsum(columns[::-1], axis=0, out=self._above[-2::-1])
        self._middle, self._weights = len(T) // 2, weights

    def law(self, n: float) -> LabelLaw:
        """The law of a typical sample of n labels.

        Parameters
        ----------
        n : float
            Number of labels.

        Returns
        -------
        LabelLaw
            The law, without the population's bulk.
        """
        tail = min(TAIL, int(n / SHARE))
        shares = np.arange(tail + 1) / n
        low = np.searchsorted(self._below[:, 0], shares)
        high = len(self._T) - np.searchsorted(self._above[::-1, 0], shares)
        bins = self._bins(low[-1], high[-1])
        bins[:, 0] *= (1 - 2 * tail / n) / bins[:, 0].sum()
        share = (np.arange(tail) + MEDIAN) / n
        lowest = np.interp(share, self._below[:-1, 0] + self._weights / 2, self._T)
        highest = np.interp(share, (self._above[1:, 0] + self._weights / 2)[::-1], self._T[::-1])
        singles = [self._singles(low, lowest, n), self._singles(high, highest, n)]
        atoms = np.concatenate([bins, *singles])
        isolated = np.arange(len(atoms)) >= len(bins)
        return LabelLaw(atoms[:, 1], atoms[:, 0] / atoms[:, 0].sum(), atoms[:, 2:], isolated, self._shift)

    @property
    def spikes(self) -> np.ndarray:
        """Spike strengths s_i = E[T (h_i² − 1)], without binning.

        Returns
        -------
        ndarray of shape (d1,)
            The strengths.
        """
        return self._spikes

    @property
    def variance(self) -> float:
        """Second moment E T² of the labels, without binning.

        Returns
        -------
        float
            The moment, which the noise of Ĉ grows with.
        """
        return self._variance

    def _bins(self, first: int, last: int) -> np.ndarray:
        """Bins for the points first..last − 1: rows of the weight, mean T and mean h_i²."""
        edges = np.sinh(np.linspace(np.arcsinh(self._T[first]), np.arcsinh(self._T[last - 1]), BINS + 1))
        edges = np.searchsorted(self._T, edges[1:-1])
        ends = np.concatenate([[first], np.clip(edges, first, last), [last]])
        sums = self._between(ends[:-1], ends[1:])
        sums = sums[sums[:, 0] > 0]
        return np.column_stack([sums[:, 0], sums[:, 1:] / sums[:, :1]])

    def _singles(self, ends: np.ndarray, T: np.ndarray, n: float) -> np.ndarray:
        """One row for each of the outermost labels T of one side: weight 1/n, T, and h_i² averaged around it."""
        first, last = np.sort([ends[:-1], ends[1:]], axis=0)
        wider = np.maximum(0, NEIGHBOURS - (last - first) + 1) // 2
        sums = self._between(np.maximum(first - wider, 0), np.minimum(last + wider, len(self._T)))
        return np.column_stack([np.full(len(T), 1 / n), T, sums[:, 2:] / sums[:, :1]])

    def _between(self, first: np.ndarray, last: np.ndarray) -> np.ndarray:
        """Sums of w, w T and w h_i² over the points first..last − 1, (k, 2 + d1)."""
        upper = (first >= self._middle)[:, None]
        return np.where(upper, self._above[first] - self._above[last], self._below[last] - self._below[first])


class RadialLaw:
    """The law of n labels of a target at finite d, without a sample of its features.

    Parameters
    ----------
    amplitudes : ndarray of shape (d1,)
        Amplitudes a_i of h2 = Σ a_i (h_i² − 1).
    link : callable
        Link g, elementwise.
    d : float
        Input dimension; infinite for the Gaussian equivalent.
    q : int
        Degree of the features.
    transform : callable, optional
        Maps standardised labels and their weights to transformed labels.
    noise : float, default 0.0
        Standard deviation of the label noise.
    sphere : bool, default False
        Whether the estimator scales inputs to |x|² = d. Labels know the radius all the same.
    deflate : bool, default False
        Whether the estimator takes the part of degree q from the labels.
    scramble : int, default 0
        Number of the quasi-random sequence, see `label_law.standard_error`.

    Notes
    -----
    Deflation with ĝ = (1/n) Σ t_μ F_μ takes from a label its own share t ρ² D/n, and adds noise of the variance
    ρ² E[t² ρ²] D/n, that of the other labels' shares.
    """

    def __init__(
        self,
        amplitudes: np.ndarray,
        link: Callable[[np.ndarray], np.ndarray],
        d: float,
        q: int,
        transform: Transform | None = None,
        noise: float = 0.0,
        sphere: bool = False,
        deflate: bool = False,
        scramble: int = 0,
    ) -> None:
        self._d, self._q, self._deflate = d, q, deflate and not math.isinf(d)
        points = radial_points(np.asarray(amplitudes, dtype=float), d, q, scramble)
        h2 = (points.rho2[:, None] * points.g**2 - 1) @ amplitudes
        t = _standardise(link(h2) + noise * points.spare[:, 0], points.weights)
        self._t = t if transform is None else _standardise(transform(t, points.weights), points.weights)
        self._rho2, self._points = points.rho2, points
        if sphere and not math.isinf(d):
            self._rho2 = np.full(len(t), float(squared_norm(np.array(d), int(d), q)))
        if self._deflate and not sphere:
            radial = radial_feature(points.s, int(d), q)
            self._t = self._t - (points.weights @ (self._t * radial)) * radial
        self._fixed = None if self._deflate else self._draws(self._t)
        self._large = self._fixed or self._draws(_standardise(self._t, points.weights))
        self.law = lru_cache(maxsize=16)(self.law)  # type: ignore[method-assign]

    def _draws(self, t: np.ndarray) -> LabelDraws:
        T, points = t * self._rho2, self._points
        return LabelDraws(T, points.weights, points.g**2, float(points.weights @ (T - t)))

    def law(self, n: float) -> LabelLaw:
        """The law of n labels, with the population's bulk.

        Parameters
        ----------
        n : float
            Number of labels.

        Returns
        -------
        LabelLaw
            The law.
        """
        draws = self._fixed or self._draws(self._deflated(n))
        return draws.law(n).with_bulk(self._d, self._q, self._deflate)

    @property
    def spikes(self) -> np.ndarray:
        """Spike strengths s_i = E[t (h_i² − ρ²)].

        Returns
        -------
        ndarray of shape (d1,)
            The strengths, for n ≫ D.
        """
        return self._large.spikes

    @property
    def noise_ratio(self) -> float:
        """E[t² ρ⁴], by which the radius multiplies the noise of Ĉ.

        Returns
        -------
        float
            The ratio, for n ≫ D; 1 at d = ∞.
        """
        return self._large.variance

    def weak_noise_thresholds(self) -> np.ndarray:
        """Thresholds n_i = D E[t² ρ⁴]/s_i² of the weak-noise limit n ≫ D.

        Returns
        -------
        ndarray of shape (d1,)
            The thresholds in units of D, infinite where s_i = 0.
        """
        with np.errstate(divide="ignore"):
            return self.noise_ratio / self.spikes**2

    def _deflated(self, n: float) -> np.ndarray:
        t, rho2, weights = self._t, self._rho2, self._points.weights
        c = n_features(int(self._d), self._q) / n
        noise = np.sqrt(c * rho2 * (weights @ (t**2 * rho2))) * self._points.spare[:, 1]
        return _standardise(t * (1 - c * rho2) - noise, weights)


def _standardise(y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    if not np.ptp(y) > 0:
        raise ValueError(f"the labels must not be constant, got {y[0]:.6g} at every point")
    centred = y - weights @ y
    return centred / math.sqrt(weights @ centred**2)
