"""First-order perturbation theory of the eigenvectors of Ĉ (3.2), and the Davis–Kahan bound that it replaces.

The population operator is E Ĉ = Σ_k s_k u_k u_k^T: spike strengths s_k = E[t (h_k² − 1)], and the teacher's directions
u_k as eigenvectors. With Δ = Ĉ − E Ĉ, to first order

    û_k = u_k + Σ_{j≠k} (u_j^T Δ u_k)/(s_k − s_j) u_j + (1/s_k) P_ker Δ u_k,

so sin²θ_k is the sum of the squares of the corrections, each over a gap of its own. The sum turns u_k within the span
of the directions, the last term turns it out of the span, and that alone is what an error of the recovered *space*,
1 − ‖Û^T u_k‖², can see. Davis–Kahan knows the norm of Δ and the smallest gap: sin θ_k ≤ 2‖Δ‖/gap_k.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

PROPER = 2.0  # constant of Davis–Kahan with the gap of the population operator, see `davis_kahan`


@dataclass(frozen=True)
class FirstOrder:
    """First-order prediction of sin²θ_k, or its expectation, in two parts.

    Attributes
    ----------
    within : ndarray of shape (..., d1)
        Part Σ_{j≠k} (u_j^T Δ u_k)²/(s_k − s_j)², turning within the span of the directions.
    outside : ndarray of shape (..., d1)
        Part ‖P_ker Δ u_k‖²/s_k², turning out of the span: the prediction for the recovered space.
    """

    within: np.ndarray
    outside: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """The prediction for the vector û_k: the sum of the squares of all corrections.

        Returns
        -------
        ndarray of shape (..., d1)
            The sum; it may exceed 1.
        """
        return self.within + self.outside


def first_order(shift: np.ndarray, directions: np.ndarray, spikes: np.ndarray) -> FirstOrder:
    """The prediction (3.2) for a given perturbation, from ΔU alone.

    Parameters
    ----------
    shift : ndarray of shape (D, d1)
        Perturbed directions ΔU.
    directions : ndarray of shape (D, d1)
        Orthonormal directions U.
    spikes : ndarray of shape (d1,)
        Spike strengths s, none of them 0.

    Returns
    -------
    FirstOrder
        Parts of shape (d1,), infinite where two spikes are equal.

    Raises
    ------
    ValueError
        If the shapes do not match or a spike is 0.
    """
    spikes = _checked(spikes)
    if shift.shape != directions.shape or directions.shape[1:] != spikes.shape:
        raise ValueError(
            f"shift and directions must have shape (D, d1) and spikes (d1,), "
            f"got {shift.shape}, {directions.shape} and {spikes.shape}"
        )
    coupling = directions.T @ shift
    escaped = np.sum((shift - directions @ coupling) ** 2, axis=0)
    return _over_gaps(coupling**2, escaped, spikes)


def expected_first_order(latent: np.ndarray, y: np.ndarray, spikes: np.ndarray, D: int, n: np.ndarray) -> FirstOrder:
    """The expectation of `first_order` over n Gaussian-equivalent samples: a prediction that needs no data.

    Parameters
    ----------
    latent : ndarray of shape (N, d1)
        Points h over which expectations are taken, see `theory.quasi_random.gaussian_latent`.
    y : ndarray of shape (N,)
        Labels of the points.
    spikes : ndarray of shape (d1,)
        Spike strengths s, none of them 0.
    D : int
        Number of features.
    n : ndarray of shape (M,)
        Sample sizes.

    Returns
    -------
    FirstOrder
        Parts of shape (M, d1).

    Raises
    ------
    ValueError
        If the shapes do not match, a spike is 0, D < d1, or a sample size is not positive.

    Notes
    -----
    Δ is a mean of n independent terms. So E(u_j^T Δ u_k)² = E[t² h_j² h_k²]/n for j ≠ k, and
    E‖P_ker Δ u_k‖² = (D − d1) E[t² h_k²]/n.
    """
    spikes, n = _checked(spikes), np.atleast_1d(np.asarray(n, dtype=float))
    if y.shape != latent.shape[:1] or spikes.shape != latent.shape[1:]:
        raise ValueError(
            f"latent must have shape (N, d1), y (N,) and spikes (d1,), got {latent.shape}, {y.shape} and {spikes.shape}"
        )
    if len(spikes) > D or not np.all(n > 0):
        raise ValueError(f"D must be at least d1 = {len(spikes)} and every n positive, got D={D}, n={n}")
    t2, h2 = ((y - y.mean()) / y.std()) ** 2, latent**2
    one = _over_gaps((h2 * t2[:, None]).T @ h2 / len(y), (D - len(spikes)) * (t2 @ h2) / len(y), spikes)
    return FirstOrder(one.within / n[:, None], one.outside / n[:, None])


def gaps(spikes: np.ndarray) -> np.ndarray:
    """The distance gap_k = min(|s_k|, min_{j≠k} |s_k − s_j|) of s_k to the rest of the spectrum of E Ĉ.

    Parameters
    ----------
    spikes : ndarray of shape (d1,)
        Spike strengths s.

    Returns
    -------
    ndarray of shape (d1,)
        The gaps. The rest includes the eigenvalue 0 of the kernel (d1 < D).

    Examples
    --------
    >>> import numpy as np
    >>> gaps(np.array([3.0, 1.0, -0.5])).tolist()
    [2.0, 1.0, 0.5]
    """
    spikes = np.asarray(spikes, dtype=float)
    distance = np.abs(spikes[:, None] - spikes)
    np.fill_diagonal(distance, np.inf)
    return np.minimum(np.abs(spikes), distance.min(axis=1))


def davis_kahan(norm: float, gaps: np.ndarray, constant: float = PROPER) -> np.ndarray:
    """Davis–Kahan bound (constant·‖Δ‖/gap_k)² on sin²θ_k.

    Parameters
    ----------
    norm : float
        Spectral norm ‖Δ‖.
    gaps : ndarray
        Gap of each spike, see `gaps`.
    constant : float, default PROPER
        Constant of the bound.

    Returns
    -------
    ndarray, shape of gaps
        The bound, infinite where the gap is 0.

    Raises
    ------
    ValueError
        If the norm or a gap is negative, or the constant not positive.

    Notes
    -----
    It holds with the constant 2, for û_k of the same rank in the spectrum of Ĉ as u_k in that of E Ĉ. In general it
    holds with no smaller one: either ‖Δ‖ ≥ gap_k/2 and the bound says nothing, or the other eigenvalues of Ĉ stay
    gap_k/2 away from s_k (Yu, Wang and Samworth 2015). The constant 1 belongs to the distance between s_k and those.
    """
    gaps = np.asarray(gaps, dtype=float)
    if not norm >= 0 or not np.all(gaps >= 0) or not constant > 0:
        raise ValueError(f"norm and gaps must not be negative, the constant positive; got {norm}, {gaps}, {constant}")
    with np.errstate(divide="ignore"):
        return (constant * norm / gaps) ** 2


def _checked(spikes: np.ndarray) -> np.ndarray:
    spikes = np.asarray(spikes, dtype=float)
    if not np.all(spikes != 0):
        raise ValueError(f"a spike of strength 0 has no direction of its own, got {spikes}")
    return spikes


def _over_gaps(coupling2: np.ndarray, escaped2: np.ndarray, spikes: np.ndarray) -> FirstOrder:
    """Squares of u_j^T Δ u_k (d1, d1) and of the norms outside the span (d1,) over the squared gaps that they face."""
    gap2 = (spikes[:, None] - spikes) ** 2
    np.fill_diagonal(gap2, np.inf)
    ratio = np.divide(coupling2, gap2, out=np.full_like(gap2, np.inf), where=gap2 > 0)
    return FirstOrder(np.sum(ratio, axis=0), escaped2 / spikes**2)
