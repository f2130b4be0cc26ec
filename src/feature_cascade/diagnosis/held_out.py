"""Errors of both estimators on samples that they did not see, and what they are with fewer labels."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.base import RegressorMixin, clone

from ..estimator.cascade import FeatureCascade
from ..estimator.spectral import SpectralHierarchy
from ..sampling.streams import generator

TEST_SHARE = 0.2
MOST_SPLITS, ENOUGH = 5, 4000  # splits, as many as give this number of samples
SHARES = (0.25, 0.5)  # of the training samples, for a learning curve


def spectral(degree: int, preset: str, seed: int, threads: int) -> SpectralHierarchy:
    """The spectral estimator with as many directions as stand out.

    Parameters
    ----------
    degree : int
        Degree of the features.
    preset : str
        Preset of the first layer.
    seed : int
        Seed.
    threads : int
        Number of threads.

    Returns
    -------
    SpectralHierarchy
        The estimator, not fitted.
    """
    return SpectralHierarchy("auto", degree, preset=preset, random_state=seed, n_jobs=threads)


def cascade(degree: int, seed: int, threads: int) -> FeatureCascade:
    """The cascade with default options.

    Parameters
    ----------
    degree : int
        Degree of the features.
    seed : int
        Seed.
    threads : int
        Number of threads.

    Returns
    -------
    FeatureCascade
        The estimator, not fitted.
    """
    return FeatureCascade(degree, random_state=seed, n_jobs=threads)


@dataclass(frozen=True)
class HeldOut:
    """Error on held-out samples.

    Attributes
    ----------
    error : float
        The error relative to that of the mean, over all splits.
    model : estimator or None
        What was fitted in the last split; None if labels were constant in all of them.
    train : ndarray of int
        The samples that it saw.
    """

    error: float
    model: RegressorMixin | None
    train: np.ndarray


def held_out(model: RegressorMixin, X: np.ndarray, y: np.ndarray, seed: int, share: float = 1.0) -> HeldOut:
    """Error on held-out samples relative to that of the mean, over a few splits.

    Parameters
    ----------
    model : estimator
        What is fitted, a copy for each split.
    X : ndarray of shape (n, d)
        Inputs.
    y : ndarray of shape (n,)
        Labels.
    seed : int
        Seed of the splits.
    share : float
        Part of the training samples that is used.

    Returns
    -------
    HeldOut
        The error, 1 being that of the mean, and a fitted model.
    """
    squares, of_mean, fitted, used = 0.0, 0.0, None, np.empty(0, dtype=int)
    for train, test in splits(len(y), seed):
        part = train[: max(8, round(share * len(train)))]
        if np.ptp(y[part]) == 0:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # the report says what they say
            fitted, used = clone(model).fit(X[part], y[part]), part
        squares += float(np.mean((fitted.predict(X[test]) - y[test]) ** 2))
        of_mean += float(np.mean((y[part].mean() - y[test]) ** 2))
    return HeldOut(squares / of_mean if of_mean else 1.0, fitted, used)


def splits(n: int, seed: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Random splits, more of them for fewer samples.

    Parameters
    ----------
    n : int
        Number of samples.
    seed : int
        Seed.

    Yields
    ------
    train : ndarray of int
        Four fifths.
    test : ndarray of int
        The others.
    """
    held = max(1, round(TEST_SHARE * n))
    for i in range(int(np.clip(-(-ENOUGH // n), 1, MOST_SPLITS))):
        order = generator(seed, "split", i).permutation(n)
        yield order[held:], order[:held]


def learning_curve(
    model: RegressorMixin, X: np.ndarray, y: np.ndarray, seed: int, at_all: float
) -> tuple[np.ndarray, np.ndarray]:
    """Held-out errors with a part of the labels.

    Parameters
    ----------
    model : estimator
        What is fitted.
    X : ndarray of shape (n, d)
        Inputs.
    y : ndarray of shape (n,)
        Labels.
    seed : int
        Seed of the splits.
    at_all : float
        The error with all training samples, known already.

    Returns
    -------
    n : ndarray of shape (3,)
        Numbers of training samples.
    error : ndarray of shape (3,)
        Errors relative to the variance of y.
    """
    train = len(y) - max(1, round(TEST_SHARE * len(y)))
    errors = [held_out(model, X, y, seed, share).error for share in SHARES]
    return train * np.array([*SHARES, 1.0]), np.array([*errors, at_all])
