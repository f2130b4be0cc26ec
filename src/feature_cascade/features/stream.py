"""The label-weighted moment operator Ĉ = (1/n) Σ_μ t_μ (F_μ F_μ^T − I_D) (2.6), and its dense form for small D.

Matrix-free: samples stream through in blocks, first to project their features on the k directions, then to sum the
weighted features, so neither n × D nor D × D numbers ever exist. Sums are float32 within a chunk of samples and
float64 across chunks. Chunks are dealt to a fixed number of lanes, each summed in order by one thread, and lanes are
added in order: the bits do not depend on the thread count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from ..compiled import jit
from ..sampling.sources import BLOCK, BLOCKS, CHUNK, SampleSource, n_chunks, padded_chunk
from .hermite import ONE, ROWS, HermiteFeatures, fill_table
from .microkernel import backward, forward

SUM_LANES = 16  # sums that chunks are dealt to, whatever the number of threads


class _Map(NamedTuple):
    """The feature map as compiled functions take it: degree, input scaling, and arrays of `hermite.Groups`."""

    q: int
    sphere: bool
    factors: np.ndarray
    first: np.ndarray
    length: np.ndarray
    offset: np.ndarray


@jit
def _set_factor(table, factors, factor):
    """The common factor of a group of features on a block of samples."""
    trivial = True
    for row in factors:
        if row != ONE:
            for j in range(factor.shape[0]):
                factor[j] = table[row, j] if trivial else factor[j] * table[row, j]
            trivial = False
    if trivial:
        factor[:] = 1.0


@jit
def _project_block(table, features, coef, factor, values):
    values[:] = 0.0
    first, length, offset = features.first, features.length, features.offset
    for g in range(len(first)):
        _set_factor(table, features.factors[g], factor)
        rows = table[first[g] : first[g] + length[g]]
        forward(rows, coef[offset[g] : offset[g] + length[g]], factor, values)


@jit
def _accumulate_block(table, features, values, factor, scaled, sums):
    first, length, offset = features.first, features.length, features.offset
    for g in range(len(first)):
        _set_factor(table, features.factors[g], factor)
        for m in range(values.shape[0]):
            for j in range(BLOCK):
                scaled[m, j] = values[m, j] * factor[j]
        padded = -(-length[g] // ROWS) * ROWS
        backward(table[first[g] : first[g] + padded], scaled, sums[offset[g] : offset[g] + padded])


@jit
def _workspace(chunk, features):
    """A table with room for the padding of the last group, and a factor."""
    table = np.zeros((1 + features.q * chunk.shape[1] + ROWS, BLOCK), np.float32)
    return table, np.empty(BLOCK, np.float32)


@jit
def _project_chunk(chunk, blocks, features, coef, values):
    """values[b] = projections of block b on the directions, shape (BLOCKS, k, BLOCK)."""
    table, factor = _workspace(chunk, features)
    for b in range(blocks):
        fill_table(chunk[b], features.q, features.sphere, table)
        _project_block(table, features, coef, factor, values[b])


@jit
def _accumulate_chunk(chunk, blocks, features, values, sums):
    """sums += Σ_μ F_μ values_μ^T over the chunk, shape (padded D, k)."""
    table, factor = _workspace(chunk, features)
    scaled = np.empty_like(values[0])
    for b in range(blocks):
        fill_table(chunk[b], features.q, features.sphere, table)
        _accumulate_block(table, features, values[b], factor, scaled, sums)


@jit
def _apply_chunk(chunk, blocks, features, coef, t, sums):
    """sums += Σ_μ t_μ F_μ (F_μ^T V) over the chunk: projection and accumulation of one block after the other."""
    table, factor = _workspace(chunk, features)
    values = np.empty((coef.shape[1], BLOCK), np.float32)
    scaled = np.empty_like(values)
    for b in range(blocks):
        fill_table(chunk[b], features.q, features.sphere, table)
        _project_block(table, features, coef, factor, values)
        for m in range(values.shape[0]):
            for j in range(BLOCK):
                values[m, j] *= t[b, j]
        _accumulate_block(table, features, values, factor, scaled, sums)


@jit
def _explicit_chunk(chunk, features, out):
    """The features of a chunk in the padded order, shape (padded D, CHUNK)."""
    table, factor = _workspace(chunk, features)
    first, length, offset = features.first, features.length, features.offset
    for b in range(BLOCKS):
        fill_table(chunk[b], features.q, features.sphere, table)
        for g in range(len(first)):
            _set_factor(table, features.factors[g], factor)
            for r in range(length[g]):
                for j in range(BLOCK):
                    out[offset[g] + r, b * BLOCK + j] = table[first[g] + r, j] * factor[j]


class FeatureStream:
    """The features of the first n samples of a source, read chunk by chunk.

    Parameters
    ----------
    features : HermiteFeatures
        The feature map.
    source : SampleSource
        Samples of dimension ``features.d``.
    n : int
        Number of samples.
    threads : int
        Number of threads; results do not depend on it.

    Attributes
    ----------
    features, source, n, threads
        As given.

    Raises
    ------
    ValueError
        If n < 1, threads < 1 or the source has another dimension than the map.
    MemoryError
        If the index of the features, or later a result, cannot fit in memory.
    """

    def __init__(self, features: HermiteFeatures, source: SampleSource, n: int, threads: int = 1) -> None:
        if n < 1:
            raise ValueError(f"at least one sample is needed, got n={n}")
        if threads < 1:
            raise ValueError(f"threads must be at least 1, got {threads}")
        if source.d != features.d:
            raise ValueError(f"samples of dimension {source.d} given to features of dimension {features.d}")
        self.features, self.source, self.n, self.threads = features, source, n, threads
        groups = self._groups = features.groups
        sphere = features.input_scaling == "sphere"
        self._map = _Map(features.q, sphere, groups.factors, groups.first, groups.count, groups.offset)

    def project(self, V: np.ndarray) -> np.ndarray:
        """Projections ⟨v_i, F_μ⟩ of every sample on directions.

        Parameters
        ----------
        V : ndarray of shape (D, k)
            Directions, one a column.

        Returns
        -------
        ndarray of shape (n, k)
            The projections, float32.
        """
        coef, k = self._pack(V), V.shape[1]
        out = np.empty((self.n, k), dtype=np.float32)

        def _lane(chunks: range) -> None:
            values = np.empty((BLOCKS, coef.shape[1], BLOCK), dtype=np.float32)
            for c in chunks:
                _project_chunk(self.source.chunk(c), self._blocks(c), self._map, coef, values)
                rows = out[c * CHUNK : (c + 1) * CHUNK]
                rows[:] = values.transpose(0, 2, 1).reshape(CHUNK, k)[: len(rows)]

        for _ in self._over_lanes(_lane):
            pass
        return out

    def weighted_sum(self, weights: np.ndarray) -> np.ndarray:
        """The sum Σ_μ F_μ w_μ^T.

        Parameters
        ----------
        weights : ndarray of shape (n, k)
            The vectors w_μ.

        Returns
        -------
        ndarray of shape (D, k)
            The sum, float64.
        """

        def _chunk_sum(c: int, sums: np.ndarray) -> None:
            values = np.ascontiguousarray(padded_chunk(weights, c).reshape(BLOCKS, BLOCK, -1).transpose(0, 2, 1))
            _accumulate_chunk(self.source.chunk(c), self._blocks(c), self._map, values, sums)

        return self._sum_chunks(_chunk_sum, weights.shape[1])

    def weighted_moment(self, t: np.ndarray, V: np.ndarray) -> np.ndarray:
        """The sum Σ_μ t_μ F_μ F_μ^T V.

        Parameters
        ----------
        t : ndarray of shape (n,)
            Weights.
        V : ndarray of shape (D, k)
            Directions, one a column.

        Returns
        -------
        ndarray of shape (D, k)
            The sum, float64.
        """
        coef = self._pack(V)

        def _chunk_sum(c: int, sums: np.ndarray) -> None:
            padded = padded_chunk(t, c)
            _apply_chunk(self.source.chunk(c), self._blocks(c), self._map, coef, padded.reshape(BLOCKS, BLOCK), sums)

        return self._sum_chunks(_chunk_sum, V.shape[1])

    def explicit(self, c: int) -> np.ndarray:
        """All features of one chunk.

        Parameters
        ----------
        c : int
            Number of the chunk.

        Returns
        -------
        ndarray of shape (D, CHUNK)
            The features, float32, in lexicographic order.
        """
        self.features.require_memory(8 * CHUNK, "one chunk")  # in the padded order, and in their own
        out = np.empty((self._groups.size, CHUNK), dtype=np.float32)
        _explicit_chunk(self.source.chunk(c), self._map, out)
        return out[self._groups.slots]

    def _pack(self, V: np.ndarray) -> np.ndarray:
        """Coefficients in the padded order of the groups, float32, shape (padded D, k)."""
        self.features.require_memory(4 * V.shape[1], f"{V.shape[1]} directions")
        packed = np.zeros((self._groups.size, V.shape[1]), dtype=np.float32)
        packed[self._groups.slots] = V
        return packed

    def _blocks(self, c: int) -> int:
        return min(BLOCKS, -(-(self.n - c * CHUNK) // BLOCK))

    def _sum_chunks(self, chunk_sum: Callable[[int, np.ndarray], None], k: int) -> np.ndarray:
        lanes = min(SUM_LANES, self.threads, n_chunks(self.n))
        self.features.require_memory(k * (16 + 12 * lanes), f"sums over {k} directions")  # total, result; of each lane
        shape = (self._groups.size, k)

        def _lane(chunks: range) -> np.ndarray:
            total, sums = np.zeros(shape), np.empty(shape, dtype=np.float32)
            for c in chunks:
                sums[:] = 0.0
                chunk_sum(c, sums)
                total += sums
            return total

        total = np.zeros(shape)
        for part in self._over_lanes(_lane):
            total += part
        return total[self._groups.slots]

    def _over_lanes(self, lane: Callable[[range], np.ndarray | None]) -> Iterable:
        """Results of the lanes in order; at most one more lane per thread is alive than was consumed."""
        chunks = n_chunks(self.n)
        lanes = [range(first, chunks, SUM_LANES) for first in range(min(SUM_LANES, chunks))]
        if min(self.threads, len(lanes)) == 1:  # starting a thread takes longer than reading a thousand samples
            yield from map(lane, lanes)
            return
        with ThreadPoolExecutor(self.threads) as pool:
            yield from pool.map(lane, lanes)
