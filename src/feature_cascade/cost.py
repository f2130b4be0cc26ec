"""What a recovery run costs before it is run: sample sizes, operations, memory and time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from .sizes import HELD_OUT_FRACTION, KEPT_BYTES, held_out_size, sample_size

# How the eigensolver behaves on the default grid, weighted by n: passes over the data, and directions in all of them.
TYPICAL_PASSES = 20.0
TYPICAL_COLUMNS = 7.0  # times d1
STARTUP_SECONDS = 2.2  # interpreter, imports, reading the teacher
READING = 0.4  # of a sample kept in memory, in units of drawing it
OVERHEAD = 1.2  # all that is neither an application nor drawing, and what other jobs on the machine cost
BASE_MEMORY_MB = 270.0


@dataclass(frozen=True)
class Machine:
    """Speed of one thread.

    Attributes
    ----------
    flops : operations per second of the moment kernel; coordinate_seconds : time to draw one coordinate of one sample.
    The defaults are on the slow side; `snakemake cost` measures them.
    """

    flops: float = 5e10
    coordinate_seconds: float = 4e-9


@dataclass(frozen=True)
class RunCost:
    """Cost of one nested grid of α for one teacher (arguments as in `TeacherSpec`)."""

    d: int
    q: int
    d1: int
    alphas: Sequence[float]
    n_test: int = 10_000
    features: str = "hermite"

    @property
    def D(self) -> int:
        """Number of features."""
        return math.comb(self.d + self.q - 1, self.q)

    @property
    def inputs(self) -> int:
        """Coordinates of a sample: d, or D of Gaussian-equivalent data."""
        return self.D if self.features == "gaussian" else self.d

    @property
    def operations(self) -> float:
        """Floating-point operations: 4·n·D per direction and pass, 2·n·D per projected direction."""
        sizes = [sample_size(self.d, alpha) for alpha in self.alphas]
        largest = sizes[-1] + held_out_size(sizes[-1])
        projected = largest + sum(map(held_out_size, sizes)) + self.n_test * len(sizes)
        return self.D * self.d1 * (4.0 * TYPICAL_COLUMNS * sum(sizes) + 2.0 * projected)

    @property
    def coordinates(self) -> float:
        """Coordinates of samples that are drawn in all passes; one that is read from memory counts in part."""
        sizes = [sample_size(self.d, alpha) for alpha in self.alphas]
        largest = sizes[-1] + held_out_size(sizes[-1])
        once = largest + sum(map(held_out_size, sizes)) + min(self.kept, sizes[-1])
        read = sum(min(n, self.kept) for n in sizes)
        return self.inputs * (TYPICAL_PASSES * (sum(sizes) - (1 - READING) * read) + once)

    @property
    def kept(self) -> int:
        """Samples that stay in memory once they are drawn, see `stream.KeptSource`."""
        return KEPT_BYTES // (4 * self.inputs) if self.features == "gaussian" else 0

    def seconds(self, machine: Machine, threads: int = 1) -> float:
        """Expected wall time with so many threads."""
        work = self.operations / machine.flops + self.coordinates * machine.coordinate_seconds
        return STARTUP_SECONDS + OVERHEAD * work / threads

    def memory_mb(self, threads: int = 1) -> float:
        """Expected peak memory: basis and image with copies, sums of each thread, labels, held-out and kept samples."""
        numbers = 4 * 8.0 * self.D * self.d1 * TYPICAL_COLUMNS + (2 * threads + 2) * 12.0 * self.D * self.d1
        labels = (32.0 + 12.0 * HELD_OUT_FRACTION * self.d1) * sample_size(self.d, self.alphas[-1])
        samples = 4.0 * self.inputs * (2 * self.n_test + min(self.kept, sample_size(self.d, self.alphas[-1])))
        return BASE_MEMORY_MB + (numbers + labels + samples) / 1e6
