"""The finite-d law: radius, population's bulk, typical samples, against features, eigenvectors and measured numbers."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.features.hermite import HermiteFeatures
from feature_cascade.features.stream import FeatureStream
from feature_cascade.measurement.metrics import weight_overlap
from feature_cascade.model.labels import ranks
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher, draw_strengths
from feature_cascade.predictions.label_laws import label_laws
from feature_cascade.predictions.teacher import teacher_prediction
from feature_cascade.sizes import n_features, sample_size
from feature_cascade.theory.deterministic import DeterministicEquivalent, curve
from feature_cascade.theory.label_draws import RadialLaw
from feature_cascade.theory.label_law import LabelLaw
from feature_cascade.theory.leading import leading_cos2, leading_curve
from feature_cascade.theory.names import FINITE_D
from feature_cascade.theory.population_bulk import population_bulk, population_variance
from feature_cascade.theory.radial import radial_feature, radial_points, squared_norm

IDENTITY, TANH = {"name": "identity"}, {"name": "tanh"}


def identity(h2):
    return h2


def unit_matrices(d, d1, seed):
    """Directions of q = 2 as symmetric matrices A_i with 2 ‖A_i‖² = 1, orthogonal to each other."""
    A = np.random.default_rng(seed).standard_normal((d1, d, d))
    flat = np.linalg.qr((A + A.transpose(0, 2, 1)).reshape(d1, -1).T)[0].T
    return flat.reshape(d1, d, d) / np.sqrt(2)


def mean_operator(A, s):
    """E Ĉ = Σ s_i (A_i A_i^T + 4 (A_i² V + V A_i² + A_i V A_i)) as a matrix, and the directions in its basis."""
    d, (a, b) = A.shape[1], np.triu_indices(A.shape[1])
    size = np.where(a == b, 0.5, math.sqrt(0.5))

    def sandwich(X, Y):
        """V ↦ the symmetric part of X V Y."""
        straight, crossed = X[np.ix_(a, a)] * Y[np.ix_(b, b)], X[np.ix_(a, b)] * Y[np.ix_(b, a)]
        other = Y[np.ix_(a, a)] * X[np.ix_(b, b)] + Y[np.ix_(a, b)] * X[np.ix_(b, a)]
        return (straight + crossed + other) * np.outer(size, size)

    bulk = 8 * sandwich(np.einsum("i,iab,ibc->ac", s, A, A), np.eye(d))
    bulk += sum(4 * strength * sandwich(M, M) for strength, M in zip(s, A, strict=True))
    directions = math.sqrt(2) * A[:, a, b] * np.where(a == b, 1, math.sqrt(2))
    return bulk, directions


def spiked(s, bulk, shift=0.0):
    """A law without noise at n = ∞: spikes s and a population's bulk."""
    return LabelLaw(np.array([-4.0, 4.0]), np.array([0.5, 0.5]), 1 + np.outer([-1, 1], s) / 4, None, shift, bulk)


# ---- the radius ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("q", [1, 2, 3, 4])
def test_squared_norm_is_that_of_the_features(q):
    d, x = 5, np.random.default_rng(q).standard_normal((4, 5))
    features = HermiteFeatures(d, q).transform(x)
    found = squared_norm(np.sum(x**2, axis=1), d, q)
    np.testing.assert_allclose(found, np.sum(features**2, axis=1) / n_features(d, q), rtol=1e-4)


def test_closed_form_at_degree_two():
    s = np.array([10.0, 30.0, 55.0])
    np.testing.assert_allclose(squared_norm(s, 30, 2), (s**2 - 2 * s + 30) / (2 * n_features(30, 2)))
    np.testing.assert_allclose(radial_feature(s, 30, 2), (30 - s) / np.sqrt(60))


@pytest.mark.parametrize("d", [20.0, math.inf])
def test_weighted_points_have_the_moments_and_tails_of_the_law(d):
    points = radial_points(np.array([0.5, -0.4, 0.1]), d, 2)
    g, w = points.g, points.weights
    assert w.sum() == pytest.approx(1) and w @ points.rho2 == pytest.approx(1, abs=2e-3)
    np.testing.assert_allclose([w @ g**2, w @ g**4 / 3, w @ g**8 / 105], 1, rtol=0.01)
    far = [w @ (np.abs(g[:, 0]) > x) for x in (3, 4.5, 6)]
    np.testing.assert_allclose(far, 2 * ndtr([-3, -4.5, -6]), rtol=0.2)
    if d == 20:
        np.testing.assert_allclose([w @ points.s, w @ points.s**4], [20, 20 * 22 * 24 * 26], rtol=0.01)


def test_without_a_radius_it_is_the_gaussian_equivalent():
    amplitudes = np.array([0.5, -0.4, 0.1])
    law, D, n = LabelLaw.population(amplitudes, np.tanh), 1000, [2000, 8000, 40_000]
    radial = RadialLaw(amplitudes, np.tanh, math.inf, 2)
    np.testing.assert_allclose(curve(radial.law, D, n), curve(law, D, n), atol=0.005)
    assert radial.noise_ratio == pytest.approx(1) and not len(radial.law(100).bulk)


def test_a_ratio_of_one_changes_nothing():
    rng = np.random.default_rng(0)
    T, latent2 = rng.standard_normal(4000), rng.standard_normal((4000, 2)) ** 2
    plain, unit = LabelLaw.sample(T, latent2), LabelLaw.sample(T, latent2, np.ones(4000))
    np.testing.assert_array_equal(plain.T, unit.T)
    np.testing.assert_array_equal(plain.latent2, unit.latent2)
    assert plain.shift == unit.shift == 0
    ratio = 0.5 + rng.random(4000)
    law = LabelLaw.sample(T, latent2, ratio)
    np.testing.assert_allclose(law.spikes, T @ (latent2 - ratio[:, None]) / 4000, atol=1e-4)  # bins hold means
    assert law.shift == pytest.approx(np.mean(T * (ratio - 1)))


# ---- factors of the weak-noise limit ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "noise", "spike"),
    [(identity, 40, 8), (np.tanh, 23, 4)],
)
def test_noise_spikes_and_thresholds_grow_with_1_over_d(link, noise, spike):
    """1 + 40/d and 1 + 8/d in units where E ρ² = 1 (44 and 12 in units of E R² = 1 + 2/d), 1 + 32/d together."""
    d, amplitudes = 200, np.tile([1, -1], 10) / np.sqrt(40)  # of no mean, so that the mean label knows no radius
    far, limit = (RadialLaw(amplitudes, link, size, 2) for size in (d, math.inf))
    grown = d * (far.noise_ratio / limit.noise_ratio - 1)
    spikes = d * (np.mean(far.spikes**2) / np.mean(limit.spikes**2) - 1)
    late = d * (np.mean(far.weak_noise_thresholds()) / np.mean(limit.weak_noise_thresholds()) - 1)
    np.testing.assert_allclose([grown, spikes, late], [noise, spike, noise - spike], rtol=0.1, atol=0.5)


def test_labels_that_do_not_know_the_radius():
    """Noise alone: E[t² ρ⁴] = E ρ⁴ = 1 + 8/d, with E ρ² = 1."""
    law = RadialLaw(np.array([1e-4]), identity, 1000, 2, noise=1.0)
    assert law.noise_ratio == pytest.approx(1 + 8 / 1000, abs=1e-3)


# ---- the population's bulk -----------------------------------------------------------------------------------------


def test_cumulants_of_the_bulk_are_those_of_the_mean_operator():
    d, s = 45, np.array([1.0, -0.6, 0.5, 0.3])
    values = np.linalg.eigvalsh(mean_operator(unit_matrices(d, 4, 0), s)[0])
    centred = values - values.mean()
    tau, a = population_bulk(s, d, 2).T
    second, third, fourth = (np.mean(centred**k) for k in (2, 3, 4))
    assert values.mean() == pytest.approx(4 * s.sum() / d, rel=0.05)
    np.testing.assert_allclose(
        [a.sum(), a @ tau, a @ tau**2], [second, third, fourth - 2 * second**2], rtol=0.2
    )  # to first order in 1/d
    deflated = population_bulk(s, d, 2, deflated=True)
    assert deflated[:, 1].sum() == pytest.approx(a.sum() / 3) and deflated[:, 0].sum() == 0


def test_variance_by_pairings():
    s = np.array([0.7, -0.5])
    assert not len(population_bulk(s, 40, 1)) and population_variance(s, 40, 1) == 0
    for deflated in (False, True):
        pairings = population_variance(s, 400, 2, deflated)
        assert pairings == pytest.approx(population_bulk(s, 400, 2, deflated)[:, 1].sum(), rel=0.01)
    assert population_variance(s, 40, 3) == pytest.approx(45 * np.sum(s**2) / n_features(40, 3))


@pytest.mark.parametrize(("gamma", "seed", "least"), [(0.4, 0, 0.01), (1.0, 0, 0.05), (1.0, 1, 0.05)])
def test_at_n_infinite_the_directions_are_eigenvectors_of_the_mean_operator(gamma, seed, least):
    spec = TeacherSpec(50, gamma=gamma, seed=seed)
    s = math.sqrt(2) * draw_strengths(spec)
    bulk, directions = mean_operator(unit_matrices(50, spec.d1, seed), s)
    values, vectors = np.linalg.eigh(bulk + (directions.T * s) @ directions)
    leading = np.argsort(-np.abs(values))[: spec.d1]
    measured = np.sum((directions @ vectors[:, leading]) ** 2, axis=1)
    law = spiked(s, population_bulk(s, 50, 2), 4 * s.sum() / 50)
    found = leading_cos2(DeterministicEquivalent(law, spec.D, spec.D * 1e8))
    assert np.mean(np.abs(found - measured)) < least
    law = RadialLaw(s / 2, identity, 50, 2).law(1e12)
    assert np.mean(np.abs(leading_cos2(DeterministicEquivalent(law, spec.D, 1e12)) - measured)) < least


def test_bulk_spectrum_is_a_density():
    law = spiked(np.array([0.5]), np.array([[-0.1, 0.02], [0.3, 0.02]]), shift=0.2)
    theory = DeterministicEquivalent(law, 1000, 1e6)
    low, high = theory.bulk_edges()
    x = np.linspace(low, high, 2001)
    density = theory.density(x)
    assert np.trapezoid(density, x) == pytest.approx(1, abs=1e-3)
    np.testing.assert_allclose(
        np.diff(theory.cdf(x[::500])), np.add.reduceat(density[:-1], range(0, 2000, 500)) * (x[1] - x[0]), atol=2e-3
    )
    assert np.trapezoid(density * x, x) == pytest.approx(0.2, abs=2e-3)
    assert np.trapezoid(density * (x - 0.2) ** 2, x) == pytest.approx(0.04 + 16e-3, rel=0.01)


def test_semicircle_of_the_population_widens_that_of_the_noise():
    """T = 0-like labels: two semicircles add up, with edges ±2 √(c E T² + σ²), up to c."""
    law = spiked(np.array([0.5]), np.array([[0.0, 0.05]]))
    theory = DeterministicEquivalent(law, 1, 1e6)
    np.testing.assert_allclose(theory.bulk_edges(), np.array([-2, 2]) * np.sqrt(16e-6 + 0.05), rtol=1e-3)
    assert theory.cdf([-1.0, 0.0, 1.0]) == pytest.approx([0, 0.5, 1], abs=1e-3) and theory.point_mass == 0
    assert theory.cos2()[0] == pytest.approx(1 - (16e-6 + 0.05) / 0.25, abs=1e-3)


def test_thresholds_know_the_bulk():
    s = np.array([1.0, -0.7, 0.15])
    law = spiked(s, population_bulk(s, 60, 2))
    theory = DeterministicEquivalent(law, 1830, 1e4)
    for i, level in ((0, 0.0), (0, 0.5), (1, 0.5)):
        n = theory.threshold(i, level)
        below, above = curve(law, 1830, n * np.array([0.99, 1.01]))[:, i]
        assert below < level + 1e-9 and level < above < level + 0.03
    assert theory.threshold(2) == np.inf  # it lies in the bulk at every n
    assert theory.threshold(0) > DeterministicEquivalent(spiked(s, law.bulk[:0]), 1830, 1e4).threshold(0)


# ---- the law of n labels -------------------------------------------------------------------------------------------


def test_outermost_labels_are_where_those_of_a_sample_typically_are():
    amplitudes, d, n = np.array([0.5, -0.4, 0.3]), 20, 2000
    law = RadialLaw(amplitudes, identity, d, 2).law(n)
    assert law.isolated.sum() == 200
    rng, largest = np.random.default_rng(0), []
    for _ in range(200):
        rho2 = squared_norm(rng.chisquare(d, n), d, 2)
        t = (rho2[:, None] * rng.standard_normal((n, 3)) ** 2 - 1) @ amplitudes
        t = (t - t.mean()) / t.std()
        largest.append(np.sort(t * rho2)[-3:])
    np.testing.assert_allclose(np.sort(law.T)[-3:], np.median(largest, axis=0), rtol=0.15)


@pytest.mark.parametrize("d", [25, math.inf])
def test_an_onset_does_not_depend_on_the_draw(d):
    spec, onsets = TeacherSpec(25), []
    for scramble in range(3):
        law, n = RadialLaw(draw_strengths(spec) / math.sqrt(2), identity, d, 2, scramble=scramble).law, 2000.0
        for _ in range(8):
            n = DeterministicEquivalent(law(n), spec.D, n).onset(0)
        onsets.append(n)
    assert np.ptp(onsets) < 0.05 * np.mean(onsets)


def test_ranks_of_weighted_labels():
    t = np.array([3.0, 1.0, 2.0, 2.0])
    np.testing.assert_allclose(ranks(t), ranks(t, np.full(4, 0.25)))
    np.testing.assert_allclose(ranks(np.array([5.0, 1.0]), np.array([0.2, 0.8])), [0.9, 0.4])


# ---- measured numbers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("spec", "link", "measured"),
    [
        (TeacherSpec(120), identity, {2.4: 0.062, 2.5: 0.138, 2.6: 0.333, 2.7: 0.457, 2.8: 0.605}),
        (TeacherSpec(60, seed=2), identity, {2.6: 0.162, 3.0: 0.840, 3.2: 0.923}),
        (TeacherSpec(60), identity, {3.1: 0.637, 3.2: 0.657}),
        (TeacherSpec(250), identity, {2.3: 0.020, 2.5: 0.224, 2.7: 0.723}),
        (TeacherSpec(120), np.tanh, {2.3: 0.113, 2.5: 0.361, 2.6: 0.456}),
        (TeacherSpec(300, q=1), np.tanh, {1.5: 0.371, 2.0: 0.955}),
    ],
)
def test_measured_overlaps(spec, link, measured):
    """Single runs: one eigenvalue more or less that is selected moves a mean over directions by up to 1/d1."""
    n = [sample_size(spec.d, alpha) for alpha in measured]
    radial = RadialLaw(draw_strengths(spec) / math.sqrt(2), link, spec.d, spec.q)
    found = leading_curve(radial.law, spec.D, n).mean(axis=1)
    gaps = found - list(measured.values())
    assert np.mean(np.abs(gaps)) < 0.02 and np.max(np.abs(gaps)) < 0.05


@pytest.mark.parametrize(("preset", "link"), [("paper", IDENTITY), ("paper", TANH), ("sharp", IDENTITY)])
def test_simulated_overlaps(preset, link):
    """d = 30, three n each, mean over six seeds; the Gaussian equivalent is off by more."""
    layer, alphas, gaps = FirstLayer.preset(preset, method="dense"), (2.5, 2.8), []
    for seed in range(6):
        teacher = Teacher.draw(TeacherSpec(30, seed=seed))
        spec, n = teacher.spec, [sample_size(30, alpha) for alpha in alphas]
        sample = teacher.sample("train", n[-1], link)
        streams = [FeatureStream(layer.scaled(teacher.feature_map), sample.source, size) for size in n]
        measured = [
            weight_overlap(layer.fit(stream, sample.y[: stream.n], spec.d1).vectors, teacher.directions)
            for stream in streams
        ]
        laws = [label_laws(teacher, link, n[-1], layer.options, law=law) for law in (FINITE_D, "gaussian")]
        gaps.append([measured - leading_curve(law, spec.D, n).mean(axis=1) for law in laws])
    finite, gaussian = np.abs(np.mean(gaps, axis=0)).mean(axis=1)
    assert finite < 0.05 and finite < gaussian / 2


def test_predicted_error_at_measured_alignments():
    """tanh, d = 120, seed 0: alignments of a run and its NMSE."""
    teacher = Teacher.draw(TeacherSpec(120))
    setting = {"link": TANH, "noise": 0.0, "readout_degree": 5}
    error = teacher_prediction(teacher, setting, 1e6, law=FINITE_D).weak_noise
    alike = np.array([[0.361], [0.456], [0.592], [0.802]]) * np.ones(teacher.spec.d1)
    assert np.all(np.diff(error.nmse(alike)) < 0)
    assert np.all(error.nmse(alike, 1000) > error.nmse(alike))
    assert error.nmse(np.ones((1, teacher.spec.d1)))[0] < 0.05
