"""The learning curve of kernel ridge regression from eigenvalues, multiplicities and energies; nothing is fitted.

A kernel with eigenvalue η_k on a space of B_k functions, and a target with energy E_k in that space, have the error

    E(ŷ − y)² = (1/(1 − χ)) Σ_k E_k (κ/(η_k + κ))²,   χ = (1/n) Σ_k B_k (η_k/(η_k + κ))²,

with the effective ridge κ from n = Σ_k B_k η_k/(η_k + κ) + ridge/κ. Here k is the degree: Σ_k E_k = Var y, and
degree k has the B(d, k) = C(d+k−1, k) Hermite functions of that degree. This is the limit of large d; at d of 20 to 60
the radius |x| is not yet constant, which `radial_risk` accounts for.

Kernels are functions K(g, a, b) of g = x·x'/d, a = |x|²/d, b = |x'|²/d that take arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from scipy.linalg import eigh_tridiagonal
from scipy.optimize import brentq
from scipy.special import eval_genlaguerre, roots_jacobi

KernelFunction = Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray]
RADII = 10  # nodes of the quadrature over |x|
ANGLES = 200  # nodes of the quadrature over u·u'


def degree_multiplicities(d: int, max_degree: int) -> np.ndarray:
    """Numbers B(d, k) = C(d+k−1, k) of Hermite functions of degree k.

    Parameters
    ----------
    d : int
        Dimension.
    max_degree : int
        Largest k.

    Returns
    -------
    ndarray of shape (max_degree + 1,)
        The numbers for k = 0..max_degree, as floats.

    Examples
    --------
    >>> degree_multiplicities(10, 3).tolist()
    [1.0, 10.0, 55.0, 220.0]
    """
    return np.array([float(math.comb(d + k - 1, k)) for k in range(max_degree + 1)])


def radial_rule(d: int, nodes: int = RADII) -> tuple[np.ndarray, np.ndarray]:
    """Nodes r_i and weights w_i with E f(|x|) ≈ Σ_i w_i f(r_i) for x ~ N(0, I_d).

    Parameters
    ----------
    d : int
        Dimension.
    nodes : int, default RADII
        Number of nodes R.

    Returns
    -------
    radii : ndarray of shape (R,)
        Nodes r_i, ascending.
    weights : ndarray of shape (R,)
        Weights w_i, summing to 1.

    Raises
    ------
    ValueError
        If d or the number of nodes is below 1.

    Notes
    -----
    Gauss–Laguerre quadrature in |x|²/2, exact for polynomials in |x|² of degree up to 2R − 1.
    """
    if d < 1 or nodes < 1:
        raise ValueError(f"d and nodes must be at least 1, got d={d}, nodes={nodes}")
    order = np.arange(nodes)
    alpha = d / 2 - 1
    off = np.sqrt(order[1:] * (order[1:] + alpha))
    halves = eigh_tridiagonal(2 * order + 1 + alpha, off, eigvals_only=True)
    polynomial = eval_genlaguerre(nodes + 1, alpha, halves)
    weights = halves / (polynomial / np.abs(polynomial).max()) ** 2  # their common factor overflows at large d
    return np.sqrt(2 * halves), weights / weights.sum()


def gegenbauer(d: int, max_degree: int, s: np.ndarray) -> np.ndarray:
    """Gegenbauer polynomials P_k(s) with P_k(1) = 1.

    Parameters
    ----------
    d : int
        Dimension of the sphere's space.
    max_degree : int
        Largest k.
    s : ndarray of shape (N,)
        Points, cosines between unit vectors.

    Returns
    -------
    ndarray of shape (max_degree + 1, N)
        The values for k = 0..max_degree.

    Raises
    ------
    ValueError
        If max_degree < 0.

    Notes
    -----
    By the recurrence (k + d − 2) P_{k+1} = (2k + d − 2) s P_k − k P_{k−1}.
    """
    if max_degree < 0:
        raise ValueError(f"max_degree must not be negative, got {max_degree}")
    P = [np.ones_like(s), s]
    for k in range(1, max_degree):
        P.append(((2 * k + d - 2) * s * P[k] - k * P[k - 1]) / (k + d - 2))
    return np.array(P[: max_degree + 1])


def angular_rule(d: int) -> tuple[np.ndarray, np.ndarray]:
    """Nodes and weights of E f(u·u') for independent uniform unit vectors of R^d.

    Parameters
    ----------
    d : int
        Dimension, at least 3.

    Returns
    -------
    s : ndarray of shape (ANGLES,)
        Nodes in (−1, 1), ascending.
    weights : ndarray of shape (ANGLES,)
        Weights, summing to 1.

    Raises
    ------
    ValueError
        If d < 3.
    """
    if d < 3:
        raise ValueError(f"d must be at least 3, got {d}")
    s, weights = roots_jacobi(ANGLES, (d - 3) / 2, (d - 3) / 2)
    return s, weights / weights.sum()


def harmonic_multiplicities(d: int, max_degree: int) -> np.ndarray:
    """Numbers N_k = C(d+k−1, k) − C(d+k−3, k−2) of spherical harmonics of degree k on the sphere of R^d.

    Parameters
    ----------
    d : int
        Dimension.
    max_degree : int
        Largest k.

    Returns
    -------
    ndarray of shape (max_degree + 1,)
        The numbers for k = 0..max_degree, as floats.

    Examples
    --------
    >>> harmonic_multiplicities(3, 3).tolist()
    [1.0, 3.0, 5.0, 7.0]
    """
    B = degree_multiplicities(d, max_degree)
    return B - np.append(np.zeros(min(2, max_degree + 1)), B[:-2])


def degree_eigenvalues(kernel: KernelFunction, d: int, max_degree: int) -> tuple[np.ndarray, float]:
    """Eigenvalues η_k ≈ f^(k)(0)/d^k of a kernel by degree, f(g) = K(g, 1, 1), and the ridge that higher degrees add.

    Parameters
    ----------
    kernel : callable
        K(g, a, b) of g = x·x'/d, a = |x|²/d, b = |x'|²/d.
    d : int
        Dimension, at least 3.
    max_degree : int
        Largest k.

    Returns
    -------
    eta : ndarray of shape (max_degree + 1,)
        Eigenvalues η_k for k = 0..max_degree, not negative.
    ridge : float
        The extra ridge, not negative.

    Raises
    ------
    ValueError
        If d < 3 or max_degree < 0.

    Notes
    -----
    In (x·x'/d)^k = (k!/d^k) Σ_{|m|=k} (x^m/√m!)(x'^m/√m!) the monomials are Hermite functions of degree k and
    corrections of lower degree, smaller by 1/d in the kernel. So η_k ≈ f^(k)(0)/d^k, which is d^−k for exp(g).

    The higher terms of f are accounted for on the sphere |x|² = d, where the eigenvalue λ_k = E[f(s) P_k(s)] is that of
    N_k harmonics: η_k = λ_k E|x|^2k/d^k = λ_k Π_{i<k} (1 + 2i/d). This is E f^(k)(s)/d^k with s a coordinate of a unit
    vector in d + 2k dimensions. Degrees beyond `max_degree` have far more functions than there are samples. They act as
    a multiple of the identity, an extra ridge of f(1) − Σ_k N_k λ_k.

    The result is good to O(1/d) where f(g) is all of the kernel (exponential, polynomial), and to O(1/√d) where the
    kernel depends on |x| by itself (Gaussian). ReLU networks fix the radial dependence of what they learn: for them use
    `radial_risk`.
    """
    s, weights = angular_rule(d)
    one = np.ones(1)
    sphere = np.maximum(gegenbauer(d, max_degree, s) @ (weights * kernel(s, one, one)), 0.0)
    growth = np.cumprod(np.append(1.0, 1 + 2 * np.arange(max_degree) / d))
    rest = float(kernel(one, one, one)[0] - harmonic_multiplicities(d, max_degree) @ sphere)
    return sphere * growth, max(rest, 0.0)


def effective_ridge(n: float, eta: np.ndarray, multiplicities: np.ndarray, ridge: float) -> float:
    """The effective ridge κ ≥ 0 with n = Σ_k B_k η_k/(η_k + κ) + ridge/κ.

    Parameters
    ----------
    n : float
        Number of samples.
    eta : ndarray of shape (K,)
        Eigenvalues η_k.
    multiplicities : ndarray of shape (K,)
        Numbers of functions B_k.
    ridge : float
        Ridge of (K + ridge·I).

    Returns
    -------
    float
        The effective ridge; 0 if ridge = 0 and there are no more functions than samples.

    Raises
    ------
    ValueError
        If n is not positive or the ridge is negative.
    """
    if not n > 0:
        raise ValueError(f"n must be positive, got {n}")
    if not ridge >= 0:
        raise ValueError(f"ridge must not be negative, got {ridge}")
    eta, B = np.asarray(eta, dtype=float), np.asarray(multiplicities, dtype=float)
    if ridge == 0 and np.sum(B[eta > 0]) <= n:
        return 0.0
    ceiling = (B @ eta + ridge) / n  # the right-hand side is at most (Σ B η + ridge)/κ

    def excess(log_kappa: float) -> float:
        """Right-hand side at κ less n; it falls with κ."""
        kappa = math.exp(log_kappa)
        return float(B @ (eta / (eta + kappa))) + ridge / kappa - n

    top = math.log(ceiling) + 1e-9
    bottom = top - 1
    while excess(bottom) < 0:
        bottom = top + 2 * (bottom - top)
    return math.exp(brentq(excess, bottom, top, xtol=1e-13))


def kernel_risk(
    n: float, eta: np.ndarray, multiplicities: np.ndarray, energies: np.ndarray, ridge: float, noise: float = 0.0
) -> float:
    """Squared error E(ŷ − y)² of kernel ridge regression on fresh noiseless labels y.

    Parameters
    ----------
    n : float
        Number of samples.
    eta : ndarray of shape (K,)
        Eigenvalue η_k of each degree (or of any other eigenspace).
    multiplicities : ndarray of shape (K,)
        Number of functions B_k of each degree.
    energies : ndarray of shape (K,)
        Energy E_k of the target in each degree.
    ridge : float
        Ridge of (K + ridge·I), extra ridge of the degrees left out included.
    noise : float, default 0.0
        Standard deviation of the noise of the training labels.

    Returns
    -------
    float
        The error.

    Raises
    ------
    ValueError
        On shapes that differ, negative values, n ≤ 0, or a ridgeless kernel with exactly n functions, where the error
        diverges.
    """
    eta, B, E = (np.asarray(a, dtype=float) for a in (eta, multiplicities, energies))
    if not eta.shape == B.shape == E.shape:
        raise ValueError(
            f"eta, multiplicities and energies must have one shape, got {eta.shape}, {B.shape} and {E.shape}"
        )
    for name, value in (("eta", eta), ("multiplicities", B), ("energies", E), ("noise", np.asarray(noise))):
        if not np.all(value >= 0):
            raise ValueError(f"{name} must not be negative, got {value.min():.6g}")
    kappa = effective_ridge(n, eta, B, ridge)
    learned = np.divide(eta, eta + kappa, out=np.zeros_like(eta), where=eta > 0)
    chi = float(B @ learned**2) / n
    if not chi < 1:
        raise ValueError(f"the error diverges: a ridgeless kernel with exactly n = {n:g} functions")
    return float((E @ (1 - learned) ** 2 + noise**2 * chi) / (1 - chi))


def learning_curve(
    n: np.ndarray, eta: np.ndarray, multiplicities: np.ndarray, energies: np.ndarray, ridge: float, noise: float = 0.0
) -> np.ndarray:
    """NMSE = E(ŷ − y)²/Σ_k E_k of kernel ridge regression at each n.

    Parameters
    ----------
    n : ndarray
        Numbers of samples.
    eta : ndarray of shape (K,)
        Eigenvalue η_k of each degree.
    multiplicities : ndarray of shape (K,)
        Number of functions B_k of each degree.
    energies : ndarray of shape (K,)
        Energy E_k of the target in each degree.
    ridge : float
        Ridge of (K + ridge·I), extra ridge of the degrees left out included.
    noise : float, default 0.0
        Standard deviation of the noise of the training labels.

    Returns
    -------
    ndarray, shape of n
        The errors.

    Raises
    ------
    ValueError
        As `kernel_risk`.
    """
    total = float(np.sum(energies))
    risks = [kernel_risk(size, eta, multiplicities, energies, ridge, noise) / total for size in np.ravel(n)]
    return np.reshape(risks, np.shape(n))
