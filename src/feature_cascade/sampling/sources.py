"""Sources of samples, each from its own random streams.

Samples are handed out in chunks of `CHUNK`, stored feature-major: an array (BLOCKS, d, BLOCK) whose entry [b, a, j] is
coordinate a of sample b·BLOCK + j, the layout that the moment operator reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from ..sizes import KEPT_BYTES
from .normal import KEY_WORDS, standard_normal
from .streams import seed_sequence

BLOCK = 384  # samples that pass through the moment operator together; at d = 400 their coordinates fit in L2
BLOCKS = 4
CHUNK = BLOCK * BLOCKS


class SampleSource(Protocol):
    """What the moment operator needs of a data set: the dimension d and numbered chunks of samples."""

    @property
    def d(self) -> int:
        """Dimension of a sample."""

    def chunk(self, index: int) -> np.ndarray:
        """Chunk `index` as a float32 array (BLOCKS, d, BLOCK)."""


@dataclass(frozen=True)
class GaussianSource:
    """Inputs x ~ N(0, I_d), regenerated chunk by chunk and never stored; sample μ is the same for every n > μ."""

    d: int
    seed: int
    purpose: str

    def chunk(self, index: int) -> np.ndarray:
        """Chunk `index` as a float32 array (BLOCKS, d, BLOCK)."""
        key = seed_sequence(self.seed, self.purpose, index).generate_state(KEY_WORDS)
        return standard_normal(key, CHUNK * self.d).reshape(BLOCKS, self.d, BLOCK)

    def rows(self, n: int) -> np.ndarray:
        """The first n samples as an ordinary array (n, d), for test points and small checks."""
        chunks = [self.chunk(i).transpose(0, 2, 1).reshape(CHUNK, self.d) for i in range(n_chunks(n))]
        return np.concatenate(chunks)[:n]


@dataclass(frozen=True)
class LaterPart:
    """A source from chunk `first` on."""

    source: SampleSource
    first: int

    @property
    def d(self) -> int:
        """Input dimension."""
        return self.source.d

    def chunk(self, index: int) -> np.ndarray:
        """Chunk `first + index` of the whole source."""
        return self.source.chunk(self.first + index)


@dataclass(frozen=True)
class KeptSource:
    """A source whose first chunks, up to `KEPT_BYTES` of them, stay in memory once they are drawn.

    For samples of so many coordinates that they cost more to draw than to use.
    """

    source: SampleSource
    chunks: dict[int, np.ndarray] = field(default_factory=dict)

    @property
    def d(self) -> int:
        """Input dimension."""
        return self.source.d

    def chunk(self, index: int) -> np.ndarray:
        """Chunk `index` of the source."""
        if index in self.chunks:
            return self.chunks[index]
        drawn = self.source.chunk(index)
        if (index + 1) * drawn.nbytes <= KEPT_BYTES:
            self.chunks[index] = drawn
        return drawn


@dataclass(frozen=True)
class ArraySource:
    """A user's own array X (n, d), read chunk by chunk; the last chunk is filled up with zeros."""

    X: np.ndarray

    @property
    def d(self) -> int:
        """Input dimension."""
        return self.X.shape[1]

    def chunk(self, index: int) -> np.ndarray:
        """Chunk `index` as a float32 array (BLOCKS, d, BLOCK)."""
        rows = self.X[index * CHUNK : (index + 1) * CHUNK]
        padded = np.zeros((CHUNK, self.d), dtype=np.float32)
        padded[: len(rows)] = rows
        return np.ascontiguousarray(padded.reshape(BLOCKS, BLOCK, self.d).transpose(0, 2, 1))


def n_chunks(n: int) -> int:
    """Number of chunks that hold the first n samples."""
    return -(-n // CHUNK)


def padded_chunk(values: np.ndarray, c: int) -> np.ndarray:
    """The rows of chunk c of an array (n, ...) as float32, filled up with zeros to CHUNK."""
    rows = values[c * CHUNK : (c + 1) * CHUNK]
    padded = np.zeros((CHUNK, *values.shape[1:]), dtype=np.float32)
    padded[: len(rows)] = rows
    return padded
