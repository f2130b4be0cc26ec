"""The moment operator: matrix-free against dense and against loops, threads, ragged sizes."""

import naive
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feature_cascade.estimator.moment import PANEL, MomentOperator
from feature_cascade.features.hermite import HermiteFeatures
from feature_cascade.features.stream import SUM_LANES, FeatureStream
from feature_cascade.sampling.sources import BLOCK, CHUNK, ArraySource, GaussianSource

SINGLE = 1e-5  # relative error of float32 sums

# d, q, n, k, input_scaling: ragged n, n < BLOCK, odd k, k = 1, D not a multiple of 16 (and one that is)
CASES = [
    (5, 1, 100, 1, "none"),
    (12, 1, CHUNK + 1, 3, "sphere"),
    (1, 2, 37, 1, "none"),
    (6, 2, BLOCK - 1, 2, "none"),
    (12, 2, BLOCK + 5, 5, "none"),
    (12, 2, 200, 4, "sphere"),
    (4, 2, CHUNK, 3, "none"),
    (4, 2, 2 * CHUNK + BLOCK + 17, 1, "sphere"),
    (31, 1, 50, 7, "none"),
    (16, 1, 2 * BLOCK, 6, "none"),
    (4, 3, CHUNK + BLOCK, 3, "none"),
    (5, 3, 300, 1, "sphere"),
    (7, 3, 120, 8, "none"),
    (3, 4, 90, 2, "none"),
    (3, 2, 1, 2, "none"),
]


def setting(d, q, n, k, scaling="none", threads=1, seed=0):
    rng = np.random.default_rng(seed)
    X, t, V = rng.standard_normal((n, d)).astype(np.float32), rng.standard_normal(n), None
    features = HermiteFeatures(d, q, scaling)
    V = rng.standard_normal((features.D, k))
    return FeatureStream(features, ArraySource(X), n, threads), X, t, V


def relative(a, b):
    return np.linalg.norm(a - b) / np.linalg.norm(b)


@pytest.mark.parametrize(("d", "q", "n", "k", "scaling"), CASES)
def test_apply_and_dense_equal_the_loops(d, q, n, k, scaling):
    stream, X, t, V = setting(d, q, n, k, scaling)
    C = naive.moment(naive.features(X, q, scaling == "sphere"), t)
    operator = MomentOperator(stream, t)
    image, dense = operator.apply(V), operator.dense()
    assert image.shape == V.shape and image.dtype == np.float64
    assert operator.D == stream.features.D == dense.shape[0]
    assert relative(dense, C) < SINGLE
    assert relative(image, C @ V) < SINGLE
    assert relative(image, dense @ V) < SINGLE
    np.testing.assert_allclose(image, C @ V, rtol=0, atol=SINGLE * np.abs(C @ V).max())


@pytest.mark.parametrize(("d", "q", "n", "k", "scaling"), CASES)
def test_project_and_weighted_sum_equal_the_loops(d, q, n, k, scaling):
    stream, X, t, V = setting(d, q, n, k, scaling)
    F = naive.features(X, q, scaling == "sphere")
    values, weights = stream.project(V), np.random.default_rng(1).standard_normal((n, k))
    assert values.shape == (n, k) and values.dtype == np.float32
    assert relative(values, naive.latent(F, V)) < SINGLE
    sums = stream.weighted_sum(weights)
    assert sums.shape == V.shape and sums.dtype == np.float64
    assert relative(sums, F.T @ weights) < SINGLE
    assert relative(stream.weighted_moment(t, V), F.T @ (t[:, None] * (F @ V))) < SINGLE


def test_explicit_features_of_a_chunk():
    stream, X, _, _ = setting(3, 3, CHUNK + 20, 1)
    F = naive.features(X, 3)
    assert stream.explicit(1).shape == (stream.features.D, CHUNK)
    np.testing.assert_allclose(stream.explicit(0), F[:CHUNK].T, rtol=1e-5, atol=1e-4)
    np.testing.assert_allclose(stream.explicit(1)[:, :20], F[CHUNK:].T, rtol=1e-5, atol=1e-4)


def test_quadratic_form_of_the_operator():
    """At q = 2 the operator acts on symmetric matrices: Ĉ[V] = (1/2n) Σ t s (xx^T − I) − t̄ V."""
    stream, X, t, V = setting(6, 2, 500, 1)
    image = naive.symmetric_matrix(MomentOperator(stream, t).apply(V)[:, 0], 6)
    expected = naive.moment_quadratic(X.astype(float), t, naive.symmetric_matrix(V[:, 0], 6))
    assert relative(image, expected) < SINGLE


def test_dense_over_several_panels():
    stream, X, t, V = setting(10, 4, 60, 3, threads=2)
    assert stream.features.D > PANEL
    F = stream.features.transform(X)
    C = (F * t[:, None]).T @ F / 60 - t.mean() * np.eye(F.shape[1])
    operator = MomentOperator(stream, t)
    dense = operator.dense()
    assert relative(dense, C) < SINGLE
    np.testing.assert_array_equal(dense, dense.T)
    assert relative(operator.apply(V), C @ V) < SINGLE


@pytest.mark.jit_only
@pytest.mark.parametrize(("d", "q", "scaling"), [(3, 2, "none"), (4, 1, "sphere"), (3, 3, "none")])
def test_bits_do_not_depend_on_the_threads(d, q, scaling):
    n = (SUM_LANES + 2) * CHUNK + 100  # more chunks than lanes: some lanes sum two
    rng = np.random.default_rng(0)
    t, source, features = rng.standard_normal(n), GaussianSource(d, 0, "train"), HermiteFeatures(d, q, scaling)
    V, W = rng.standard_normal((features.D, 3)), rng.standard_normal((n, 2))
    results = []
    for threads in (1, 2, 3):
        stream = FeatureStream(features, source, n, threads)
        operator = MomentOperator(stream, t)
        results.append((operator.apply(V), stream.project(V), stream.weighted_sum(W), operator.dense()))
    for other in results[1:]:
        for a, b in zip(results[0], other, strict=True):
            np.testing.assert_array_equal(a, b)


@pytest.mark.jit_only
def test_bits_of_the_dense_form_over_panels_do_not_depend_on_the_threads():
    matrices = []
    for threads in (1, 2, 3):
        stream, _, t, _ = setting(10, 4, 40, 1, threads=threads)
        matrices.append(MomentOperator(stream, t).dense())
    np.testing.assert_array_equal(matrices[0], matrices[1])
    np.testing.assert_array_equal(matrices[0], matrices[2])


def test_gaussian_and_array_source_of_the_same_rows_give_the_same_bits():
    n, features = CHUNK + 130, HermiteFeatures(5, 2)
    gaussian = GaussianSource(5, 4, "train")
    t, V = gaussian.rows(n)[:, 0].astype(float), np.random.default_rng(0).standard_normal((features.D, 3))
    streams = [FeatureStream(features, source, n) for source in (gaussian, ArraySource(gaussian.rows(n)))]
    a, b = (MomentOperator(stream, t) for stream in streams)
    np.testing.assert_array_equal(a.apply(V), b.apply(V))
    np.testing.assert_array_equal(a.dense(), b.dense())
    np.testing.assert_array_equal(streams[0].project(V), streams[1].project(V))
    np.testing.assert_array_equal(streams[0].weighted_sum(t[:, None]), streams[1].weighted_sum(t[:, None]))


def test_projections_of_a_prefix_are_a_prefix():
    features, source = HermiteFeatures(4, 2), GaussianSource(4, 0, "train")
    V = np.random.default_rng(0).standard_normal((features.D, 2))
    large = FeatureStream(features, source, 2 * CHUNK + 5).project(V)
    for n in (1, BLOCK, CHUNK + 1):
        np.testing.assert_array_equal(FeatureStream(features, source, n).project(V), large[:n])


@settings(max_examples=15)
@given(st.integers(1, 6), st.integers(1, 3), st.integers(1, 80), st.integers(1, 5), st.integers(0, 2**31))
def test_operator_is_linear_and_symmetric(d, q, n, k, seed):
    stream, _, t, V = setting(d, q, n, k, seed=seed)
    operator = MomentOperator(stream, t)
    W = np.random.default_rng(seed + 1).standard_normal(V.shape)
    image_V, image_W = operator.apply(V), operator.apply(W)
    scale = np.linalg.norm(operator.dense()) * (np.linalg.norm(V) + np.linalg.norm(W)) + 1e-6
    np.testing.assert_allclose(operator.apply(2.0 * V - W), 2.0 * image_V - image_W, rtol=0, atol=5e-5 * scale)
    np.testing.assert_allclose(W.T @ image_V, image_W.T @ V, rtol=0, atol=5e-5 * scale * np.linalg.norm(W))


def test_columns_are_independent_of_their_neighbours():
    stream, _, t, V = setting(5, 2, 300, 5)
    operator = MomentOperator(stream, t)
    together = operator.apply(V)
    for j in range(5):
        assert relative(operator.apply(V[:, j : j + 1])[:, 0], together[:, j]) < SINGLE


def test_passes_are_counted():
    stream, _, t, V = setting(3, 2, 50, 2)
    operator = MomentOperator(stream, t)
    assert operator.passes == 0
    operator.apply(V)
    operator.apply(V)
    operator.dense()
    assert operator.passes == 3


def test_arguments_are_not_changed():
    stream, X, t, V = setting(4, 2, 100, 3)
    copies = X.copy(), t.copy(), V.copy()
    operator = MomentOperator(stream, t)
    operator.apply(V)
    operator.dense()
    stream.weighted_sum(t[:, None])
    for a, b in zip((X, t, V), copies, strict=True):
        np.testing.assert_array_equal(a, b)


def test_population_limit_has_the_spike():
    """For y = h² at q = 1 the moment tends to E t (xx^T − I) = √2 vv^T: Monte Carlo within its standard error."""
    n, d = 20_000, 4
    rows = GaussianSource(d, 0, "train").rows(n).astype(float)
    t = (rows[:, 0] ** 2 - 1) / np.sqrt(2)
    C = MomentOperator(FeatureStream(HermiteFeatures(d, 1), GaussianSource(d, 0, "train"), n), t).dense()
    expected = np.zeros((d, d))
    expected[0, 0] = np.sqrt(2)
    assert np.abs(C - expected).max() < 5 * np.sqrt(30 / n)  # E [t (x² − 1)]² = E (x² − 1)⁴/2 = 30


@pytest.mark.parametrize("n", [0, -3])
def test_rejects_an_empty_sample(n):
    with pytest.raises(ValueError, match=r"at least one sample.*n="):
        FeatureStream(HermiteFeatures(3, 2), GaussianSource(3, 0, "train"), n)


def test_rejects_samples_of_another_dimension():
    with pytest.raises(ValueError, match=r"dimension 4 .* dimension 3"):
        FeatureStream(HermiteFeatures(3, 2), GaussianSource(4, 0, "train"), 10)


@pytest.mark.parametrize("shape", [(9,), (10, 1), (11,)])
def test_rejects_labels_of_another_length(shape):
    stream = FeatureStream(HermiteFeatures(3, 2), GaussianSource(3, 0, "train"), 10)
    with pytest.raises(ValueError, match="t must have one label per sample"):
        MomentOperator(stream, np.ones(shape))
