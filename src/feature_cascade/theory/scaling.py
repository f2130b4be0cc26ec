"""Scaling form of the paper, exponents without constants: thresholds (2.10), error (2.15), staircase (3.1–3.4)."""

from __future__ import annotations

import math

import numpy as np


def alpha_thresholds(d: int, d1: int, gamma: float, eps: float, q: int) -> np.ndarray:
    """Thresholds α_i = log n_i/log d of the paper's staircase (2.10, as in figure 4C).

    Parameters
    ----------
    d : int
        Input dimension.
    d1 : int
        Number of directions.
    gamma : float
        Exponent γ ≥ 0 of the strengths.
    eps : float
        Exponent ε of the number of directions, d1 = d^ε.
    q : int
        Degree of the features.

    Returns
    -------
    ndarray of shape (d1,)
        The thresholds for i = 1..d1.

    Raises
    ------
    ValueError
        If γ is negative.

    Notes
    -----
    They are q + (1−2γ)ε + 2γ log i/log d for 0 < γ < 1/2, q + 2γ log i/log d for γ ≥ 1/2, and q + ε at γ = 0.

    Examples
    --------
    >>> alpha_thresholds(d=100, d1=3, gamma=0.25, eps=0.5, q=2).round(3).tolist()
    [2.25, 2.325, 2.369]
    """
    if gamma < 0:
        raise ValueError(f"gamma must not be negative, got {gamma}")
    offset = max(1 - 2 * gamma, 0.0) * eps
    return q + offset + 2 * gamma * np.log(np.arange(1, d1 + 1)) / math.log(d)


def staircase(alpha: np.ndarray, thresholds: np.ndarray) -> np.ndarray:
    """Number m_th(α) = #{i : α_i ≤ α} of recovered directions (3.3).

    Parameters
    ----------
    alpha : ndarray
        Exponents α of the number of samples.
    thresholds : ndarray of shape (d1,)
        Thresholds α_i.

    Returns
    -------
    ndarray, shape of alpha
        The numbers.

    Examples
    --------
    >>> staircase([1.9, 2.2, 2.7], thresholds=[2.0, 2.2, 2.6]).tolist()
    [0, 2, 3]
    """
    return np.sum(np.asarray(thresholds) <= np.asarray(alpha)[..., None], axis=-1)


def mse_exponent(gamma: float) -> float:
    """The exponent −1 + 1/(2γ) of the error in n for γ > 1/2 (2.15).

    Parameters
    ----------
    gamma : float
        Exponent γ of the strengths.

    Returns
    -------
    float
        The exponent.

    Raises
    ------
    ValueError
        For γ ≤ 1/2, where the error is a constant minus a power law.
    """
    if gamma <= 0.5:
        raise ValueError(f"the error is a power law only for gamma > 1/2, got {gamma}")
    return -1 + 1 / (2 * gamma)


def local_exponent(n: np.ndarray, error: np.ndarray) -> np.ndarray:
    """Local exponent d ln(error)/d ln n at each point of an ascending grid, by central differences.

    Parameters
    ----------
    n : ndarray of shape (N,)
        Numbers of samples, ascending.
    error : ndarray of shape (N,)
        Errors, positive.

    Returns
    -------
    ndarray of shape (N,)
        The exponents.
    """
    return np.gradient(np.log(error), np.log(n))


def tail_sum(strengths: np.ndarray, recovered: np.ndarray) -> np.ndarray:
    """Error Σ_{i > m} λ_i² for each number m of recovered directions (2.15).

    Parameters
    ----------
    strengths : ndarray of shape (d1,)
        Strengths λ_i.
    recovered : ndarray of int
        Numbers m, from 0 to d1.

    Returns
    -------
    ndarray, shape of recovered
        The sums.

    Examples
    --------
    >>> tail_sum([0.8, -0.6], recovered=[0, 1, 2]).round(2).tolist()
    [1.0, 0.36, 0.0]
    """
    tails = np.append(np.cumsum(np.asarray(strengths)[::-1] ** 2)[::-1], 0.0)
    return tails[np.asarray(recovered)]
