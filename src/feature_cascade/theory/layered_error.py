"""The test error of all three layers at finite d, from the alignments of the first.

Given the radius, h_i = ρ g_i, and the learned features are ĥ_i = ρ (cosθ_i g_i + sinθ_i ξ_i) with independent normal
ξ_i.
The second layer is diag(w_i), w_i = E[t (ĥ_i² − 1)], plus the noise of its own N samples in all d1 (d1 + 1)/2 entries,

    Var Â²_ij = Var[t ĥ_i ĥ_j]/N,

which heavy tails of labels and radius make large. The readout is the best polynomial of the configured degree.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.polynomial.hermite_e import hermevander

from ..sampling.streams import generator
from .radial import radial_points
from .weak_noise import weak_noise_cos2

POWER = 14  # 2^14 points
DRAWS = 4  # of the second layer's noise, whose errors are averaged
CENTRAL = (0.005, 0.995)  # quantiles of ĥ2 beyond which a readout that is no affine map is constant


class LayeredError:
    """Weak-noise limit and error of all layers for one teacher at finite d, as `weak_noise.WeakNoise` for d = ∞.

    Parameters
    ----------
    amplitudes : ndarray of shape (d1,)
        Amplitudes a_i of h2 = Σ a_i (h_i² − 1).
    link : callable
        Link g, elementwise.
    d : int
        Input dimension.
    q : int
        Degree of the features.
    degree : int
        Degree of the polynomial readout.
    spikes : ndarray of shape (d1,)
        Spike strengths s_i of the first layer.
    thresholds : ndarray of shape (d1,)
        Its thresholds n_i in the weak-noise limit.
    noise : float, default 0.0
        Standard deviation of the label noise in training.

    Attributes
    ----------
    spikes : ndarray of shape (d1,)
        As given.
    thresholds : ndarray of shape (d1,)
        As given.
    """

    def __init__(
        self,
        amplitudes: np.ndarray,
        link: Callable[[np.ndarray], np.ndarray],
        d: float,
        q: int,
        degree: int,
        spikes: np.ndarray,
        thresholds: np.ndarray,
        noise: float = 0.0,
    ) -> None:
        amplitudes, d1 = np.asarray(amplitudes, dtype=float), len(amplitudes)
        points = radial_points(amplitudes, d, q, power=POWER, spare=d1 + 1)
        rho = np.sqrt(points.rho2)[:, None]
        self._h, self._xi, self._weights = rho * points.g, rho * points.spare[:, 1:], points.weights
        self._y, self._degree = link((self._h**2 - 1) @ amplitudes), degree
        t = self._y + noise * points.spare[:, 0]
        t = t - self._weights @ t
        self._t = t / math.sqrt(self._weights @ t**2)
        self.spikes, self.thresholds = spikes, thresholds

    def cos2(self, n: np.ndarray) -> np.ndarray:
        """Alignments cos²θ_i of the weak-noise limit at each n.

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
        """NMSE for given alignments and samples of the second layer.

        Parameters
        ----------
        cos2 : ndarray of shape (N, d1)
            Alignments cos²θ_i.
        size : ndarray of shape (N,) or float, default infinite
            Number of samples of the second layer.

        Returns
        -------
        ndarray of shape (N,)
            The errors.
        """
        sizes = np.broadcast_to(np.asarray(size, dtype=float), len(cos2))
        return np.array([self._error(np.clip(c2, 0, 1), n) for c2, n in zip(cos2, sizes, strict=True)])

    def _error(self, cos2: np.ndarray, size: float) -> float:
        learned = np.sqrt(cos2) * self._h + np.sqrt(1 - cos2) * self._xi
        squares = learned**2
        strength = (self._weights * self._t) @ (squares - 1)
        if math.isinf(size):
            return self._readout((squares - 1) @ strength)
        noise = self._second_layer_noise(squares, strength, size)
        features = [(learned @ E * learned).sum(axis=1) + squares @ strength for E in noise]
        return float(np.mean([self._readout(feature) for feature in features]))

    def _second_layer_noise(self, squares: np.ndarray, strength: np.ndarray, size: float) -> np.ndarray:
        """Draws of Â² − E Â², (DRAWS, d1, d1): independent off the diagonal, on it with that of t (ĥ_i² − 1)."""
        d1, weight = len(strength), self._weights * self._t**2
        rng = generator(0, "noise of the second layer")  # the same numbers at every n, so that curves are smooth
        spread = np.sqrt((squares * weight[:, None]).T @ squares / size)
        entries = np.tril(rng.standard_normal((DRAWS, d1, d1)), -1) * spread
        diagonal = ((squares - 1) * weight[:, None]).T @ (squares - 1) - np.outer(strength, strength)
        values, vectors = np.linalg.eigh(diagonal / size)
        on = rng.standard_normal((DRAWS, d1)) * np.sqrt(np.maximum(values, 0)) @ vectors.T
        return entries + entries.transpose(0, 2, 1) + on[:, :, None] * np.eye(d1)

    def _readout(self, feature: np.ndarray) -> float:
        """NMSE of the best polynomial in ĥ2, which is held at its central quantiles if the degree is above 1."""
        weights = self._weights
        if self._degree > 1:
            order = np.argsort(feature)
            feature = np.clip(feature, *np.interp(CENTRAL, np.cumsum(weights[order]), feature[order]))
        centred = feature - weights @ feature
        spread = math.sqrt(weights @ centred**2)
        if spread == 0:
            return 1.0
        root = np.sqrt(weights)
        design = hermevander(centred / spread, self._degree)
        coefficients, *_ = np.linalg.lstsq(design * root[:, None], self._y * root, rcond=None)
        left = weights @ (self._y - design @ coefficients) ** 2
        return float(left / (weights @ (self._y - weights @ self._y) ** 2))
