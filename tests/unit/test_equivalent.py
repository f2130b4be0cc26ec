"""Label laws of a teacher's Gaussian equivalent, and the predictions made from them."""

import numpy as np
import pytest

from feature_cascade.estimator.presets import first_layer_options
from feature_cascade.model.labels import standardise
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher, draw_strengths
from feature_cascade.predictions.label_laws import identity_curve, label_laws
from feature_cascade.predictions.teacher import teacher_prediction
from feature_cascade.theory.deterministic import DeterministicEquivalent
from feature_cascade.theory.prediction import PRECISION, first_half

IDENTITY, TANH = {"name": "identity"}, {"name": "tanh"}
SPEC = TeacherSpec(20, seed=1)


def prediction(spec=SPEC, link=TANH, n_max=1e5):
    setting = {"link": link, "noise": 0.0, "readout_degree": 3}
    return teacher_prediction(Teacher.draw(spec), setting, n_max)


def test_bounded_labels_have_one_law_for_all_n():
    laws = label_laws(Teacher.draw(TeacherSpec(16)), TANH, 1e6)
    assert laws(100) is laws(1e6)
    assert laws(100).weights @ laws(100).T == pytest.approx(0, abs=1e-9)


def test_unbounded_labels_reach_further_with_n():
    laws = label_laws(Teacher.draw(TeacherSpec(16)), IDENTITY, 1e4)
    assert np.abs(laws(1e4).T).max() > np.abs(laws(200).T).max()
    assert laws(1e4).weights @ laws(1e4).T ** 2 == pytest.approx(1, rel=1e-2)  # bins hold means


def test_a_bounding_transform_makes_one_law():
    laws = label_laws(Teacher.draw(TeacherSpec(16)), IDENTITY, 1e6, first_layer_options(label_transform="clip"))
    assert laws(100) is laws(1e6)


def test_gaussian_features_have_the_law_of_their_own_labels():
    teacher = Teacher.draw(TeacherSpec(8, features="gaussian"))
    law = label_laws(teacher, IDENTITY, 300)(300)
    t = standardise(teacher.sample("train", 300, IDENTITY).y)
    np.testing.assert_allclose(np.sort(law.T), np.sort(t), atol=1e-6)


def test_curve_from_strengths_alone_equals_the_teachers():
    spec = TeacherSpec(20, gamma=0.8, seed=2)
    n = spec.D * np.array([5.0, 20.0, 80.0])
    nmse, cos2 = identity_curve(spec, n)
    np.testing.assert_array_equal(draw_strengths(spec), Teacher.draw(spec).strengths)
    np.testing.assert_allclose(nmse, (1 - cos2**2) @ draw_strengths(spec) ** 2)
    theory = prediction(spec, IDENTITY, 1e6)
    np.testing.assert_allclose(theory.cos2(n[2:]), cos2[2:], atol=0.005)  # another number of labels


def test_thresholds_are_where_the_curve_crosses_one_half():
    theory = prediction()
    table = theory.thresholds()
    finite = table[np.isfinite(table["n_exact"])]
    assert len(finite) == len(table) == 4
    for row in finite.itertuples():
        i = row.direction - 1
        below, above = theory.cos2(np.array([0.97, 1.03]) * row.n_exact)[:, i]
        assert below < 0.5 + 1e-9 < above + 0.02
    assert (table["n_onset"] < table["n_crossing"]).all()
    assert (table["n_exact"] > 0.95 * table["n_crossing"]).all()  # the bulk's leading eigenvectors hold a little too
    equivalent = DeterministicEquivalent(theory.law(1.0), theory.D, 1.0)
    np.testing.assert_allclose(table["n_onset"], [equivalent.onset(i) for i in range(4)])


def test_curves_hold_all_three_theories():
    theory = prediction()
    alpha = np.array([1.5, 2.5, 3.5])
    cos2 = theory.cos2(20.0**alpha)
    table = theory.curves(alpha, cos2)
    np.testing.assert_allclose(table["q_h"], cos2.mean(axis=1))
    assert table["m_exact"].tolist() == np.sum(cos2 >= 0.5, axis=1).tolist()
    assert table["nmse"].is_monotonic_decreasing and table["tail"].is_monotonic_decreasing
    assert table["m_scaling"].iloc[-1] == table["d1"].iloc[-1] == 4


@pytest.mark.parametrize("half", [20.0, 90.0, 1000.0, 1150.0, 40_000.0])
def test_where_half_is_held_is_found_from_anywhere(half):
    def held(n):
        return n**3 / (n**3 + half**3)

    assert first_half(held, 1000.0, 10.0, 1e5) == pytest.approx(half, rel=PRECISION)


def test_where_half_is_held_may_lie_beyond_the_ends():
    assert first_half(lambda n: 0.4, 1000.0, 10.0, 1e5) == np.inf
    assert first_half(lambda n: 0.6, 1000.0, 10.0, 1e5) == 10.0
