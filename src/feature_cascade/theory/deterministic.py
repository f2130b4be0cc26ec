"""The deterministic equivalent of the moment operator: its spectrum and its alignments at finite c = D/n.

For F ~ N(0, I_D) and labels T, the spectrum of Ĉ = (1/n) Σ T_μ (F_μ F_μ^T − I) has as D, n → ∞ the Stieltjes transform
m(z) = ∫ ρ(x) dx / (x − z) that solves

    z(m) = −1/m + E[T/(1 + c T m)] − E[T].

The last term is the −I of Ĉ: it moves the whole spectrum by the mean of T, which is 0 for standardised labels; for
T = 1 the result is the Marchenko–Pastur law moved by −1. Real features add a shift, and the bulk of E Ĉ itself (see
`label_law` and `population_bulk`). A free variable with the R-transform Σ a g/(1 − τ g) adds Σ a/(cp − τ) to z below,
as further labels T = τ/c would that have E[T²] = a/c and belong to no direction.

The real m with dz/dm > 0 are those outside the bulk. The
labels depend on F through h_i = ⟨A_i, F⟩ alone, so direction i adds an outlier at z(m) where

    −1/m + E[T (1 − h_i²)/(1 + c T m)] = 0,    with   cos²θ_i = 1 / (1 + c E[T² h_i²/(1 + c T m)²] / z'(m)).

All of it is solved in p = −1/(c m), the point of the label axis where 1 + c T m vanishes for T = p:

    z(p) = c p + E[T²/(p − T)],    z'(p) = c − η(p),    η(p) = E[T²/(p − T)²],
    outlier of direction i where S_i(p) = E[T (h_i² − 1)/(p − T)] = c,    cos²θ_i = z' / (z' + E[T² h_i²/(p − T)²]).

Then m → 0± is p → ∓∞, η is convex between neighbouring labels, so each gap between them holds at most one stretch
outside the bulk, and on each such stretch direction i has at most one outlier. Beyond the largest label lie the
positive outliers, below the smallest the negative ones, and between isolated labels, which have left the bulk
themselves, the others. Inside the bulk p = a + ib with E[T²/((a − T)² + b²)] = c, and x = Re z(p) grows with a.

Directions are taken one by one: the cross terms E[T h_i h_j/(p − T)] vanish in the population, by h_i → −h_i.
From alignments `weak_noise.WeakNoise.nmse` makes the test error.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.optimize import brentq
from scipy.optimize.elementwise import find_root

from .label_law import LabelLaw

NEWTON_STEPS = 200
SCAN = 300  # points of the label axis, ten or more decades, among which a threshold is bracketed
LEAST_BULK = 0.01  # share of the eigenvalues that makes an interval of the support part of the bulk proper


@dataclass(frozen=True)
class Outliers:
    """Eigenvalues outside the bulk, one entry each, by direction and then by position.

    Attributes
    ----------
    direction : ndarray of shape (k,), int
        Number of the teacher's direction, from 0.
    position : ndarray of shape (k,)
        Where the eigenvalue lies.
    cos2 : ndarray of shape (k,)
        Squared cosine of the angle between its eigenvector and the direction.
    selected : ndarray of shape (k,), bool
        Whether it is among the leading eigenvalues in magnitude.
    """

    direction: np.ndarray
    position: np.ndarray
    cos2: np.ndarray
    selected: np.ndarray


class DeterministicEquivalent:
    """Spectrum and alignments of Ĉ for a label law, D features and n samples.

    Parameters
    ----------
    law : LabelLaw
        Joint law of (T, h_i²).
    D : int
        Number of features.
    n : float
        Number of samples.

    Attributes
    ----------
    law : LabelLaw
        As given.
    D : int
        As given.
    n : float
        As given.
    c : float
        Ratio D/n.

    Raises
    ------
    ValueError
        If D or n is not positive and finite.

    Examples
    --------
    Two labels that tell large |h| from small: a spike of strength E[T (h² − 1)] = 1.

    >>> import numpy as np
    >>> law = LabelLaw(T=np.array([-1.0, 1.0]), weights=np.array([0.5, 0.5]), latent2=np.array([[0.0], [2.0]]))
    >>> theory = DeterministicEquivalent(law, D=100, n=800)
    >>> round(theory.onset(0), 2), theory.cos2().round(4).tolist()
    (129.56, [0.847])
    """

    def __init__(self, law: LabelLaw, D: int, n: float) -> None:
        for name, value in (("D", D), ("n", n)):
            if not 0 < value < math.inf:
                raise ValueError(f"{name} must be positive and finite, got {value}")
        self.law, self.D, self.n, self.c = law, D, n, D / n
        order = np.flatnonzero(law.T != 0)  # labels of zero have no part in the sums below
        order = order[np.argsort(law.T[order], kind="stable")]
        self._T, self._w, self._isolated = law.T[order], law.weights[order], law.isolated[order]
        self._a = self._w * self._T**2
        self._b = np.ascontiguousarray(((self._w * self._T)[:, None] * (law.latent2[order] - 1)).T)
        self._labels = self._T, self._a, self._b
        self._semicircle = 0.0
        if len(law.bulk):
            self._insert(law.bulk)

    def _insert(self, population: np.ndarray) -> None:
        """Put the jumps of the population's bulk among the labels, at T = τ/c with a = a/c and no part in spikes."""
        tau, a = population.T / self.c
        square = np.where(tau == 0, np.inf, tau**2)
        self._semicircle = float(a[tau == 0].sum())
        at = np.searchsorted(self._T, tau)
        self._T, self._w, self._a = (
            np.insert(x, at, y) for x, y in ((self._T, tau), (self._w, a / square), (self._a, a))
        )
        self._isolated, self._b = np.insert(self._isolated, at, False), np.insert(self._b, at, 0.0, axis=1)

    @property
    def d1(self) -> int:
        """Number of directions.

        Returns
        -------
        int
            Columns of h_i² in the law.
        """
        return len(self._b)

    # ---- the Stieltjes transform and its inverse -------------------------------------------------------------------

    def z(self, m: np.ndarray) -> np.ndarray:
        """Inverse z(m) = −1/m + E[T/(1 + cTm)] − E[T] of the Stieltjes transform.

        Parameters
        ----------
        m : ndarray
            Values of the Stieltjes transform, not 0.

        Returns
        -------
        ndarray, shape of m
            Points of the spectrum's axis.
        """
        return self._z(-1 / (self.c * np.asarray(m)))

    def dz_dm(self, m: np.ndarray) -> np.ndarray:
        """Derivative z'(m) = 1/m² − c E[T²/(1 + cTm)²]; positive outside the bulk.

        Parameters
        ----------
        m : ndarray
            Values of the Stieltjes transform, not 0.

        Returns
        -------
        ndarray, shape of m
            The derivative.
        """
        p = -1 / (self.c * np.asarray(m))
        return (self.c - self._eta(p)) * self.c * p**2

    def _z(self, p: np.ndarray) -> np.ndarray:
        return self.law.shift + self.c * p + (1 / (p[..., None] - self._T)) @ self._a

    def _eta(self, p: np.ndarray) -> np.ndarray:
        return (1 / (p[..., None] - self._T)) ** 2 @ self._a

    def _spike(self, p: np.ndarray, i: np.ndarray) -> np.ndarray:
        """S_i(p) for pairs (p, i), shape (k,)."""
        return np.sum(self._b[i] / (p[:, None] - self._T), axis=1)

    def _pull(self, p: np.ndarray, i: np.ndarray) -> np.ndarray:
        """E[T² (h_i² − 1)/(p − T)²] for pairs (p, i), shape (k,)."""
        return np.sum(self._b[i] * self._T / (p[:, None] - self._T) ** 2, axis=1)

    # ---- the support -----------------------------------------------------------------------------------------------

    @cached_property
    def components(self) -> np.ndarray:
        """The stretches of the label axis that the bulk occupies, ascending.

        Returns
        -------
        ndarray of shape (k, 2)
            Ends (p_low, p_high) of each stretch.
        """
        low, high = -_outer_edge(-self._T[::-1], self._a[::-1], self.c), _outer_edge(self._T, self._a, self.c)
        return np.concatenate([[low], self._gaps().ravel(), [high]]).reshape(-1, 2)

    def _gaps(self) -> np.ndarray:
        """Stretches with η < c between neighbouring labels, one of them isolated, shape (k, 2)."""
        T, a, c = self._T, self._a, self.c
        left, right = T[:-1] + np.sqrt(a[:-1] / c), T[1:] - np.sqrt(a[1:] / c)  # η ≥ c nearer to either label
        with np.errstate(divide="ignore"):
            least = (np.cbrt(a[:-1]) + np.cbrt(a[1:])) ** 3 / np.diff(T) ** 2  # of η, by these two labels alone
        j = np.flatnonzero((self._isolated[:-1] | self._isolated[1:]) & (least < c) & (left < right))
        away = np.maximum(np.abs(T[j][:, None] - T), np.abs(T[j + 1][:, None] - T))
        away[np.arange(len(j)), j] = away[np.arange(len(j)), j + 1] = np.inf
        j = j[least[j] + (1 / away**2) @ a < c]  # and by the others, each seen from the far end
        if not len(j):
            return np.empty((0, 2))
        low, found_low = self._gap_edge(left[j], right[j])
        high, found_high = self._gap_edge(right[j], left[j])
        return np.stack([low, high], axis=1)[found_low & found_high]

    def _gap_edge(self, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where η falls to c on the way from `start`, η ≥ c, to `end` in a gap between labels; and whether it does.

        Newton's method: η is convex, so the steps do not pass a root, and turn back or leave where there is none.
        """
        p, onward, moving = start.copy(), np.sign(end - start), np.ones(len(start), dtype=bool)
        found = np.ones(len(start), dtype=bool)
        for _ in range(NEWTON_STEPS):
            near = 1 / (p[moving, None] - self._T)
            square = near * near
            step = (square @ self._a - self.c) / (2 * (square * near) @ self._a)
            p[moving] += step
            ahead = (step * onward[moving] >= 0) & ((end - p)[moving] * onward[moving] > 0)
            settled = np.abs(step) <= 1e-13 * np.abs(end - start)[moving]
            found[moving] = ahead | settled
            moving[moving] = ahead & ~settled
            if not moving.any():
                break
        return p, found

    @property
    def support(self) -> np.ndarray:
        """Intervals of the spectrum's continuous part, ascending.

        Besides the bulk proper there is one for each label, or group of labels, that has left it.

        Returns
        -------
        ndarray of shape (k, 2)
            Lower and upper end of each interval.
        """
        return self._z(self.components)

    @property
    def masses(self) -> np.ndarray:
        """Share of the D eigenvalues in each interval of `support`.

        Returns
        -------
        ndarray of shape (k,)
            The shares. The point mass counts with the interval around it.
        """
        above = self.mass_above(self.components)
        return above[:, 0] - above[:, 1]

    @property
    def point_mass(self) -> float:
        """Share of eigenvalues at −E[T] exactly.

        Returns
        -------
        float
            Share of those without a sample, when fewer than D labels differ from 0; else 0.
        """
        return 0.0 if self._semicircle else max(0.0, 1 - self._w.sum() / self.c)

    def bulk_edges(self, least: float = LEAST_BULK) -> tuple[float, float]:
        """Lower and upper edge of the bulk proper.

        Parameters
        ----------
        least : float, default LEAST_BULK
            Share of the eigenvalues that makes an interval of the support part of the bulk proper.

        Returns
        -------
        low : float
            Lower end of the lowest such interval.
        high : float
            Upper end of the highest such interval.

        Notes
        -----
        All intervals count if none has that many eigenvalues, as when every label stands alone (n ≪ D).
        """
        masses = self.masses
        bulk = self.support[masses >= (least if masses.max() >= least else 0)]
        return float(bulk[0, 0]), float(bulk[-1, 1])

    # ---- density ---------------------------------------------------------------------------------------------------

    def density(self, x: np.ndarray) -> np.ndarray:
        """Spectral density ρ(x) = Im m(x + i0)/π, without the point mass and the outliers.

        Parameters
        ----------
        x : ndarray
            Points of the spectrum's axis.

        Returns
        -------
        ndarray, shape of x
            The density.
        """
        p = self._solve(np.asarray(x, dtype=float))
        return p.imag / (math.pi * self.c * np.abs(p) ** 2)

    def cdf(self, x: np.ndarray) -> np.ndarray:
        """Share of eigenvalues up to x, with the point mass, without the outliers.

        Parameters
        ----------
        x : ndarray
            Points of the spectrum's axis.

        Returns
        -------
        ndarray, shape of x
            The shares.
        """
        return 1 - self.mass_above(self._solve(np.asarray(x, dtype=float)))

    def mass_above(self, p: np.ndarray) -> np.ndarray:
        """Share of eigenvalues above z(p).

        Parameters
        ----------
        p : ndarray, real or complex
            Points outside the bulk or on its curve.

        Returns
        -------
        ndarray, shape of p
            The shares: Im of −∫ m dz/π from z(p) to +∞, in closed form.
        """
        p = np.asarray(p, dtype=complex)
        a, b = p.real[..., None] - self._T, p.imag[..., None]
        terms = np.angle(p)[..., None] - np.arctan2(b, a) + self._T * b / (a**2 + b**2)
        with np.errstate(divide="ignore", invalid="ignore"):
            semicircle = (self._semicircle / (2 * self.c * p**2)).imag if self._semicircle else 0.0
        return (np.angle(p) - terms @ self._w / self.c + semicircle) / math.pi

    def _solve(self, x: np.ndarray) -> np.ndarray:
        """p(x + i0) for real x: complex inside the support, else a point of the gap on the same side of p = 0."""
        far = 1 + np.abs(self._T).max()
        components, support, flat = self.components, self.support, x.ravel()
        ends = np.concatenate([[-far], components.ravel(), [far]]).reshape(-1, 2)
        gap = np.searchsorted(support[:, 1], flat)
        p = np.where(flat < self.law.shift - self._w @ self._T, ends[gap, 0], ends[gap, 1]).astype(complex)
        inside = np.flatnonzero((gap < len(support)) & (flat > support[np.minimum(gap, len(support) - 1), 0]))
        if len(inside):
            bracket = tuple(components[gap[inside]].T)
            a = _root(lambda a, x: self.bulk_curve(a)[0] - x, *bracket, flat[inside])
            p[inside] = self.bulk_curve(a)[1]
        return p.reshape(x.shape)

    def bulk_curve(self, a: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The points x = z(p) and p = a + ib inside the bulk.

        Parameters
        ----------
        a : ndarray of shape (k,)
            Real parts, inside `components`.

        Returns
        -------
        x : ndarray of shape (k,)
            Points of the spectrum's axis.
        p : ndarray of shape (k,), complex
            Points of the curve.

        Notes
        -----
        Newton's method for E[T²/((a − T)² + s)]^(−1) = 1/c, s = b². The left side is concave in s, so the steps rise.
        """
        away = a[:, None] - self._T
        square = away**2
        s = np.full(a.shape, (1e-12 * np.abs(self._T).max()) ** 2)
        moving = np.arange(len(a))
        for _ in range(NEWTON_STEPS):
            near = 1 / (square[moving] + s[moving, None])
            total = near @ self._a
            step = (total / self.c - 1) * total / (near * near @ self._a)
            s[moving] += np.maximum(step, 0)
            moving = moving[step > 1e-14 * s[moving]]
            if not len(moving):
                break
        return self.law.shift + self.c * a + away / (square + s[:, None]) @ self._a, a + 1j * np.sqrt(s)

    def direction_density(self, p: np.ndarray) -> np.ndarray:
        """Density of each direction's weight among the bulk's eigenvectors, Im m_i/π.

        Parameters
        ----------
        p : ndarray of shape (k,), complex
            Points on the bulk's curve, see `bulk_curve`.

        Returns
        -------
        ndarray of shape (k, d1)
            The densities, m_i as in `leading`.
        """
        away = p.real[:, None] - self._T
        near = 1 / (away**2 + p.imag[:, None] ** 2)
        spikes = (away * near) @ self._b.T - 1j * p.imag[:, None] * (near @ self._b.T)
        return (-1 / (p[:, None] * (self.c - spikes))).imag / math.pi

    # ---- outliers --------------------------------------------------------------------------------------------------

    def outliers(self, k: int | None = None) -> Outliers:
        """All outliers of all directions, on either side of the bulk and between isolated labels.

        Parameters
        ----------
        k : int, optional
            Number of eigenvectors that the estimator takes, the largest in magnitude; d1 by default.

        Returns
        -------
        Outliers
            By direction and then by position.

        Notes
        -----
        An outlier is `selected` unless the eigenvalues beyond it number k already. Beyond it may lie other outliers,
        isolated labels and the far tail of a lopsided bulk. As D grows a bulk that reaches further on the other side
        shuts an outlier out.
        """
        i, position, cos2 = self._outliers
        size = np.abs(position)
        rank = np.sum(size > size[:, None], axis=1) + self.D * (1 - self.cdf(size) + self.cdf(-size))
        return Outliers(i, position, cos2, rank < (len(self._b) if k is None else k) - 0.5)

    def cos2(self) -> np.ndarray:
        """Alignments cos²θ_i summed over the outliers of each direction.

        Returns
        -------
        ndarray of shape (d1,)
            The alignments of all outliers, selected or not; `leading.leading_cos2` knows selection.
        """
        i, _, cos2 = self._outliers
        return np.bincount(i, cos2, self.d1)

    @cached_property
    def _outliers(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Direction, position and cos² of the outliers, each (k,)."""
        low, high, i = self._brackets()
        if not len(i):
            return i, low, high
        p = _root(lambda p, i: self._spike(p, i) - self.c, low, high, i)
        slope = np.maximum(self.c - self._eta(p), 0.0)
        position, cos2 = self._z(p), slope / (self.c + self._pull(p, i))
        order = np.lexsort((position, i))
        return i[order], position[order], cos2[order]

    def _brackets(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Stretches (low, high) of the label axis with one outlier of direction i each; three arrays (k,).

        On a stretch outside the bulk p (c − S_i(p)) grows with p. At p = 0 it vanishes without an outlier.
        """
        edges = self.components.ravel()
        i = np.arange(len(self._b))
        away = 1 / (edges[:, None] - self._T)
        excess = np.sign(edges)[:, None] * (self.c - away @ self._b.T)  # (2k, d1)
        far_up = self._T[-1] + np.maximum(self._b, 0).sum(axis=1) / self.c  # S_i < c beyond
        far_down = self._T[0] - np.maximum(-self._b, 0).sum(axis=1) / self.c
        found = [
            (np.full(i.shape, edges[-1]), far_up, i, (edges[-1] > 0) & (excess[-1] < 0)),
            (far_down, np.full(i.shape, edges[0]), i, (edges[0] < 0) & (excess[0] > 0)),
        ]
        for left in range(1, len(edges) - 1, 2):
            low, high = np.full(i.shape, edges[left]), np.full(i.shape, edges[left + 1])
            found.append((low, high, i, (low * high > 0) & (excess[left] < 0) & (excess[left + 1] > 0)))
        keep = np.concatenate([there for *_, there in found])
        return tuple(np.concatenate(columns)[keep] for columns in list(zip(*found, strict=True))[:3])

    # ---- thresholds ------------------------------------------------------------------------------------------------

    def onset(self, i: int) -> float:
        """The n_i beyond which direction i has an outlier outside all of the bulk.

        Parameters
        ----------
        i : int
            Number of the direction, from 0.

        Returns
        -------
        float
            The onset, infinite if there never is one. It does not depend on the `n` of this object.

        Raises
        ------
        ValueError
            If there is no direction i.
        """
        return self.threshold(i, 0.0)

    def threshold(self, i: int, level: float = 0.5) -> float:
        """The n beyond which cos²θ_i of the outermost outlier exceeds a level, the law held fixed.

        Parameters
        ----------
        i : int
            Number of the direction, from 0.
        level : float, default 0.5
            Level of cos²θ_i, 0 ≤ level < 1.

        Returns
        -------
        float
            The threshold, infinite if there is none. It does not depend on the `n` of this object.

        Raises
        ------
        ValueError
            If there is no direction i, or the level is outside its range.
        """
        if not 0 <= i < len(self._b):
            raise ValueError(f"i must lie between 0 and d1 − 1 = {len(self._b) - 1}, got {i}")
        if not 0 <= level < 1:
            raise ValueError(f"level must be at least 0 and below 1, got {level}")
        (T, a, b), population = self._labels, self.law.bulk
        upper = _last_crossing(T, a, b[i], level, population)
        lower = _last_crossing(-T[::-1], a[::-1], -b[i, ::-1], level, population * [-1, 1])
        return self.D * min(upper, lower)


def curve(law: LabelLaw | Callable[[float], LabelLaw], D: int, n: np.ndarray) -> np.ndarray:
    """Alignments cos²θ_i of the outliers at each n.

    Parameters
    ----------
    law : LabelLaw or callable
        One law of the labels, or n ↦ the law at n.
    D : int
        Number of features.
    n : ndarray of shape (N,)
        Numbers of samples.

    Returns
    -------
    ndarray of shape (N, d1)
        The alignments.
    """
    laws = law if callable(law) else lambda _: law
    return np.array([DeterministicEquivalent(laws(size), D, size).cos2() for size in np.asarray(n)])


def _root(function: Callable, low: np.ndarray, high: np.ndarray, *args: np.ndarray) -> np.ndarray:
    """Root of an elementwise function in each bracket; where rounding hides the change of sign, the better end."""
    with np.errstate(invalid="ignore"):  # the method takes roots of what it then discards
        found = find_root(function, (low, high), args=args)
    (left, right), (f_left, f_right) = found.bracket, found.f_bracket
    return np.where(found.success, found.x, np.where(np.abs(f_left) < np.abs(f_right), left, right))


def _scalar_root(function: Callable, low: float, high: float) -> float:
    """As `_root` for a single bracket, where its arrays would take most of the time."""
    ends = function(low), function(high)
    if ends[0] * ends[1] > 0:
        return low if abs(ends[0]) < abs(ends[1]) else high
    return brentq(function, low, high, xtol=np.finfo(float).tiny, rtol=4 * np.finfo(float).eps)


def _outer_edge(T: np.ndarray, a: np.ndarray, c: float) -> float:
    """The p above all labels T (ascending) where Σ a/(p − T)² = c.

    Newton's method for (Σ a/(p − T)²)^(−1/2) = c^(−1/2): the left side is concave in p, so the steps rise from any p
    below the solution.
    """
    below = T[-1] - T
    e = math.sqrt(a[-1] / c)
    for _ in range(NEWTON_STEPS):
        near = 1 / (e + below)
        total = a @ near**2
        step = (math.sqrt(total / c) - 1) * total / (a @ near**3)
        e += max(step, 0.0)
        if step <= 1e-15 * e:
            break
    return T[-1] + e


def _last_crossing(T: np.ndarray, a: np.ndarray, b: np.ndarray, level: float, population: np.ndarray) -> float:
    """1/c at the largest p above all labels where the outlier's cos² passes `level`, infinite without one.

    The outlier at p belongs to c = S(p) = Σ b/(p − T), so neither c nor n need be known. The jumps τ of the bulk of E Ĉ
    lie at τ/c and count as η/c = Σ a/(cp − τ)². Where cp is below one of them there is no outlier.
    """
    tau, jumps = population.T

    def excess(e):  # of cos² over the level, times its positive denominator
        near = 1 / (np.asarray(e)[..., None] + T[-1] - T)
        spike, bulk = near @ b, near**2 @ a
        if len(tau):
            above = (spike * (np.asarray(e) + T[-1]))[..., None] - tau
            inside = np.any(above <= 0, axis=-1)
            bulk = np.where(inside, np.inf, bulk + spike * ((1 / np.where(above > 0, above, 1)) ** 2 @ jumps))
        return spike - bulk - level * (spike + near**2 @ (T * b))

    e = np.geomspace(1e-3 * math.sqrt(a[-1]), 1e6 * math.sqrt(a.sum()), SCAN)
    value = np.where(T[-1] + e > 0, excess(e), -1.0)
    last = np.flatnonzero(value <= 0)
    if not len(last) or last[-1] == len(e) - 1:
        return math.inf if len(last) else 0.0
    root = _scalar_root(excess, *e[last[-1] : last[-1] + 2])
    return float(1 / ((1 / (root + T[-1] - T)) @ b))
