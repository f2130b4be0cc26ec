"""The weak-noise limit: closed forms, quasi-Monte Carlo against them, and simulation where the limit must hold."""

import numpy as np
import pytest

from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.features.stream import FeatureStream
from feature_cascade.measurement.metrics import direction_cos2
from feature_cascade.model.links import get_link
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher
from feature_cascade.theory.quasi_random import gaussian_latent
from feature_cascade.theory.weak_noise import (
    WeakNoise,
    identity_nmse,
    readout_nmse,
    spike_strengths,
    weak_noise_thresholds,
)


def test_spikes_of_the_identity_are_sqrt_two_lambda():
    strengths = np.array([0.8, -0.6])
    h = gaussian_latent(2)
    y = (h**2 - 1) @ strengths / np.sqrt(2)
    np.testing.assert_allclose(spike_strengths(h, y), np.sqrt(2) * strengths, atol=0.01)
    exact = WeakNoise(strengths / np.sqrt(2), get_link("identity"), 500, 1)
    np.testing.assert_allclose(exact.thresholds, 500 / (2 * strengths**2))
    assert np.isinf(weak_noise_thresholds([0.0], 10)[0])


def test_readout_by_quasi_monte_carlo_equals_the_closed_form_for_the_identity():
    strengths = np.array([0.8, -0.5, np.sqrt(1 - 0.89)])
    cos2 = np.array([[0.0, 0.0, 0.0], [0.9, 0.0, 0.0], [0.9, 0.7, 0.3], [1.0, 1.0, 1.0]])
    points = gaussian_latent(6)
    h, noise = points[:, :3], points[:, 3:]
    y = (h**2 - 1) @ strengths / np.sqrt(2)
    found = readout_nmse(h, noise, y, np.sqrt(2) * strengths, cos2, 1)
    np.testing.assert_allclose(found, identity_nmse(strengths, cos2), atol=0.01)


def test_tanh_loses_all_then_nothing():
    theory = WeakNoise(np.array([0.6, 0.4]), np.tanh, 300, 5)
    error = theory.nmse(theory.cos2(np.array([1.0, 1e9])))
    assert error[0] == 1.0
    assert error[1] < 0.02


@pytest.mark.jit_only
@pytest.mark.parametrize("link", ["identity", "tanh"])
def test_simulation_far_above_the_thresholds(link):
    """Gaussian-equivalent data at D = 210, n up to 300 D: cos²θ_i and 1 − n_i/n agree to a few times the scatter."""
    teacher = Teacher.draw(TeacherSpec(20, features="gaussian", seed=3))
    theory = WeakNoise(teacher.amplitudes, get_link(link), teacher.spec.D, 1)
    for n in (20_000, 60_000):
        sample = teacher.sample("train", n, {"name": link})
        stream = FeatureStream(teacher.feature_map, sample.source, n)
        pairs = FirstLayer(tolerance=1e-3).fit(stream, sample.y, teacher.spec.d1)
        predicted = theory.cos2(np.array([n]))[0]
        np.testing.assert_allclose(direction_cos2(pairs.vectors, teacher.directions), predicted, atol=0.03)
