"""The asymptotic cos²θ_i(n) close to its onset: a kink whose place and slope are predicted, with nothing fitted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .deterministic import DeterministicEquivalent, curve
from .label_law import LabelLaw

STEP = 1e-3  # in n/n_i, over which the slope is taken


@dataclass(frozen=True)
class Kink:
    """The onset n_i of a direction and cos²θ_i around it.

    Attributes
    ----------
    onset : float
        Onset n_i.
    slope : float
        Slope of cos²θ_i in n/n_i, just after the onset.
    cos2 : ndarray of shape (N,)
        Alignments cos²θ_i at the ratios n/n_i that were asked for.
    """

    onset: float
    slope: float
    cos2: np.ndarray


def kink(law: LabelLaw, D: int, ratios: Sequence[float], i: int = 0) -> Kink:
    """The kink of direction i for a label law and D features.

    Parameters
    ----------
    law : LabelLaw
        Joint law of (T, h_i²).
    D : int
        Number of features.
    ratios : sequence of float
        Ratios n/n_i at which cos²θ_i is asked for.
    i : int, default 0
        Number of the direction, from 0.

    Returns
    -------
    Kink
        Onset, slope, and cos²θ_i at n = ratio · n_i.

    Raises
    ------
    ValueError
        If the direction has no onset for these labels.
    """
    onset = DeterministicEquivalent(law, D, D).onset(i)
    if not 0 < onset < np.inf:
        raise ValueError(f"direction {i} has no onset for these labels, found n = {onset:.4g}")
    after = np.append(ratios, 1 + STEP) * onset
    cos2 = curve(law, D, after)[:, i]
    return Kink(float(onset), float(cos2[-1] / STEP), cos2[:-1])
