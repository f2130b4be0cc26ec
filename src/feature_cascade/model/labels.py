"""Labels as the first layer sees them: standardised, and transformed against their heavy tails."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import ndtri

OPTIMUM = "optimum"  # what the best transform that a known law allows is called beside them
CLIP_AT = 2.0  # standard deviations, for "clip" and "normal_scores"


def ranks(t: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Share of labels below each label, with half of those equal to it.

    Parameters
    ----------
    t : ndarray of shape (n,)
        Labels.
    weights : ndarray of shape (n,), optional
        Their probabilities; 1/n by default.

    Returns
    -------
    ndarray of shape (n,)
        The shares, between 0 and 1.
    """
    if weights is None:
        from scipy.stats import rankdata  # here, since it takes longer to import than a small job to run

        return (rankdata(t) - 0.5) / len(t)
    _, value = np.unique(t, return_inverse=True)
    shares = np.bincount(value, weights)
    below = np.cumsum(shares)
    return ((below - shares / 2) / below[-1])[value]


def normal_scores(t: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Standard normal quantiles of the ranks of labels, clipped at ±2: the same for every monotone link.

    Parameters
    ----------
    t : ndarray of shape (n,)
        Labels.
    weights : ndarray of shape (n,), optional
        Their probabilities; 1/n by default.

    Returns
    -------
    ndarray of shape (n,)
        The quantiles.
    """
    return np.clip(ndtri(ranks(t, weights)), -CLIP_AT, CLIP_AT)


LABEL_TRANSFORMS: dict[
    str, Callable[..., np.ndarray]
] = {  # of standardised labels and, if not all alike, their weights
    "identity": lambda t, weights=None: t,
    "tanh": lambda t, weights=None: np.tanh(t),
    "clip": lambda t, weights=None: np.clip(t, -CLIP_AT, CLIP_AT),
    "normal_scores": normal_scores,
}


def transformed(y: np.ndarray, label_transform: str) -> np.ndarray:
    """Labels standardised, transformed, and standardised again.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels.
    label_transform : str
        A key of `LABEL_TRANSFORMS`.

    Returns
    -------
    ndarray of shape (n,)
        Labels of mean 0 and variance 1.
    """
    t = standardise(y)
    return t if label_transform == "identity" else standardise(LABEL_TRANSFORMS[label_transform](t))


def standardise(y: np.ndarray) -> np.ndarray:
    """Labels (y − ȳ)/std(y) in float64.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels.

    Returns
    -------
    ndarray of shape (n,)
        Labels of mean 0 and variance 1.

    Raises
    ------
    ValueError
        If y is constant.
    """
    y = np.asarray(y, dtype=float)
    centred = y - y.mean()
    spread = np.abs(centred).max()
    if not spread > 1e-12 * np.abs(y).max():
        raise ValueError(f"y must not be constant: all {len(y)} labels equal {y[0]:.6g}")
    centred /= spread  # keeps the squares of very large or very small labels finite
    return centred / centred.std()


def binary_exponent(y: np.ndarray) -> int:
    """The e of 2^e by which labels are divided before use, so that their squares neither overflow nor vanish.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Finite labels.

    Returns
    -------
    int
        The exponent of the largest |y|.

    Notes
    -----
    A power of two changes no bit of a mantissa: what is linear in y comes out the same as without.
    """
    return int(np.frexp(np.abs(y).max())[1])
