"""The growing moment matrix against the streaming one, its leading vectors, and the seeds near an onset."""

import naive
import numpy as np
import pytest

from feature_cascade.estimator.moment import MomentOperator
from feature_cascade.experiments.onset import (
    DENSE_UP_TO,
    FEATURES_AND_SCALING,
    Family,
    growing_moments,
    leading_vectors,
    near_onset,
)
from feature_cascade.features.hermite import HermiteFeatures
from feature_cascade.features.stream import FeatureStream
from feature_cascade.measurement.metrics import direction_cos2
from feature_cascade.model.labels import standardise
from feature_cascade.model.links import get_link
from feature_cascade.sampling.sources import CHUNK, GaussianSource
from feature_cascade.theory.kink import kink
from feature_cascade.theory.label_law import LabelLaw

TANH = {"name": "tanh"}


def family(features="gaussian", d=5, eps=0.5, kind="test"):
    return Family(kind, d, 2, 0.4, eps, features)


def symmetric(upper):
    return np.triu(upper) + np.triu(upper, 1).T


def stream_of(d, q, n, seed=0, scaling="none"):
    return FeatureStream(HermiteFeatures(d, q, scaling), GaussianSource(d, seed, "train"), n)


@pytest.mark.parametrize(("d", "q", "scaling"), [(6, 1, "none"), (4, 2, "none"), (4, 2, "sphere")])
def test_growing_moments_against_loops(d, q, scaling):
    sizes = [7, 20, 33]
    stream = stream_of(d, q, sizes[-1], scaling=scaling)
    y = np.random.default_rng(0).standard_normal(sizes[-1])
    F = naive.features(stream.source.rows(sizes[-1]).astype(float), q, sphere=scaling == "sphere")
    for n, upper in zip(sizes, growing_moments(stream, y, sizes), strict=True):
        t = (y[:n] - y[:n].mean()) / y[:n].std()
        np.testing.assert_allclose(symmetric(upper), naive.moment(F[:n], t), atol=1e-5)


def test_growing_moments_across_chunks():
    """A size on a border of two chunks, one between, and several chunks in one step."""
    sizes = [10, CHUNK, CHUNK + 5, 3 * CHUNK + 1]
    y = np.random.default_rng(1).standard_normal(sizes[-1]) ** 2
    for n, upper in zip(sizes, growing_moments(stream_of(3, 1, sizes[-1]), y, sizes), strict=True):
        expected = MomentOperator(stream_of(3, 1, n), standardise(y[:n])).dense()
        np.testing.assert_allclose(symmetric(upper), expected, atol=2e-6)


def test_labels_of_one_sign():
    y = np.random.default_rng(2).random(40) + 1
    (upper,) = growing_moments(stream_of(4, 1, 40), y, [40])
    np.testing.assert_allclose(symmetric(upper), MomentOperator(stream_of(4, 1, 40), standardise(y)).dense(), atol=2e-6)


@pytest.mark.parametrize("sizes", [[], [1, 5], [5, 5], [9, 4], [4, 31]])
def test_unusable_sizes(sizes):
    with pytest.raises(ValueError, match="sizes must ascend"):
        next(growing_moments(stream_of(3, 1, 30), np.arange(30.0), sizes))


@pytest.mark.parametrize("D", [DENSE_UP_TO, DENSE_UP_TO + 1, 200])
@pytest.mark.parametrize("k", [1, 4])
def test_leading_vectors_against_a_full_diagonalisation(D, k):
    rng = np.random.default_rng(3)
    A = rng.standard_normal((D, D))
    A = ((A + A.T) / np.sqrt(D)).astype(np.float32)
    values, vectors = np.linalg.eigh(A.astype(float))
    order = np.argsort(-np.abs(values))[:k]
    found = leading_vectors(np.asfortranarray(np.triu(A)), k, rng.standard_normal(D))
    assert found.shape == (D, k)
    np.testing.assert_allclose(found.T @ found, np.eye(k), atol=1e-5)
    np.testing.assert_allclose(np.abs(np.sum(found * vectors[:, order], axis=0)), 1, atol=1e-4)


@pytest.mark.parametrize("features", FEATURES_AND_SCALING)
def test_near_onset_against_full_diagonalisation(features):
    ratios, onset = [0.5, 1.0, 2.0], 31.3
    target = family(features)
    table = near_onset(target, TANH, onset, ratios, seeds=2)
    assert table.columns.tolist() == ["seed", "ratio", "n", "direction", "cos2", "own_cos2"]
    assert len(table) == 2 * 3 * 2  # d1 = ⌊√5⌋ = 2
    for (seed, ratio), rows in table.groupby(["seed", "ratio"]):
        teacher, n = target.teacher(seed), round(ratio * onset)
        stream = FeatureStream(target.feature_map(teacher), teacher.source("train"), n)
        y = teacher.labels(teacher.latent(teacher.source("train"), n), TANH)
        values, vectors = np.linalg.eigh(MomentOperator(stream, standardise(y)).dense())
        basis = vectors[:, np.argsort(-np.abs(values))[:2]]
        assert rows["n"].tolist() == [n, n] and rows["direction"].tolist() == [1, 2]
        np.testing.assert_allclose(rows["cos2"], direction_cos2(basis, teacher.directions), atol=1e-4)
        np.testing.assert_allclose(rows["own_cos2"], np.sum(basis * teacher.directions, axis=0) ** 2, atol=1e-4)


def test_one_vector_is_its_own_span():
    table = near_onset(family(eps=0.0), TANH, 20.0, [0.5, 1.0], seeds=3)
    np.testing.assert_allclose(table["cos2"], table["own_cos2"], rtol=1e-6)


@pytest.mark.jit_only
def test_a_ratio_does_not_depend_on_the_others_nor_a_seed_nor_on_threads():
    target = family(d=12)
    whole = near_onset(target, TANH, 300.0, [0.5, 1.0, 1.3], seeds=2)
    alone = near_onset(target, TANH, 300.0, [1.0], seeds=1, threads=2)
    first = whole[(whole["seed"] == 0) & (whole["ratio"] == 1.0)]
    np.testing.assert_allclose(first["cos2"], alone["cos2"], atol=1e-4)
    again = near_onset(target, TANH, 300.0, [0.5, 1.0, 1.3], seeds=2, threads=2)
    assert again.equals(whole)


def test_teachers_of_a_family():
    target = family()
    first, again, second = target.teacher(0), target.teacher(0), target.teacher(1)
    np.testing.assert_array_equal(first.directions, again.directions)
    assert not np.array_equal(first.directions, second.directions)
    assert (first.strengths > 0).all() and np.sum(first.strengths**2) == pytest.approx(1)
    seeds = {
        family(f, d, kind=k).teacher(0).spec.seed for f in FEATURES_AND_SCALING for d in (5, 6) for k in ("a", "b")
    }
    assert len(seeds) == 12


def test_what_the_estimator_sees():
    assert family("gaussian").feature_map(family("gaussian").teacher(0)) == HermiteFeatures(15, 1)
    assert family("hermite").feature_map(family("hermite").teacher(0)) == HermiteFeatures(5, 2)
    assert family("sphere").feature_map(family("sphere").teacher(0)) == HermiteFeatures(5, 2, "sphere")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"seeds": 0}, "at least one seed"),
        ({"ratios": []}, "ratios must give"),
        ({"ratios": [1.0, 0.5]}, "ratios must give"),
        ({"ratios": [1.0, 1.001]}, "ratios must give"),
        ({"onset": 1.0}, "at least 2"),
    ],
)
def test_unusable_arguments(changed, words):
    with pytest.raises(ValueError, match=words):
        near_onset(**{"family": family(), "link": TANH, "onset": 20.0, "ratios": [0.5, 1.0], "seeds": 1} | changed)


def test_unknown_features():
    with pytest.raises(ValueError, match="gaussian', 'hermite', 'sphere'"):
        family("fourier")


@pytest.mark.jit_only
def test_far_from_the_onset_the_prediction_holds():
    """Below it cos² is of order 1/D, well above it the measured mean lies on the curve; nothing is fitted."""
    target = family(d=24, eps=0.0)
    teacher = target.teacher(0)
    law = LabelLaw.population(teacher.amplitudes, get_link(**TANH))
    ratios = [0.1, 4.0, 8.0]
    predicted = kink(law, teacher.spec.D, ratios)
    table = near_onset(target, TANH, predicted.onset, ratios, seeds=40)
    cells = table.groupby("ratio")["cos2"]
    mean, sem = cells.mean().to_numpy(), cells.sem().to_numpy()
    assert predicted.cos2[0] == 0 and mean[0] < 10 / teacher.spec.D
    assert np.all(np.abs(mean[1:] - predicted.cos2[1:]) < 4 * sem[1:])
