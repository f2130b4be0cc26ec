"""Rotation-invariant kernels K(x, x') as functions of g = x·x'/d, a = |x|²/d and b = |x'|²/d.

Inputs are standard Gaussian, so a and b are close to 1 and g is of order 1/√d for two samples. All kernels but the
polynomial one are of order 1 on the diagonal; that of degree p is of order 2^p.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

KERNELS = ("polynomial", "gaussian", "exponential", "arc_cosine", "ntk")


@dataclass(frozen=True)
class Kernel:
    """One of the kernels of the baselines.

    Attributes
    ----------
    name : {"polynomial", "gaussian", "exponential", "arc_cosine", "ntk"}
        Which kernel it is; see Notes.
    degree : int
        Degree of the polynomial kernel, at least 1; ignored by the others.
    bandwidth : float
        Length ℓ of the Gaussian kernel; ignored by the others.
    depth : int
        Layers of weights of "arc_cosine" and "ntk", at least 2; ignored by the others.

    Raises
    ------
    ValueError
        On an unknown name or an option outside its range.

    Notes
    -----
    polynomial : (1 + g)^degree;
    gaussian : exp(−|x − x'|²/(2 ℓ² d)), ℓ the `bandwidth`;
    exponential : exp(g);
    arc_cosine : the Gaussian-process kernel √(ab)·κ1(κ1(…(s))), s = g/√(ab), of a ReLU network with `depth` layers of
    weights (depth − 1 times κ1), no biases and weights of variance 2/fan-in;
    ntk : its tangent kernel √(ab)·Θ_depth, Θ_1 = s_1 = s, s_{h+1} = κ1(s_h), Θ_{h+1} = s_{h+1} + Θ_h κ0(s_h).

    κ0(s) = 1 − arccos(s)/π and κ1(s) = (√(1 − s²) + s (π − arccos s))/π, both 1 at s = 1.
    """

    name: str
    degree: int = 4
    bandwidth: float = 1.0
    depth: int = 2

    def __post_init__(self) -> None:
        if self.name not in KERNELS:
            raise ValueError(f"kernel must be one of {KERNELS}, got {self.name!r}")
        if not isinstance(self.degree, Integral) or self.degree < 1:
            raise ValueError(f"degree must be an integer of at least 1, got {self.degree!r}")
        if not isinstance(self.bandwidth, Real) or not 0 < self.bandwidth < math.inf:
            raise ValueError(f"bandwidth must be a positive number, got {self.bandwidth!r}")
        if not isinstance(self.depth, Integral) or self.depth < 2:
            raise ValueError(f"depth must be an integer of at least 2, got {self.depth!r}")

    def __call__(self, X: np.ndarray, Z: np.ndarray) -> np.ndarray:
        """K(x_i, z_j) for all pairs of rows, in their precision.

        Parameters
        ----------
        X : ndarray of shape (m, d)
            Points x.
        Z : ndarray of shape (n, d)
            Points z.

        Returns
        -------
        ndarray of shape (m, n)
            The kernel matrix.
        """
        return self._overwrite(X @ Z.T / X.dtype.type(X.shape[1]), squared_norms(X)[:, None], squared_norms(Z))

    def diagonal(self, X: np.ndarray) -> np.ndarray:
        """K(x_i, x_i) for each row.

        Parameters
        ----------
        X : ndarray of shape (n, d)
            Points x.

        Returns
        -------
        ndarray of shape (n,)
            Diagonal of the kernel matrix.
        """
        a = squared_norms(X)
        if self.name in ("arc_cosine", "ntk"):  # arccos loses half its digits at s = 1, where all κ are 1
            return a if self.name == "arc_cosine" else self.depth * a
        return self.of_products(a, a, a)

    def of_products(self, g: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """K as a function of products; the arrays broadcast to the shape of the result.

        Parameters
        ----------
        g : ndarray
            Products x·x'/d.
        a : ndarray
            Squared norms |x|²/d.
        b : ndarray
            Squared norms |x'|²/d.

        Returns
        -------
        ndarray
            K(x, x').
        """
        shape = np.broadcast_shapes(np.shape(g), np.shape(a), np.shape(b))
        return self._overwrite(np.array(np.broadcast_to(g, shape), dtype=float), np.asarray(a), np.asarray(b))

    def _overwrite(self, g: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """K in place of g: blocks are as large as the cache, and a fresh array each step would leave it."""
        if self.name == "polynomial":
            g += 1
            return _power(g, self.degree)
        if self.name == "gaussian":
            g -= a / 2
            g -= b / 2
            np.minimum(g, 0, out=g)  # rounding must not make a squared distance negative
            g /= g.dtype.type(self.bandwidth**2)
            return np.exp(g, out=g)
        if self.name == "exponential":
            return np.exp(g, out=g)
        return self._relu(g, np.sqrt(a), np.sqrt(b))

    def _relu(self, g: np.ndarray, r: np.ndarray, q: np.ndarray) -> np.ndarray:
        tiny = np.finfo(g.dtype).tiny
        g /= np.maximum(r, tiny)
        g /= np.maximum(q, tiny)
        s = np.clip(g, -1, 1, out=g)
        tangent = s.copy() if self.name == "ntk" else None
        for _ in range(self.depth - 1):
            kappa0 = np.arccos(s)
            kappa0 /= -np.pi
            kappa0 += 1
            root = np.multiply(s, s)
            np.sqrt(np.subtract(1, root, out=root), out=root)
            root /= np.pi
            s *= kappa0
            s += root  # κ1(s) = √(1 − s²)/π + s κ0(s)
            np.minimum(s, 1, out=s)
            if tangent is not None:
                tangent *= kappa0
                tangent += s
        result = s if tangent is None else tangent
        result *= r
        result *= q
        return result


def squared_norms(X: np.ndarray) -> np.ndarray:
    """|x|²/d of each row.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Points x.

    Returns
    -------
    ndarray of shape (n,)
        Squared norms per coordinate.
    """
    return np.einsum("ij,ij->i", X, X) / X.dtype.type(X.shape[1])


def _power(base: np.ndarray, exponent: int) -> np.ndarray:
    """base^exponent in place, by squaring: numpy's own power takes a logarithm and an exponential."""
    rest = None
    while exponent > 1:
        if exponent % 2:
            rest = base.copy() if rest is None else np.multiply(rest, base, out=rest)
        base *= base
        exponent //= 2
    if rest is not None:
        base *= rest
    return base
