"""The measured deviation of a teacher's moment operator: loops, nested samples, teachers with a gap on purpose."""

from dataclasses import replace

import naive
import numpy as np
import pytest

from feature_cascade.experiments.perturbation import compare, deviations, matching_ranks, with_gap
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher

IDENTITY = {"name": "identity"}


def teacher(**options):
    return Teacher.draw(TeacherSpec(**{"d": 9, "gamma": 0.5, "seed": 1, **options}))


def spikes_of(target):
    return np.sqrt(2) * target.strengths


@pytest.mark.parametrize("features", ["hermite", "gaussian"])
def test_deviations_equal_loops(features):
    target = teacher(d=6, features=features)
    spikes = spikes_of(target)
    X = target.source("train").rows(90)
    F = X if features == "gaussian" else naive.features(X, 2)
    sizes = [40, 90]
    for n, found in zip(sizes, deviations(target, spikes, IDENTITY, sizes), strict=True):
        y = naive.h2(naive.latent(F[:n], target.directions), target.strengths)
        moment = naive.moment(F[:n].astype(float), naive.standardise(y))
        delta = moment - sum(s * np.outer(u, u) for s, u in zip(spikes, target.directions.T, strict=True))
        assert found.n == n
        assert found.norm == pytest.approx(np.linalg.norm(delta, 2), rel=1e-4)
        np.testing.assert_allclose(found.shift, delta @ target.directions, atol=1e-4)
        _, basis = naive.leading_eigenpairs(moment, 2)
        np.testing.assert_allclose(found.space_error, 1 - naive.direction_cos2(basis, target.directions), atol=1e-3)
        values, vectors = np.linalg.eigh(moment)
        for k, (spike, u) in enumerate(zip(spikes, target.directions.T, strict=True)):
            same_sign = [s for s in spikes if s * spike > 0]
            rank = sorted(same_sign, key=abs, reverse=True).index(spike)
            v = vectors[:, np.argsort(-values * np.sign(spike))[rank]]
            assert found.vector_error[k] == pytest.approx(1 - (u @ v) ** 2, abs=1e-3)


def test_sizes_are_prefixes_of_one_sample():
    target = teacher()
    alone = next(deviations(target, spikes_of(target), IDENTITY, [300]))
    nested = list(deviations(target, spikes_of(target), IDENTITY, [100, 300, 2000]))
    np.testing.assert_array_equal(nested[1].shift, alone.shift)
    assert nested[0].norm > nested[2].norm


def test_threads_do_not_matter():
    target = teacher()
    one, two = (next(deviations(target, spikes_of(target), IDENTITY, [4000], threads)) for threads in (1, 2))
    np.testing.assert_array_equal(one.shift, two.shift)


def test_ranks_within_a_sign():
    np.testing.assert_array_equal(matching_ranks(np.array([0.5, -0.3, 0.9, -0.6]), 7), [5, 1, 6, 0])
    assert sorted(matching_ranks(np.array([0.5, 0.5]), 4)) == [2, 3]


def test_turning_within_the_span_is_an_error_of_the_vectors_alone():
    directions, spikes = np.eye(5)[:, :2], np.array([1.0, 0.9])
    angle = 0.3
    rotation = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = directions @ rotation
    found = compare((turned * spikes) @ turned.T, directions, spikes, n=1)
    np.testing.assert_allclose(found.vector_error, np.sin(angle) ** 2)
    np.testing.assert_allclose(found.space_error, 0.0, atol=1e-14)


def test_a_pair_with_a_gap():
    target = teacher(d=16)
    close = with_gap(target, 2, 0.01)
    first, second = close.strengths[1:3]
    assert abs(first) - abs(second) == pytest.approx(0.01)
    assert np.sign(first) == np.sign(second) == np.sign(target.strengths[1])
    assert np.sum(close.strengths**2) == pytest.approx(1.0)
    np.testing.assert_array_equal(close.strengths[[0, 3]], target.strengths[[0, 3]])
    assert close.directions is target.directions
    own = with_gap(target, 1, float(np.abs(target.strengths[0]) - np.abs(target.strengths[1])))
    np.testing.assert_allclose(np.abs(own.strengths), np.abs(target.strengths))
    assert with_gap(target, 1, 0.0).strengths[0] == with_gap(target, 1, 0.0).strengths[1]


def test_labels_follow_the_new_strengths():
    target = teacher()
    close = with_gap(target, 1, 0.1)
    h = np.array([[1.0, 2.0, 0.0], [0.5, 0.0, 1.0]])
    np.testing.assert_allclose(close.h2(h), naive.h2(h, close.strengths))


def test_bad_arguments():
    target = teacher()
    spikes = spikes_of(target)
    for sizes in ([], [20, 20]):
        with pytest.raises(ValueError, match="ascending"):
            next(deviations(target, spikes, IDENTITY, sizes))
    for wrong in (spikes[:2], spikes * [1.0, 0.0, 1.0]):
        with pytest.raises(ValueError, match="3 numbers other than 0"):
            next(deviations(target, wrong, IDENTITY, [20]))
    with pytest.raises(ValueError, match="orthonormal"):
        next(deviations(teacher(orthonormal=False), spikes, IDENTITY, [20]))
    for k in (0, 3):
        with pytest.raises(ValueError, match="must lie between 1 and 3"):
            with_gap(target, k, 0.1)
    for gap in (-0.1, 1.0):
        with pytest.raises(ValueError, match="gap must lie in"):
            with_gap(target, 1, gap)
    with pytest.raises(ValueError, match="'unit'"):
        with_gap(replace(target, spec=replace(target.spec, strength_scale="authors_code")), 1, 0.1)
