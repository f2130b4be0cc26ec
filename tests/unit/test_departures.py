"""Remedies of the finite-size gap on a small teacher, and the search for an overlap of 1/2."""

import numpy as np
import pytest

from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.estimator.presets import NONE, combinations
from feature_cascade.experiments.departures import Departures, walk
from feature_cascade.experiments.label_transforms import compare, shape
from feature_cascade.features.stream import FeatureStream
from feature_cascade.measurement.metrics import direction_cos2
from feature_cascade.model.labels import LABEL_TRANSFORMS, OPTIMUM, standardise
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher
from feature_cascade.predictions.label_laws import label_laws
from feature_cascade.theory import optimal_transform
from feature_cascade.theory.leading import leading_curve
from feature_cascade.theory.prediction import PRECISION


@pytest.fixture(scope="module")
def departures():
    return Departures(Teacher.draw(TeacherSpec(9, seed=1)), {"name": "identity"}, tolerance=0.01)


def test_combinations():
    found = combinations()
    assert len(found) == 8 and found[NONE] == {}
    assert found["tanh+sphere+deflate"] == {"label_transform": "tanh", "input_scaling": "sphere", "deflate": True}
    assert len({FirstLayer(**options) for options in found.values()}) == 8


def test_gaps_are_overlaps_of_plain_fits(departures):
    table = departures.gaps(2.5).set_index("combination")
    teacher, n = departures.teacher, 243
    sample = teacher.sample("train", n, {"name": "identity"})
    for name, options in (("none", {}), ("sphere+deflate", {"input_scaling": "sphere", "deflate": True})):
        layer = FirstLayer(tolerance=0.01, **options)
        stream = FeatureStream(layer.scaled(teacher.feature_map), sample.source, n)
        found = direction_cos2(layer.fit(stream, sample.y, 3, seed=1).vectors, teacher.directions).mean()
        assert table.loc[name, "overlap"] == pytest.approx(found) and table.loc[name, "n"] == n


def test_predictions_of_the_gaussian_equivalent_know_the_label_transform_alone(departures):
    table = departures.gaps(2.5).set_index("combination")["predicted"]
    assert table["none"] == table["sphere"] == table["deflate"] == table["sphere+deflate"]
    assert table["tanh"] == table["tanh+sphere+deflate"] != table["none"]
    law = label_laws(departures.teacher, {"name": "identity"}, 243, departures.layer(label_transform="tanh").options)
    assert table["tanh"] == pytest.approx(leading_curve(law, 45, [243]).mean())


def test_labels_are_a_prefix(departures):
    few, many = departures.labels(50).copy(), departures.labels(400)
    np.testing.assert_array_equal(few, many[:50])
    assert len(departures.labels(60)) == 60


@pytest.mark.parametrize(
    ("half", "first", "visited"),
    [
        (2.75, 2.4, [2.4, 2.6, 2.8]),
        (2.75, 3.0, [2.6, 2.8, 3.0]),
        (2.75, 2.6, [2.6, 2.8]),
        (9.0, 2.8, [2.8, 3.0]),
        (0.0, 2.4, [2.2, 2.4]),
    ],
)
def test_walk_brackets_one_half(half, first, visited):
    assert walk(lambda alpha: 0.6 if alpha >= half else 0.4, [2.2, 2.4, 2.6, 2.8, 3.0], first) == visited


def test_samples_bracket_one_half():
    departures = Departures(Teacher.draw(TeacherSpec(20, q=1, seed=1)), {"name": "tanh"}, tolerance=0.01)
    table = departures.samples([1.2, 1.8, 2.4, 3.0], 1.8)
    for _, rows in table.groupby("preset"):
        assert rows["overlap"].iloc[-1] >= 0.5 > rows["overlap"].iloc[0]
    assert set(table["preset"]) == {"paper", "sharp"}


def test_predicted_half(departures):
    layer = departures.layer(label_transform="tanh")
    n = departures.predicted_half(layer, 100_000)
    law = label_laws(departures.teacher, departures.link, 10, layer.options)
    below, above = leading_curve(law, 45, n * np.exp([-PRECISION, PRECISION])).mean(axis=1)
    assert below < 0.5 <= above
    assert np.isnan(departures.predicted_half(layer, 60))


def test_transforms(departures, monkeypatch):
    monkeypatch.setattr(optimal_transform, "ITERATIONS", 3)
    merits, shapes = compare(departures, 2.5)
    assert list(merits["transform"]) == [*LABEL_TRANSFORMS, OPTIMUM]
    assert merits[["onset", "predicted", "predicted_finite_d", "overlap"]].notna().all(axis=None)
    assert merits.set_index("transform")["onset"].idxmin() == OPTIMUM
    assert set(shapes["transform"]) == set(merits["transform"])
    for _, mine in shapes.groupby("transform"):
        assert np.all(np.diff(mine["t"]) >= 0)


def test_shape():
    y = np.random.default_rng(0).standard_normal(2000)
    table = shape(y, np.tanh(standardise(y)))
    np.testing.assert_allclose(table["T"], np.tanh(table["t"]))
    assert table["t"].min() == standardise(y).min() and table["t"].max() == standardise(y).max()
