"""Sample sizes of the two batches of a run, and how much of them stays in memory."""

from __future__ import annotations

MIN_HELD_OUT = 2000
HELD_OUT_FRACTION = 0.2
KEPT_BYTES = 2**30  # of samples that `stream.KeptSource` keeps


def sample_size(d: int, alpha: float) -> int:
    """n = d^α, rounded."""
    return round(d**alpha)


def held_out_size(n: int) -> int:
    """Size of the batch that the second layer and the readout share when the first layer has n samples."""
    return max(MIN_HELD_OUT, round(HELD_OUT_FRACTION * n))
