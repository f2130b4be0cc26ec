"""Mean alignments that were measured with other code and other seeds, compared within the errors of both."""

import numpy as np
import pytest

from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.features.stream import FeatureStream
from feature_cascade.measurement.metrics import weight_overlap
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher

pytestmark = pytest.mark.jit_only
SEEDS = range(4)
ALPHAS = [2.5, 2.65, 2.8]
PLAIN = {"plain": {}, "sphere": {"input_scaling": "sphere"}, "both": {"input_scaling": "sphere", "deflate": True}}
HERMITE = {"plain": [0.20, 0.49, 0.64], "sphere": [0.44, 0.69, 0.81], "both": [0.46, 0.72, 0.84]}
GAUSSIAN = {2.5: 0.621}
SOLVER = {"tolerance": 0.03}


def overlaps(d, alpha, link, features="hermite", seeds=SEEDS, **options):
    """Mean cos² over the directions, one number per seed."""
    result = []
    for seed in seeds:
        teacher = Teacher.draw(TeacherSpec(d, seed=seed, features=features))
        layer, n = FirstLayer(**SOLVER, **options), round(d**alpha)
        stream = FeatureStream(layer.scaled(teacher.feature_map), teacher.source("train"), n)
        y = teacher.sample("train", n, {"name": link}).y
        result.append(weight_overlap(layer.fit(stream, y, teacher.spec.d1).vectors, teacher.directions))
    return np.array(result)


def agrees(found, published, published_seeds):
    """Three standard errors of the difference of two means, the scatter over seeds being the same in both."""
    error = found.std(ddof=1) * np.sqrt(1 / len(found) + 1 / published_seeds)
    return abs(found.mean() - published) <= max(3 * error, 0.02)


@pytest.mark.parametrize("options", PLAIN)
def test_hermite_features_with_and_without_the_additions(options):
    """d = 50, γ = 0.4, tanh link, three seeds there."""
    for alpha, published in zip(ALPHAS, HERMITE[options], strict=True):
        found = overlaps(50, alpha, "tanh", **PLAIN[options])
        assert agrees(found, published, 3), (alpha, found, published)


@pytest.mark.parametrize("alpha", GAUSSIAN)
def test_gaussian_equivalent_data(alpha):
    """d = 50, γ = 0.4, tanh link, features drawn directly; the published mean has at least one seed."""
    found = overlaps(50, alpha, "tanh", features="gaussian", seeds=range(2))
    assert agrees(found, GAUSSIAN[alpha], 1), (found, GAUSSIAN[alpha])


def test_bounded_labels_recover_earlier():
    """d = 120, identity link, α = 2.4: .07 plain and .30 with tanh labels there, one seed."""
    plain = overlaps(120, 2.4, "identity", seeds=[0])
    bounded = overlaps(120, 2.4, "identity", seeds=[0], label_transform="tanh")
    assert bounded > 2 * plain
    assert 0.2 < bounded < 0.4
