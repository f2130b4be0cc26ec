"""Hermite feature maps of any degree (MODEL: F_m(x) = Π_a He_{m_a}(x_a)/√(m_a!), |m| = q).

Every feature is a product of at most q rows of one table of normalised Hermite polynomials, which is how the moment
operator forms features on the fly: row 0 of the table is 1, row 1 is 0 (for padding), row 2 + (k−1)·d + a is
He_k(x_a)/√(k!). At q = 1 the features are the inputs themselves, so Gaussian-equivalent data, F ~ N(0, I_D) drawn
directly, is the map of degree 1 in dimension D.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np
from numba import njit

ONE, ZERO, FIRST = 0, 1, 2
INPUT_SCALINGS = ("none", "sphere")


def n_features(d: int, q: int) -> int:
    """Number D = C(d+q−1, q) of degree-q Hermite features in dimension d."""
    return math.comb(d + q - 1, q)


def multi_indices(d: int, q: int) -> np.ndarray:
    """All degree-q multi-indices as sorted coordinate lists, shape (D, q).

    The row (0, 0, 3) stands for m_0 = 2, m_3 = 1. Order: lexicographic; at q = 2 the upper triangle row by row.
    """
    if q == 2:
        return np.stack(np.triu_indices(d), axis=1).astype(np.int32)
    return np.array(list(combinations_with_replacement(range(d), q)), dtype=np.int32).reshape(-1, q)


@dataclass(frozen=True)
class HermiteFeatures:
    """The map x ∈ R^d → F(x) ∈ R^D of degree-q Hermite features, orthonormal under the standard Gaussian.

    `input_scaling="sphere"` evaluates the features at x·√d/|x| instead of x.

    Raises
    ------
    ValueError
        If d or q is below 1, or `input_scaling` is unknown.
    """

    d: int
    q: int
    input_scaling: str = "none"

    def __post_init__(self) -> None:
        if self.d < 1 or self.q < 1:
            raise ValueError(f"d and q must be at least 1, got d={self.d}, q={self.q}")
        if self.input_scaling not in INPUT_SCALINGS:
            raise ValueError(f"input_scaling must be one of {INPUT_SCALINGS}, got {self.input_scaling!r}")

    @property
    def D(self) -> int:
        """Number of features, C(d+q−1, q)."""
        return n_features(self.d, self.q)

    @cached_property
    def factors(self) -> np.ndarray:
        """Table rows whose product is each feature, shape (D, q) int32."""
        if self.q == 1:
            return FIRST + np.arange(self.d, dtype=np.int32)[:, None]
        indices = multi_indices(self.d, self.q)
        if self.q == 2:
            a, b = indices.T
            diagonal = np.stack([FIRST + self.d + a, np.full_like(a, ONE)], axis=1)
            return np.where((a == b)[:, None], diagonal, FIRST + indices).astype(np.int32)
        rows = np.full(indices.shape, ONE, dtype=np.int32)
        for i, index in enumerate(indices):
            for j, (a, degree) in enumerate(Counter(index.tolist()).items()):
                rows[i, j] = FIRST + (degree - 1) * self.d + a
        return rows

    @property
    def table_rows(self) -> int:
        """Number of rows of the Hermite table."""
        return FIRST + self.q * self.d

    def transform(self, X: np.ndarray) -> np.ndarray:
        """The explicit feature matrix (n, D) of X (n, d), in float64: for small n and D only."""
        table = np.empty((self.table_rows, len(X)))
        fill_table(np.ascontiguousarray(np.asarray(X, dtype=float).T), self.q, self.input_scaling == "sphere", table)
        return np.prod(table[self.factors], axis=1).T


@njit(nogil=True, cache=True, error_model="numpy")
def fill_table(x: np.ndarray, q: int, sphere: bool, table: np.ndarray) -> None:
    """Fill `table` (2 + q·d, n) with 1, 0 and He_k(x_a)/√(k!), k = 1..q, for the inputs x (d, n).

    The recursion He_{k+1} = x He_k − k He_{k−1} is carried out on the normalised polynomials.
    """
    d, n = x.shape
    table[ONE, :] = 1.0
    table[ZERO, :] = 0.0
    for a in range(d):
        for j in range(n):
            table[FIRST + a, j] = x[a, j]
    if sphere:
        for j in range(n):
            square = 0.0
            for a in range(d):
                square += x[a, j] * x[a, j]
            scale = math.sqrt(d / square) if square > 0.0 else 0.0
            for a in range(d):
                table[FIRST + a, j] *= scale
    for k in range(1, q):
        up, down = 1.0 / math.sqrt(k + 1.0), math.sqrt(k / (k + 1.0))
        for a in range(d):
            here, first = FIRST + (k - 1) * d + a, FIRST + a
            below = here - d if k > 1 else ONE
            for j in range(n):
                table[here + d, j] = table[first, j] * table[here, j] * up - table[below, j] * down
