"""The limits against closed forms, brute-force scans, and fits of tiny models to simulated labels."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq, least_squares
from scipy.special import k0, k1

from feature_cascade.theory.limits import (
    counting_wall,
    cramer_rao_misalignment,
    cramer_rao_nmse,
    heuristic_optima,
    heuristic_overlaps,
    iterated_optimum,
    optimum_power_law,
    weak_recovery,
)


def identity(u):
    return u


def tanh_slope(u):
    return 1 - np.tanh(u) ** 2


def power_law_strengths(d1, gamma):
    strengths = np.arange(1, d1 + 1.0) ** -gamma
    return strengths / np.linalg.norm(strengths)


def degree_2_features(x):
    """(x_a² − 1)/√2 and x_a x_b, a < b."""
    rows, columns = np.triu_indices(x.shape[1], 1)
    return np.hstack([(x**2 - 1) / np.sqrt(2), x[:, rows] * x[:, columns]])


class TinyModel:
    """u = Σ s_k ((B_k F)² − |B_k|²) with the signs s_k known, and its least squares fit."""

    def __init__(self, F, amplitudes, link, slope):
        self.F, self.link, self.slope = F, link, slope
        self.d1, self.D = len(amplitudes), F.shape[1]
        self.signs = np.sign(amplitudes)
        self.truth = np.eye(self.d1, self.D) * np.sqrt(np.abs(amplitudes))[:, None]

    def u(self, B):
        B = B.reshape(self.d1, self.D)
        return ((self.F @ B.T) ** 2 - np.sum(B**2, axis=1)) @ self.signs

    def gradient(self, B):
        """∂u/∂B, (n, d1·D)."""
        B = B.reshape(self.d1, self.D)
        parts = (self.F @ B.T)[:, :, None] * self.F[:, None, :] - B
        return (2 * self.signs[:, None] * parts).reshape(len(self.F), -1)

    def fit(self, y):
        """The least squares fit, from the truth."""

        def residuals(B):
            return self.link(self.u(B)) - y

        def jacobian(B):
            return self.slope(self.u(B))[:, None] * self.gradient(B)

        return least_squares(residuals, self.truth.ravel(), jacobian).x


@pytest.mark.parametrize("d1", [1, 2, 4])
def test_counting_wall_is_the_rank_of_the_gradient(d1):
    """Also for features of real inputs, whose products are not independent."""
    rng = np.random.default_rng(0)
    F = degree_2_features(rng.standard_normal((200, 5)))
    model = TinyModel(F, rng.uniform(0.5, 1.5, d1) * (-1.0) ** np.arange(d1), identity, np.ones_like)
    B = rng.standard_normal(model.truth.size)
    assert np.linalg.matrix_rank(model.gradient(B)) == counting_wall(d1, F.shape[1])


def test_counting_wall_of_full_rank_counts_a_symmetric_matrix():
    assert counting_wall(6, 6) == 21
    with pytest.raises(ValueError, match="d1 must lie between 1 and D = 3, got 4"):
        counting_wall(4, 3)


@pytest.mark.parametrize(("link", "slope"), [(identity, np.ones_like), (np.tanh, tanh_slope)])
def test_cramer_rao_is_reached_by_least_squares(link, slope):
    """Error and misalignments, averaged over fits to independent labels."""
    rng = np.random.default_rng(1)
    amplitudes, D, n, sigma, fits = np.array([0.8, -0.5]), 6, 4000, 0.1, 60
    fresh = TinyModel(rng.standard_normal((50_000, D)), amplitudes, link, slope)
    clean = link(fresh.u(fresh.truth))
    errors, lost = [], []
    for _ in range(fits):
        model = TinyModel(rng.standard_normal((n, D)), amplitudes, link, slope)
        B = model.fit(link(model.u(model.truth)) + sigma * rng.standard_normal(n))
        errors.append(np.mean((link(fresh.u(B)) - clean) ** 2) / clean.var())
        B = B.reshape(len(amplitudes), D)
        vectors = np.linalg.eigh(B.T @ (model.signs[:, None] * B))[1][:, [-1, 0]]
        lost.append(1 - np.diag(vectors[: len(amplitudes)]) ** 2)
    expected = cramer_rao_nmse(n, sigma**2 / clean.var(), counting_wall(len(amplitudes), D))
    _assert_mean(errors, expected)
    _assert_mean(lost, cramer_rao_misalignment(amplitudes, D, n, sigma, slope))


def _assert_mean(samples, expected):
    """Within four standard errors, which are at most a tenth of what is expected."""
    error = np.std(samples, axis=0, ddof=1) / np.sqrt(len(samples))
    assert np.all(error < 0.12 * expected)
    np.testing.assert_array_less(np.abs(np.mean(samples, axis=0) - expected), 4 * error)


def test_misalignment_of_one_direction_is_the_closed_form():
    found = cramer_rao_misalignment([0.5], D=51, n=1000, sigma=0.3)
    np.testing.assert_allclose(found, 50 * 0.09 / (4 * 1000 * 0.25), rtol=1e-3)


def test_equal_amplitudes_cannot_be_told_apart():
    assert np.all(np.isinf(cramer_rao_misalignment([0.5, 0.5], D=10, n=1000, sigma=0.3)[:2]))


def scanned_solutions(strengths, D, n, delta):
    """Roots of ε ↦ Σ λ_i²(1 − q_i²) − ε in (0, 1], by a scan of 4,000 steps that are even in log ε."""

    def excess(error):
        q = np.maximum(0, 1 - D * (delta + error) / (2 * n * strengths[:, None] ** 2))
        return np.sum(strengths[:, None] ** 2 * (1 - q**2), axis=0) - error

    grid = np.geomspace(1e-8, 1.001, 4000)
    signs = np.sign(excess(grid))
    turns = np.flatnonzero(signs[1:] != signs[:-1])
    return [brentq(lambda error: excess(error)[0], grid[i], grid[i + 1], xtol=1e-15) for i in turns]


@pytest.mark.parametrize("gamma", [0.0, 0.4, 1.0])
@pytest.mark.parametrize("delta", [0.0, 0.01, 0.25])
def test_all_optima_are_those_of_a_scan(gamma, delta):
    strengths, D = power_law_strengths(7, gamma), 100
    for ratio in (0.05, 0.3, 0.8, 0.97, 1.5, 20.0):
        found = heuristic_optima(strengths, D, ratio * 7 * D, delta)
        known = [0.0] if delta == 0 else []
        assert found == pytest.approx(known + scanned_solutions(strengths, D, ratio * 7 * D, delta), rel=1e-7)


@pytest.mark.parametrize("delta", [0.0, 0.25])
@pytest.mark.parametrize("ratio", [0.5, 0.9, 1.2, 3.0])
def test_iteration_from_above_and_from_below(delta, ratio):
    """Both ends of the list of solutions, and the lower one is unstable where there are two."""
    strengths, D = -power_law_strengths(12, 0.7), 50
    n = ratio * 12 * D
    solutions = heuristic_optima(strengths, D, n, delta)
    assert len(solutions) == (2 if delta == 0 and ratio < 1 else 1)
    assert iterated_optimum(strengths, D, n, delta) == pytest.approx(solutions[-1], abs=1e-10)
    assert iterated_optimum(strengths, D, n, delta, start=0.0) == pytest.approx(solutions[0], abs=1e-10)
    assert iterated_optimum(strengths, D, n, delta, start=1e-6) == pytest.approx(solutions[-1], abs=1e-10)


def test_optimum_of_equal_strengths_without_noise_is_the_closed_form():
    """With a = d1·D/(2n): 1 for a ≥ 1, (2a − 1)/a² down to a = 1/2, and 0 from there."""
    for a, expected in ((1.3, 1.0), (0.8, 0.9375), (0.55, 0.1 / 0.3025), (0.45, 0.0)):
        assert heuristic_optima(np.ones(5), 40, 5 * 40 / (2 * a))[-1] == pytest.approx(expected)


def test_optimum_tends_to_cramer_rao():
    strengths, D, n = power_law_strengths(7, 0.4), 1000, 1e8
    expected = cramer_rao_nmse(n, 0.25, 7 * D)  # the rotations are of relative order d1/D
    assert heuristic_optima(strengths, D, n, 0.25)[0] == pytest.approx(expected, rel=1e-3)


def test_zero_strengths_and_scale_do_not_matter():
    strengths = np.array([0.8, 0.0, -0.6])
    expected = heuristic_optima(strengths[[0, 2]], 10, 14)
    np.testing.assert_allclose(heuristic_optima(3 * strengths, 10, 14), expected)
    assert heuristic_overlaps(strengths, 10, 14, expected[1])[1] == 0
    with pytest.raises(ValueError, match="strengths must not all be zero"):
        heuristic_optima([0.0], 10, 14)
    with pytest.raises(ValueError, match="delta must not be negative, got -1"):
        heuristic_optima(strengths, 10, 14, -1)
    with pytest.raises(ValueError, match="n must be positive, got 0"):
        heuristic_optima(strengths, 10, 0)


def test_iteration_says_that_it_has_not_converged():
    with pytest.raises(RuntimeError, match="still changed after"):
        iterated_optimum(np.ones(2), 10, 20)


@pytest.mark.parametrize("gamma", [0.75, 1.0, 1.5])
def test_exponent_of_the_optimum_without_noise(gamma):
    """The fitted slope is −(2γ − 1), and the constant is that of infinitely many directions.

    In the middle: before, few directions are found; later, a million of them is felt to be finite (γ = .75).
    """
    strengths, D = power_law_strengths(1_000_000, gamma), 1
    n = np.geomspace(100, 1000, 6)
    errors = np.array([heuristic_optima(strengths, D, value)[1] for value in n])
    assert np.polyfit(np.log(n), np.log(errors), 1)[0] == pytest.approx(-(2 * gamma - 1), rel=0.01)
    np.testing.assert_allclose(errors, optimum_power_law(n, D, gamma), rtol=0.03)


def test_with_noise_the_exponent_in_the_middle_is_the_papers():
    strengths, gamma = power_law_strengths(100_000, 1.0), 1.0
    n = np.geomspace(3e5, 3e6, 6)
    errors = [heuristic_optima(strengths, 1, value, 1.0)[0] for value in n]
    assert np.polyfit(np.log(n), np.log(errors), 1)[0] == pytest.approx(-(1 - 1 / (2 * gamma)), rel=0.02)


def test_power_law_needs_a_finite_variance():
    with pytest.raises(ValueError, match=r"only for gamma > 1/2, got 0\.5"):
        optimum_power_law(100, 10, 0.5)


@pytest.mark.parametrize("link", [identity, np.tanh])
@pytest.mark.parametrize("d1", [1, 2, 4])
def test_weak_recovery_of_equal_directions(link, d1):
    """E[h_i²|y] is the mean of the d1 squares, of variance 2/d1: n_i = D d1/2, whatever the monotone link."""
    np.testing.assert_allclose(weak_recovery(np.full(d1, 0.3), link, D=100), 50 * d1, rtol=0.015)


def test_weak_recovery_of_opposite_directions():
    """y = h_1² − h_2² has the density K_0(|y|/2)/(2π), and E[h_1² + h_2²|y] = |y| K_1(|y|/2)/K_0(|y|/2)."""

    def information(y):
        density = k0(abs(y) / 2) / (2 * np.pi)
        mean = (y + abs(y) * k1(abs(y) / 2) / k0(abs(y) / 2)) / 2
        return density * (mean - 1) ** 2

    expected = 1 / sum(quad(information, *ends)[0] for ends in ((-80, 0), (0, 80)))
    np.testing.assert_allclose(weak_recovery(np.array([1.0, -1.0]), identity, D=1), expected, rtol=0.015)


def test_weak_recovery_of_many_directions():
    """Against the Fourier integral: E[h_i²|u] p(u) is the density of u with three degrees of freedom for h_i²."""
    amplitudes = power_law_strengths(6, 0.7) * np.array([1, -1, 1, 1, -1, -1])
    points, end = 2**17, 60.0
    t = 2 * np.pi * np.fft.fftfreq(points, 2 * end / points)
    law = np.prod([(1 - 2j * t * a) ** -0.5 for a in amplitudes], axis=0)
    density = np.fft.fft(law).real / (2 * end)
    likely = density > 1e-9
    information = []
    for a in amplitudes:
        weighted = np.fft.fft(law / (1 - 2j * t * a)).real / (2 * end)
        information.append(np.sum((weighted - density)[likely] ** 2 / density[likely]) * 2 * end / points)
    found = weak_recovery(amplitudes, np.tanh, D=1)
    np.testing.assert_allclose(found, 1 / np.array(information), rtol=0.02)


def test_weak_recovery_with_noise():
    """One direction, against the integral over y of moments of h², which are sums over a fine grid of h."""
    noise = 0.7
    h = np.linspace(-9, 9, 3601)
    weights = np.exp(-(h**2) / 2) * (h[1] - h[0]) / np.sqrt(2 * np.pi)

    def information(y):
        likelihood = weights * np.exp(-((y - h**2 + 1) ** 2) / (2 * noise**2)) / np.sqrt(2 * np.pi * noise**2)
        density = likelihood.sum()
        return (likelihood @ h**2 - density) ** 2 / max(density, 1e-300)

    expected = 1 / quad(information, -5, 45, limit=200)[0]
    found = weak_recovery(np.array([1.0]), identity, D=1, noise=noise)
    np.testing.assert_allclose(found, expected, rtol=0.015)
    assert found > weak_recovery(np.array([1.0]), identity, D=1)
