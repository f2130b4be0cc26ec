"""Scaling form of the paper, exponents without constants: thresholds (2.10), error (2.15), staircase (3.1–3.4)."""

from __future__ import annotations

import math

import numpy as np


def alpha_thresholds(d: int, d1: int, gamma: float, eps: float, q: int) -> np.ndarray:
    """α_i = log n_i / log d of the paper's staircase for i = 1..d1 (2.10, as in figure 4C).

    q + (1−2γ)ε + 2γ log i/log d for 0 < γ < 1/2, q + 2γ log i/log d for γ ≥ 1/2, q + ε at γ = 0.
    """
    if gamma < 0:
        raise ValueError(f"gamma must not be negative, got {gamma}")
    offset = max(1 - 2 * gamma, 0.0) * eps
    return q + offset + 2 * gamma * np.log(np.arange(1, d1 + 1)) / math.log(d)


def staircase(alpha: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """m_th(α) = #{i : α_i ≤ α} (3.3), same shape as `alpha`."""
    return np.sum(np.asarray(thresholds) <= np.asarray(alpha)[..., None], axis=-1)


def mse_exponent(gamma: float) -> float:
    """The exponent −1 + 1/(2γ) of the error in n for γ > 1/2 (2.15).

    Raises
    ------
    ValueError
        For γ ≤ 1/2, where the error is a constant minus a power law.
    """
    if gamma <= 0.5:
        raise ValueError(f"the error is a power law only for gamma > 1/2, got {gamma}")
    return -1 + 1 / (2 * gamma)


def local_exponent(n: np.ndarray, error: np.ndarray) -> np.ndarray:
    """d ln(error)/d ln n at each point of an ascending grid, by central differences, shape (len(n),)."""
    return np.gradient(np.log(error), np.log(n))


def tail_sum(strengths: np.ndarray, recovered: np.ndarray) -> np.ndarray:
    """Σ_{i > m} λ_i² for each number m of recovered directions (2.15)."""
    tails = np.append(np.cumsum(np.asarray(strengths)[::-1] ** 2)[::-1], 0.0)
    return tails[np.asarray(recovered)]
