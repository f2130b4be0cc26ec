"""What is measured of a fit, against loops and in limits with a known value."""

import math

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feature_cascade.measurement.metrics import angular_error, direction_cos2, feature_overlap, nmse, weight_overlap

seeds = st.integers(0, 2**31)


def orthonormal(D, k, seed):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((D, k)))[0]


@given(st.integers(2, 40), seeds)
def test_nmse_equals_the_loops(n, seed):
    y, prediction = np.random.default_rng(seed).standard_normal((2, n))
    assert nmse(y, prediction) == pytest.approx(naive.nmse(y, prediction), rel=1e-10)


def test_nmse_in_its_limits():
    y = np.random.default_rng(0).standard_normal(200) + 3.0
    assert nmse(y, y) == 0.0
    assert nmse(y, np.full(200, y.mean())) == pytest.approx(1.0)
    assert nmse(10 * y - 5, 10 * (y + 0.1) - 5) == pytest.approx(nmse(y, y + 0.1))
    assert isinstance(nmse(y, y), float)


@given(st.integers(4, 12), st.integers(1, 4), st.integers(1, 4), seeds)
def test_cos2_equals_the_loops(D, k, d1, seed):
    basis, directions = orthonormal(D, k, seed), np.random.default_rng(seed + 1).standard_normal((D, d1))
    cos2 = direction_cos2(basis, directions)
    np.testing.assert_allclose(cos2, naive.direction_cos2(basis, directions), rtol=1e-10, atol=1e-12)
    assert weight_overlap(basis, directions) == pytest.approx(cos2.mean())
    assert np.all((cos2 >= 0) & (cos2 <= 1))
    np.testing.assert_allclose(direction_cos2(basis, directions * -3.0), cos2, rtol=1e-10)
    np.testing.assert_allclose(direction_cos2(basis @ orthonormal(k, k, seed + 2), directions), cos2, atol=1e-10)
    np.testing.assert_allclose(angular_error(cos2), naive.angular_error(cos2), atol=1e-14)


def test_cos2_is_of_each_teacher_direction_in_its_order():
    """Not a sorted principal angle: a basis that holds direction 2 alone gives 0, 1, 0."""
    directions = np.eye(6)[:, :3]
    np.testing.assert_array_equal(direction_cos2(np.eye(6)[:, 1:2], directions), [0.0, 1.0, 0.0])
    tilted = np.eye(6)[:, [3]] * math.sin(0.3) + np.eye(6)[:, [0]] * math.cos(0.3)
    np.testing.assert_allclose(direction_cos2(tilted, directions), [math.cos(0.3) ** 2, 0, 0], atol=1e-15)
    assert angular_error(direction_cos2(tilted, directions))[0] == pytest.approx(1 - math.cos(0.3))


def test_cos2_never_exceeds_one():
    basis = orthonormal(12, 4, 0) * (1 + 1e-12)
    cos2 = direction_cos2(basis, basis)
    assert cos2.max() <= 1.0
    np.testing.assert_array_equal(angular_error(np.array([0.0, 1.0])), [1.0, 0.0])
    assert np.all(angular_error(cos2) >= 0)


@given(st.integers(1, 4), st.integers(1, 4), seeds)
def test_feature_overlap_equals_the_loops(d1, k, seed):
    true, learned = (np.random.default_rng(seed + i).standard_normal((20, m)) for i, m in enumerate((d1, k)))
    q_h = feature_overlap(true, learned)
    assert q_h == pytest.approx(naive.feature_overlap(true, learned), rel=1e-9)
    assert 0 <= q_h <= min(1, k / d1) + 1e-12


@given(seeds)
def test_feature_overlap_depends_on_the_spans_alone(seed):
    rng = np.random.default_rng(seed)
    true, learned = rng.standard_normal((30, 3)), rng.standard_normal((30, 3))
    mix = orthonormal(3, 3, seed) * [1.0, 2.0, 0.5]
    assert feature_overlap(true @ mix, learned) == pytest.approx(feature_overlap(true, learned), rel=1e-9)
    assert feature_overlap(true, learned @ mix) == pytest.approx(feature_overlap(true, learned), rel=1e-9)
    assert feature_overlap(true, true @ mix) == pytest.approx(1.0)


def test_feature_overlap_in_its_limits():
    columns = orthonormal(30, 6, 0)
    assert feature_overlap(columns[:, :3], columns[:, 3:]) == pytest.approx(0.0, abs=1e-12)
    assert feature_overlap(columns[:, :3], columns[:, [0, 4, 5]]) == pytest.approx(1 / 3)
    assert feature_overlap(columns[:, :2], columns[:, :4]) == pytest.approx(1.0)


def test_feature_and_weight_overlap_agree_on_many_gaussian_points():
    """Features of independent Gaussian inputs: q_h tends to the weight-space overlap, up to k/n + O(n^(−1/2))."""
    rng = np.random.default_rng(0)
    directions, basis = orthonormal(10, 3, 1), orthonormal(10, 3, 2)
    x = rng.standard_normal((20_000, 10))
    assert feature_overlap(x @ directions, x @ basis) == pytest.approx(weight_overlap(basis, directions), abs=0.02)
