"""A ten-second measurement of the machine for the cost model."""

from __future__ import annotations

import time

import numpy as np

from ..estimator.eigen import GROWTH
from ..features.hermite import HermiteFeatures
from ..features.stream import FeatureStream
from ..sampling.sources import CHUNK, GaussianSource
from ..sampling.streams import generator
from .cost import Machine

BUDGET = 10.0  # seconds in all
SIZES = (60, 120, 240)  # dimensions that are timed
CHUNKS = 8


def measure(budget: float = BUDGET) -> Machine:
    """Speed of one thread, with as many directions at a time as the eigensolver's basis grows by.

    Parameters
    ----------
    budget : float
        Seconds in all.

    Returns
    -------
    Machine
        Its speed.

    Notes
    -----
    Each time is the fastest of as many repetitions as the budget allows, and every size counts the same.
    """
    per_operation, per_coordinate = [], []
    for d in SIZES:
        source = GaussianSource(d, 0, "calibration")
        stream = FeatureStream(HermiteFeatures(d, 2), source, CHUNKS * CHUNK)
        rng = generator(0, "calibration operands")
        t, V = rng.standard_normal(stream.n), rng.standard_normal((stream.features.D, GROWTH))
        stream.weighted_moment(t, V)  # compiles
        drawing = CHUNKS * _fastest(lambda source=source: source.chunk(0), budget / 3 / len(SIZES))
        applying = _fastest(lambda t=t, V=V, s=stream: s.weighted_moment(t, V), budget * 2 / 3 / len(SIZES))
        per_coordinate.append(drawing / (stream.n * d))
        per_operation.append((applying - drawing) / (4.0 * stream.n * stream.features.D * GROWTH))
    return Machine(flops=float(1 / np.mean(per_operation)), coordinate_seconds=float(np.mean(per_coordinate)))


def _fastest(call, budget: float) -> float:
    end, best = time.perf_counter() + budget, np.inf
    while time.perf_counter() < end or not np.isfinite(best):
        start = time.process_time()  # not the wall's: other work on the machine does not count
        call()
        best = min(best, time.process_time() - start)
    return best
