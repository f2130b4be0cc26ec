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
    """What the moment operator needs of a data set: the dimension and numbered chunks of samples."""

    @property
    def d(self) -> int:
        """Input dimension.

        Returns
        -------
        int
            The dimension d.
        """

    def chunk(self, index: int) -> np.ndarray:
        """One chunk of samples.

        Parameters
        ----------
        index : int
            Number of the chunk.

        Returns
        -------
        ndarray of shape (BLOCKS, d, BLOCK)
            The samples, float32.
        """


@dataclass(frozen=True)
class GaussianSource:
    """Inputs x ~ N(0, I_d), regenerated chunk by chunk and never stored.

    Sample μ is the same for every n > μ.

    Attributes
    ----------
    d : int
        Input dimension.
    seed : int
        Seed, ≥ 0.
    purpose : str
        Names the stream, as in `sampling.streams.generator`.
    """

    d: int
    seed: int
    purpose: str

    def chunk(self, index: int) -> np.ndarray:
        """One chunk of samples.

        Parameters
        ----------
        index : int
            Number of the chunk.

        Returns
        -------
        ndarray of shape (BLOCKS, d, BLOCK)
            The samples, float32.
        """
        key = seed_sequence(self.seed, self.purpose, index).generate_state(KEY_WORDS)
        return standard_normal(key, CHUNK * self.d).reshape(BLOCKS, self.d, BLOCK)

    def rows(self, n: int) -> np.ndarray:
        """The first n samples as an ordinary array, for test points and small checks.

        Parameters
        ----------
        n : int
            Number of samples.

        Returns
        -------
        ndarray of shape (n, d)
            The samples, float32.
        """
        chunks = [self.chunk(i).transpose(0, 2, 1).reshape(CHUNK, self.d) for i in range(n_chunks(n))]
        return np.concatenate(chunks)[:n]


@dataclass(frozen=True)
class LaterPart:
    """A source from one of its chunks on.

    Attributes
    ----------
    source : SampleSource
        The whole source.
    first : int
        Number of its chunk that becomes chunk 0.
    """

    source: SampleSource
    first: int

    @property
    def d(self) -> int:
        """Input dimension.

        Returns
        -------
        int
            The dimension d.
        """
        return self.source.d

    def chunk(self, index: int) -> np.ndarray:
        """One chunk of samples.

        Parameters
        ----------
        index : int
            Number of the chunk, counted from `first`.

        Returns
        -------
        ndarray of shape (BLOCKS, d, BLOCK)
            The samples, float32.
        """
        return self.source.chunk(self.first + index)


@dataclass(frozen=True)
class KeptSource:
    """A source whose first chunks, up to `KEPT_BYTES` of them, stay in memory once they are drawn.

    Attributes
    ----------
    source : SampleSource
        Where the chunks come from.
    chunks : dict of int to ndarray
        The chunks kept so far.

    Notes
    -----
    For samples of so many coordinates that they cost more to draw than to use.
    """

    source: SampleSource
    chunks: dict[int, np.ndarray] = field(default_factory=dict)

    @property
    def d(self) -> int:
        """Input dimension.

        Returns
        -------
        int
            The dimension d.
        """
        return self.source.d

    def chunk(self, index: int) -> np.ndarray:
        """One chunk of samples.

        Parameters
        ----------
        index : int
            Number of the chunk.

        Returns
        -------
        ndarray of shape (BLOCKS, d, BLOCK)
            The samples, float32; not to be changed.
        """
        if index in self.chunks:
            return self.chunks[index]
        drawn = self.source.chunk(index)
        if (index + 1) * drawn.nbytes <= KEPT_BYTES:
            self.chunks[index] = drawn
        return drawn


@dataclass(frozen=True)
class ArraySource:
    """A user's own array, read chunk by chunk; the last chunk is filled up with zeros.

    Attributes
    ----------
    X : ndarray of shape (n, d)
        The samples, of any number type and memory order.
    centre : ndarray of shape (d,), optional
        Subtracted from every sample.
    scale : ndarray of shape (d,), optional
        Divides every sample, after the centre was subtracted.

    Raises
    ------
    ValueError
        If centre or scale has another shape than (d,).

    Notes
    -----
    Chunks are float32. They are centred and scaled in float64 before the cast: an offset of 10⁴ would cost half of the
    digits that float32 has. One chunk at a time is copied, never X.
    """

    X: np.ndarray
    centre: np.ndarray | None = None
    scale: np.ndarray | None = None

    def __post_init__(self) -> None:
        for name, values in (("centre", self.centre), ("scale", self.scale)):
            if values is not None and np.shape(values) != (self.d,):
                raise ValueError(f"{name} must have shape ({self.d},), got {np.shape(values)}")

    @property
    def d(self) -> int:
        """Input dimension.

        Returns
        -------
        int
            The dimension d.
        """
        return self.X.shape[1]

    def chunk(self, index: int) -> np.ndarray:
        """One chunk of samples.

        Parameters
        ----------
        index : int
            Number of the chunk.

        Returns
        -------
        ndarray of shape (BLOCKS, d, BLOCK)
            The samples, float32.
        """
        rows = self.X[index * CHUNK : (index + 1) * CHUNK]
        if self.centre is not None:
            rows = rows - np.asarray(self.centre, dtype=float)
        if self.scale is not None:
            rows = rows / np.asarray(self.scale, dtype=float)
        padded = np.zeros((CHUNK, self.d), dtype=np.float32)
        padded[: len(rows)] = rows
        return np.ascontiguousarray(padded.reshape(BLOCKS, BLOCK, self.d).transpose(0, 2, 1))


def n_chunks(n: int) -> int:
    """Number of chunks that hold the first n samples.

    Parameters
    ----------
    n : int
        Number of samples.

    Returns
    -------
    int
        Number of chunks; the last may be used in part.
    """
    return -(-n // CHUNK)


def padded_chunk(values: np.ndarray, c: int) -> np.ndarray:
    """The rows of one chunk of an array, filled up with zeros to `CHUNK`.

    Parameters
    ----------
    values : ndarray of shape (n, ...)
        One row per sample.
    c : int
        Number of the chunk.

    Returns
    -------
    ndarray of shape (CHUNK, ...)
        The rows, float32.
    """
    rows = values[c * CHUNK : (c + 1) * CHUNK]
    padded = np.zeros((CHUNK, *values.shape[1:]), dtype=np.float32)
    padded[: len(rows)] = rows
    return padded
