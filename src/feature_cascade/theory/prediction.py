"""Every prediction for one teacher, as tables: exact asymptotics, weak-noise limit and the paper's scaling form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from ..measurement.metrics import RECOVERED
from ..sizes import held_out_size
from .deterministic import DeterministicEquivalent
from .label_law import LabelLaw
from .layered_error import LayeredError
from .leading import leading_cos2, leading_curve
from .scaling import staircase, tail_sum
from .weak_noise import WeakNoise

ITERATIONS = 3  # of a threshold and the law at its n, which changes slowly
EARLIEST, LATEST = -1.0, 2.5  # of log n, where the leading space is searched around a crossing
PRECISION, FIRST_STEP = 0.005, 0.15  # of log n


@dataclass(frozen=True)
class Prediction:
    """The theory of one teacher.

    Attributes
    ----------
    law : callable
        Maps n to the law of (T, h_i²), a `LabelLaw`.
    weak_noise : WeakNoise or LayeredError
        Its limit n ≫ D, and the error of given alignments.
    alpha_thresholds : ndarray of shape (d1,)
        Thresholds α_i of the paper's staircase.
    strengths : ndarray of shape (d1,)
        Strengths λ_i.
    d : int
        Input dimension.
    D : int
        Number of features.
    """

    law: Callable[[float], LabelLaw]
    weak_noise: WeakNoise | LayeredError
    alpha_thresholds: np.ndarray
    strengths: np.ndarray
    d: int
    D: int

    def cos2(self, n: np.ndarray) -> np.ndarray:
        """Alignments cos²θ_i of the directions with the d1 leading eigenvectors.

        Parameters
        ----------
        n : ndarray of shape (N,)
            Numbers of samples.

        Returns
        -------
        ndarray of shape (N, d1)
            The alignments.
        """
        return leading_curve(self.law, self.D, n)

    def curves(self, alpha: np.ndarray, cos2: np.ndarray) -> pd.DataFrame:
        """Overlap q_h, NMSE and number of recovered directions at each α.

        Parameters
        ----------
        alpha : ndarray of shape (N,)
            Exponents α = log n/log d.
        cos2 : ndarray of shape (N, d1)
            Alignments cos² at each α.

        Returns
        -------
        DataFrame
            One row for each α, columns alpha, n, q_h, nmse, m_exact, m_weak_noise, m_scaling, d1 and tail.

        Notes
        -----
        The scaling form has m_scaling directions and the error `tail`, Σ_{i>m} λ_i² (2.15).
        """
        n, count = self.d**alpha, staircase(alpha, self.alpha_thresholds)
        second_layer = np.array([held_out_size(size) // 2 for size in n])
        return pd.DataFrame(
            {
                "alpha": alpha,
                "n": n,
                "q_h": cos2.mean(axis=1),
                "nmse": self.weak_noise.nmse(cos2, second_layer),
                "m_exact": np.sum(cos2 >= RECOVERED, axis=1),
                "m_weak_noise": np.sum(self.weak_noise.cos2(n) >= RECOVERED, axis=1),
                "m_scaling": count,
                "d1": len(self.strengths),
                "tail": tail_sum(self.strengths, count),
            }
        )

    def thresholds(self) -> pd.DataFrame:
        """The n at which cos²θ_i = 1/2 for each direction, by all three theories.

        Returns
        -------
        DataFrame
            One row for each direction, columns direction (from 1), strength, spike, n_scaling, n_weak_noise, n_exact,
            n_crossing and n_onset.

        Notes
        -----
        The scaling form has no constant. `n_onset` is where the outlier leaves the bulk, `n_crossing` where its
        eigenvector has cos² = 1/2, and `n_exact` where the d1 leading eigenvectors have. The last comes later if the
        outlier leaves a lopsided bulk at its near edge.
        """
        index = range(len(self.strengths))
        crossings = np.array([self._crossing(i, RECOVERED) for i in index])
        return pd.DataFrame(
            {
                "direction": np.arange(1, len(self.strengths) + 1),
                "strength": self.strengths,
                "spike": self.weak_noise.spikes,
                "n_scaling": self.d**self.alpha_thresholds,
                "n_weak_noise": self.weak_noise.thresholds / (1 - RECOVERED),
                "n_exact": [self._leading(i, crossings[i]) for i in index],
                "n_crossing": crossings,
                "n_onset": [self._crossing(i, 0.0) for i in index],
            }
        )

    def _crossing(self, i: int, level: float) -> float:
        """n where the outlier has cos²θ_i = level; the law at that very n is found by iteration."""
        n = self.weak_noise.thresholds[i]
        for _ in range(ITERATIONS):
            at, n = n, DeterministicEquivalent(self.law(n), self.D, n).threshold(i, level)
            if not np.isfinite(n) or abs(n - at) <= PRECISION * at:
                break
        return n

    def _leading(self, i: int, crossing: float) -> float:
        """The n from which the leading eigenvectors hold half of direction i; infinite if they never do."""
        if not np.isfinite(crossing):
            return np.inf

        def held(n: float) -> float:
            return leading_cos2(DeterministicEquivalent(self.law(n), self.D, n))[i]

        return first_half(held, crossing, crossing * np.exp(EARLIEST), crossing * np.exp(LATEST))


def first_half(held: Callable[[float], float], near: float, low: float, high: float) -> float:
    """The n between two bounds where a growing share passes `RECOVERED`, to `PRECISION` in log n.

    Parameters
    ----------
    held : callable
        Maps n to the share.
    near : float
        Where the search begins.
    low : float
        Lower bound of n.
    high : float
        Upper bound of n.

    Returns
    -------
    float
        The n; `low` if the share has passed there already, infinite if it has not at `high`.
    """

    def excess(log_n: float) -> float:
        return held(float(np.exp(log_n))) - RECOVERED

    at, step = float(np.log(near)), FIRST_STEP
    value = excess(at)
    end = float(np.log(low if value >= 0 else high))
    while at != end:
        onward = max(at - step, end) if value >= 0 else min(at + step, end)
        if (excess(onward) >= 0) != (value >= 0):
            return float(np.exp(brentq(excess, *sorted((at, onward)), xtol=PRECISION)))
        at, step = onward, 2 * step
    return low if value >= 0 else np.inf
