"""Quasi-random Gaussian points, for expectations over the latent features."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtri
from scipy.stats import qmc

QUASI_RANDOM_POWER = 15  # 2^15 points


def gaussian_latent(d1: int, scramble: int = 0, power: int = QUASI_RANDOM_POWER) -> np.ndarray:
    """Quasi-random standard normal points, shape (2^power, d1): the Sobol sequence with scramble number `scramble`."""
    uniform = qmc.Sobol(d1, seed=scramble).random_base2(power)
    return ndtri(np.clip(uniform, 1e-12, 1 - 1e-12))
