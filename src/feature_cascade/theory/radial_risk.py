"""The learning curve of kernel ridge regression with the fluctuations of |x|, for any rotation-invariant kernel.

Write x = r·u with |u| = 1. A rotation-invariant kernel is K = Σ_l N_l K_l(r, r') P_l(u·u'), P_l the Gegenbauer
polynomials with P_l(1) = 1 and N_l the number of spherical harmonics of degree l, and a target has the profiles
c_l(r, r') = E_u[y_l(r u) y_l(r' u)] of its parts y_l of angular degree l. Conditional on the radii the harmonics are
isotropic, so that samples of one radius are alike, and the effective ridge κ of `kernel_risk` becomes a noise level for
each radius, D = n κ: the ridge plus the posterior variance there,

    D_i = ridge + Σ_l N_l V_l(r_i, r_i),   V_l = K_l − K_l M_l K_l,   M_l = (K_l + diag(D_i/(n w_i)))^−1.

Matrices are indexed by the nodes r_i of a quadrature with weights w_i over the law of |x|. The squared error at r_i is

    e_i² = D_i²/(n w_i) Σ_j J_ji G_j,   G_j = Σ_l (M_l c_l M_l)_jj/(n w_j),   J = (I − ∂(Σ_l N_l V_l)/∂D)^−1,

(J^T G is −∂/∂ridge_i of the limit of y^T (K + diag(ridge))^−1 y, and dual coefficients at r_i are e_i/D_i), and the
test error is Σ_i w_i e_i². With a single radius this is the formula of `kernel_risk`. Kernels of ReLU networks, which
fix the radial dependence of all that they learn, need it, and so does the Gaussian kernel at small ridges, whose high
degrees vary strongly with the radius.
"""

from __future__ import annotations

import numpy as np

from .kernel_risk import RADII, KernelFunction, angular_rule, gegenbauer, harmonic_multiplicities, radial_rule

MAX_DEGREE = 12  # of the harmonics that are resolved; the others are isotropic for n up to millions at d ≥ 10
MAX_STEPS, PRECISION = 100, 1e-9  # of Newton's method


def sector_kernels(
    kernel: KernelFunction, d: int, max_degree: int = MAX_DEGREE, nodes: int = RADII
) -> tuple[np.ndarray, np.ndarray]:
    """Parts K_l(r_i, r_j) = E[K P_l(u·u')] of a kernel at the nodes of `radial_rule`, and what they leave of K(x, x).

    Parameters
    ----------
    kernel : callable
        K(g, a, b) of g = x·x'/d, a = |x|²/d, b = |x'|²/d.
    d : int
        Dimension, at least 3.
    max_degree : int, default MAX_DEGREE
        Largest l.
    nodes : int, default RADII
        Number of radii R.

    Returns
    -------
    sectors : ndarray of shape (max_degree + 1, R, R)
        Matrices K_l, positive semi-definite.
    rest : ndarray of shape (R,)
        What is left at each radius, K(r_i, r_i) − Σ_l N_l K_l(r_i, r_i), not negative.

    Raises
    ------
    ValueError
        If d < 3, max_degree < 0 or nodes < 1.
    """
    radii, _ = radial_rule(d, nodes)
    square = radii**2 / d
    s, weights = angular_rule(d)
    products = np.sqrt(np.outer(square, square))[:, :, None] * s
    values = kernel(products, square[:, None, None], square[None, :, None])
    weighted = gegenbauer(d, max_degree, s) * weights
    sectors = np.einsum("ijs,ls->lij", values, weighted)
    rest = kernel(square, square, square) - np.einsum("l,lii->i", harmonic_multiplicities(d, max_degree), sectors)
    return sectors, np.maximum(rest, 0.0)


class RadialRisk:
    """The error of kernel ridge regression with one kernel on one target.

    Parameters
    ----------
    kernel : callable
        K(g, a, b), see `sector_kernels`.
    d : int
        Dimension, at least 3.
    profiles : ndarray of shape (L + 1, R, R)
        Profiles c_l(r_i, r_j) of the centred target at the nodes of `radial_rule(d, R)`.
    max_degree : int, default MAX_DEGREE
        Largest degree of the kernel's harmonics that are resolved, at least L; higher ones act as an extra ridge.

    Attributes
    ----------
    variance : float
        Variance Σ_l Σ_i w_i c_l(r_i, r_i) = Var y.
    energies : ndarray of shape (L + 1,)
        Parts of the variance by angular degree l.

    Raises
    ------
    ValueError
        If the profiles have another shape or reach beyond `max_degree`, or if d < 3.
    """

    def __init__(self, kernel: KernelFunction, d: int, profiles: np.ndarray, max_degree: int = MAX_DEGREE) -> None:
        profiles = np.asarray(profiles, dtype=float)
        if profiles.ndim != 3 or profiles.shape[1] != profiles.shape[2]:
            raise ValueError(f"profiles must have the shape (degrees, radii, radii), got {profiles.shape}")
        if len(profiles) > max_degree + 1:
            raise ValueError(f"profiles of degree {len(profiles) - 1} need max_degree at least as large: {max_degree}")
        _, self._weights = radial_rule(d, profiles.shape[1])
        self._sectors, self._rest = sector_kernels(kernel, d, max_degree, profiles.shape[1])
        self._multiplicities = harmonic_multiplicities(d, max_degree)
        self._profiles = profiles
        self.energies = np.einsum("lii,i->l", profiles, self._weights)
        self.variance = float(self.energies.sum())

    def noise_level(self, n: float, ridge: float) -> np.ndarray:
        """The noise level D_i = ridge + posterior variance at each radius.

        Parameters
        ----------
        n : float
            Number of samples.
        ridge : float
            Ridge of (K + ridge·I).

        Returns
        -------
        ndarray of shape (R,)
            The noise levels.

        Raises
        ------
        ValueError
            If n or the ridge is not positive.
        ArithmeticError
            If Newton's method does not converge.

        Notes
        -----
        The posterior variance is an increasing concave function of D. So Newton's method from above, where D is the
        ridge plus the prior variance, descends to the solution.
        """
        if not n > 0:
            raise ValueError(f"n must be positive, got {n}")
        if not ridge > 0:
            raise ValueError(f"ridge must be positive, got {ridge}")
        D = ridge + self._rest + np.einsum("l,lii->i", self._multiplicities, self._sectors)
        for _ in range(MAX_STEPS):
            variance, slope = self._posterior(n, D)
            step = np.linalg.solve(np.eye(len(D)) - slope, D - (ridge + self._rest + variance))
            D = D - step
            if np.all(np.abs(step) <= PRECISION * D):
                return D
        raise ArithmeticError(f"the noise level did not converge at n={n:g}, ridge={ridge:g}")

    def risk(self, n: float, ridge: float, noise: float = 0.0) -> float:
        """Squared error E(ŷ − y)² on fresh noiseless labels.

        Parameters
        ----------
        n : float
            Number of samples.
        ridge : float
            Ridge of (K + ridge·I).
        noise : float, default 0.0
            Standard deviation of the noise of the training labels.

        Returns
        -------
        float
            The error.

        Raises
        ------
        ValueError
            If n or the ridge is not positive, or the noise is negative.
        ArithmeticError
            If the noise level does not converge.
        """
        if not noise >= 0:
            raise ValueError(f"noise must not be negative, got {noise}")
        D, w = self.noise_level(n, ridge), self._weights
        _, slope = self._posterior(n, D)
        source = noise**2 * n * w / D**2
        for M, c in zip(self._inverses(n, D), self._profiles, strict=False):
            source += np.einsum("ij,jk,ki->i", M, c, M) / (n * w)
        error = D**2 / (n * w) * np.linalg.solve((np.eye(len(D)) - slope).T, source)
        return float(w @ error) - noise**2

    def nmse(self, n: np.ndarray, ridge: float, noise: float = 0.0) -> np.ndarray:
        """NMSE = E(ŷ − y)²/Var y at each n.

        Parameters
        ----------
        n : ndarray
            Numbers of samples.
        ridge : float
            Ridge of (K + ridge·I).
        noise : float, default 0.0
            Standard deviation of the noise of the training labels.

        Returns
        -------
        ndarray, shape of n
            The errors.

        Raises
        ------
        ValueError
            As `risk`.
        ArithmeticError
            As `risk`.
        """
        return np.reshape([self.risk(size, ridge, noise) / self.variance for size in np.ravel(n)], np.shape(n))

    def _inverses(self, n: float, D: np.ndarray) -> np.ndarray:
        """M_l, shape (max_degree + 1, R, R); symmetrised with √w, since weights span many orders of magnitude."""
        root = np.sqrt(self._weights)
        return np.linalg.inv(self._sectors * np.outer(root, root) + np.diag(D / n)) * np.outer(root, root)

    def _posterior(self, n: float, D: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Σ_l N_l V_l(r_i, r_i) at each radius (R,), and its derivatives with respect to D_j, (R, R)."""
        gains = self._sectors @ self._inverses(n, D)
        # V = K M diag(D/(n w)), which does not cancel where the samples say almost all
        variance = np.einsum("l,lii->i", self._multiplicities, gains) * D / (n * self._weights)
        return variance, np.einsum("l,lij->ij", self._multiplicities, gains**2) / (n * self._weights)
