"""Energies of a target by degree, which is what the learning curve of a kernel needs to know of it.

In closed form for g = identity and q = 2, where y = Σ_i a_i ((x^T V_i x − tr V_i)² − 1) is a quartic polynomial; by
simulation for anything else: the correlation of the target at two points is a polynomial in their overlap whose
coefficients are the energies.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import nnls
from scipy.special import eval_gegenbauer

from ..features.hermite import quadratic_forms
from ..model.links import get_link
from ..model.teacher import Teacher
from ..sampling.sources import ArraySource
from ..sampling.streams import generator

Target = Callable[[np.ndarray], np.ndarray]
PAIRS_AT_ONCE = 2**13  # of points


def target_of(teacher: Teacher, link: dict, threads: int = 1) -> Target:
    """The target of a teacher as a function of x, without label noise.

    Parameters
    ----------
    teacher : Teacher
        The teacher.
    link : dict
        Name and coefficients of the link, see `get_link`.
    threads : int, default 1
        Threads that compute the features.

    Returns
    -------
    callable
        Maps points of shape (n, d) to labels of shape (n,).
    """
    g = get_link(**link)
    return lambda X: g(teacher.h2(teacher.latent(ArraySource(X), len(X), threads)))


def degree_energies(target: Target, d: int, max_degree: int, n: int = 2**16, seed: int = 0) -> np.ndarray:
    """Energies E_k of y in the Hermite functions of degree k.

    Parameters
    ----------
    target : callable
        Maps points of shape (n, d) to labels of shape (n,).
    d : int
        Dimension.
    max_degree : int
        Largest k.
    n : int, default 2**16
        Number of pairs of points.
    seed : int, default 0
        Seed of the stream of pairs.

    Returns
    -------
    ndarray of shape (max_degree + 1,)
        The energies for k = 0..max_degree, not negative.

    Raises
    ------
    ValueError
        If max_degree < 0 or n < 1.

    Notes
    -----
    For x and x' standard Gaussian with correlation ρ per coordinate, E y(x) y(x') = Σ_k E_k ρ^k (Mehler). This is
    measured at max_degree + 1 Chebyshev nodes and at ρ = 1, on n pairs that are the same for all ρ, and fitted with E_k
    ≥ 0. Energy beyond max_degree goes to the last degrees of the same parity.
    """
    _check(max_degree, n)
    rho = _overlaps(max_degree)
    correlation = np.zeros(len(rho))
    for x, z in _pairs(d, n, seed):
        y = target(x)
        correlation += [np.sum(y * target(r * x + np.sqrt(1 - r * r) * z)) / n for r in rho]
    return nnls(rho[:, None] ** np.arange(max_degree + 1), correlation)[0]


def sector_profiles(
    target: Target, d: int, radii: np.ndarray, weights: np.ndarray, max_degree: int, n: int = 2**13, seed: int = 0
) -> np.ndarray:
    """Profiles c_l(r_i, r_j) = E_u[y_l(r_i u) y_l(r_j u)] of the centred target, y_l its part of angular degree l.

    Parameters
    ----------
    target : callable
        Maps points of shape (n, d) to labels of shape (n,).
    d : int
        Dimension, at least 3.
    radii : ndarray of shape (R,)
        Nodes of a quadrature over the law of |x|.
    weights : ndarray of shape (R,)
        Weights of the quadrature.
    max_degree : int
        Largest l.
    n : int, default 2**13
        Number of pairs of points.
    seed : int, default 0
        Seed of the stream of pairs.

    Returns
    -------
    ndarray of shape (max_degree + 1, R, R)
        The profiles, symmetric in the radii.

    Raises
    ------
    ValueError
        If d < 3, max_degree < 0 or n < 1.

    Notes
    -----
    Here u is uniform on the sphere. For unit vectors with u·u' = s, E y(r u) y(r' u') = Σ_l c_l(r, r') P_l(s), P_l the
    Gegenbauer polynomials with P_l(1) = 1. This is measured at Chebyshev nodes and at s = 1, on n pairs that are the
    same for all s and all radii, and fitted by least squares.
    """
    if d < 3:
        raise ValueError(f"d must be at least 3, got {d}")
    _check(max_degree, n)
    overlaps = _overlaps(max_degree)
    correlation = np.zeros((len(overlaps), len(radii), len(radii)))
    mean = 0.0
    for x, z in _pairs(d, n, seed):
        u = x / np.linalg.norm(x, axis=1, keepdims=True)
        v = z - np.sum(z * u, axis=1, keepdims=True) * u
        v /= np.linalg.norm(v, axis=1, keepdims=True)
        here = np.array([target(r * u) for r in radii])
        mean += float(weights @ here.sum(axis=1)) / n
        for k, s in enumerate(overlaps):
            there = here if s == 1 else np.array([target(r * (s * u + np.sqrt(1 - s * s) * v)) for r in radii])
            correlation[k] += here @ there.T / n
    basis = np.array([_gegenbauer(k, d, overlaps) for k in range(max_degree + 1)]).T
    fitted = np.linalg.lstsq(basis, correlation.reshape(len(overlaps), -1), rcond=None)[0]
    profiles = fitted.reshape(max_degree + 1, len(radii), len(radii))
    profiles[0] -= mean**2
    return (profiles + profiles.transpose(0, 2, 1)) / 2


def quartic_energies(teacher: Teacher) -> np.ndarray:
    """Energies E_k for g = identity and q = 2, exact.

    Parameters
    ----------
    teacher : Teacher
        Teacher with Hermite features of degree q = 2.

    Returns
    -------
    ndarray of shape (5,)
        The energies for k = 0..4.

    Raises
    ------
    ValueError
        If the teacher does not have Hermite features of degree q = 2.

    Notes
    -----
    E_2 = 2‖W‖_F² with W = 4 Σ_i a_i V_i², and E_4 = Var y − E_2, where
    Var y = Σ_ij a_i a_j [8 (tr V_i V_j)² + 32 tr V_i² V_j² + 16 tr (V_i V_j)²].
    """
    V, a = _forms(teacher), teacher.amplitudes
    squares, products = V @ V, np.einsum("iab,jbc->ijac", V, V)
    covariances = 8 * np.einsum("ijaa->ij", products) ** 2 + 32 * np.einsum("iab,jba->ij", squares, squares)
    covariances += 16 * np.einsum("ijab,ijba->ij", products, products)
    two = 2 * float(np.sum((4 * np.einsum("i,iab->ab", a, squares)) ** 2))
    return np.array([0.0, 0.0, two, 0.0, float(a @ covariances @ a) - two])


def quartic_profiles(teacher: Teacher, radii: np.ndarray) -> np.ndarray:
    """Profiles c_l(r_i, r_j) of `sector_profiles` for g = identity and q = 2, exact.

    Parameters
    ----------
    teacher : Teacher
        Teacher with Hermite features of degree q = 2.
    radii : ndarray of shape (R,)
        Radii |x|.

    Returns
    -------
    ndarray of shape (5, R, R)
        The profiles for l = 0..4.

    Raises
    ------
    ValueError
        If the teacher does not have Hermite features of degree q = 2.

    Notes
    -----
    y(r u) = r⁴ p(u) − r² u^T Q u + const, p(u) = Σ a_i (u^T V_i u)², Q = 2 Σ a_i (tr V_i) V_i. On the sphere p is H_4 +
    H_2 + H_0. Its Laplacian tells them apart: it is the quadratic form of S = Σ a_i (4 (tr V_i) V_i + 8 V_i²). H_2 is
    the form of M, the traceless part of S over 2d + 8, and H_0 = tr S/(4d (d+2)). As Hermite functions of degree 4,
    |x|² H_2 and |x|⁴ H_0 have the energies 4 (d+4) ‖M‖² and 8d (d+2) H_0²; the rest of E_4 is that of H_4.
    """
    V, a, d = _forms(teacher), teacher.amplitudes, teacher.spec.d
    radii = np.asarray(radii, dtype=float)
    traces = np.trace(V, axis1=1, axis2=2)
    Q = 2 * np.einsum("i,iab->ab", a * traces, V)
    S = 2 * Q + 8 * np.einsum("i,iab->ab", a, V @ V)
    M, H0 = _traceless(S) / (2 * d + 8), np.trace(S) / (4 * d * (d + 2))
    four = quartic_energies(teacher)[4] - 4 * (d + 4) * np.sum(M**2) - 8 * d * (d + 2) * H0**2
    profiles = np.zeros((5, len(radii), len(radii)))
    profiles[4] = four / (d * (d + 2) * (d + 4) * (d + 6)) * np.outer(radii**4, radii**4)  # over E|x|⁸
    forms = radii[:, None, None] ** 4 * M - radii[:, None, None] ** 2 * _traceless(Q)
    profiles[2] = 2 * np.einsum("iab,jab->ij", forms, forms) / (d * (d + 2))
    radial = radii**4 * H0 - radii**2 * np.trace(Q) / d + float(a @ (traces**2 - 1))
    profiles[0] = np.outer(radial, radial)
    return profiles


def _forms(teacher: Teacher) -> np.ndarray:
    """The symmetric matrices V_i with h_i = x^T V_i x − tr V_i, shape (d1, d, d)."""
    spec = teacher.spec
    if spec.q != 2 or spec.features != "hermite":
        raise ValueError(
            f"closed forms are for Hermite features of degree q = 2, got {spec.features} features of degree {spec.q}"
        )
    return quadratic_forms(teacher.directions, spec.d)


def _traceless(A: np.ndarray) -> np.ndarray:
    return A - np.trace(A) / len(A) * np.eye(len(A))


def _overlaps(max_degree: int) -> np.ndarray:
    """Chebyshev nodes of (−1, 1), as many as there are degrees, and 1."""
    return np.append(np.cos(np.pi * (np.arange(max_degree + 1) + 0.5) / (max_degree + 1)), 1.0)


def _gegenbauer(k: int, d: int, s: np.ndarray) -> np.ndarray:
    return eval_gegenbauer(k, d / 2 - 1, s) / eval_gegenbauer(k, d / 2 - 1, 1.0)


def _pairs(d: int, n: int, seed: int):
    """n pairs of independent standard Gaussian points in chunks: two arrays (≤ PAIRS_AT_ONCE, d) at a time."""
    for chunk, start in enumerate(range(0, n, PAIRS_AT_ONCE)):
        points = generator(seed, "energies", chunk).standard_normal((2, PAIRS_AT_ONCE, d))
        yield points[0, : n - start], points[1, : n - start]


def _check(max_degree: int, n: int) -> None:
    if max_degree < 0:
        raise ValueError(f"max_degree must not be negative, got {max_degree}")
    if n < 1:
        raise ValueError(f"n must be at least 1, got {n}")
