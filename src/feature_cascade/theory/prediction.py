"""Every prediction for one teacher, as tables: exact asymptotics, weak-noise limit and the paper's scaling form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from ..measurement.metrics import RECOVERED
from .deterministic import DeterministicEquivalent
from .label_law import LabelLaw
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
    law : n ↦ law of (T, h_i²); weak_noise : its limit n ≫ D, and the error of given alignments; alpha_thresholds :
    α_i of the paper's staircase, (d1,); strengths : λ_i, (d1,); d : input dimension; D : number of features.
    """

    law: Callable[[float], LabelLaw]
    weak_noise: WeakNoise
    alpha_thresholds: np.ndarray
    strengths: np.ndarray
    d: int
    D: int

    def cos2(self, n: np.ndarray) -> np.ndarray:
        """cos²θ_i of the directions with the d1 leading eigenvectors, shape (len(n), d1)."""
        return leading_curve(self.law, self.D, n)

    def curves(self, alpha: np.ndarray, cos2: np.ndarray) -> pd.DataFrame:
        """q_h, NMSE and number of recovered directions at each α, from the alignments cos² (len(alpha), d1).

        The scaling form has m_scaling directions and the error `tail`, Σ_{i>m} λ_i² (2.15).
        """
        n, count = self.d**alpha, staircase(alpha, self.alpha_thresholds)
        return pd.DataFrame(
            {
                "alpha": alpha,
                "n": n,
                "q_h": cos2.mean(axis=1),
                "nmse": self.weak_noise.nmse(cos2),
                "m_exact": np.sum(cos2 >= RECOVERED, axis=1),
                "m_weak_noise": np.sum(self.weak_noise.cos2(n) >= RECOVERED, axis=1),
                "m_scaling": count,
                "d1": len(self.strengths),
                "tail": tail_sum(self.strengths, count),
            }
        )

    def thresholds(self) -> pd.DataFrame:
        """n at which cos²θ_i = 1/2 for each direction, by all three theories (the scaling form has no constant).

        `n_onset` is where the outlier leaves the bulk, `n_crossing` where its eigenvector has cos² = 1/2, and `n_exact`
        where the d1 leading eigenvectors have: later, if the outlier leaves a lopsided bulk at its near edge.
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
    """The n between low and high where a growing share passes `RECOVERED`, to `PRECISION` in log n; looks near `near`.

    `low` if it has passed there already, infinite if it has not at `high`.
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
