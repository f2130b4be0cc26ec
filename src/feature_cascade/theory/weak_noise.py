"""The weak-noise limit n ≫ D of the paper's scaling form, with its constants.

Direction i is a spike of strength s_i = E[t (h_i² − 1)] on a semicircle of radius 2√(D/n) (standardised labels,
E t² = 1), so cos²θ_i = max(0, 1 − n_i/n) with n_i = D/s_i². Nothing is fitted. Expectations are over independent
standard normal h_1..h_d1, the Gaussian equivalent of the latent features.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.polynomial.hermite_e import hermevander

from .quasi_random import gaussian_latent


def spike_strengths(latent: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Spike strengths s_i = E[t (h_i² − 1)] with t the standardised labels.

    Parameters
    ----------
    latent : ndarray of shape (N, d1)
        Points h over which the expectation is taken.
    y : ndarray of shape (N,)
        Their labels.

    Returns
    -------
    ndarray of shape (d1,)
        The strengths.
    """
    t = (y - y.mean()) / y.std()
    return t @ (latent**2 - 1) / len(t)


def weak_noise_thresholds(strengths: np.ndarray, D: int) -> np.ndarray:
    """Thresholds n_i = D/s_i² of standardised labels.

    Parameters
    ----------
    strengths : ndarray of shape (d1,)
        Spike strengths s_i.
    D : int
        Number of features.

    Returns
    -------
    ndarray of shape (d1,)
        The thresholds, infinite where s_i = 0.

    Examples
    --------
    >>> weak_noise_thresholds([1.0, -0.5, 0.0], D=100).tolist()
    [100.0, 400.0, inf]
    """
    with np.errstate(divide="ignore"):
        return D / np.asarray(strengths, dtype=float) ** 2


def weak_noise_cos2(n: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Alignments cos²θ_i = max(0, 1 − n_i/n).

    Parameters
    ----------
    n : ndarray of shape (N,)
        Numbers of samples.
    thresholds : ndarray of shape (d1,)
        Thresholds n_i.

    Returns
    -------
    ndarray of shape (N, d1)
        The alignments.
    """
    return np.maximum(0.0, 1.0 - thresholds / np.asarray(n, dtype=float)[:, None])


def identity_nmse(strengths: np.ndarray, cos2: np.ndarray) -> np.ndarray:
    """NMSE Σ_i λ_i² (1 − cos⁴θ_i) for g = identity and the best second layer.

    Parameters
    ----------
    strengths : ndarray of shape (d1,)
        Strengths λ_i.
    cos2 : ndarray of shape (N, d1)
        Alignments cos²θ_i.

    Returns
    -------
    ndarray of shape (N,)
        The errors.
    """
    return (1.0 - cos2**2) @ np.asarray(strengths) ** 2


def readout_nmse(
    latent: np.ndarray, noise: np.ndarray, y: np.ndarray, spikes: np.ndarray, cos2: np.ndarray, degree: int
) -> np.ndarray:
    """NMSE of the best polynomial readout of given degree when layer 1 has alignments cos²θ_i.

    Parameters
    ----------
    latent : ndarray of shape (N, d1)
        Latent features h.
    noise : ndarray of shape (N, d1)
        Independent standard normal ξ.
    y : ndarray of shape (N,)
        Labels.
    spikes : ndarray of shape (d1,)
        Spike strengths s_i.
    cos2 : ndarray of shape (M, d1)
        Alignments cos²θ_i, one prediction for each row.
    degree : int
        Degree of the polynomial.

    Returns
    -------
    ndarray of shape (M,)
        The errors.

    Notes
    -----
    The learned features are ĥ_i = cosθ_i h_i + sinθ_i ξ_i. The population second layer is diagonal,
    ĥ2 = Σ_i s_i cos²θ_i (ĥ_i² − 1).
    """
    result = np.empty(len(cos2))
    for row, c2 in enumerate(cos2):
        learned = np.sqrt(c2) * latent + np.sqrt(1 - c2) * noise
        feature = (learned**2 - 1) @ (spikes * c2)
        spread = feature.std()
        if spread == 0:
            result[row] = 1.0
            continue
        design = hermevander((feature - feature.mean()) / spread, degree)
        coefficients, *_ = np.linalg.lstsq(design, y, rcond=None)
        result[row] = np.mean((y - design @ coefficients) ** 2) / y.var()
    return result


class WeakNoise:
    """The weak-noise prediction for one teacher: thresholds n_i and, for any n, cos²θ_i, q_h and NMSE.

    Parameters
    ----------
    amplitudes : ndarray of shape (d1,)
        Amplitudes a_i of h2 = Σ a_i (h_i² − 1).
    link : callable
        Link g, elementwise.
    D : int
        Number of features.
    degree : int
        Degree of the polynomial readout.

    Attributes
    ----------
    spikes : ndarray of shape (d1,)
        Spike strengths s_i.
    thresholds : ndarray of shape (d1,)
        Thresholds n_i.
    """

    def __init__(self, amplitudes: np.ndarray, link: Callable[[np.ndarray], np.ndarray], D: int, degree: int) -> None:
        d1 = len(amplitudes)
        points = gaussian_latent(2 * d1)
        self._latent, self._noise = points[:, :d1], points[:, d1:]
        h2 = (self._latent**2 - 1) @ amplitudes
        self._linear = bool(np.allclose(link(h2), h2))
        self._y, self._degree = link(h2), degree
        self._strengths = amplitudes / np.linalg.norm(amplitudes)
        # closed form where there is one: t = Σ λ_i (h_i² − 1)/√2
        self.spikes = math.sqrt(2) * self._strengths if self._linear else spike_strengths(self._latent, self._y)
        self.thresholds = weak_noise_thresholds(self.spikes, D)

    def cos2(self, n: np.ndarray) -> np.ndarray:
        """Alignments cos²θ_i at each n.

        Parameters
        ----------
        n : ndarray of shape (N,)
            Numbers of samples.

        Returns
        -------
        ndarray of shape (N, d1)
            The alignments.
        """
        return weak_noise_cos2(n, self.thresholds)

    def nmse(self, cos2: np.ndarray, size: np.ndarray | float = math.inf) -> np.ndarray:
        """NMSE for given alignments: closed form for the identity, quasi-Monte Carlo otherwise.

        Parameters
        ----------
        cos2 : ndarray of shape (N, d1)
            Alignments cos²θ_i.
        size : ndarray of shape (N,) or float, default infinite
            Number of samples of the second layer, whose noise is left out here; see `layered_error`.

        Returns
        -------
        ndarray of shape (N,)
            The errors.
        """
        if self._linear:
            return identity_nmse(self._strengths, cos2)
        return readout_nmse(self._latent, self._noise, self._y, self.spikes, cos2, self._degree)
