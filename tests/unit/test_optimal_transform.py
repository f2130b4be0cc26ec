"""The best label transform: the closed form for one direction, and bounds for several."""

import numpy as np
import pytest
from scipy.special import ndtr

from feature_cascade.model.labels import ranks
from feature_cascade.theory.label_law import LabelLaw
from feature_cascade.theory.optimal_transform import (
    bin_edges,
    by_rank,
    mean_onset,
    optimal_transform,
    quantile_law,
    relabelled,
    single_onset,
    single_transform,
)


def identity(h2):
    return h2


@pytest.fixture(scope="module")
def law():
    """Three directions of both signs."""
    return quantile_law(np.array([0.5, -0.4, 0.3]), identity, bins=8, power=14)


def test_quantile_law(law):
    edges = np.concatenate([[0], ndtr(np.linspace(-3, 3, 7)), [1]])
    np.testing.assert_allclose(law.weights, np.diff(edges), atol=1e-4)
    assert np.all(np.diff(law.T) > 0)
    assert law.weights @ law.T == pytest.approx(0.0, abs=1e-9)
    np.testing.assert_allclose(law.weights @ law.latent2, 1.0, atol=1e-3)


def test_onset_with_the_closed_form_is_the_closed_form(law):
    for i in range(3):
        assert mean_onset(relabelled(law, single_transform(law, i)), [i]) == pytest.approx(single_onset(law, i))


@pytest.mark.parametrize("i", [0, 1])
def test_numerical_optimum_of_one_direction_approaches_the_closed_form(law, i):
    """T* = 1 − 1/E[h_i²|y] with the onset 1/E[(E[h_i²|y] − 1)²], found from the labels themselves.

    The sign of T is free: a direction of negative strength may have its outlier on either side.
    """
    T = optimal_transform(law, [i], centred=False)
    assert mean_onset(relabelled(law, T), [i]) == pytest.approx(single_onset(law, i), rel=2e-3)
    wanted = single_transform(law, i)
    wanted = wanted / np.sqrt(law.weights @ wanted**2)
    sign = np.sign(law.weights @ (T * wanted))
    likely = law.weights > 0.02  # rare labels hardly matter
    np.testing.assert_allclose(sign * T[likely], wanted[likely], atol=0.15)


def test_two_labels():
    """With two labels there is one centred transform up to its scale, which does not matter."""
    two = LabelLaw(np.array([-1.0, 1.0]), np.array([0.5, 0.5]), np.array([[0.6], [1.4]]))
    onsets = [mean_onset(relabelled(two, scale * np.array([-1.0, 1.0]))) for scale in (0.1, 1.0, 7.0)]
    np.testing.assert_allclose(onsets, onsets[0], rtol=1e-6)
    np.testing.assert_allclose(optimal_transform(two), [-1.0, 1.0], atol=1e-6)


def test_optimum_of_all_directions(law):
    """Centred, of unit variance, better than the simple transforms, and no better than each direction's own best."""
    T = optimal_transform(law)
    assert law.weights @ T == pytest.approx(0.0, abs=1e-9)
    assert law.weights @ T**2 == pytest.approx(1.0)
    best = mean_onset(relabelled(law, T))
    for simple in (law.T, np.tanh(law.T), np.clip(law.T, -2, 2)):
        centred = simple - law.weights @ simple
        assert best < mean_onset(relabelled(law, centred))
    assert best > np.exp(np.mean([np.log(single_onset(law, i)) for i in range(3)]))


def test_optimum_does_not_depend_on_a_monotone_link(law):
    other = quantile_law(np.array([0.5, -0.4, 0.3]), np.tanh, bins=8, power=14)
    np.testing.assert_allclose(other.latent2, law.latent2)


def test_by_rank():
    T = np.array([-5.0, 0.0, 1.0, 2.0])
    y = np.random.default_rng(0).standard_normal(5000)
    found = by_rank(T, ranks)(np.exp(y))
    edges = np.quantile(y, bin_edges(4))
    expected = T[np.searchsorted(edges, y)]
    assert np.mean(found != expected) < 1e-3
    np.testing.assert_allclose([np.mean(found == value) for value in T], np.diff([0, *bin_edges(4), 1]), atol=1e-3)
