"""Hermite feature maps: definition, orthonormality, order, scaling of the input."""

import itertools
import math
import os
import subprocess
import sys
from pathlib import Path

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from feature_cascade import sizes
from feature_cascade.features.hermite import ONE, ROWS, HermiteFeatures, fill_table, multi_indices
from feature_cascade.features.stream import FeatureStream
from feature_cascade.sampling.sources import GaussianSource
from feature_cascade.sizes import n_features

dimensions, degrees = st.integers(1, 5), st.integers(1, 4)


def gauss_hermite(d, nodes):
    """Points and weights of the product rule that integrates degree 2·nodes − 1 exactly under N(0, I_d)."""
    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    weights = weights / weights.sum()
    X = np.array(list(itertools.product(points, repeat=d)))
    return X, np.array([math.prod(w) for w in itertools.product(weights, repeat=d)])


@st.composite
def inputs(draw):
    d, q = draw(dimensions), draw(degrees)
    shape = (draw(st.integers(1, 4)), d)
    return draw(hnp.arrays(float, shape, elements=st.floats(-6, 6))), q


@given(inputs())
def test_transform_is_the_definition(case):
    X, q = case
    np.testing.assert_allclose(HermiteFeatures(X.shape[1], q).transform(X), naive.features(X, q), rtol=1e-11, atol=1e-9)


@given(inputs())
def test_one_feature_is_a_product_of_hermite_polynomials(case):
    X, q = case
    F = HermiteFeatures(X.shape[1], q).transform(X)
    for i, m in enumerate(naive.exponents(X.shape[1], q)):
        assert F[0, i] == pytest.approx(naive.feature(X[0], m), rel=1e-11, abs=1e-9)


@pytest.mark.parametrize(("d", "q"), [(1, 1), (1, 5), (2, 4), (3, 2), (3, 3), (4, 1), (4, 2)])
def test_orthonormal_under_the_gaussian_by_exact_quadrature(d, q):
    X, weights = gauss_hermite(d, q + 1)
    F = HermiteFeatures(d, q).transform(X)
    np.testing.assert_allclose((F * weights[:, None]).T @ F, np.eye(n_features(d, q)), atol=1e-11)
    np.testing.assert_allclose(weights @ F, 0.0, atol=1e-12)


def test_features_of_different_degrees_are_orthogonal():
    X, weights = gauss_hermite(3, 5)
    maps = [HermiteFeatures(3, q).transform(X) for q in (1, 2, 3, 4)]
    for F, G in itertools.combinations(maps, 2):
        np.testing.assert_allclose((F * weights[:, None]).T @ G, 0.0, atol=1e-11)


@pytest.mark.parametrize("q", [1, 2, 3])
def test_orthonormal_on_average_over_gaussian_samples(q):
    n = 20_000
    F = HermiteFeatures(4, q).transform(np.random.default_rng(q).standard_normal((n, 4)))
    products = F[:, :, None] * F[:, None, :]
    error = np.abs(products.mean(0) - np.eye(F.shape[1])) / (products.std(0) / math.sqrt(n))
    assert error.max() < 5.0


@given(dimensions, degrees)
def test_number_of_features_and_order_of_indices(d, q):
    indices = multi_indices(d, q)
    assert len(indices) == n_features(d, q) == math.comb(d + q - 1, q) == HermiteFeatures(d, q).D
    rows = [tuple(row) for row in indices]
    assert rows == sorted(set(rows))
    assert all(tuple(sorted(row)) == row for row in rows)
    assert [[row.count(a) for a in range(d)] for row in rows] == naive.exponents(d, q)


@pytest.mark.parametrize(("d", "q", "D"), [(120, 2, 7260), (140, 2, 9870), (400, 2, 80200), (12, 3, 364), (7, 1, 7)])
def test_number_of_features_of_the_paper(d, q, D):
    assert n_features(d, q) == D


@given(dimensions, degrees)
def test_groups_hold_every_feature_once(d, q):
    features = HermiteFeatures(d, q)
    groups = features.groups
    assert groups.factors.shape == (len(groups.first), q - 1)
    assert groups.count.sum() == features.D == len(set(groups.slots.tolist())) == len(groups.slots)
    assert groups.slots.max() < groups.size
    assert np.all(groups.offset % ROWS == 0)
    assert np.all(groups.first + groups.count <= features.table_rows)


def groups_by_loops(d, q):
    """The groups as lists: factors, first, count, offset, length of the padded order, slots."""
    factors, first, count, offset, size, place = [], [], [], [], 0, {}
    for power in range(1, q + 1):
        for others in itertools.combinations_with_replacement(range(d), q - power):
            start = others[-1] + 1 if others else 0
            if start < d:
                rows = [1 + (others.count(a) - 1) * d + a for a in sorted(set(others))]
                factors.append(rows + [ONE] * (q - 1 - len(rows)))
                first.append(1 + (power - 1) * d + start)
                count.append(d - start)
                offset.append(size)
                place |= {(*others, *[b] * power): size + b - start for b in range(start, d)}
                size += ROWS * math.ceil((d - start) / ROWS)
    slots = [place[index] for index in itertools.combinations_with_replacement(range(d), q)]
    return factors, first, count, offset, size, slots


@pytest.mark.parametrize(
    ("d", "q"),
    [(1, 1), (9, 1), (1, 2), (2, 2), (31, 2), (1, 3), (2, 3), (3, 3), (9, 3), (2, 4), (3, 4), (7, 4), (4, 5)],
)
def test_groups_equal_the_loops(d, q):
    groups, (factors, first, count, offset, size, slots) = HermiteFeatures(d, q).groups, groups_by_loops(d, q)
    np.testing.assert_array_equal(groups.factors, np.reshape(factors, (len(first), q - 1)))
    for found, expected in zip(
        (groups.first, groups.count, groups.offset, groups.slots), (first, count, offset, slots), strict=True
    ):
        np.testing.assert_array_equal(found, expected)
        assert found.dtype == np.int64
    assert groups.size == size and groups.factors.dtype == np.int64


@pytest.mark.parametrize("d", [784, 50_000])
def test_too_many_features_are_refused_before_any_array_is_made(d, monkeypatch):
    monkeypatch.setattr(sizes, "memory_limit", lambda: 2**30)
    features, D = HermiteFeatures(d, 3), n_features(d, 3)
    monkeypatch.setattr(np, "repeat", None)  # nothing is begun
    needed = (
        f"D = {D:,} features .d = {d}, q = 3. would take {40 * D / 2**30:,.1f} GiB of memory, and 1.0 GiB are there"
    )
    with pytest.raises(MemoryError, match=f"the index of {needed}"):
        _ = features.groups
    with pytest.raises(MemoryError, match="the index of D"):
        FeatureStream(features, GaussianSource(d, 0, "train"), 10)
    with pytest.raises(MemoryError, match=r"the features and the index of 2 samples of D"):
        features.transform(np.zeros((2, d)))


def test_results_that_cannot_fit_are_refused(monkeypatch):
    stream = FeatureStream(HermiteFeatures(30, 2), GaussianSource(30, 0, "train"), 10)
    monkeypatch.setattr(sizes, "memory_limit", lambda: 40_000)
    for call, what in (
        (lambda: stream.weighted_moment(np.ones(10), np.ones((465, 4))), "sums over 4 directions of D = 465"),
        (lambda: stream.weighted_sum(np.ones((10, 4))), "sums over 4 directions of D = 465"),
        (lambda: stream.project(np.ones((465, 30))), "30 directions of D = 465"),
        (lambda: stream.explicit(0), "one chunk of D = 465"),
    ):
        with pytest.raises(MemoryError, match=what):
            call()


def test_limit_of_memory_follows_that_of_the_process():
    limit = sizes.memory_limit()
    assert 2**28 < limit <= os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    code = "import resource as r, feature_cascade.sizes as s\n"
    code += "r.setrlimit(r.RLIMIT_AS, (2**28, 2**28))\nprint(s.memory_limit())"
    environment = os.environ | {"PYTHONPATH": str(Path(sizes.__file__).parents[1])}
    found = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert int(found.stdout) == 2**28


def test_table_holds_one_and_the_polynomials():
    x = np.random.default_rng(0).standard_normal((2, 5))
    table = np.empty((1 + 3 * 2, 5))
    fill_table(x, 3, False, table)
    np.testing.assert_array_equal(table[ONE], 1.0)
    for k, a, j in itertools.product((1, 2, 3), range(2), range(5)):
        expected = naive.hermite(k, x[a, j]) / math.sqrt(math.factorial(k))
        assert table[1 + (k - 1) * 2 + a, j] == pytest.approx(expected, rel=1e-12, abs=1e-14)


def test_degree_two_is_a_quadratic_form():
    rng = np.random.default_rng(0)
    d, features = 5, HermiteFeatures(5, 2)
    v, X = rng.standard_normal(features.D), rng.standard_normal((9, 5))
    V = naive.symmetric_matrix(v, d)
    np.testing.assert_allclose(
        features.transform(X) @ v, np.einsum("na,ab,nb->n", X, V, X) - np.trace(V), rtol=1e-12, atol=1e-12
    )
    assert v @ v == pytest.approx(2 * np.sum(V**2))


@pytest.mark.parametrize("q", [1, 2, 3])
def test_sphere_scaling_is_the_map_at_the_scaled_input(q):
    X = np.random.default_rng(1).standard_normal((20, 6))
    on_sphere = X * math.sqrt(6) / np.linalg.norm(X, axis=1, keepdims=True)
    F = HermiteFeatures(6, q, "sphere").transform(X)
    np.testing.assert_allclose(F, HermiteFeatures(6, q).transform(on_sphere), rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(F, naive.features(X, q, sphere=True), rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(F, HermiteFeatures(6, q, "sphere").transform(3.7 * X), rtol=1e-11, atol=1e-12)


def test_sphere_scaling_of_the_zero_vector_is_finite():
    F = HermiteFeatures(3, 2, "sphere").transform(np.zeros((1, 3)))
    np.testing.assert_allclose(F[0], naive.features(np.zeros((1, 3)), 2)[0], atol=1e-15)


@given(st.integers(1, 3), st.integers(2, 4), st.integers(0, 2**31))
def test_norm_of_the_features_is_invariant_under_rotation(q, d, seed):
    rng = np.random.default_rng(seed)
    rotation, _ = np.linalg.qr(rng.standard_normal((d, d)))
    X = rng.standard_normal((4, d))
    features = HermiteFeatures(d, q)
    F, G = features.transform(X), features.transform(X @ rotation)
    np.testing.assert_allclose(F @ F.T, G @ G.T, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("d", "q"), [(0, 2), (3, 0), (-1, 1)])
def test_rejects_dimension_or_degree_below_one(d, q):
    with pytest.raises(ValueError, match="d and q must be at least 1"):
        HermiteFeatures(d, q)


def test_rejects_unknown_input_scaling():
    with pytest.raises(ValueError, match=r"input_scaling.*'cube'"):
        HermiteFeatures(3, 2, "cube")
