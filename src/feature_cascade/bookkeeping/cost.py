"""What a recovery run costs before it is run: sample sizes, operations, memory and time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..sizes import HELD_OUT_FRACTION, KEPT_BYTES, held_out_size, n_features, sample_size

# How the eigensolver behaves on the default grid: columns per direction, more of them before the directions stand out
# of the bulk than afterwards, and columns per pass over the data.
COLUMNS_BEFORE, COLUMNS_AFTER = 12.0, 6.0
ALPHA_BEFORE, ALPHA_AFTER = 2.7, 3.0
COLUMNS_PER_PASS = 3.6
STARTUP_SECONDS = 2.0  # interpreter, imports, reading the teacher
READING = 0.4  # of a sample kept in memory, in units of drawing it
OVERHEAD = 1.2  # all that is neither an application nor drawing, and what other jobs on the machine cost
BASE_MEMORY_MB = 270.0


@dataclass(frozen=True)
class Machine:
    """Speed of one thread.

    Attributes
    ----------
    flops : float
        Operations per second of the moment kernel.
    coordinate_seconds : float
        Seconds to draw one coordinate of one sample.

    Notes
    -----
    The defaults are on the slow side; `snakemake cost` measures them.
    """

    flops: float = 5e10
    coordinate_seconds: float = 4e-9


SLOW = Machine()  # what jobs ask for time by


@dataclass(frozen=True)
class RunCost:
    """Cost of one nested grid of α for one teacher.

    Attributes
    ----------
    d : int
        Input dimension.
    q : int
        Degree of the features.
    d1 : int
        Number of directions.
    alphas : sequence of float
        Ascending grid of α = log n / log d.
    n_test : int
        Test points.
    features : str
        "hermite", or "gaussian" for Gaussian-equivalent data.
    """

    d: int
    q: int
    d1: int
    alphas: Sequence[float]
    n_test: int = 10_000
    features: str = "hermite"

    @property
    def D(self) -> int:
        """Number of features.

        Returns
        -------
        int
            D = C(d+q−1, q).
        """
        return n_features(self.d, self.q)

    @property
    def inputs(self) -> int:
        """Coordinates of a sample.

        Returns
        -------
        int
            Input dimension d, or D of Gaussian-equivalent data.
        """
        return self.D if self.features == "gaussian" else self.d

    @property
    def sizes(self) -> list[int]:
        """Sample size n of each α.

        Returns
        -------
        list of int
            One for each α.
        """
        return [sample_size(self.d, alpha) for alpha in self.alphas]

    @property
    def columns(self) -> list[float]:
        """Columns that the eigensolver applies Ĉ to.

        Returns
        -------
        list of float
            One for each α.
        """
        return [self.d1 * typical_columns(alpha) for alpha in self.alphas]

    @property
    def operations(self) -> float:
        """Floating-point operations.

        Returns
        -------
        float
            4·n·D per column, 2·n·D per projected direction.
        """
        largest = self.sizes[-1] + held_out_size(self.sizes[-1])
        projected = largest + sum(map(held_out_size, self.sizes)) + self.n_test * len(self.sizes)
        applied = sum(columns * n for columns, n in zip(self.columns, self.sizes, strict=True))
        return self.D * (4.0 * applied + 2.0 * self.d1 * projected)

    @property
    def coordinates(self) -> float:
        """Coordinates of samples that are drawn in all passes.

        Returns
        -------
        float
            One that is read from memory counts in part.
        """
        largest = self.sizes[-1] + held_out_size(self.sizes[-1])
        once = largest + sum(map(held_out_size, self.sizes)) + min(self.kept, self.sizes[-1])
        drawn = [n - (1 - READING) * min(n, self.kept) for n in self.sizes]
        passes = [columns / COLUMNS_PER_PASS for columns in self.columns]
        return self.inputs * (sum(p * n for p, n in zip(passes, drawn, strict=True)) + once)

    @property
    def kept(self) -> int:
        """Samples that stay in memory once they are drawn, see `sampling.sources.KeptSource`.

        Returns
        -------
        int
            Number of samples.
        """
        return KEPT_BYTES // (4 * self.inputs) if self.features == "gaussian" else 0

    def seconds(self, machine: Machine, threads: int = 1) -> float:
        """Expected wall time.

        Parameters
        ----------
        machine : Machine
            Speed of one thread.
        threads : int
            Threads of the run.

        Returns
        -------
        float
            Seconds.
        """
        work = self.operations / machine.flops + self.coordinates * machine.coordinate_seconds
        return STARTUP_SECONDS + OVERHEAD * work / threads

    def memory_mb(self, threads: int = 1) -> float:
        """Expected peak memory.

        Parameters
        ----------
        threads : int
            Threads of the run.

        Returns
        -------
        float
            MB of basis and image with copies, sums of each thread, labels, held-out and kept samples.
        """
        numbers = 4 * 8.0 * self.D * max(self.columns) + (2 * threads + 2) * 12.0 * self.D * self.d1
        labels = (32.0 + 12.0 * HELD_OUT_FRACTION * self.d1) * self.sizes[-1]
        samples = 4.0 * self.inputs * (2 * self.n_test + min(self.kept, self.sizes[-1]))
        return BASE_MEMORY_MB + (numbers + labels + samples) / 1e6


def typical_columns(alpha: float) -> float:
    """Columns per direction at n = d^α.

    Parameters
    ----------
    alpha : float
        The α.

    Returns
    -------
    float
        Linear in α between the two constants.
    """
    share = min(max((alpha - ALPHA_BEFORE) / (ALPHA_AFTER - ALPHA_BEFORE), 0.0), 1.0)
    return COLUMNS_BEFORE + share * (COLUMNS_AFTER - COLUMNS_BEFORE)
