"""Means, resamples and fitted exponents have the errors that they should."""

import numpy as np
import pytest

from feature_cascade.measurement.uncertainty import mean_and_sem, power_law_in_D, resampled_means


def test_mean_and_sem():
    assert mean_and_sem([1.0, 2.0, 3.0]) == (2.0, pytest.approx(1 / np.sqrt(3)))
    assert np.isnan(mean_and_sem([1.0])[1])


def test_resamples():
    rng = np.random.default_rng(5)
    values = rng.standard_normal((50, 3))
    means = resampled_means(values, 4000, rng)
    np.testing.assert_allclose(means[0], values.mean(axis=0))
    np.testing.assert_allclose(means[1:].mean(axis=0), values.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(np.cov(means[1:].T), np.cov(values.T, ddof=0) / 50, atol=0.003)


def test_power_law_without_noise_is_exact():
    D = np.array([100.0, 250.0, 600.0, 1500.0])
    scatter = 1 + 1e-6 * np.random.default_rng(3).standard_normal((40, 4))
    fit = power_law_in_D(D, np.vstack([np.ones(4), scatter]) * 2.5 * D**-0.42)
    assert fit.value == pytest.approx(-0.42, abs=1e-12)
    assert fit.prefactor == pytest.approx(2.5)
    assert fit.low < -0.42 < fit.high and fit.high - fit.low < 1e-5
    assert fit.misfit == pytest.approx(0, abs=1e-6)


def test_power_law_weights_the_better_known_sizes():
    D = np.exp([0.0, 1.0, 2.0])
    rng = np.random.default_rng(4)
    logs = np.vstack([[0.0, -1.0, 0.0], np.array([0.0, -1.0, 0.0]) + rng.standard_normal((4000, 3)) * [0.01, 0.01, 1]])
    fit = power_law_in_D(D, np.exp(logs))
    assert fit.value == pytest.approx(-1, abs=1e-3)
    assert fit.misfit == pytest.approx(4, rel=0.1)  # the third point is off by two of its errors of one


def test_two_sizes_have_an_exponent_but_no_misfit():
    fit = power_law_in_D(np.array([10.0, 100.0]), np.array([[1.0, 0.1], [1.1, 0.11], [0.9, 0.1]]))
    assert fit.value == pytest.approx(-1)
    assert np.isnan(fit.misfit)


def test_power_law_of_nothing():
    with pytest.raises(ValueError, match="needs positive values"):
        power_law_in_D(np.array([10.0, 100.0]), np.array([[1.0, 0.0], [1.0, 0.1]]))
    with pytest.raises(ValueError, match="that differ"):
        power_law_in_D(np.array([10.0, 100.0]), np.full((5, 2), 0.1))
