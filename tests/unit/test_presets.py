"""Presets: what they stand for, that explicit options win, and that scikit-learn's conventions hold."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from feature_cascade import SpectralHierarchy
from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.estimator.presets import PRESETS, first_layer_options
from feature_cascade.model.labels import CLIP_AT, normal_scores

SHARP = {"label_transform": "normal_scores", "input_scaling": "sphere", "deflate": True}


def data(n=600, d=4):
    X = np.random.default_rng(0).standard_normal((n, d))
    return X, X[:, 0] ** 2 * X[:, 1] ** 2 + X[:, 2]


def test_paper_is_the_default():
    assert FirstLayer.preset() == FirstLayer.preset("paper") == FirstLayer()
    assert first_layer_options() == PRESETS["paper"]


def test_sharp_has_all_three_remedies():
    assert FirstLayer.preset("sharp", tolerance=0.2) == FirstLayer(**SHARP, tolerance=0.2)


def test_explicit_options_win_and_none_does_not():
    assert FirstLayer.preset("sharp", deflate=False, label_transform=None).deflate is False
    assert first_layer_options("sharp", label_transform=None) == SHARP
    assert first_layer_options("paper", input_scaling="sphere", method="dense") == {
        **PRESETS["paper"],
        "input_scaling": "sphere",
        "method": "dense",
    }


def test_unknown_preset():
    with pytest.raises(ValueError, match=r"preset must be one of .*'paper', 'sharp'.* got 'blunt'"):
        FirstLayer.preset("blunt")
    with pytest.raises(ValueError, match=r"'preset' .* among {.*'sharp'.*}. Got 'blunt' instead"):
        SpectralHierarchy(1, preset="blunt").fit(*data())


def test_estimator_with_a_preset_equals_the_one_with_its_options():
    X, y = data()
    models = [SpectralHierarchy(2, random_state=0, **options).fit(X, y) for options in ({"preset": "sharp"}, SHARP)]
    np.testing.assert_array_equal(*(model.components_ for model in models))
    plain = SpectralHierarchy(2, random_state=0).fit(X, y)
    assert not np.allclose(plain.ritz_values_, models[0].ritz_values_)
    softened = SpectralHierarchy(2, random_state=0, preset="sharp", **PRESETS["paper"]).fit(X, y)
    np.testing.assert_array_equal(softened.components_, plain.components_)


def test_a_fit_leaves_the_parameters_alone():
    model = SpectralHierarchy(2, preset="sharp", random_state=0)
    before = model.get_params()
    assert before["preset"] == "sharp" and before["label_transform"] is None
    model.fit(*data())
    assert model.get_params() == before == clone(model).get_params()
    assert clone(model).set_params(preset="paper").preset == "paper"


def test_presets_can_be_searched():
    search = GridSearchCV(SpectralHierarchy(2, random_state=0), {"preset": ["paper", "sharp"]}, cv=2)
    assert search.fit(*data()).best_params_["preset"] in PRESETS


@pytest.mark.parametrize("monotone", [np.tanh, np.exp, lambda u: u**3, lambda u: 5 * u - 2])
def test_normal_scores_are_the_same_for_every_monotone_link(monotone):
    y = np.random.default_rng(1).standard_normal(500)
    np.testing.assert_array_equal(normal_scores(monotone(y)), normal_scores(y))


def test_normal_scores_of_normal_labels_are_the_labels():
    y = np.sort(np.random.default_rng(2).standard_normal(20_000))
    inner = np.abs(y) < 1.9
    np.testing.assert_allclose(normal_scores(y)[inner], y[inner], atol=0.1)
    assert normal_scores(y).min() == -CLIP_AT and normal_scores(y).max() == CLIP_AT


def test_normal_scores_of_ties_are_equal():
    T = normal_scores(np.array([3.0, 1.0, 3.0, 1.0]))
    assert T[0] == T[2] == -T[1] == -T[3] > 0
