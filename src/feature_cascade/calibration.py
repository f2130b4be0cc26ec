"""A ten-second measurement of the machine for the cost model."""

from __future__ import annotations

import time

import numpy as np

from .cost import Machine
from .features import HermiteFeatures
from .moment import FeatureStream
from .randomness import generator
from .stream import CHUNK, GaussianSource

BUDGET = 10.0  # seconds in all
SIZES = (60, 120, 240)  # dimensions whose applications are timed, k = 1, 4 and 12 directions each
CHUNKS = 8


def measure(budget: float = BUDGET) -> Machine:
    """Speed of one thread: least squares of the time of applications on their operations and coordinates.

    Times are relative to their size, and each is the fastest of as many repetitions as the budget allows.
    """
    costs, times = [], []
    for d in SIZES:
        for k in (1, 4, 12):
            stream = FeatureStream(HermiteFeatures(d, 2), GaussianSource(d, 0, "calibration"), CHUNKS * CHUNK)
            rng = generator(0, "calibration operands")
            t, V = rng.standard_normal(stream.n), rng.standard_normal((stream.features.D, k))
            stream.weighted_moment(t[:CHUNK].repeat(CHUNKS), V)
            times.append(_fastest(lambda t=t, V=V, s=stream: s.weighted_moment(t, V), budget / (3 * len(SIZES))))
            costs.append((4.0 * stream.n * stream.features.D * k, float(stream.n * d)))
    relative = np.array(costs) / np.array(times)[:, None]
    (per_operation, per_coordinate), *_ = np.linalg.lstsq(relative, np.ones(len(times)), rcond=None)
    return Machine(flops=1 / per_operation, coordinate_seconds=max(float(per_coordinate), 0.0))


def _fastest(call, budget: float) -> float:
    end, best = time.perf_counter() + budget, np.inf
    while time.perf_counter() < end or not np.isfinite(best):
        start = time.process_time()  # not the wall's: other work on the machine does not count
        call()
        best = min(best, time.process_time() - start)
    return best
