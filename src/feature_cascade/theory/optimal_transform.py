"""The label transform with which a law's directions are recovered from the fewest samples.

A transform is a function of the label's rank, constant on bins of equal width in its normal score, so that the tails
are resolved. For one direction, and with a transform that need not be centred, the best is known (Mondelli and
Montanari; Lu and Li), with its onset:

    T*(y) = 1 − 1/E[h_i²|y],        n_i/D = 1/E[(E[h_i²|y] − 1)²].

The estimator centres its labels, and one transform has to serve directions of both signs: that optimum is found
numerically, by descent of the mean of log n_i of the deterministic equivalent.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from scipy.optimize import minimize
from scipy.special import ndtr

from .deterministic import DeterministicEquivalent
from .label_law import LabelLaw
from .quasi_random import gaussian_latent

BINS = 24
WIDEST = 3.0  # normal score where the outermost bins begin
POWER = 18  # 2^POWER quasi-random points
NEVER = 1e12  # stands for an infinite onset
ITERATIONS = 60


def quantile_law(
    amplitudes: np.ndarray,
    link: Callable[[np.ndarray], np.ndarray],
    bins: int = BINS,
    power: int = POWER,
    noise: float = 0.0,
) -> LabelLaw:
    """The law of standardised labels y = g(Σ a_i (h_i² − 1)) + noise·N(0, 1) in a transform's bins, lowest first.

    Parameters
    ----------
    amplitudes : ndarray of shape (d1,)
        Amplitudes a_i.
    link : callable
        Link g, elementwise.
    bins : int, default BINS
        Number of atoms.
    power : int, default POWER
        Binary logarithm of the number of quasi-random points.
    noise : float, default 0.0
        Standard deviation of the label noise.

    Returns
    -------
    LabelLaw
        One atom for each bin.
    """
    d1 = len(amplitudes)
    points = gaussian_latent(d1 + (noise > 0), power=power)
    latent2 = points[:, :d1] ** 2
    y = link((latent2 - 1) @ np.asarray(amplitudes))
    if noise > 0:
        y = y + noise * points[:, d1]
    y = (y - y.mean()) / y.std()
    parts = np.split(np.argsort(y, kind="stable"), (bin_edges(bins) * len(y)).astype(int))
    weights = np.array([len(part) for part in parts]) / len(y)
    squares = np.array([latent2[part].mean(axis=0) for part in parts])
    return LabelLaw(np.array([y[part].mean() for part in parts]), weights, squares)


def bin_edges(bins: int) -> np.ndarray:
    """Ranks, as shares of all labels, that separate the bins.

    Parameters
    ----------
    bins : int
        Number of bins.

    Returns
    -------
    ndarray of shape (bins − 1,)
        The ranks, ascending.
    """
    return ndtr(np.linspace(-WIDEST, WIDEST, bins - 1))


def relabelled(law: LabelLaw, T: np.ndarray) -> LabelLaw:
    """The law with other labels in place of its own.

    Parameters
    ----------
    law : LabelLaw
        Law of N atoms.
    T : ndarray of shape (N,)
        The new labels.

    Returns
    -------
    LabelLaw
        The law, whose atoms stand for stretches of a continuous law.
    """
    return LabelLaw(T, law.weights, law.latent2, np.zeros(len(T), dtype=bool))


def mean_onset(law: LabelLaw, directions: Sequence[int] | None = None) -> float:
    """Geometric mean of the onsets n_i/D over some directions, which `optimal_transform` minimises.

    Parameters
    ----------
    law : LabelLaw
        Joint law of (T, h_i²).
    directions : sequence of int, optional
        Numbers of the directions, from 0; all by default.

    Returns
    -------
    float
        The mean, in which `NEVER` stands for an infinite onset.
    """
    equivalent = DeterministicEquivalent(law, 1, 1)
    directions = range(law.latent2.shape[1]) if directions is None else directions
    return float(np.exp(np.mean([np.log(min(equivalent.onset(i), NEVER)) for i in directions])))


def single_transform(law: LabelLaw, i: int) -> np.ndarray:
    """The transform T* = 1 − 1/E[h_i²|y] that is best for direction i alone.

    Parameters
    ----------
    law : LabelLaw
        Law of N atoms.
    i : int
        Number of the direction, from 0.

    Returns
    -------
    ndarray of shape (N,)
        The label of each atom.
    """
    return 1 - 1 / law.latent2[:, i]


def single_onset(law: LabelLaw, i: int) -> float:
    """The onset n_i/D = 1/E[(E[h_i²|y] − 1)²] with T*.

    Parameters
    ----------
    law : LabelLaw
        Joint law of (T, h_i²).
    i : int
        Number of the direction, from 0.

    Returns
    -------
    float
        The onset, in units of D.
    """
    return float(1 / (law.weights @ (law.latent2[:, i] - 1) ** 2))


def optimal_transform(law: LabelLaw, directions: Sequence[int] | None = None, centred: bool = True) -> np.ndarray:
    """The labels of a law's atoms that minimise the mean log onset of some directions.

    Parameters
    ----------
    law : LabelLaw
        Law of N atoms.
    directions : sequence of int, optional
        Numbers of the directions, from 0; all by default.
    centred : bool, default True
        Whether the labels have mean 0.

    Returns
    -------
    ndarray of shape (N,)
        The labels T, in either case with E T² = 1, since the scale does not matter.
    """

    def normalised(T: np.ndarray) -> np.ndarray:
        T = T - law.weights @ T if centred else T
        return T / np.sqrt(law.weights @ T**2)

    def objective(T: np.ndarray) -> float:
        return np.log(mean_onset(relabelled(law, normalised(T)), directions))

    start = np.clip(law.T, -2, 2)
    found = minimize(objective, start, method="L-BFGS-B", options={"maxiter": ITERATIONS})
    return normalised(found.x)


def by_rank(T: np.ndarray, ranks: Callable[..., np.ndarray]) -> Callable[..., np.ndarray]:
    """The transform that gives a label the value of the bin in which its rank among all labels lies.

    Parameters
    ----------
    T : ndarray of shape (bins,)
        Value of each bin, lowest bin first.
    ranks : callable
        Maps labels of shape (n,), and their weights if they are not all alike, to their ranks in (0, 1).

    Returns
    -------
    callable
        Maps labels of shape (n,), and weights, to transformed labels of shape (n,).
    """

    def transform(y: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
        return T[np.searchsorted(bin_edges(len(T)), ranks(y, weights))]

    return transform
