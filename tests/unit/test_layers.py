"""The three layers as functions: labels, first layer, second layer, readout."""

import math

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import RidgeCV

from feature_cascade.estimator.layers import (
    FORMED_UP_TO,
    READOUT_RIDGES,
    FirstLayer,
    HermiteReadout,
    ridge_regression,
    second_features,
    second_layer,
)
from feature_cascade.features.hermite import HermiteFeatures
from feature_cascade.features.stream import FeatureStream
from feature_cascade.measurement.metrics import direction_cos2
from feature_cascade.model.labels import CLIP_AT, standardise
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher
from feature_cascade.sampling.sources import ArraySource, GaussianSource


def labelled(d=6, q=2, n=400, scaling="none", seed=0):
    """A stream, its inputs, and labels with a heavy tail and a part of degree q."""
    source = GaussianSource(d, seed, "train")
    features = HermiteFeatures(d, q, scaling)
    X = source.rows(n).astype(float)
    F = naive.features(X, q, scaling == "sphere")
    y = F[:, 0] ** 2 - 1 + 0.7 * F[:, 1] + 2.0
    return FeatureStream(features, source, n), F, y


@given(st.integers(2, 50), st.floats(-100, 100), st.floats(0.01, 100), st.integers(0, 2**31))
def test_standardise(n, shift, scale, seed):
    y = np.random.default_rng(seed).standard_normal(n) * scale + shift
    t = standardise(y)
    np.testing.assert_allclose(t, naive.standardise(y), rtol=1e-6, atol=1e-8)
    assert t.mean() == pytest.approx(0.0, abs=1e-9) and t.std() == pytest.approx(1.0)


@pytest.mark.parametrize("value", [0.0, 1.0, -7.25, 1e8, 0.1])
@pytest.mark.parametrize("n", [1, 2, 1000])
def test_standardise_rejects_constant_labels(value, n):
    with pytest.raises(ValueError, match=f"y must not be constant: all {n} labels"):
        standardise(np.full(n, value))


def test_standardise_accepts_integers_and_small_scales():
    np.testing.assert_allclose(standardise(np.array([0, 2])), [-1.0, 1.0])
    np.testing.assert_allclose(standardise(np.array([1.0, 1.0 + 1e-6])), [-1.0, 1.0], atol=1e-9)


@pytest.mark.parametrize("unit", [1e-15, 1e-6, 1e6, 1e15])
def test_standardise_does_not_depend_on_the_unit_of_the_labels(unit):
    y = np.random.default_rng(0).standard_normal(30)
    np.testing.assert_allclose(standardise(unit * y), standardise(y), rtol=1e-9, atol=1e-12)


def test_default_targets_are_the_standardised_labels():
    stream, _, y = labelled()
    np.testing.assert_array_equal(FirstLayer().targets(stream, y), standardise(y))


@pytest.mark.parametrize(
    ("transform", "function"),
    [("tanh", math.tanh), ("clip", lambda u: min(max(u, -CLIP_AT), CLIP_AT))],
)
def test_label_transforms(transform, function):
    stream, _, y = labelled()
    t = FirstLayer(label_transform=transform).targets(stream, y)
    expected = naive.standardise([function(u) for u in naive.standardise(y)])
    np.testing.assert_allclose(t, expected, rtol=1e-9, atol=1e-12)
    assert np.abs(t).max() < np.abs(standardise(y)).max()
    assert t.mean() == pytest.approx(0.0, abs=1e-12) and t.std() == pytest.approx(1.0)


@pytest.mark.parametrize(("d", "q", "scaling"), [(6, 2, "none"), (5, 2, "sphere"), (4, 3, "none"), (8, 1, "none")])
def test_deflation_removes_exactly_the_part_of_degree_q(d, q, scaling):
    stream, F, y = labelled(d, q, scaling=scaling)
    t = FirstLayer(deflate=True).targets(stream, y)
    expected = naive.standardise(naive.deflate(F, naive.standardise(y)))
    np.testing.assert_allclose(t, expected, rtol=0, atol=2e-5)


def test_deflation_comes_after_the_label_transform():
    stream, F, y = labelled()
    t = FirstLayer(deflate=True, label_transform="tanh").targets(stream, y)
    transformed = naive.standardise(np.tanh(naive.standardise(y)))
    np.testing.assert_allclose(t, naive.standardise(naive.deflate(F, transformed)), rtol=0, atol=2e-5)


def test_deflation_takes_out_what_a_linear_target_has():
    """y = ⟨v, F⟩ + h² − 1: after deflation the labels no longer correlate with ⟨v, F⟩, and keep h²."""
    n, d = 20_000, 5
    source = GaussianSource(d, 1, "train")
    X = source.rows(n).astype(float)
    y = 2.0 * X[:, 1] + X[:, 0] ** 2 - 1
    stream = FeatureStream(HermiteFeatures(d, 1), source, n)
    plain, deflated = (FirstLayer(deflate=on).targets(stream, y) for on in (False, True))
    assert abs(np.mean(plain * X[:, 1])) > 0.5
    assert abs(np.mean(deflated * X[:, 1])) < 0.03
    assert np.corrcoef(deflated, X[:, 0] ** 2)[0, 1] > 0.99


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
@pytest.mark.parametrize(("d", "q", "k"), [(6, 2, 3), (4, 3, 2), (10, 1, 10)])
def test_first_layer_finds_the_eigenpairs_of_the_loops(method, d, q, k):
    stream, F, y = labelled(d, q)
    values, vectors = naive.leading_eigenpairs(naive.moment(F, naive.standardise(y)), k)
    pairs = FirstLayer(method=method, tolerance=1e-5).fit(stream, y, k)
    assert pairs.converged
    np.testing.assert_allclose(pairs.values, values, atol=2e-5 * abs(values[0]))
    assert direction_cos2(pairs.vectors, vectors[:, :1])[0] > 1 - 1e-6
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(k), atol=1e-9)


def test_first_layer_picks_the_cheaper_method():
    small, _, y = labelled(6, 2, 50)
    assert small.features.D <= FORMED_UP_TO
    np.testing.assert_array_equal(FirstLayer().fit(small, y, 2).residuals, 0.0)
    large, _, y = labelled(12, 3, 50)
    assert large.features.D > FORMED_UP_TO
    assert np.all(FirstLayer().fit(large, y, 2).residuals > 0)


def test_first_layer_random_start():
    stream, _, y = labelled()
    layer = FirstLayer(method="matrix_free", tolerance=1e-3)
    a, b, c = layer.fit(stream, y, 2), layer.fit(stream, y, 2), layer.fit(stream, y, 2, seed=1)
    np.testing.assert_array_equal(a.vectors, b.vectors)
    assert not np.array_equal(a.vectors, c.vectors)
    seen = []
    layer.fit(stream, y, 2, report=lambda *args: seen.append(args))
    assert len(seen) == a.passes


def test_first_layer_stops_at_its_last_pass():
    stream, _, y = labelled()
    pairs = FirstLayer(method="matrix_free", tolerance=1e-12, max_passes=2).fit(stream, y, 2)
    assert pairs.passes == 2 and not pairs.converged


@pytest.mark.parametrize("k", [0, 22])
def test_first_layer_rejects_more_directions_than_features(k):
    stream, _, y = labelled(6, 2, 30)
    with pytest.raises(ValueError, match=f"number of directions must lie between 1 and D = 21, got {k}"):
        FirstLayer().fit(stream, y, k)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"label_transform": "log"}, "label_transform must be one of .*'log'"),
        ({"method": "guess"}, "method must be one of .*'guess'"),
        ({"tolerance": 0.0}, "tolerance must be positive, got 0"),
        ({"tolerance": float("nan")}, "tolerance must be positive, got nan"),
        ({"max_passes": 0}, "max_passes must be at least 1, got 0"),
    ],
)
def test_first_layer_rejects_values_outside_their_range(options, message):
    with pytest.raises(ValueError, match=message):
        FirstLayer(**options)


@given(st.integers(2, 30), st.integers(1, 4), st.integers(0, 2**31))
def test_second_layer_equals_the_loops(n, d1, seed):
    rng = np.random.default_rng(seed)
    learned, y = rng.standard_normal((n, d1)), rng.standard_normal(n)
    weights = second_layer(learned, standardise(y))
    np.testing.assert_allclose(weights, naive.second_layer(learned, y), rtol=1e-9, atol=1e-10)
    np.testing.assert_allclose(weights, weights.T, atol=1e-12)
    np.testing.assert_allclose(
        second_features(learned, weights), naive.second_features(learned, weights), rtol=1e-9, atol=1e-9
    )


def test_upper_layers_recover_the_target_from_the_true_features():
    """With ĥ = h the second layer tends to √2 λ_i on the diagonal, and ĥ2 to 2 h2, for the identity link."""
    teacher = Teacher.draw(TeacherSpec(64, 1, 0.4))
    n = 60_000
    h = teacher.latent(teacher.source("train"), n)
    y = teacher.labels(h, {"name": "identity"})
    weights = second_layer(h, y)
    np.testing.assert_allclose(weights, np.diag(math.sqrt(2) * teacher.strengths), atol=0.06)
    feature = second_features(h, weights)
    assert np.corrcoef(feature, y)[0, 1] > 0.99
    assert feature.mean() == pytest.approx(0.0, abs=0.06)


def test_upper_layers_do_not_depend_on_the_basis_of_the_span():
    rng = np.random.default_rng(0)
    learned, y = rng.standard_normal((50, 3)), rng.standard_normal(50)
    rotation, _ = np.linalg.qr(rng.standard_normal((3, 3)))
    a = second_features(learned, second_layer(learned, y))
    b = second_features(learned @ rotation, second_layer(learned @ rotation, y))
    np.testing.assert_allclose(a, b, atol=1e-12)


def test_affine_readout_is_least_squares_without_noise():
    """The ridge of a noiseless affine relation goes to its smallest value: ordinary least squares."""
    u = np.random.default_rng(0).standard_normal(300) * 4 + 2
    readout = HermiteReadout(degree=1).fit(u, 3.0 * u - 5.0)
    new = np.array([-50.0, 0.0, 80.0])  # an affine map extrapolates
    np.testing.assert_allclose(readout.predict(new), 3.0 * new - 5.0, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(("noise", "p"), [(0.1, 1), (1.0, 3), (30.0, 5)])
def test_readout_is_ridge_regression_with_the_best_leave_one_out_error(noise, p):
    rng = np.random.default_rng(1)
    X = rng.standard_normal((60, p)) * 3 - 1
    y = X @ rng.standard_normal(p) + noise * rng.standard_normal(60)
    coefficients, intercept = ridge_regression(X, y)
    expected = RidgeCV(alphas=READOUT_RIDGES).fit(X, y)
    np.testing.assert_allclose(coefficients, expected.coef_, rtol=1e-9)
    np.testing.assert_allclose(intercept, expected.intercept_, rtol=1e-9)


@pytest.mark.parametrize("degree", [2, 3, 5])
def test_readout_contains_the_polynomials_of_its_degree(degree):
    u = np.clip(np.random.default_rng(2).standard_normal(500), -2, 2) + 1  # nothing beyond the central 99 %
    y = (u - 0.5) ** degree
    readout = HermiteReadout(degree).fit(u, y)
    np.testing.assert_allclose(readout.predict(u), y, atol=1e-5 * np.abs(y).max())


def test_readout_learns_tanh():
    rng = np.random.default_rng(3)
    u = rng.standard_normal(4000)
    y = np.tanh(u) + 0.05 * rng.standard_normal(4000)
    assert np.mean((HermiteReadout(5).fit(u, y).predict(u) - np.tanh(u)) ** 2) < 2e-3


def test_readout_holds_its_ends_outside_the_range_it_saw():
    u = np.random.default_rng(4).uniform(-2, 2, 200)
    readout = HermiteReadout(3).fit(u, np.tanh(u))
    far = readout.predict(np.array([-1e6, 1e6]))
    np.testing.assert_allclose(far, readout.predict(np.quantile(u, [0.005, 0.995])))


def test_readout_is_not_decided_by_a_few_large_samples():
    """Heavy-tailed ĥ2 with a bounded label: one sample far out must not spoil the fit of the others."""
    rng = np.random.default_rng(5)
    u, fresh = rng.standard_t(2, (2, 3000))
    spoilt = np.append(u, 500.0)
    errors = [
        np.mean((HermiteReadout(5).fit(sample, np.tanh(sample)).predict(fresh) - np.tanh(fresh)) ** 2)
        for sample in (u, spoilt)
    ]
    assert errors[1] < 1.1 * errors[0] < 0.3 * np.var(np.tanh(fresh))


def test_readout_of_a_constant_feature_is_the_mean():
    y = np.random.default_rng(5).standard_normal(40)
    for degree in (1, 3):
        readout = HermiteReadout(degree).fit(np.full(40, 2.5), y)
        np.testing.assert_allclose(readout.predict(np.array([2.5, 2.5])), y.mean(), atol=1e-9)


def test_readout_of_noise_is_close_to_the_mean():
    rng = np.random.default_rng(6)
    u, y = rng.standard_normal((2, 2000))
    assert np.var(HermiteReadout(3).fit(u, y).predict(u)) < 0.01


def test_deflation_of_an_array_source_ignores_the_rows_that_fill_it_up():
    X = np.random.default_rng(7).standard_normal((70, 4))
    y = X[:, 0] ** 2 + X[:, 1] * X[:, 2]
    t = FirstLayer(deflate=True).targets(FeatureStream(HermiteFeatures(4, 2), ArraySource(X), 70), y)
    F = naive.features(X, 2)
    np.testing.assert_allclose(t, naive.standardise(naive.deflate(F, naive.standardise(y))), atol=2e-5)
