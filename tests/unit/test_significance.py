"""The edges of the noise of Ĉ, against the deterministic equivalent and against spectra of noise labels."""

import numpy as np
import pytest

from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.estimator.moment import MomentOperator
from feature_cascade.estimator.significance import (
    Bulk,
    Found,
    find,
    population_spread,
    removed_share,
    rough_strength,
)
from feature_cascade.features.hermite import HermiteFeatures
from feature_cascade.features.stream import FeatureStream
from feature_cascade.sampling.sources import ArraySource
from feature_cascade.theory.deterministic import DeterministicEquivalent
from feature_cascade.theory.label_law import LabelLaw


def labels(n: int = 400, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.standard_normal(n) ** 3, rng.chisquare(10, n) / 10


def test_edges_are_those_of_the_deterministic_equivalent():
    t, norm2 = labels()
    bulk = Bulk(t, norm2, 150)
    law = LabelLaw(t * norm2, np.full(len(t), 1 / len(t)), np.ones((len(t), 0)))
    support = DeterministicEquivalent(law, 150, len(t)).support + np.mean(t * norm2) - np.mean(t)
    np.testing.assert_allclose((bulk.low.position, bulk.high.position), (support[0, 0], support[-1, 1]), rtol=1e-9)


def test_edges_turn_with_the_sign_of_the_labels():
    t, norm2 = labels()
    bulk, turned = Bulk(t, norm2, 150, 0.3), Bulk(-t, norm2, 150, 0.3)
    assert turned.high.position == pytest.approx(-bulk.low.position, rel=1e-12)
    assert turned.low.width == pytest.approx(bulk.high.width, rel=1e-12)


@pytest.mark.parametrize("spread", [0.0, 0.02])
def test_many_labels_make_a_semicircle(spread):
    """Radius 2σ, σ² = D/n + spread, and the width σ D^(−2/3) of the Gaussian orthogonal ensemble."""
    t = np.resize([1.0, -1.0], 400_000)
    bulk, sigma = Bulk(t, np.ones(len(t)), 40, spread), np.sqrt(40 / len(t) + spread)
    assert bulk.high.position == pytest.approx(2 * sigma, rel=1e-3)
    assert bulk.high.width == pytest.approx(sigma * 40 ** (-2 / 3), rel=1e-2)
    s = 3 * sigma  # of a spike, which stands at s + σ²/s
    assert rough_strength(s + sigma**2 / s, bulk) == pytest.approx(s, rel=1e-3)


@pytest.mark.parametrize("sign", [1, -1])
def test_point_inverts_z(sign):
    t, norm2 = labels()
    bulk = Bulk(t, norm2, 150, 0.1)
    value = 2 * (bulk.high if sign > 0 else bulk.low).position
    p = bulk.point(value)
    z = bulk.c * p + np.mean(bulk.T**2 / (p - bulk.T)) + 0.1 / (bulk.c * p) + bulk.shift
    assert p * sign > 0 and z == pytest.approx(value, rel=1e-9)
    with pytest.raises(ValueError, match="value must lie outside the bulk"):
        bulk.point((bulk.low.position + bulk.high.position) / 2)


def test_rejects_labels_of_zero():
    with pytest.raises(ValueError, match="t must not be zero everywhere"):
        Bulk(np.zeros(5), np.ones(5), 3)


@pytest.mark.parametrize("preset", ["paper", "sharp"])
def test_ends_of_the_spectrum_of_noise_follow_tracy_and_widom(preset):
    """Means −1.21 and standard deviation 1.27 in units of the width; D = 210 and the sphere leave some widths."""
    layer, scores = FirstLayer.preset(preset), []
    features = layer.scaled(HermiteFeatures(20, 2))
    for seed in range(10):
        rng = np.random.default_rng(seed)
        X, y = rng.standard_normal((4000, 20)), rng.standard_normal(4000)
        stream = FeatureStream(features, ArraySource(X), len(X))
        t, norm2 = layer.targets(stream, y), features.norm2(X) / features.D
        values = np.linalg.eigvalsh(MomentOperator(stream, t).dense())
        removed = removed_share(features, layer.deflate)
        bulk = Bulk(t, norm2, features.D, removed=removed)
        assert bulk.thresholds[0] < values[0] and values[-1] < bulk.thresholds[1]
        scores += [(bulk.low.position - values[0]) / bulk.low.width]
        scores += [(values[-1] - bulk.high.position) / bulk.high.width]
    assert -3 < np.mean(scores) < 0 and np.std(scores) < 2


def test_population_spread_is_that_of_the_expected_operator():
    """E Ĉ by simulation at d = 24: its eigenvalues besides the spikes have the variance 12 Σ s²/d², to a quarter."""
    d, n = 24, 100_000
    features, rng = HermiteFeatures(d, 2), np.random.default_rng(0)
    A = np.linalg.qr(rng.standard_normal((features.D, 2)))[0]
    X = rng.standard_normal((n, d))
    stream = FeatureStream(features, ArraySource(X), n)
    h = stream.project(A).astype(float)
    t = (h**2 - 1) @ [1.0, -0.7]
    t = (t - t.mean()) / t.std()
    strengths = t @ (h**2 - 1) / n
    values = np.linalg.eigvalsh(MomentOperator(stream, t).dense())[1:-1]
    measured = np.var(values) - Bulk(t, features.norm2(X) / features.D, features.D).c * np.mean(t**2)
    assert measured == pytest.approx(population_spread(strengths, features, False), rel=0.25)
    assert population_spread(strengths, HermiteFeatures(d, 1), False) == 0


def found_in(y: np.ndarray, X: np.ndarray) -> Found:
    layer, features = FirstLayer(), HermiteFeatures(X.shape[1], 1)
    return find(layer, FeatureStream(features, ArraySource(X), len(X)), X, y, 8, 0)


@pytest.mark.parametrize("seed", range(5))
def test_single_labels_are_no_directions(seed):
    """Student's t with two degrees of freedom: several labels have eigenvalues of their own."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((2000, 40)), rng.standard_t(2, 2000)
    found = found_in(y, X)
    assert np.abs(found.pairs.values).max() > 2 * np.sqrt(40 / 2000) and found.count == 0


def test_a_direction_beside_single_labels_is_counted():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20_000, 40))
    y = X[:, 0] ** 2 + np.where(np.arange(20_000) == 7, 2000.0, 0.0)
    found = found_in(y, X)
    leading = found.leading().vectors
    assert found.count == 1 and leading[0, 0] ** 2 > 0.9
    assert np.argmax(np.abs(found.pairs.vectors[0])) > 0  # a single label has the largest eigenvalue
