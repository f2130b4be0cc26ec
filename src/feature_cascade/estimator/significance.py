"""Where the noise of Ĉ ends: the outer edges of its bulk, from the labels and feature norms of the sample itself.

Without any direction Ĉ = (1/n) Σ t_μ (ρ_μ² G_μ G_μ^T − I), G_μ standard Gaussian and ρ_μ² = |F_μ|²/D. Given the labels,
its spectrum ends where the deterministic equivalent of T = t ρ² does: with c = D/n,

    z(p) = c p + E[T²/(p − T)] + σ²/(c p) + E[T] − E[t],

the upper edge is the minimum of z over p beyond the largest T, the lower one that of −Ĉ. The largest eigenvalue lies
at the edge within a few widths of the law of Tracy and Widom. Single labels that have left the bulk lie within these
edges, so that none is mistaken for a direction. σ² is the variance of a part of E Ĉ that is no direction: the degree-2
and degree-4 parts of the target spread over all of feature space at finite d (`population_spread`). Deflation takes the
degree-2 part of the noise away, as if there were more samples (`removed_share`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from ..features.hermite import HermiteFeatures
from ..features.stream import FeatureStream
from .eigen import RitzPairs
from .layers import FirstLayer

TAIL_WIDTHS = 3.3  # the law of Tracy and Widom (β = 1) has a probability of 0.001 beyond
SPREAD = {True: 4.0, False: 12.0}  # d²σ²/Σ s_i² at q = 2, by whether the labels are deflated
MOST_REMOVED = 1 / 3  # by deflation; first order in 1/d is no more than that
MOST_ISOLATED = 12  # labels on either side that may have eigenvalues of their own
ALONE = 0.3  # share in the slope at the edge that makes a label one of these
ROUNDS = 20  # of counting directions and widening the bulk by what they spread


@dataclass(frozen=True)
class Edge:
    """One end of the bulk.

    Attributes
    ----------
    position : float
        Where the bulk ends.
    width : float
        Unit of the law of Tracy and Widom, D^(−2/3) times a constant: how much the last eigenvalue scatters.
    point : float
        The p of this end; for the lower end that of −Ĉ.
    """

    position: float
    width: float
    point: float


class Bulk:
    """The bulk of Ĉ for given labels and feature norms.

    Parameters
    ----------
    t : ndarray of shape (n,)
        Labels as they weight Ĉ.
    norm2 : ndarray of shape (n,)
        Squared norms |F|²/D of the features.
    D : int
        Number of features.
    spread : float
        Variance σ² that is added to the bulk, see `population_spread`.
    removed : float
        Share of the noise's variance that is taken away, see `removed_share`.
    drop : tuple of int
        How many of the lowest and of the highest T are left out, see `isolated`.
    n : float, optional
        Number of samples; that of the labels by default. Another one takes them as the law of more or fewer.

    Attributes
    ----------
    T : ndarray of shape (n,)
        Labels times squared norms.
    c : float
        Ratio D/n, without the share that is removed.
    drop : tuple of int
        As given.
    shift : float
        E[T] − E[t].
    low, high : Edge
        Both ends.

    Raises
    ------
    ValueError
        If all labels are zero.
    """

    def __init__(
        self,
        t: np.ndarray,
        norm2: np.ndarray,
        D: int,
        spread: float = 0.0,
        removed: float = 0.0,
        drop: tuple[int, int] = (0, 0),
        n: float | None = None,
    ) -> None:
        if not np.any(t):
            raise ValueError(f"t must not be zero everywhere, got {len(t)} labels of 0")
        self.T, self.c, self.spread = t * norm2, (1 - removed) * D / (n or len(t)), spread
        self.shift = float(np.mean(self.T) - np.mean(t))
        self._kept = {sign: _without_top(sign * self.T, k) for sign, k in zip((-1, 1), drop, strict=True)}
        low, high = (_edge(kept, self.c, spread, D) for kept in self._kept.values())
        self.drop = drop
        self.high = Edge(high.position + self.shift, high.width, high.point)
        self.low = Edge(self.shift - low.position, low.width, low.point)

    @property
    def thresholds(self) -> tuple[float, float]:
        """What an eigenvalue of noise exceeds on either side with a probability of 0.001.

        Returns
        -------
        low : float
            The negative threshold.
        high : float
            The positive threshold.
        """
        return (
            self.low.position - TAIL_WIDTHS * self.low.width,
            self.high.position + TAIL_WIDTHS * self.high.width,
        )

    def point(self, value: float) -> float:
        """The p beyond the labels at which z(p) is a given point outside the edges.

        Parameters
        ----------
        value : float
            Eigenvalue above the upper or below the lower edge.

        Returns
        -------
        float
            The p, signed: negative for an eigenvalue below the bulk.

        Raises
        ------
        ValueError
            If the value lies within the edges.
        """
        if self.low.position <= value <= self.high.position:
            raise ValueError(
                f"value must lie outside the bulk [{self.low.position:.4g}, {self.high.position:.4g}], got {value:.4g}"
            )
        sign, edge = (1, self.high) if value > self.high.position else (-1, self.low)
        T, target = self._kept[sign], sign * (value - self.shift)
        far = max(2 * edge.point, (target + abs(edge.point)) / self.c)
        return sign * brentq(lambda p: _z(p, T, self.c, self.spread) - target, edge.point, far)


def significant(values: np.ndarray, thresholds: tuple[float, float]) -> np.ndarray:
    """Which eigenvalues lie beyond both thresholds.

    Parameters
    ----------
    values : ndarray of shape (k,)
        Eigenvalues.
    thresholds : tuple of float
        Lower and upper threshold.

    Returns
    -------
    ndarray of shape (k,), bool
        True beyond them.
    """
    return (values < thresholds[0]) | (values > thresholds[1])


def widened(values: np.ndarray, t: np.ndarray, norm2: np.ndarray, features: HermiteFeatures, deflated: bool) -> Bulk:
    """The bulk, widened by what the directions beyond it spread over feature space.

    Parameters
    ----------
    values : ndarray of shape (k,)
        Leading eigenvalues of Ĉ, largest in magnitude first.
    t : ndarray of shape (n,)
        Labels as they weight Ĉ.
    norm2 : ndarray of shape (n,)
        Squared norms |F|²/D.
    features : HermiteFeatures
        The feature map.
    deflated : bool
        Whether the part of degree q was subtracted from the labels.

    Returns
    -------
    Bulk
        The bulk.

    Notes
    -----
    The spread needs the strengths and the strengths need the count, so both are found in turn.
    """
    removed = removed_share(features, deflated)
    first = Bulk(t, norm2, features.D, removed=removed)
    drop = isolated(values, first, features.D)
    bulk = Bulk(t, norm2, features.D, removed=removed, drop=drop) if any(drop) else first
    found = significant(values, bulk.thresholds)
    for _ in range(ROUNDS):
        strengths = np.array([rough_strength(value, bulk) for value in values[found]])
        bulk = Bulk(t, norm2, features.D, population_spread(strengths, features, deflated), removed, drop)
        fewer = found & significant(values, bulk.thresholds)
        if fewer.sum() == found.sum():
            break
        found = fewer
    return bulk


def isolated(values: np.ndarray, bulk: Bulk, D: int) -> tuple[int, int]:
    """How many of the lowest and of the highest labels to leave out, so that most directions are counted.

    Parameters
    ----------
    values : ndarray of shape (k,)
        Leading eigenvalues of Ĉ.
    bulk : Bulk
        The bulk of all labels.
    D : int
        Number of features.

    Returns
    -------
    low : int
        Number of the lowest labels.
    high : int
        Number of the highest ones.

    Notes
    -----
    A label large enough has an eigenvalue of its own, which makes the bulk end where it lies. Without the j largest
    labels the bulk ends earlier, and by interlacing at most j eigenvalues beyond that edge belong to them, so at least
    the number of the others, less j, are directions.
    """
    best = []
    for sign in (-1, 1):
        T, beyond, counts = sign * bulk.T, sign * (values - bulk.shift), []
        for j in range(min(MOST_ISOLATED, len(T) - 1) + 1):
            kept = _without_top(T, j)
            edge = _edge(kept, bulk.c, bulk.spread, D)
            counts.append(np.sum(beyond > edge.position + TAIL_WIDTHS * edge.width) - j)
            top = kept.max()
            if top**2 / (edge.point - top) ** 2 < ALONE * bulk.c * len(T):
                break
        best.append(int(np.argmax(counts)))
    return best[0], best[1]


def rough_strength(value: float, bulk: Bulk) -> float:
    """The strength s of a direction whose eigenvalue is given, in the limit of weak noise: θ = s + c E[T²]/s.

    Parameters
    ----------
    value : float
        Eigenvalue outside the bulk.
    bulk : Bulk
        The bulk.

    Returns
    -------
    float
        The strength, signed.
    """
    noise = bulk.c * float(np.mean(bulk.T**2)) + bulk.spread
    centred = value - bulk.shift
    return (centred + math.copysign(math.sqrt(max(centred**2 - 4 * noise, 0.0)), centred)) / 2


def population_spread(strengths: np.ndarray, features: HermiteFeatures, deflated: bool) -> float:
    """Variance of the eigenvalues of E Ĉ besides its spikes, which goes to zero with growing d.

    Parameters
    ----------
    strengths : ndarray of shape (k,)
        Strengths s_i = E[t (h_i² − 1)].
    features : HermiteFeatures
        The feature map.
    deflated : bool
        Whether the part of degree q was subtracted from the labels.

    Returns
    -------
    float
        12 Σ s_i²/d², a third of it without the part of degree q; 0 for other degrees than two: there is none at q = 1,
        and none that is known in closed form beyond.
    """
    return SPREAD[deflated] * float(np.sum(strengths**2)) / features.d**2 if features.q == 2 else 0.0


def removed_share(features: HermiteFeatures, deflated: bool) -> float:
    """Share of the noise's variance that deflation takes away.

    Parameters
    ----------
    features : HermiteFeatures
        The feature map.
    deflated : bool
        Whether the part of degree q was subtracted from the labels.

    Returns
    -------
    float
        2 d/D at q = 2, at most `MOST_REMOVED`; else 0.

    Notes
    -----
    A part x^T G x − tr G of noise labels, with entries of G of variance 1/(4n), acts on symmetric matrices as
    V ↦ 2(GV + VG). Its eigenvalues 2(g_a + g_b) have the variance 8·d/(4n), out of D/n in all.
    """
    return min(2 * features.d / features.D, MOST_REMOVED) if deflated and features.q == 2 else 0.0


class NoDirectionWarning(UserWarning):
    """No direction stands out from the noise, so that nothing was learned."""


@dataclass(frozen=True)
class Found:
    """Leading eigenpairs of Ĉ beside the bulk that its noise makes.

    Attributes
    ----------
    features : HermiteFeatures
        The feature map, as the first layer sees it.
    layer : FirstLayer
        Options of the first layer.
    t : ndarray of shape (n,)
        Labels as they weight Ĉ.
    norm2 : ndarray of shape (n,)
        Squared norms |F|²/D, of the part of F that is orthogonal to the significant directions.
    pairs : RitzPairs
        Leading eigenpairs.
    bulk : Bulk
        The predicted bulk.
    significant : ndarray of shape (k,), bool
        Which pairs lie beyond its thresholds.
    """

    features: HermiteFeatures
    layer: FirstLayer
    t: np.ndarray
    norm2: np.ndarray
    pairs: RitzPairs
    bulk: Bulk
    significant: np.ndarray

    @property
    def count(self) -> int:
        """Number of directions that are no noise.

        Returns
        -------
        int
            The number.
        """
        return int(self.significant.sum())

    def leading(self) -> RitzPairs:
        """The significant pairs, or the first one if there are none.

        Returns
        -------
        RitzPairs
            The pairs, largest |value| first.
        """
        kept = np.flatnonzero(self.significant) if self.count else [0]
        pairs = self.pairs
        return replace(
            pairs, values=pairs.values[kept], vectors=pairs.vectors[:, kept], residuals=pairs.residuals[kept]
        )


def find(
    layer: FirstLayer, stream: FeatureStream, X: np.ndarray, y: np.ndarray, k: int, seed: int, grow: bool = True
) -> Found:
    """Leading eigenpairs and which of them are beyond the noise.

    Parameters
    ----------
    layer : FirstLayer
        Options of the first layer.
    stream : FeatureStream
        Features of the samples, scaled as the layer wants them.
    X : ndarray of shape (n, d)
        The samples.
    y : ndarray of shape (n,)
        Labels.
    k : int
        Number of pairs to begin with.
    seed : int
        Seed of the solver's random start.
    grow : bool
        Whether to look for more pairs as long as all are significant.

    Returns
    -------
    Found
        What was found.
    """
    features = stream.features
    t, norm2 = layer.targets(stream, y), features.norm2(X) / features.D
    while True:
        pairs = layer.leading(stream, t, min(k, features.D), seed)
        bulk = widened(pairs.values, t, norm2, features, layer.deflate)
        beyond = _directions(significant(pairs.values, bulk.thresholds), pairs, bulk, features, X)
        if 0 < 2 * beyond.sum() < features.D:
            norm2 = _norm2_of_the_rest(stream, pairs.vectors[:, beyond], features.norm2(X))
            bulk = widened(pairs.values, t, norm2, features, layer.deflate)
            beyond = _directions(significant(pairs.values, bulk.thresholds), pairs, bulk, features, X)
        if not (grow and beyond.all()) or k >= features.D:
            return Found(features, layer, t, norm2, pairs, bulk, beyond)
        k *= 2


def _norm2_of_the_rest(stream: FeatureStream, directions: np.ndarray, norm2: np.ndarray) -> np.ndarray:
    """Squared norms of the features without their parts along directions, of which the labels know, per dimension."""
    along = np.sum(stream.project(directions).astype(float) ** 2, axis=1)
    return np.maximum(norm2 - along, 0.0) / (len(directions) - directions.shape[1])


def _directions(
    found: np.ndarray, pairs: RitzPairs, bulk: Bulk, features: HermiteFeatures, X: np.ndarray
) -> np.ndarray:
    """Pairs beyond the thresholds without those that belong to single labels: as many, where these weigh most."""
    found = found.copy()
    for sign, number in zip((-1, 1), bulk.drop, strict=True):
        if number:
            samples = np.argsort(-sign * bulk.T, kind="stable")[:number]
            projected = features.transform(X[samples]) @ pairs.vectors
            weight = sign * bulk.T[samples] @ projected**2 / (len(bulk.T) * np.abs(pairs.values))
            mine = np.flatnonzero(found & (sign * pairs.values > 0))
            found[mine[np.argsort(-weight[mine], kind="stable")[:number]]] = False
    return found


def _without_top(T: np.ndarray, number: int) -> np.ndarray:
    """Labels with the largest ones set to 0, which leaves their number as it is."""
    if number == 0:
        return T
    kept = T.copy()
    kept[np.argpartition(T, len(T) - number)[-number:]] = 0.0
    return kept


def _z(p: float, T: np.ndarray, c: float, spread: float) -> float:
    return c * p + float(np.mean(T**2 / (p - T))) + spread / (c * p)


def _edge(T: np.ndarray, c: float, spread: float, D: int) -> Edge:
    """The upper end, not yet shifted: where z(p) is least beyond the largest label (or 0)."""
    top, n = max(float(T.max()), 0.0), len(T)
    second = float(np.mean(T**2)) + spread / c
    if second == 0:  # no features, no noise
        return Edge(0.0, 0.0, np.finfo(float).tiny)

    def slope(e: float) -> float:
        p = top + e
        return float(np.mean((T / (p - T)) ** 2)) + spread / (c * p**2) - c

    least, most = math.sqrt(max(top**2 / (c * n), 1e-18 * second / c)) * (1 - 1e-9), math.sqrt(second / c) * (1 + 1e-9)
    e = (
        brentq(slope, least, most) if slope(least) > 0 else least
    )  # with fewer samples than features it may end at p = 0
    p = top + e
    curvature = 2 * float(np.mean(T**2 / (p - T) ** 3)) + 2 * spread / (c * p**3)
    width = (curvature * c**2 * p**4 / 2) ** (1 / 3) / D ** (2 / 3)
    return Edge(_z(p, T, c, spread), width, p)
