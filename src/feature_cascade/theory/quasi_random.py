"""Quasi-random Gaussian points, for expectations over the latent features."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri

QUASI_RANDOM_POWER = 15  # 2^15 points


def gaussian_latent(d1: int, scramble: int = 0, power: int = QUASI_RANDOM_POWER) -> np.ndarray:
    """Quasi-random standard normal points, by a scrambled Sobol sequence.

    Parameters
    ----------
    d1 : int
        Dimension of the points.
    scramble : int, default 0
        Number of the scramble.
    power : int, default QUASI_RANDOM_POWER
        Binary logarithm of the number of points.

    Returns
    -------
    ndarray of shape (2^power, d1)
        The points.
    """
    from scipy.stats import qmc  # here, since it takes longer to import than a small job to run

    # not scipy's `qmc.MultivariateNormalQMC`, which first moves the points towards 1/2 by 1e-10: other numbers
    uniform = qmc.Sobol(d1, seed=scramble).random_base2(power)
    return ndtri(np.clip(uniform, 1e-12, 1 - 1e-12))
