"""How inputs that have to be whitened are reduced first: columns standardised or not, and how many axes are kept."""

from __future__ import annotations

import numpy as np

from ..estimator.whitening import Whitener
from .held_out import held_out, spectral

EXPLAINED = (0.99, 0.95, 0.9, 0.8, 0.5)  # shares of the variance that are tried beside all of it
GAIN = 0.02  # relative gain in error for which axes are left out


def best_whitener(X: np.ndarray, y: np.ndarray, degree: int, preset: str, seed: int, threads: int) -> Whitener:
    """The whitening with which the spectral estimator predicts best.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Inputs.
    y : ndarray of shape (n,)
        Labels.
    degree : int
        Degree of the features that are tried.
    preset : str
        Preset of the first layer.
    seed : int
        Seed of the splits.
    threads : int
        Number of threads.

    Returns
    -------
    Whitener
        The map. One that leaves axes out has to beat the one that keeps all by `GAIN`.

    Notes
    -----
    Axes of little variance are often noise, or rare events with tails that no Gaussian has; whitening makes them as
    large as the others. Labels choose between a handful of maps, so the held-out error stays an honest one.
    """
    model, best = spectral(degree, preset, seed, threads), Whitener.fit(X)
    least = (1 - GAIN) * held_out(model, best.apply(X), y, seed).error
    for standardised in (True, False):
        whole = Whitener.fit(X, standardised=standardised)
        shares = np.cumsum(whole.variances) / np.sum(whole.variances)
        for k in sorted({int(np.searchsorted(shares, share)) + 1 for share in EXPLAINED} - {len(shares)}):
            fewer = whole.first(k)
            error = held_out(model, fewer.apply(X), y, seed).error
            if error < least:
                best, least = fewer, error
    return best
