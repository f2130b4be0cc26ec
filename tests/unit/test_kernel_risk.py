"""The kernel learning curve: limits, closed forms, slow references, and simulation; energies of targets by degree."""

import math

import naive
import numpy as np
import pytest

from feature_cascade.baselines.kernels import Kernel, KernelBaseline
from feature_cascade.features.hermite import HermiteFeatures
from feature_cascade.measurement.metrics import nmse
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher
from feature_cascade.predictions.energies import (
    degree_energies,
    quartic_energies,
    quartic_profiles,
    sector_profiles,
    target_of,
)
from feature_cascade.theory.kernel_risk import (
    angular_rule,
    degree_eigenvalues,
    degree_multiplicities,
    effective_ridge,
    gegenbauer,
    harmonic_multiplicities,
    kernel_risk,
    learning_curve,
    radial_rule,
)
from feature_cascade.theory.radial_risk import RadialRisk, sector_kernels

IDENTITY = {"name": "identity"}
EXPONENTIAL = Kernel("exponential").of_products


def small_teacher(d=6, seed=0, **options):
    return Teacher.draw(TeacherSpec(d, seed=seed, **options))


# ---- multiplicities, quadratures, eigenvalues ----------------------------------------------------------------------


@pytest.mark.parametrize("d", [3, 5, 8])
def test_multiplicities_count_hermite_functions_and_harmonics(d):
    assert degree_multiplicities(d, 4).tolist() == [len(naive.exponents(d, k)) for k in range(5)]
    # homogeneous polynomials are harmonics times powers of |x|²
    B, N = degree_multiplicities(d, 6), harmonic_multiplicities(d, 6)
    np.testing.assert_array_equal(B, [sum(N[k::-2]) for k in range(7)])
    assert harmonic_multiplicities(3, 3).tolist() == [1, 3, 5, 7]
    assert harmonic_multiplicities(3, 0).tolist() == [1]


def test_quadratures_integrate_polynomials():
    d = 7
    radii, weights = radial_rule(d, 6)
    for k in range(6):
        assert weights @ radii ** (2 * k) == pytest.approx(math.prod(d + 2 * i for i in range(k)))
    s, angles = angular_rule(d)
    assert angles @ s**2 == pytest.approx(1 / d)
    assert angles @ s**4 == pytest.approx(3 / (d * (d + 2)))
    P = gegenbauer(d, 5, s)
    np.testing.assert_allclose(P * angles @ P.T, np.diag(1 / harmonic_multiplicities(d, 5)), atol=1e-14)
    np.testing.assert_allclose(gegenbauer(3, 4, s), [np.polynomial.Legendre.basis(k)(s) for k in range(5)], atol=1e-12)


def test_eigenvalues_of_the_exponential_kernel_are_powers_of_d():
    for d in (20, 60, 400):
        eta, rest = degree_eigenvalues(EXPONENTIAL, d, 6)
        np.testing.assert_allclose(eta * float(d) ** np.arange(7), 1, atol=0.6 / d)
        assert 0 < rest < 2 / math.factorial(7)


def test_eigenvalues_of_a_polynomial_kernel_end_at_its_degree():
    """η_k d^k = E f^(k)(s), f = (1 + s)⁴, s a coordinate of a unit vector in d + 2k dimensions: E s² and E s⁴ known."""
    d = 50
    eta, rest = degree_eigenvalues(Kernel("polynomial", degree=4).of_products, d, 6)
    for k in range(5):
        m, D = 4 - k, d + 2 * k
        mean = 1 + math.comb(m, 2) / D + math.comb(m, 4) * 3 / (D * (D + 2))
        assert eta[k] * d**k == pytest.approx(math.perm(4, k) * mean, rel=1e-7)
    np.testing.assert_allclose(eta[5:] * float(d) ** np.array([5, 6]), 0, atol=1e-4)
    assert rest == pytest.approx(0, abs=1e-10)


@pytest.mark.parametrize("name", ["exponential", "gaussian", "arc_cosine", "ntk"])
def test_sectors_add_up_to_the_kernel(name):
    """Σ_l N_l K_l(r, r') P_l(s) at single points, and on the diagonal with what is left."""
    d, kernel = 8, Kernel(name).of_products
    sectors, rest = sector_kernels(kernel, d, 30, nodes=4)
    radii, _ = radial_rule(d, 4)
    N, s = harmonic_multiplicities(d, 30), np.array([-0.6, 0.1, 0.5])
    series = np.einsum("l,lij,ls->ijs", N, sectors, gegenbauer(d, 30, s))
    squares = radii**2 / d
    products = np.sqrt(np.outer(squares, squares))[:, :, None] * s
    np.testing.assert_allclose(series, kernel(products, squares[:, None, None], squares[None, :, None]), rtol=2e-3)
    np.testing.assert_allclose(np.einsum("l,lii->i", N, sectors) + rest, kernel(squares, squares, squares), rtol=1e-10)
    if name in ("exponential", "gaussian"):
        assert np.all(rest < 1e-6)


def test_eigenvalues_equal_those_of_a_large_sample():
    """The spectrum of K(X, X)/n at d = 5, n = 3000: 1, 5 and 15 eigenvalues close to η_0, η_1 and η_2."""
    d, n = 5, 3000
    X = np.random.default_rng(0).standard_normal((n, d))
    found = np.linalg.eigvalsh(Kernel("gaussian", bandwidth=2.0)(X, X) / n)[::-1]
    eta, _ = degree_eigenvalues(Kernel("gaussian", bandwidth=2.0).of_products, d, 2)
    for k, part in enumerate((found[:1], found[1:6], found[6:21])):
        assert np.mean(part) == pytest.approx(eta[k], rel=0.25)


# ---- the formula ---------------------------------------------------------------------------------------------------


def test_effective_ridge_solves_its_equation():
    eta, B = np.array([0.5, 0.02, 0.003]), np.array([3.0, 40.0, 500.0])
    for n in (1e-3, 1.0, 42.0, 200.0, 543.0, 1e7):
        for ridge in (1e-9, 1e-3, 10.0):
            kappa = effective_ridge(n, eta, B, ridge)
            assert B @ (eta / (eta + kappa)) + ridge / kappa == pytest.approx(n, rel=1e-9)
    assert effective_ridge(600, eta, B, 0.0) == 0.0
    assert effective_ridge(500, eta, B, 0.0) > 0


def test_single_degree_in_closed_form():
    """One space without ridge: NMSE = 1 − n/B, as for the projection on n random directions of it."""
    for n in (1, 30, 99):
        assert kernel_risk(n, [0.7], [100.0], [2.0], 0.0) == pytest.approx(2.0 * (1 - n / 100))
    assert kernel_risk(150, [0.7], [100.0], [2.0], 0.0) == pytest.approx(0, abs=1e-12)
    # with noise and more samples than functions: that of least squares, σ² B/(n − B)
    assert kernel_risk(150, [0.7], [100.0], [2.0], 0.0, noise=0.5) == pytest.approx(0.25 * 100 / 50)


def test_single_degree_with_ridge_solves_a_quadratic():
    eta, B, n, ridge = 0.7, 100.0, 60.0, 5.0
    # n κ² + (n η − B η − ridge) κ − ridge η = 0
    linear = n * eta - B * eta - ridge
    kappa = (-linear + math.sqrt(linear**2 + 4 * n * ridge * eta)) / (2 * n)
    assert effective_ridge(n, [eta], [B], ridge) == pytest.approx(kappa, rel=1e-10)
    chi = B * (eta / (eta + kappa)) ** 2 / n
    expected = (kappa / (eta + kappa)) ** 2 / (1 - chi)
    assert kernel_risk(n, [eta], [B], [1.0], ridge) == pytest.approx(expected, rel=1e-9)


def test_limits_of_the_learning_curve():
    eta, B, E = np.array([0.3, 1e-2, 1e-4]), np.array([10.0, 50.0, 200.0]), np.array([0.5, 1.0, 0.25])
    curve = learning_curve(np.array([1e-6, 1e9]), eta, B, E, 1e-3)
    np.testing.assert_allclose(curve, [1.0, 0.0], atol=1e-5)
    assert learning_curve(1e6, eta, B, E, 0.0) == pytest.approx(0.0, abs=1e-15)
    unseen = learning_curve(1e9, eta, B, np.append(E, 0.25)[1:], 1e-3)  # energies moved to other degrees
    assert unseen == pytest.approx(0.0, abs=1e-5)
    with_unlearnable = learning_curve(1e9, np.append(eta, 0.0), np.append(B, 1e5), np.append(E, 0.25), 1e-3)
    assert with_unlearnable == pytest.approx(0.25 / 2.0, rel=1e-4)
    assert learning_curve(np.array([[10.0], [20.0]]), eta, B, E, 1e-3).shape == (2, 1)


def test_scales_of_kernel_and_target_drop_out():
    eta, B, E = np.array([0.3, 1e-2]), np.array([10.0, 50.0]), np.array([0.5, 1.0])
    plain = learning_curve(40.0, eta, B, E, 0.1)
    assert learning_curve(40.0, 7 * eta, B, E, 0.7) == pytest.approx(plain)
    assert learning_curve(40.0, eta, B, 9 * E, 0.1) == pytest.approx(plain)


def test_formula_equals_ridge_regression_on_gaussian_features():
    """Features of 12 + 150 independent directions, n = 100: the mean of 40 draws, at three times its own scatter."""
    rng, n, ridge = np.random.default_rng(0), 100, 0.3
    B, eta, E = np.array([12.0, 150.0]), np.array([1.0, 0.05]), np.array([1.0, 0.6])
    scales = np.repeat(eta, B.astype(int))
    risks = []
    for _ in range(40):
        target = np.repeat(np.sqrt(E / B), B.astype(int)) * rng.choice([-1, 1], 162)
        F = rng.standard_normal((n, 162))
        K = (F * scales) @ F.T
        learned = scales * (F.T @ np.linalg.solve(K + ridge * np.eye(n), F @ target))
        risks.append(np.sum((learned - target) ** 2))
    assert abs(np.mean(risks) - kernel_risk(n, eta, B, E, ridge)) < 3 * np.std(risks) / np.sqrt(40)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((0, [1.0], [1.0], [1.0], 0.1), "n must be positive, got 0"),
        ((5, [1.0], [1.0], [1.0], -0.1), "ridge must not be negative, got -0.1"),
        ((5, [-1.0], [1.0], [1.0], 0.1), "eta must not be negative, got -1"),
        ((5, [1.0], [1.0], [-2.0], 0.1), "energies must not be negative, got -2"),
        ((5, [1.0, 2.0], [1.0], [1.0], 0.1), r"must have one shape, got \(2,\), \(1,\) and \(1,\)"),
        ((5, [1.0], [1.0], [1.0], 0.1, -1.0), "noise must not be negative, got -1"),
        ((5, [1.0], [5.0], [1.0], 0.0), "exactly n = 5 functions"),
    ],
)
def test_formula_rejects_what_makes_no_sense(arguments, message):
    with pytest.raises(ValueError, match=message):
        kernel_risk(*arguments)


def test_rules_reject_what_makes_no_sense():
    with pytest.raises(ValueError, match="d and nodes must be at least 1, got d=0, nodes=10"):
        radial_rule(0)
    with pytest.raises(ValueError, match="d must be at least 3, got 2"):
        degree_eigenvalues(EXPONENTIAL, 2, 4)
    with pytest.raises(ValueError, match="max_degree must not be negative, got -1"):
        degree_eigenvalues(EXPONENTIAL, 5, -1)
    with pytest.raises(ValueError, match="max_degree must not be negative, got -1"):
        sector_kernels(EXPONENTIAL, 5, -1)


# ---- the formula by radius -----------------------------------------------------------------------------------------


def test_one_radius_is_the_formula_by_degree():
    """With a single node all samples lie on one sphere, whose eigenvalues are K_l with N_l functions."""
    d, E = 10, np.array([0.0, 0.3, 0.9, 0.0, 1.1])
    theory = RadialRisk(EXPONENTIAL, d, E[:, None, None])
    sectors, rest = sector_kernels(EXPONENTIAL, d, 12, nodes=1)
    energies = np.append(E, np.zeros(8))
    for n in (0.5, 30.0, 300.0, 3000.0):
        for noise in (0.0, 0.7):
            expected = kernel_risk(n, sectors[:, 0, 0], harmonic_multiplicities(d, 12), energies, 0.01 + rest[0], noise)
            assert theory.risk(n, 0.01, noise) == pytest.approx(expected, rel=1e-6)


def test_noise_level_solves_its_equation():
    """D_i is the ridge plus the posterior variances, each written out with a matrix inverse."""
    d, n, ridge = 8, 300.0, 0.02
    theory = RadialRisk(EXPONENTIAL, d, np.zeros((1, 5, 5)))
    D, (_, w) = theory.noise_level(n, ridge), radial_rule(d, 5)
    sectors, rest = sector_kernels(EXPONENTIAL, d, 12, nodes=5)
    variance = ridge + rest
    for N, K in zip(harmonic_multiplicities(d, 12), sectors, strict=True):
        variance = variance + N * np.diag(K - K @ np.linalg.inv(K + np.diag(D / (n * w))) @ K)
    np.testing.assert_allclose(D, variance, rtol=1e-6)


def test_limits_of_the_formula_by_radius():
    teacher = small_teacher(8)
    radii, _ = radial_rule(8)
    theory = RadialRisk(EXPONENTIAL, 8, quartic_profiles(teacher, radii))
    np.testing.assert_allclose(theory.nmse(np.array([1e-6, 1e8]), 1e-3), [1.0, 0.0], atol=1e-4)
    assert theory.variance == pytest.approx(quartic_energies(teacher).sum())
    # a homogeneous kernel learns of each harmonic only what grows as |x|
    relu = RadialRisk(Kernel("ntk").of_products, 8, quartic_profiles(teacher, radii))
    assert relu.nmse(1e8, 1e-3) > 0.2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: RadialRisk(EXPONENTIAL, 5, np.zeros((3, 4))), r"profiles must have the shape .* got \(3, 4\)"),
        (lambda: RadialRisk(EXPONENTIAL, 5, np.zeros((4, 2, 2)), 2), "profiles of degree 3 need max_degree .*: 2"),
        (lambda: RadialRisk(EXPONENTIAL, 5, np.zeros((1, 2, 2))).risk(0, 0.1), "n must be positive, got 0"),
        (lambda: RadialRisk(EXPONENTIAL, 5, np.zeros((1, 2, 2))).risk(9, 0.0), "ridge must be positive, got 0"),
        (
            lambda: RadialRisk(EXPONENTIAL, 5, np.zeros((1, 2, 2))).risk(9, 0.1, -1),
            "noise must not be negative, got -1",
        ),
    ],
)
def test_formula_by_radius_rejects_what_makes_no_sense(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# ---- energies ------------------------------------------------------------------------------------------------------


@pytest.mark.jit_only
@pytest.mark.parametrize("orthonormal", [True, False])
def test_quartic_energies_equal_projections_on_hermite_functions(orthonormal):
    """E_2 by projecting y on the D = 21 features with 4·10^5 points, and the variance by the loops of the reference."""
    teacher = small_teacher(6, 1, orthonormal=orthonormal)
    energies = quartic_energies(teacher)
    variance = naive.variance_of_h2(teacher.directions, teacher.amplitudes, 6)
    assert energies.sum() == pytest.approx(variance, rel=1e-10)
    X = np.random.default_rng(0).standard_normal((400_000, 6))
    F = HermiteFeatures(6, 2).transform(X)
    y = ((F @ teacher.directions) ** 2 - 1) @ teacher.amplitudes
    assert np.sum((F.T @ y / len(y)) ** 2) == pytest.approx(energies[2], rel=0.05)


@pytest.mark.jit_only
def test_quartic_profiles_equal_averages_over_the_sphere():
    """Σ_l c_l(r, r') P_l(s) is the mean of y(r u) y(r' u') over pairs with u·u' = s: 2·10^5 pairs at d = 5."""
    d, rng = 5, np.random.default_rng(1)
    teacher, radii = small_teacher(d, 2), np.array([1.0, 2.0, 3.5])
    profiles = quartic_profiles(teacher, radii)
    u = rng.standard_normal((200_000, d))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    v = rng.standard_normal(u.shape)
    v -= np.sum(u * v, axis=1, keepdims=True) * u
    v /= np.linalg.norm(v, axis=1, keepdims=True)

    def label(X):
        return ((HermiteFeatures(d, 2).transform(X) @ teacher.directions) ** 2 - 1) @ teacher.amplitudes

    here = np.array([label(r * u) for r in radii])
    for s in (1.0, 0.6, -0.3):
        there = np.array([label(r * (s * u + math.sqrt(1 - s * s) * v)) for r in radii])
        expected = np.einsum("lij,l->ij", profiles, gegenbauer(d, 4, np.array([s]))[:, 0])
        scale = np.sqrt(np.outer(np.mean(here**2, axis=1), np.mean(here**2, axis=1)))
        np.testing.assert_allclose(here @ there.T / len(u) / scale, expected / scale, atol=0.02)


@pytest.mark.jit_only
def test_simulated_energies_equal_the_closed_forms():
    d = 8
    teacher = small_teacher(d)
    target, exact = target_of(teacher, IDENTITY), quartic_energies(teacher)
    found = degree_energies(target, d, 4)
    np.testing.assert_allclose(found, exact, atol=0.06 * exact.sum())
    radii, weights = radial_rule(d)
    profiles = quartic_profiles(teacher, radii)
    simulated = sector_profiles(target, d, radii, weights, 4)
    np.testing.assert_allclose(simulated, simulated.transpose(0, 2, 1), atol=1e-12)
    by_degree = [np.einsum("lii,i->l", c, weights) for c in (simulated, profiles)]
    np.testing.assert_allclose(*by_degree, atol=0.06 * exact.sum())
    curves = [RadialRisk(EXPONENTIAL, d, c).nmse(np.array([100, 300]), 0.1) for c in (simulated, profiles)]
    np.testing.assert_allclose(*curves, rtol=0.03)


@pytest.mark.jit_only
@pytest.mark.parametrize(("link", "degree"), [("identity", 4), ("tanh", 8)])
def test_energies_sum_to_the_variance(link, degree):
    d = 8
    teacher = small_teacher(d, 3)
    target = target_of(teacher, {"name": link})
    variance = np.var(target(np.random.default_rng(0).standard_normal((100_000, d))))
    energies = degree_energies(target, d, degree, n=2**15)
    assert np.all(energies >= 0)
    assert energies[1:].sum() == pytest.approx(variance, rel=0.08)
    assert energies[1::2].sum() < 0.03 * variance  # an even function
    radii, weights = radial_rule(d)
    profiles = sector_profiles(target, d, radii, weights, degree)
    assert np.einsum("lii,i->", profiles, weights) == pytest.approx(variance, rel=0.08)


def test_energies_of_single_hermite_functions():
    functions = [
        lambda X: X[:, 0] * X[:, 1] * X[:, 2],
        lambda X: (X[:, 0] ** 2 - 1) / np.sqrt(2),
        lambda X: X[:, 3] + 2,
    ]
    expected = [[0, 0, 0, 1], [0, 0, 1, 0], [4, 1, 0, 0]]
    for function, energies in zip(functions, expected, strict=True):
        np.testing.assert_allclose(degree_energies(function, 4, 3), energies, atol=0.08)


def test_energies_reject_what_makes_no_sense():
    target, (radii, weights) = (lambda X: X[:, 0]), radial_rule(5)
    for call, message in [
        (lambda: degree_energies(target, 5, -1), "max_degree must not be negative, got -1"),
        (lambda: degree_energies(target, 5, 2, n=0), "n must be at least 1, got 0"),
        (lambda: sector_profiles(target, 2, radii, weights, 2), "d must be at least 3, got 2"),
        (lambda: quartic_energies(small_teacher(q=1)), "closed forms are for .* got hermite features of degree 1"),
        (lambda: quartic_profiles(small_teacher(features="gaussian"), radii), "got gaussian features of degree 2"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()


# ---- simulation ----------------------------------------------------------------------------------------------------


@pytest.mark.jit_only
@pytest.mark.parametrize("name", ["exponential", "gaussian", "polynomial", "ntk"])
def test_theory_equals_measured_errors(name):
    """NMSE of kernel ridge regression at d = 12, n = 1000, against both formulas: mean of four draws.

    The labels have heavy tails: the error on 4000 test points is only as good as their variance, hence the quotient.
    """
    d, n, ridge, kernel = 12, 1000, 0.03, Kernel(name)
    radii, _ = radial_rule(d)
    measured, by_radius, by_degree = [], [], []
    eta, rest = degree_eigenvalues(kernel.of_products, d, 8)
    for seed in range(4):
        teacher = small_teacher(d, seed, gamma=0.4)
        target = target_of(teacher, IDENTITY)
        X, test = teacher.source("train").rows(n), teacher.source("test").rows(4000)
        model = KernelBaseline(name, ridge=ridge).fit(X, target(X))
        measured.append(nmse(target(test), model.predict(test)))
        by_radius.append(RadialRisk(kernel.of_products, d, quartic_profiles(teacher, radii)).nmse(n, ridge))
        energies = np.append(quartic_energies(teacher), np.zeros(4))
        by_degree.append(learning_curve(n, eta, degree_multiplicities(d, 8), energies, ridge + rest))
    assert np.mean(measured) == pytest.approx(np.mean(by_radius), rel=0.06)
    if name in ("exponential", "polynomial"):
        assert np.mean(measured) == pytest.approx(np.mean(by_degree), rel=0.15)
    if name == "ntk":  # the radial dependence that it fixes is no matter of degrees
        assert np.mean(by_degree) < 0.85 * np.mean(measured)
