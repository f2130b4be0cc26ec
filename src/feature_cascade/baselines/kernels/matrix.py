"""Kernel matrices as block products: K(X, X)·A and K(Z, X)·A without K, in memory of the order of A.

Blocks are recomputed at every product. They are dealt to a fixed number of lanes, each summed in order by one thread
with single-threaded BLAS, and lanes are added in order: the bits do not depend on the thread count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from ...estimator.blas import one_blas_thread, workers
from .functions import Kernel

# rows and columns of a block: 1.2 MB in double precision stay in the cache; 1024 takes twice as long
KERNEL_BLOCK = 384
KERNEL_LANES = 8


def over_threads(work: Callable, items: Iterable, threads: int) -> list:
    """Results of work on several threads, each with single-threaded BLAS.

    Parameters
    ----------
    work : callable
        Function of one item.
    items : iterable
        What it is called with.
    threads : int
        Number of threads.

    Returns
    -------
    list
        Results in the order of the items.
    """
    with one_blas_thread():
        if threads == 1:
            return [work(item) for item in items]
        with workers(threads) as pool:
            return list(pool.map(work, items))


def blocks(n: int, size: int = KERNEL_BLOCK) -> list[slice]:
    """The numbers 0..n−1 cut into slices.

    Parameters
    ----------
    n : int
        How many numbers.
    size : int
        Length of a slice; the last may be shorter.

    Returns
    -------
    list of slice
        The slices in order.
    """
    return [slice(start, min(start + size, n)) for start in range(0, n, size)]


def dense(kernel: Kernel, X: np.ndarray, Z: np.ndarray, threads: int = 1) -> np.ndarray:
    """K(X, Z) as an array.

    Parameters
    ----------
    kernel : Kernel
        The kernel.
    X : ndarray of shape (n, d)
        Points of the rows.
    Z : ndarray of shape (m, d)
        Points of the columns.
    threads : int
        Number of threads.

    Returns
    -------
    ndarray of shape (n, m)
        The matrix, in the precision of X.
    """
    K = np.empty((len(X), len(Z)), X.dtype)

    def rows(part: slice) -> None:
        for columns in blocks(len(Z)):
            K[part, columns] = kernel(X[part], Z[columns])

    over_threads(rows, blocks(len(X)), threads)
    return K


def apply(kernel: Kernel, Z: np.ndarray, X: np.ndarray, A: np.ndarray, threads: int = 1) -> np.ndarray:
    """K(Z, X)·A without the matrix.

    Parameters
    ----------
    kernel : Kernel
        The kernel.
    Z : ndarray of shape (m, d)
        Points of the rows.
    X : ndarray of shape (n, d)
        Points of the columns.
    A : ndarray of shape (n, k)
        Coefficients.
    threads : int
        Number of threads.

    Returns
    -------
    ndarray of shape (m, k)
        The product, in float64.
    """
    result = np.zeros((len(Z), A.shape[1]))

    def rows(part: slice) -> None:
        for columns in blocks(len(X)):
            result[part] += kernel(Z[part], X[columns]) @ A[columns]

    over_threads(rows, blocks(len(Z)), threads)
    return result


class KernelMatrix:
    """K(X, X) as a symmetric linear map that never exists as a whole.

    Parameters
    ----------
    kernel : Kernel
        The kernel.
    X : ndarray of shape (n, d)
        Samples, float32 or float64.
    threads : int
        Number of threads.

    Attributes
    ----------
    diagonal : ndarray of shape (n,)
        The entries K(x_i, x_i), computed in float64.
    products : int
        Number of products so far.

    Notes
    -----
    The entries are computed in the precision of X and multiplied in float64: rounded entries are a slightly different
    kernel, the same in every product, but rounded sums would keep an iteration from converging. Each block above the
    diagonal serves its mirror image too.
    """

    def __init__(self, kernel: Kernel, X: np.ndarray, threads: int = 1) -> None:
        self.kernel, self.X, self.threads = kernel, np.ascontiguousarray(X), threads
        self.diagonal = kernel.diagonal(self.X.astype(float))
        self.products = 0

    @property
    def n(self) -> int:
        """Number of samples.

        Returns
        -------
        int
            Number n.
        """
        return len(self.X)

    def apply(self, A: np.ndarray) -> np.ndarray:
        """K·A, in float64.

        Parameters
        ----------
        A : ndarray of shape (n, k)
            Coefficients.

        Returns
        -------
        ndarray of shape (n, k)
            The product.
        """
        parts = blocks(self.n)
        self.products += 1

        def lane(first: int) -> np.ndarray:
            total = np.zeros(A.shape)
            for i in range(first, len(parts), KERNEL_LANES):
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
        for part in over_threads(lane, range(min(KERNEL_LANES, len(parts))), self.threads):
            result += part
        return result
