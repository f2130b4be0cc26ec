"""`diagnose` on teachers whose directions are known, on noise, and on inputs that are not white."""

import numpy as np
import pytest

from feature_cascade import Teacher, TeacherSpec, diagnose
from feature_cascade.features.hermite import HermiteFeatures

IDENTITY = {"name": "identity"}


def teacher_data(n: int, d: int = 20, gamma: float = 0.4, noise: float = 0.2, seed: int = 0):
    """A teacher with d1 = ⌊√d⌋ directions, its inputs and labels."""
    teacher = Teacher.draw(TeacherSpec(d=d, gamma=gamma, seed=seed))
    sample = teacher.sample("train", n, IDENTITY, noise)
    return teacher, sample.source.rows(n).astype(float), sample.y


@pytest.fixture(scope="module")
def above():
    """Four directions, all of them well above their thresholds."""
    teacher, X, y = teacher_data(20_000)
    return teacher, X, y, diagnose(X, y, degree=2, permutations=3)


def test_all_directions_are_counted(above):
    teacher, *_, found = above
    assert found[2].n_significant == teacher.spec.d1 == 4


def test_signs_of_the_directions_are_those_of_the_teacher(above):
    teacher, *_, found = above
    leading = found[2].ritz_values[found[2].significant]
    assert sorted(np.sign(leading)) == sorted(np.sign(teacher.strengths))


@pytest.mark.parametrize("seed", range(5))
def test_noise_holds_no_direction(seed):
    rng = np.random.default_rng(seed)
    found = diagnose(rng.standard_normal((3000, 10)), rng.standard_normal(3000), random_state=seed)
    assert [report.n_significant for report in found.degrees] == [0, 0]


def test_inputs_are_whitened_if_they_need_it(above):
    _, X, y, found = above
    moved = 3 + X @ np.diag(np.linspace(1, 5, X.shape[1]))
    seen = diagnose(moved, y, degree=2, permutations=0)
    assert seen.inputs.whitened and not found.inputs.whitened
    assert seen.inputs.condition == pytest.approx(5, rel=0.1)
    assert seen[2].n_significant == 4


def test_repr_says_what_was_found(above):
    text = repr(above[-1])
    assert "degree 2: 4 significant of D = 210 directions" in text
    assert "20000 samples, 20 columns (taken as they are: 20 analysed)" in text


def test_frame_has_a_row_for_each_eigenvalue(above):
    frame = above[-1].to_frame()
    assert frame["significant"].sum() == 4
    np.testing.assert_array_equal(frame["ritz_value"], above[-1][2].ritz_values)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"degree": 0}, "degree must hold integers from 1, got \\[0\\]"),
        ({"preset": "blunt"}, "preset must be one of .*, got 'blunt'"),
        ({"whiten": "no"}, "whiten must be True, False or 'auto', got 'no'"),
        ({"permutations": -1}, "permutations must not be negative, got -1"),
        ({"n_components": 9}, "n_components must lie between 1 and 3, the rank of X, got 9"),
    ],
)
def test_rejects_unknown_options(options, message):
    X = np.random.default_rng(0).standard_normal((50, 3))
    with pytest.raises(ValueError, match=message):
        diagnose(X, X[:, 0], **options)


def test_rejects_labels_that_are_no_numbers_or_constant():
    X = np.random.default_rng(0).standard_normal((50, 3))
    with pytest.raises(ValueError, match="y must hold numbers, got text: 'a'"):
        diagnose(X, ["a"] * 50)
    with pytest.raises(ValueError, match="y must not be constant"):
        diagnose(X, np.ones(50))


@pytest.mark.parametrize(("d", "q"), [(1, 1), (4, 1), (5, 2), (3, 3), (2, 5)])
@pytest.mark.parametrize("scaling", ["none", "sphere"])
def test_feature_norms_are_those_of_the_features(d, q, scaling):
    features, X = HermiteFeatures(d, q, scaling), np.random.default_rng(d).standard_normal((20, d))
    np.testing.assert_allclose(features.norm2(X), np.sum(features.transform(X) ** 2, axis=1), rtol=1e-9)
