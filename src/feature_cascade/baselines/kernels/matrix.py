"""Kernel matrices as block products: K(X, X)·A and K(Z, X)·A without K, in memory of the order of A.

Blocks are recomputed at every product. They are dealt to a fixed number of lanes, each summed in order by one thread
with single-threaded BLAS, and lanes are added in order: the bits do not depend on the thread count.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import numpy as np
from threadpoolctl import ThreadpoolController

from .functions import Kernel

TILE = 384  # rows and columns of a block: 1.2 MB in double precision stay in the cache; 1024 takes twice as long
TILE_LANES = 8


@functools.cache
def _blas() -> ThreadpoolController:
    """The BLAS libraries of this process; finding them takes longer than a small block does."""
    return ThreadpoolController()


def one_blas_thread() -> AbstractContextManager:
    """A context in which no sum is cut into one part per thread."""
    return _blas().limit(limits=1, user_api="blas")


def over_threads(work: Callable, items: Iterable, threads: int) -> list:
    """The results of `work` in the order of `items`, on `threads` threads with single-threaded BLAS."""
    with one_blas_thread():
        if threads == 1:
            return [work(item) for item in items]
        with ThreadPoolExecutor(threads) as pool:
            return list(pool.map(work, items))


def blocks(n: int, size: int = TILE) -> list[slice]:
    """The numbers 0..n−1 cut into slices of `size`."""
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def dense(kernel: Kernel, X: np.ndarray, Z: np.ndarray, threads: int = 1) -> np.ndarray:
    """K(X, Z) as an array (n, m), for X (n, d) and Z (m, d)."""
    K = np.empty((len(X), len(Z)), X.dtype)

    def rows(part: slice) -> None:
        for columns in blocks(len(Z)):
            K[part, columns] = kernel(X[part], Z[columns])

    over_threads(rows, blocks(len(X)), threads)
    return K


def apply(kernel: Kernel, Z: np.ndarray, X: np.ndarray, A: np.ndarray, threads: int = 1) -> np.ndarray:
    """K(Z, X)·A for Z (m, d), X (n, d) and A (n, k), shape (m, k), without the matrix."""
    result = np.zeros((len(Z), A.shape[1]))

    def rows(part: slice) -> None:
        for columns in blocks(len(X)):
            result[part] += kernel(Z[part], X[columns]) @ A[columns]

    over_threads(rows, blocks(len(Z)), threads)
    return result


class KernelMatrix:
    """K(X, X) as a symmetric linear map that never exists as a whole.

    The entries are computed in the precision of X and multiplied in float64: rounded entries are a slightly different
    kernel, the same in every product, but rounded sums would keep an iteration from converging. Each block above the
    diagonal serves its mirror image too.

    Parameters
    ----------
    kernel : the kernel; X : samples (n, d), float32 or float64; threads : number of threads.

    Attributes
    ----------
    diagonal : K(x_i, x_i), computed in float64, (n,); products : number of products so far.
    """

    def __init__(self, kernel: Kernel, X: np.ndarray, threads: int = 1) -> None:
        self.kernel, self.X, self.threads = kernel, np.ascontiguousarray(X), threads
        self.diagonal = kernel.diagonal(self.X.astype(float))
        self.products = 0

    @property
    def n(self) -> int:
        """Number of samples."""
        return len(self.X)

    def apply(self, A: np.ndarray) -> np.ndarray:
        """K·A for A (n, k), in float64."""
        parts = blocks(self.n)
        self.products += 1

        def lane(first: int) -> np.ndarray:
            total = np.zeros(A.shape)
            for i in range(first, len(parts), TILE_LANES):
                rows = parts[i]
                for columns in parts[i:]:
                    block = self.kernel(self.X[rows], self.X[columns]).astype(float, copy=False)
                    if columns == rows:
                        np.fill_diagonal(block, self.diagonal[rows])
                    else:
                        total[columns] += block.T @ A[rows]
                    total[rows] += block @ A[columns]
            return total

        result = np.zeros(A.shape)
        for part in over_threads(lane, range(min(TILE_LANES, len(parts))), self.threads):
            result += part
        return result
