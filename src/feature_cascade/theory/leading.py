"""How much of each direction lies in the span of the leading eigenvectors: the outliers' share and the bulk's.

An eigenvector that belongs to an outlier holds cos²θ_i of direction i, and as D → ∞ that is all. At finite D the d1
leading eigenvalues take in some of the bulk's too, and where few labels have left the bulk, or an outlier has almost
left it, these hold a good part of a direction. How much is the spectral measure of A_i, which has the transform

    m_i(z) = ⟨A_i, (Ĉ − z)^(−1) A_i⟩ = −1/(p (c − S_i(p)))

in the notation of `deterministic`: its poles are the outliers, its imaginary part over π a density inside the bulk.
Leading in magnitude are those beyond ±r with k eigenvalues of D expected there, the estimator's own rule of selection.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from .deterministic import DeterministicEquivalent
from .label_law import LabelLaw

NODES = 33  # of each interval of the bulk, denser near its ends
DEPTHS = np.geomspace(1e-6, 1, 41)  # of the bulk proper, one of which is deep enough
BISECTIONS = 50


@dataclass(frozen=True)
class Tail:
    """One end of the bulk, from its last eigenvalue inwards until it holds k.

    Attributes
    ----------
    r : ndarray of shape (N,)
        Distance of the nodes from 0 towards this end, descending.
    count : ndarray of shape (N,)
        Eigenvalues expected beyond each node.
    p : ndarray of shape (N,), complex
        The nodes on the curve of `DeterministicEquivalent.bulk_curve`.
    first : ndarray of shape (N,), bool
        Whether a node begins an interval.
    """

    r: np.ndarray
    count: np.ndarray
    p: np.ndarray
    first: np.ndarray

    def beyond(self, r: float) -> float:
        """Eigenvalues expected beyond r.

        Parameters
        ----------
        r : float
            Distance from 0 towards this end.

        Returns
        -------
        float
            Their number, interpolated between the nodes.
        """
        return float(np.interp(r, self.r[::-1], self.count[::-1]))

    def weight(self, theory: DeterministicEquivalent, r: float) -> np.ndarray:
        """Share of each direction in the eigenvectors beyond r, by the trapezoidal rule.

        Parameters
        ----------
        theory : DeterministicEquivalent
            Theory that the nodes belong to.
        r : float
            Distance from 0 towards this end.

        Returns
        -------
        ndarray of shape (d1,)
            The shares.
        """
        inside = np.flatnonzero(self.r <= r)
        stop = inside[0] + 1 if len(inside) else len(self.r)
        density = theory.direction_density(self.p[:stop])  # (stop, d1)
        steps = np.where(self.first[1:stop], 0.0, -np.diff(self.r[:stop]))
        growth = np.zeros_like(density)
        np.cumsum(steps[:, None] * (density[1:] + density[:-1]) / 2, axis=0, out=growth[1:])
        return np.array([np.interp(r, self.r[:stop][::-1], column[::-1]) for column in growth.T])


def leading_cos2(theory: DeterministicEquivalent, k: int | None = None) -> np.ndarray:
    """Alignment cos²θ_i (A.3) of each direction with the span of the k eigenvectors largest in magnitude.

    Parameters
    ----------
    theory : DeterministicEquivalent
        Theory at one n.
    k : int, optional
        Number of eigenvectors; d1 by default.

    Returns
    -------
    ndarray of shape (d1,)
        The alignments, parts of the outliers and of the bulk together.
    """
    k = theory.d1 if k is None else k
    found = theory.outliers(k)
    taken = np.abs(found.position[found.selected])
    tails = [_tail(theory, k, sign) for sign in (1, -1)]
    low, high = 0.0, max(tail.r[0] for tail in tails)
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        enough = sum(tail.beyond(middle) for tail in tails) + np.sum(taken > middle) >= k
        low, high = (middle, high) if enough else (low, middle)
    bulk = sum(tail.weight(theory, high) for tail in tails)
    return bulk + np.bincount(found.direction, found.cos2 * found.selected, theory.d1)


def leading_curve(law: LabelLaw | Callable[[float], LabelLaw], D: int, n: Sequence[float] | np.ndarray) -> np.ndarray:
    """Alignments `leading_cos2` at each n.

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
        The alignments with the d1 leading eigenvectors.
    """
    laws = law if callable(law) else lambda _: law
    return np.array([leading_cos2(DeterministicEquivalent(laws(size), D, size)) for size in np.asarray(n)])


def _tail(theory: DeterministicEquivalent, k: int, sign: int) -> Tail:
    """The upper (sign = 1) or lower (−1) end of the bulk with at least k of its eigenvalues, or with all."""

    def count(p: np.ndarray) -> np.ndarray:
        above = theory.mass_above(p)
        return theory.D * (above if sign > 0 else 1 - above)

    intervals = theory.components[::-sign, ::-sign]  # outermost first, from its outer end to its inner
    enough = np.flatnonzero(count(intervals[:, 1]) >= k)
    if len(enough):
        intervals = intervals[: enough[0] + 1].copy()
        outer, inner = intervals[-1]
        within = outer + (inner - outer) * DEPTHS
        intervals[-1, 1] = within[np.argmax(count(theory.bulk_curve(within)[1]) >= k)]
    spread = (1 - np.cos(np.linspace(0, np.pi, NODES))) / 2
    a = (intervals[:, :1] + (intervals[:, 1:] - intervals[:, :1]) * spread).ravel()
    x, p = theory.bulk_curve(a)
    return Tail(sign * x, count(p), p, np.arange(len(a)) % NODES == 0)
