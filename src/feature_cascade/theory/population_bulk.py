"""The bulk of E Ĉ itself: what real features leave there besides the spikes, as jumps of a free Poisson law.

With F(x) of degree q the mean of Ĉ is not only Σ s_i A_i A_i^T. Each h_i² has parts of all even degrees up to 2q in x,
and each gives E Ĉ a structured bulk of D eigenvalues. At q = 2, with A_i a symmetric matrix and v = 1/(2d) the variance
of its eigenvalues,

    E Ĉ: V ↦ Σ_i 4 s_i (A_i² V + V A_i² + A_i V A_i),

where the first two terms come from the part of degree 2, which deflation removes, and the third from that of degree 4.
As d grows the A_i become free semicirculars, and the moments of the bulk follow by counting: with β_i = 2 s_i/d the
free cumulants are

    κ_2 = 3 Σ β_i²,  κ_3 = 8 Σ β_i³,  κ_4 = 32 Σ β_i⁴ + 2 (Σ β_i²)²;     deflated  Σ β_i²,  0,  2 Σ β_i⁴.

Two jumps τ ± with weights a reproduce them: the R-transform Σ a g/(1 − τ g) has the cumulants Σ a τ^(k−2). For other q
the variance is known by the same count of pairings, and the bulk is taken for a semicircle, a jump at τ = 0.
"""

from __future__ import annotations

import math

import numpy as np

from ..sizes import n_features

NONE = np.empty((0, 2))


def population_bulk(spikes: np.ndarray, d: float, q: int, deflated: bool = False) -> np.ndarray:
    """Jumps τ and weights a of the bulk of E Ĉ.

    Parameters
    ----------
    spikes : ndarray of shape (d1,)
        Spike strengths s_i.
    d : float
        Input dimension; infinite for Gaussian-equivalent data, which has no such bulk.
    q : int
        Degree of the features.
    deflated : bool, default False
        Whether the part of degree q has been taken from the labels.

    Returns
    -------
    ndarray of shape (k, 2)
        One row (τ, a) each; the variance of the bulk is Σ a. No row for q = 1, where the bulk is empty.
    """
    spikes = np.asarray(spikes, dtype=float)
    if math.isinf(d) or q == 1 or not np.any(spikes):
        return NONE
    if q != 2:
        return np.array([[0.0, population_variance(spikes, int(d), q, deflated)]])
    beta = 2 * spikes / d
    second, third, fourth = (np.sum(beta**k) for k in (2, 3, 4))
    full = 3 * second, 8 * third, 32 * fourth + 2 * second**2
    variance, skew, tails = (second, 0.0, 2 * fourth) if deflated else full
    centre = skew / variance
    width = math.sqrt(tails / variance - centre**2)
    return np.array([[centre - width, variance / 2], [centre + width, variance / 2]])


def population_variance(spikes: np.ndarray, d: int, q: int, deflated: bool = False) -> float:
    """Variance of the bulk of E Ĉ for generic directions, to leading order in 1/d.

    Parameters
    ----------
    spikes : ndarray of shape (d1,)
        Spike strengths s_i.
    d : int
        Input dimension.
    q : int
        Degree of the features.
    deflated : bool, default False
        Whether the part of degree q has been taken from the labels.

    Returns
    -------
    float
        The variance Σ s_i²/(2D) · Σ (q!/(r! k! l!))² over r + k + l = q, without the triples that have one entry q.

    Notes
    -----
    r, k and l count the legs by which A_i is paired with itself, with the input and with the output of the operator.
    The triples left out are the trace and the spike. Those with r = q/2 belong to the part of degree q.
    """
    total = 0
    for r in range(q):
        for k in range(q - r + 1):
            ways = math.factorial(q) // (math.factorial(r) * math.factorial(k) * math.factorial(q - r - k))
            total += ways**2 * (ways > 1) * (not deflated or 2 * r != q)
    return float(np.sum(np.asarray(spikes) ** 2) * total / (2 * n_features(d, q)))
