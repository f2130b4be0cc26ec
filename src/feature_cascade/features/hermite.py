"""Hermite feature maps of any degree: F_m(x) = Π_a He_{m_a}(x_a)/√(m_a!), one feature per multi-index |m| = q.

The map is organised in groups, which is how the moment operator forms features on the fly. A group holds all features
with the same factors but for the largest coordinate: (product of the other factors) × He_k(x_b)/√(k!), b running over
consecutive coordinates. At q = 2 these are x_a · x_b for b > a, and He_2(x_b)/√2 for all b. The factors are rows of one
table of normalised Hermite polynomials: row 0 is 1, row 1 + (k−1)·d + a is He_k(x_a)/√(k!).

At q = 1 the features are the inputs, so Gaussian-equivalent data, F ~ N(0, I_D), is the map of degree 1 in dimension D.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import binom, eval_genlaguerre

from ..compiled import jit
from ..sizes import n_features, require_memory

ONE = 0  # table row that holds 1
ROWS = 4  # groups are padded to a multiple of this many features
INPUT_SCALINGS = ("none", "sphere")
INDEX_BYTES = 40  # for each feature while the groups are formed: five arrays of 64-bit integers


def multi_indices(d: int, q: int) -> np.ndarray:
    """All degree-q multi-indices as sorted coordinate lists, in lexicographic order.

    Parameters
    ----------
    d : int
        Input dimension.
    q : int
        Degree of the features.

    Returns
    -------
    ndarray of shape (D, q)
        The lists. The row (0, 0, 3) stands for m_0 = 2, m_3 = 1; at q = 2 the order is the upper triangle row by row.

    Examples
    --------
    >>> multi_indices(2, 2).tolist()
    [[0, 0], [0, 1], [1, 1]]
    """
    lists = np.zeros((1, 0), dtype=np.int64)
    for _ in range(q):
        lowest = lists[:, -1] if lists.size else np.zeros(1, dtype=np.int64)
        lists = np.column_stack([np.repeat(lists, d - lowest, axis=0), _ranges(lowest, d - lowest)])
    return lists


def quadratic_forms(directions: np.ndarray, d: int) -> np.ndarray:
    """The matrices A_i with ⟨v_i, F(x)⟩ = x^T A_i x − tr A_i, for features of degree 2.

    Parameters
    ----------
    directions : ndarray of shape (D, k)
        Directions v_i of feature space.
    d : int
        Input dimension.

    Returns
    -------
    ndarray of shape (k, d, d)
        Symmetric matrices.

    Examples
    --------
    >>> quadratic_forms(np.array([[0.0], [1.0], [0.0]]), 2)[0].tolist()
    [[0.0, 0.5], [0.5, 0.0]]
    """
    forms = np.zeros((directions.shape[1], d, d))
    above = np.triu_indices(d)  # the order of the features
    forms[:, above[0], above[1]] = directions.T / 2
    forms += forms.transpose(0, 2, 1)
    forms[:, np.arange(d), np.arange(d)] /= np.sqrt(2)
    return forms


def _ranges(start: np.ndarray, count: np.ndarray) -> np.ndarray:
    """The numbers start_i, …, start_i + count_i − 1 of one i after the other."""
    ends = np.cumsum(count)
    return np.arange(ends[-1]) + np.repeat(start - ends + count, count)


@dataclass(frozen=True)
class Groups:
    """The features as groups of consecutive table rows times a common factor.

    Attributes
    ----------
    factors : ndarray of shape (G, q − 1)
        Table rows whose product is the common factor of each group.
    first : ndarray of shape (G,)
        First table row of each group.
    count : ndarray of shape (G,)
        Number of table rows of each group.
    offset : ndarray of shape (G,)
        Where each group starts in the padded order.
    size : int
        Length of the padded order.
    slots : ndarray of shape (D,)
        Place of each feature, in lexicographic order, in the padded order.
    """

    factors: np.ndarray
    first: np.ndarray
    count: np.ndarray
    offset: np.ndarray
    size: int
    slots: np.ndarray


@dataclass(frozen=True)
class HermiteFeatures:
    """The map x ∈ R^d → F(x) ∈ R^D of degree-q Hermite features, orthonormal under the standard Gaussian.

    Attributes
    ----------
    d : int
        Input dimension.
    q : int
        Degree of the features.
    input_scaling : {"none", "sphere"}
        Where the features are evaluated: at x, or at x·√d/|x|.

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
        """Number of features, C(d+q−1, q).

        Returns
        -------
        int
            The number D.
        """
        return n_features(self.d, self.q)

    @property
    def table_rows(self) -> int:
        """Number of rows of the Hermite table.

        Returns
        -------
        int
            The number 1 + q·d.
        """
        return 1 + self.q * self.d

    def norm2(self, X: np.ndarray) -> np.ndarray:
        """Squared norms |F(x)|², which depend on the radius alone.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs.

        Returns
        -------
        ndarray of shape (n,)
            The norms, of mean D under the standard Gaussian.

        Notes
        -----
        Σ_q r^q |F_q(x)|² = (1 − r²)^(−d/2) exp(|x|² r/(1 + r)) (Mehler), a product of two series: that of the
        Laguerre polynomials in −r, and the binomial one of (1 − r)^(−d/2).

        Examples
        --------
        >>> HermiteFeatures(2, 2).norm2(np.array([[2.0, 3.0]])).tolist()
        [72.5]
        """
        if self.input_scaling == "sphere":
            square = np.where(np.any(X != 0, axis=1), float(self.d), 0.0)
        else:
            square = np.einsum("na,na->n", X, X, dtype=float)
        terms = (
            (-1) ** k * eval_genlaguerre(k, self.d / 2 - 1, square) * binom(self.d / 2 + self.q - k - 1, self.q - k)
            for k in range(self.q + 1)
        )
        return sum(terms, np.zeros(len(X)))

    def require_memory(self, each: int, what: str) -> None:
        """Say at once that arrays with an entry for each feature cannot fit in memory.

        Parameters
        ----------
        each : int
            Bytes for each feature.
        what : str
            Name of the arrays.

        Raises
        ------
        MemoryError
            If they need more than `sizes.memory_limit`.
        """
        require_memory(each * self.D, f"{what} of D = {self.D:,} features (d = {self.d}, q = {self.q})")

    @cached_property
    def groups(self) -> Groups:
        """The features as groups: one for each power k of the largest coordinate and each choice of the others.

        Returns
        -------
        Groups
            The groups, powers ascending, the other coordinates in lexicographic order.

        Raises
        ------
        MemoryError
            If the index of the features cannot fit in memory.
        """
        self.require_memory(INDEX_BYTES, "the index")
        parts = [self._groups_of_power(power) for power in range(1, self.q + 1)]
        factors, first, count, keys, steps = (np.concatenate(arrays) for arrays in zip(*parts, strict=True))
        padded = -(-count // ROWS) * ROWS
        offset = np.cumsum(padded) - padded
        behind = _ranges(np.zeros_like(count), count)  # the place of each feature in its group
        order = np.argsort(np.repeat(keys, count) + np.repeat(steps, count) * behind)
        slots = (np.repeat(offset, count) + behind)[order]
        return Groups(factors, first, count, offset, int(padded.sum()), slots)

    def _groups_of_power(self, power: int) -> tuple[np.ndarray, ...]:
        """Factors, first and count of the groups in which x_b has this power, and the lexicographic keys of features.

        A key is the list of coordinates read as a number with base d: that of the first feature of each group, and the
        step from one feature to the next.
        """
        others = multi_indices(self.d, self.q - power)
        start = others[:, -1] + 1 if others.size else np.zeros(1, dtype=np.int64)
        others, start = others[start < self.d], start[start < self.d]
        degree, last = np.ones_like(others), np.ones(others.shape, dtype=bool)  # equal coordinates stand side by side
        for j in range(1, self.q - power):
            last[:, j - 1] = others[:, j] != others[:, j - 1]
            degree[:, j] += np.where(last[:, j - 1], 0, degree[:, j - 1])
        rows = np.where(last, 1 + (degree - 1) * self.d + others, ONE)
        factors = np.full((len(start), self.q - 1), ONE)
        factors[:, : self.q - power] = np.take_along_axis(rows, np.argsort(~last, axis=1, kind="stable"), axis=1)
        digits = self.d ** np.arange(self.q - 1, -1, -1)
        step = digits[self.q - power :].sum()
        keys = others @ digits[: self.q - power] + start * step
        return factors, 1 + (power - 1) * self.d + start, self.d - start, keys, np.full_like(start, step)

    def transform(self, X: np.ndarray) -> np.ndarray:
        """The explicit feature matrix, in float64: for small n and D only.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Inputs.

        Returns
        -------
        ndarray of shape (n, D)
            The features, in lexicographic order.

        Raises
        ------
        MemoryError
            If they cannot fit in memory.

        Examples
        --------
        >>> HermiteFeatures(2, 2).transform(np.array([[2.0, 3.0]])).round(3).tolist()
        [[2.121, 6.0, 5.657]]
        """
        self.require_memory(INDEX_BYTES + 16 * len(X), f"the features and the index of {len(X):,} samples")
        table = np.empty((self.table_rows, len(X)))
        fill_table(np.ascontiguousarray(np.asarray(X, dtype=float).T), self.q, self.input_scaling == "sphere", table)
        groups, padded = self.groups, np.zeros((self.groups.size, len(X)))
        for factors, first, count, offset in zip(
            groups.factors, groups.first, groups.count, groups.offset, strict=True
        ):
            padded[offset : offset + count] = table[first : first + count] * np.prod(table[factors], axis=0)
        return padded[groups.slots].T


@jit
def fill_table(x: np.ndarray, q: int, sphere: bool, table: np.ndarray) -> None:
    """Fill the first 1 + q·d rows of a table with 1 and He_k(x_a)/√(k!), k = 1..q.

    Parameters
    ----------
    x : ndarray of shape (d, n)
        Inputs.
    q : int
        Degree of the features.
    sphere : bool
        Whether x·√d/|x| takes the place of x.
    table : ndarray of shape (≥ 1 + q·d, n)
        What is filled.

    Notes
    -----
    The recursion He_{k+1} = x He_k − k He_{k−1} is carried out on the normalised polynomials.
    """
    d, n = x.shape
    table[ONE, :] = 1.0
    for a in range(d):
        for j in range(n):
            table[1 + a, j] = x[a, j]
    if sphere:
        for j in range(n):
            square = 0.0
            for a in range(d):
                square += x[a, j] * x[a, j]
            scale = math.sqrt(d / square) if square > 0.0 else 0.0
            for a in range(d):
                table[1 + a, j] *= scale
    for k in range(1, q):
        up, down = 1.0 / math.sqrt(k + 1.0), math.sqrt(k / (k + 1.0))
        for a in range(d):
            here = 1 + (k - 1) * d + a
            below = here - d if k > 1 else ONE
            for j in range(n):
                table[here + d, j] = table[1 + a, j] * table[here, j] * up - table[below, j] * down
