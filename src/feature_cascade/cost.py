"""What a recovery run costs before it is run: sample sizes, operations and memory."""

from __future__ import annotations

import math
from collections.abc import Sequence

MIN_HELD_OUT = 2000
HELD_OUT_FRACTION = 0.2


def sample_size(d: int, alpha: float) -> int:
    """n = d^α, rounded."""
    return round(d**alpha)


def held_out_size(n: int) -> int:
    """Size of the batch that the second layer and the readout share when the first layer has n samples."""
    return max(MIN_HELD_OUT, round(HELD_OUT_FRACTION * n))


def run_operations(d: int, q: int, d1: int, alphas: Sequence[float], passes: int) -> float:
    """Floating-point operations of one nested grid: 4·n·D per column and pass, half as many for projections."""
    D = math.comb(d + q - 1, q)
    sizes = [sample_size(d, alpha) for alpha in alphas]
    moment = 4.0 * D * d1 * passes * sum(sizes)
    labels = 2.0 * D * d1 * (sizes[-1] + held_out_size(sizes[-1]))
    projections = 2.0 * D * d1 * sum(map(held_out_size, sizes))
    return moment + labels + projections


def run_memory_mb(d: int, q: int, d1: int, alphas: Sequence[float], passes: int, threads: int) -> int:
    """Peak memory of one nested grid in MB: interpreter, basis and images, sums per thread, labels."""
    D = math.comb(d + q - 1, q)
    basis = 3 * 8.0 * D * (d1 * (passes + 1))
    sums = (threads + 1) * 12.0 * D * d1
    labels = 60.0 * sample_size(d, alphas[-1])
    return round(400 + (basis + sums + labels) / 1e6)
