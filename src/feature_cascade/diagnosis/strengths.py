"""Strengths of the directions that were found, and their power law.

A recovered direction has seen the samples on which it is measured. What it would be without sample μ is known: with p
the point of its eigenvalue (`significance.Bulk.point`) and T = t ρ²,

    ⟨Â^(−μ), F_μ⟩ = ⟨Â, F_μ⟩ (1 − T_μ/p),

so that the projections of held-out samples are had without holding out any. From them follow the alignment with the
direction that it estimates and that one's strength:

    cos²θ = 1 − E[t² ρ² ⟨Â, F⟩²]/(c p²) − σ²/(c p)²,    s + 2σ²/s = E[t (⟨Â^(−), F⟩² − 1)]/cos²θ.

The first is the alignment of the deterministic equivalent with the unknown E[T² h²/(p − T)²] written in terms of what
is measured. The second holds to first order in the population's own bulk, of variance σ², towards which directions
lean. Deflated labels have less noise, which is in c already (`significance.removed_share`).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..estimator.significance import Found, population_spread
from ..features.stream import FeatureStream

Z95 = 1.96  # standard errors of a 95 % interval
LEAST_FOR_GAMMA = 3  # directions of which a power law is read
LEAST_COS2 = 0.02  # below which an alignment is not told from 0


@dataclass(frozen=True)
class Strengths:
    """Strengths s_i = E[t (h_i² − 1)] of the significant directions, strongest first.

    Attributes
    ----------
    value : ndarray of shape (k,)
        Signed strengths.
    error : ndarray of shape (k,)
        Standard errors.
    cos2 : ndarray of shape (k,)
        Estimated alignment cos²θ of each direction with the true one.
    point : ndarray of shape (k,)
        The p of each eigenvalue.
    """

    value: np.ndarray
    error: np.ndarray
    cos2: np.ndarray
    point: np.ndarray

    @property
    def low(self) -> np.ndarray:
        """Lower ends of the 95 % intervals.

        Returns
        -------
        ndarray of shape (k,)
            The ends.
        """
        return self.value - Z95 * self.error

    @property
    def high(self) -> np.ndarray:
        """Upper ends of the 95 % intervals.

        Returns
        -------
        ndarray of shape (k,)
            The ends.
        """
        return self.value + Z95 * self.error


def strengths(found: Found, stream: FeatureStream) -> Strengths:
    """Strengths and alignments of the significant directions.

    Parameters
    ----------
    found : Found
        Leading eigenpairs and the bulk.
    stream : FeatureStream
        Features that it was computed from.

    Returns
    -------
    Strengths
        In the order of their magnitude.
    """
    index = np.flatnonzero(found.significant)
    if not len(index):
        return Strengths(*(np.empty(0) for _ in range(4)))
    bulk, t, T = found.bulk, found.t, found.bulk.T
    projected = stream.project(found.pairs.vectors[:, index]).astype(float)
    point = np.array([bulk.point(value) for value in found.pairs.values[index]])
    pull = np.mean((t**2 * found.norm2)[:, None] * projected**2, axis=0)
    cos2 = np.clip(1 - pull / (bulk.c * point**2) - bulk.spread / (bulk.c * point) ** 2, LEAST_COS2, 1.0)
    features, deflated = found.features, found.layer.deflate
    left_out = projected * (1 - T[:, None] / point)
    unseen = t * (1 + features.D / len(t) / 2) if deflated else t  # the degree-q part was fitted on the same samples
    each = unseen[:, None] * (left_out**2 - 1) - (1 - cos2) * bulk.shift
    raw, error = each.mean(axis=0) / cos2, each.std(axis=0) / cos2 / math.sqrt(len(t))
    spread = population_spread(raw, features, deflated)
    value = (raw + np.sign(raw) * np.sqrt(np.maximum(raw**2 - 8 * spread, 0.0))) / 2
    order = np.argsort(-np.abs(value), kind="stable")
    return Strengths(value[order], error[order], cos2[order], point[order])
