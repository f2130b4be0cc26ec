"""Perturbation theory and Davis–Kahan: loops, small explicit perturbations, sharp cases, random matrices."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feature_cascade.experiments.perturbation import compare
from feature_cascade.sampling.streams import generator
from feature_cascade.theory.perturbation import davis_kahan, expected_first_order, first_order, gaps
from feature_cascade.theory.quasi_random import gaussian_latent

SPIKES = np.array([1.0, -0.8, 0.6])


def orthonormal(D, d1, rng):
    return np.linalg.qr(rng.standard_normal((D, d1)))[0]


def symmetric(D, rng):
    noise = rng.standard_normal((D, D))
    return noise + noise.T


def case(index, D=8, scale=1.0):
    """Directions, a random Δ of norm `scale`, and Ĉ = Σ s_k u_k u_k^T + Δ."""
    rng = generator(0, "perturbation test", index)
    directions, delta = orthonormal(D, len(SPIKES), rng), symmetric(D, rng)
    delta *= scale / np.linalg.norm(delta, 2)
    return directions, delta, (directions * SPIKES) @ directions.T + delta


def test_first_order_equals_loops():
    directions, delta, _ = case(0)
    found = first_order(delta @ directions, directions, SPIKES)
    within, outside = naive.first_order(delta, directions, SPIKES)
    np.testing.assert_allclose(found.within, within)
    np.testing.assert_allclose(found.outside, outside)
    np.testing.assert_allclose(found.total, within + outside)


@pytest.mark.parametrize("index", range(3))
def test_first_order_is_exact_to_second_order_in_the_perturbation(index):
    """The relative error of the predicted sin² falls like the norm of Δ, for the vector and for the space."""
    relative = []
    for scale in (1e-2, 1e-3, 1e-4):
        directions, delta, moment = case(index, scale=scale)
        predicted = first_order(delta @ directions, directions, SPIKES)
        found = compare(moment, directions, SPIKES, n=1)
        ratios = [found.vector_error / predicted.total, found.space_error / predicted.outside]
        relative.append(np.abs(np.array(ratios) - 1).max())
    assert relative[0] < 0.2
    assert relative[1] < 0.15 * relative[0] and relative[2] < 0.15 * relative[1]


def test_a_single_element_of_the_perturbation():
    """Δ couples one direction to another, or to the kernel: the closed form of two levels."""
    directions, epsilon = np.eye(4)[:, :2], 0.01
    spikes = np.array([1.0, 0.5])
    for other, gap in ((1, 0.5), (3, 1.0)):
        delta = np.zeros((4, 4))
        delta[0, other] = delta[other, 0] = epsilon
        predicted = first_order(delta @ directions, directions, spikes)
        assert predicted.total[0] == pytest.approx((epsilon / gap) ** 2)
        assert (predicted.within[0] > 0) == (other == 1)
        found = compare(np.diag([1.0, 0.5, 0, 0]) + delta, directions, spikes, n=1)
        assert found.vector_error[0] == pytest.approx(np.sin(0.5 * np.arctan(2 * epsilon / gap)) ** 2)


def test_equal_spikes_have_no_first_order():
    directions, delta, _ = case(0)
    equal = np.array([0.7, 0.7, -0.7])
    predicted = first_order(delta @ directions, directions, equal)
    assert np.isinf(predicted.within[:2]).all() and np.isfinite(predicted.outside).all()
    assert np.isfinite(predicted.total[2])
    assert np.isinf(davis_kahan(1.0, gaps(equal))[:2]).all()
    assert np.isinf(first_order(np.zeros_like(directions), directions, equal).total[0])


def test_gaps():
    np.testing.assert_allclose(gaps([1.0, 0.7, -0.65, 0.2]), [0.3, 0.3, 0.65, 0.2])
    np.testing.assert_allclose(gaps([-0.4]), [0.4])


def test_davis_kahan_is_a_formula():
    np.testing.assert_allclose(davis_kahan(0.1, np.array([0.5, 0.1])), [0.16, 4.0])
    np.testing.assert_allclose(davis_kahan(0.1, np.array([0.5]), constant=1.0), [0.04])


def test_two_is_the_constant_of_davis_kahan():
    """A perturbation a little larger than half the gap turns the leading vector by 90°: no smaller constant holds."""
    excess = 1e-3
    delta = np.diag([-0.5 - excess, 0.5 + excess])
    found = compare(np.diag([1.0, 0.0]) + delta, np.eye(2)[:, :1], np.array([1.0]), n=1)
    assert found.vector_error[0] == pytest.approx(1.0)
    gap = gaps([1.0])
    assert davis_kahan(found.norm, gap)[0] == pytest.approx((1 + 2 * excess) ** 2)
    assert davis_kahan(found.norm, gap, constant=1.99)[0] < 1.0
    assert davis_kahan(found.norm, gap, constant=1.0)[0] < 0.26


@given(st.integers(0, 10_000), st.floats(-2.5, 0.5))
def test_davis_kahan_is_never_violated(index, decade):
    directions, _, moment = case(index, D=5, scale=10**decade)
    found = compare(moment, directions, SPIKES, n=1)
    assert np.all(found.vector_error <= davis_kahan(found.norm, gaps(SPIKES)) + 1e-12)


@given(st.integers(0, 10_000), st.floats(0.0, 2.0))
def test_davis_kahan_is_never_violated_by_the_worst_rotations(index, size):
    """Δ that exchanges levels: diagonal in the directions, against each gap, plus a rotation."""
    rng = generator(0, "worst rotations", index)
    directions = np.eye(4)[:, :3]
    delta = np.diag(rng.choice([-1.0, 1.0], 4) * size * 0.2) + 0.02 * symmetric(4, rng)
    found = compare(np.diag([*SPIKES, 0.0]) + delta, directions, SPIKES, n=1)
    assert np.all(found.vector_error <= davis_kahan(found.norm, gaps(SPIKES)) + 1e-12)


def identity_labels(strengths):
    latent = gaussian_latent(len(strengths))
    return latent, (latent**2 - 1) @ strengths / np.sqrt(2)


def test_expectation_for_the_identity_has_a_closed_form():
    """E t² h_k² = 1 + 4λ_k² and E t² h_j² h_k² = 1 + 4λ_j² + 4λ_k² + 4λ_jλ_k for t = Σ λ_i (h_i² − 1)/√2."""
    strengths = np.array([0.8, -0.5, np.sqrt(1 - 0.89)])
    spikes, D, n = np.sqrt(2) * strengths, 40, np.array([100.0, 400.0])
    found = expected_first_order(*identity_labels(strengths), spikes, D, n)
    outside = (D - 3) * (1 + 4 * strengths**2) / spikes**2
    np.testing.assert_allclose(found.outside, outside / n[:, None], rtol=0.03)
    within = np.zeros(3)
    for k in range(3):
        for j in range(3):
            if j != k:
                a, b = strengths[j], strengths[k]
                within[k] += (1 + 4 * a * a + 4 * b * b + 4 * a * b) / (spikes[k] - spikes[j]) ** 2
    np.testing.assert_allclose(found.within, within / n[:, None], rtol=0.03)
    np.testing.assert_allclose(found.total, found.within + found.outside)


@pytest.mark.parametrize("link", [lambda u: u, np.tanh])
def test_expectation_is_the_mean_over_samples(link):
    """Of `first_order` of explicit moment matrices, with the population's standardisation of the labels."""
    strengths, D, n, repeats = np.array([0.8, -0.6]), 10, 60, 2000
    latent, h2 = identity_labels(strengths)
    y = link(h2)
    spikes = ((y - y.mean()) / y.std()) @ (latent**2 - 1) / len(y)
    rng = generator(0, "mean over samples")
    directions = np.eye(D)[:, :2]
    sums = np.zeros((2, 2))
    for _ in range(repeats):
        F = rng.standard_normal((n, D))
        t = (link((F[:, :2] ** 2 - 1) @ strengths / np.sqrt(2)) - y.mean()) / y.std()
        shift = (F * t[:, None]).T @ F[:, :2] / n - (t.mean() + spikes) * directions
        found = first_order(shift, directions, spikes)
        sums += [found.within, found.outside]
    expected = expected_first_order(latent, y, spikes, D, np.array([n]))
    np.testing.assert_allclose(sums / repeats, [expected.within[0], expected.outside[0]], rtol=0.15)


def test_bad_arguments():
    directions, delta, _ = case(0)
    latent, y = identity_labels(np.array([0.8, 0.6]))
    spikes = np.array([1.1, 0.8])
    with pytest.raises(ValueError, match="shift and directions"):
        first_order(delta, directions, SPIKES)
    with pytest.raises(ValueError, match="spikes \\(d1,\\)"):
        first_order(delta @ directions, directions, SPIKES[:2])
    with pytest.raises(ValueError, match="strength 0"):
        first_order(delta @ directions, directions, np.array([1.0, 0.0, 0.5]))
    with pytest.raises(ValueError, match="latent must have shape"):
        expected_first_order(latent, y[:-1], spikes, 10, 50)
    with pytest.raises(ValueError, match="latent must have shape"):
        expected_first_order(latent, y, SPIKES, 10, 50)
    with pytest.raises(ValueError, match="D must be at least d1"):
        expected_first_order(latent, y, spikes, 1, 50)
    with pytest.raises(ValueError, match="every n positive"):
        expected_first_order(latent, y, spikes, 10, [50, 0])
    for arguments in ((-1.0, [1.0]), (1.0, [-1.0]), (1.0, [1.0], 0.0), (np.nan, [1.0])):
        with pytest.raises(ValueError, match="must not be negative"):
            davis_kahan(*arguments)
