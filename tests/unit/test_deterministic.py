"""The deterministic equivalent: closed forms, slow references, limits, published constants and simulation."""

import numpy as np
import pytest

from feature_cascade.theory.deterministic import DeterministicEquivalent, curve
from feature_cascade.theory.label_law import LabelLaw, standard_error
from feature_cascade.theory.weak_noise import spike_strengths, weak_noise_cos2

D = 1275  # q = 2, d = 50
STRENGTHS = np.array([1, -1, 1, 1, -1, -1, 1]) * np.arange(1, 8) ** -0.4
STRENGTHS /= np.linalg.norm(STRENGTHS)
AMPLITUDES = STRENGTHS / np.sqrt(2)
SEEDS = 4  # of a simulation
ONE = LabelLaw(np.ones(1), np.ones(1), np.array([[3.0]]))


@pytest.fixture(scope="module")
def tanh_law():
    return LabelLaw.population(AMPLITUDES, np.tanh)


def identity_sample(n, seed):
    """Standardised labels and squared latent features of a sample with the identity link."""
    latent2 = np.random.default_rng(seed).standard_normal((n, 7)) ** 2
    y = (latent2 - 1) @ AMPLITUDES
    return (y - y.mean()) / y.std(), latent2


def phase_retrieval():
    """y = h², T = 1 − 1/y: atoms by the midpoint rule for the half-normal density on 0 < h < 9."""
    h = (np.arange(2000) + 0.5) * 9 / 2000
    weights = np.exp(-(h**2) / 2)
    return LabelLaw(1 - h**-2, weights / weights.sum(), h[:, None] ** 2, np.zeros(2000, dtype=bool))


def two_sided(s):
    """T = ±1 and E[h²|T] = 1 + sT, so that the spike strength is s: labels that are almost all noise."""
    return LabelLaw(np.array([-1.0, 1.0]), np.array([0.5, 0.5]), 1 + np.outer([-1, 1], s))


def naive_z(law, c, m):
    """z(m) and z'(m), atom by atom."""
    z, slope = -1 / m, 1 / m**2
    for T, weight in zip(law.T, law.weights, strict=True):
        z += weight * T / (1 + c * T * m) - weight * T
        slope -= c * weight * T**2 / (1 + c * T * m) ** 2
    return z, slope


# ---- the Stieltjes transform ---------------------------------------------------------------------------------------


def test_inverse_transform_equals_the_sum_over_atoms_and_its_own_derivative():
    T, latent2 = identity_sample(50, 0)
    law = LabelLaw(T + 0.3, np.full(50, 0.02), latent2)
    theory = DeterministicEquivalent(law, 30, 60)
    for m in (-0.05, 0.07, -3.3, 41.0):
        z, slope = naive_z(law, 0.5, m)
        np.testing.assert_allclose([theory.z(m), theory.dz_dm(m)], [z, slope], rtol=1e-10)
        assert (theory.z(m * (1 + 1e-6)) - theory.z(m * (1 - 1e-6))) / (2e-6 * m) == pytest.approx(slope, rel=1e-5)


@pytest.mark.parametrize("c", [0.25, 4.0])
def test_constant_labels_give_marchenko_pastur_moved_by_one(c):
    theory = DeterministicEquivalent(ONE, 1000 * c, 1000)
    low, high = (1 - np.sqrt(c)) ** 2 - 1, (1 + np.sqrt(c)) ** 2 - 1
    np.testing.assert_allclose(theory.bulk_edges(), (low, high), atol=1e-12)
    x = np.linspace(low, high, 9)[1:-1]
    expected = np.sqrt((high - x) * (x - low)) / (2 * np.pi * c * (x + 1))
    np.testing.assert_allclose(theory.density(x), expected, atol=1e-12)
    np.testing.assert_array_equal(theory.density([low - 0.1, high + 0.1]), 0)
    assert theory.point_mass == max(0, 1 - 1 / c)
    np.testing.assert_allclose(theory.cdf([-1.001, -0.999, low, high]), [0, *[theory.point_mass] * 2, 1], atol=1e-12)


def test_negative_constant_labels_mirror_the_spectrum():
    mirrored = DeterministicEquivalent(LabelLaw(-ONE.T, ONE.weights, ONE.latent2), 400, 100)
    np.testing.assert_allclose(mirrored.bulk_edges(), (-8, 0), atol=1e-12)
    np.testing.assert_allclose(mirrored.cdf([-8.1, 0.5, 1.5]), [0, 0.25, 1], atol=1e-12)
    assert len(mirrored.outliers().position) == 0


@pytest.mark.parametrize("ratio", [0.3, 1.0, 5.0, 40.0])
def test_density_is_the_derivative_of_the_distribution(tanh_law, ratio):
    theory = DeterministicEquivalent(tanh_law, D, ratio * D)
    low, high = theory.bulk_edges()
    x = np.linspace(low, high, 40)[1:-1]
    x = x[np.abs(x) > 0.1]  # with fewer samples than features, the law's atoms show next to the point mass at 0
    h = 1e-5 * (high - low)
    np.testing.assert_allclose((theory.cdf(x + h) - theory.cdf(x - h)) / (2 * h), theory.density(x), rtol=1e-3)
    np.testing.assert_allclose(theory.cdf([low, high]), [0, 1], atol=1e-9)
    assert theory.masses.sum() + (len(theory.masses) > 1) * theory.point_mass == pytest.approx(1)


def test_labels_of_either_sign_and_few_samples_leave_two_bulks_around_the_point_mass():
    theory = DeterministicEquivalent(two_sided([0.0]), 1000, 100)
    assert theory.point_mass == pytest.approx(0.9)
    np.testing.assert_allclose(theory.masses, 0.05)
    np.testing.assert_allclose(theory.support[0], -theory.support[1, ::-1])
    np.testing.assert_allclose(theory.cdf([-1e-3, 1e-3]), [0.05, 0.95])
    assert theory.bulk_edges() == (theory.support[0, 0], theory.support[1, 1])


def test_a_scale_of_the_labels_scales_the_spectrum_and_a_sign_mirrors_it(tanh_law):
    theory = DeterministicEquivalent(tanh_law, D, 8 * D)
    found, edges = theory.outliers(), theory.bulk_edges()
    assert len(found.position) == 7
    for factor in (3.0, -0.5):
        law = LabelLaw(factor * tanh_law.T, tanh_law.weights, tanh_law.latent2, tanh_law.isolated)
        scaled = DeterministicEquivalent(law, D, 8 * D)
        np.testing.assert_allclose(sorted(scaled.bulk_edges()), sorted(factor * np.array(edges)))
        np.testing.assert_allclose(scaled.outliers().position, factor * found.position)
        np.testing.assert_allclose(scaled.cos2(), theory.cos2(), rtol=1e-9)
        assert scaled.onset(1) == pytest.approx(theory.onset(1))


# ---- alignments and thresholds -------------------------------------------------------------------------------------


def test_weak_noise_limit():
    strengths = np.array([2e-3, -1e-3])
    law, thresholds = two_sided(strengths), D / strengths**2
    assert [DeterministicEquivalent(law, D, D).onset(i) for i in (0, 1)] == pytest.approx(thresholds, rel=1e-5)
    n = thresholds[1] * np.array([0.1, 0.5, 0.9, 1.1, 2.0, 10.0])
    np.testing.assert_allclose(curve(law, D, n), weak_noise_cos2(n, thresholds), atol=1e-5)


def test_far_above_the_thresholds_the_noise_is_that_of_the_direction_itself(tanh_law):
    """1 − cos²θ_i → (D/n) E[T² h_i²]/s_i²: strong spikes have more of it than D/(n s_i²), the limit for weak ones."""
    spikes = (tanh_law.weights * tanh_law.T) @ (tanh_law.latent2 - 1)
    noise = (tanh_law.weights * tanh_law.T**2) @ tanh_law.latent2
    n = D * np.array([1e4, 1e6])
    np.testing.assert_allclose(n[:, None] / D * (1 - curve(tanh_law, D, n)) * spikes**2 / noise, 1, atol=2e-3)
    assert noise[0] > 1.4


def test_phase_retrieval_with_the_optimal_label_transform():
    """n/D = 1/2 exactly, and known values beyond it; h² = y, so T = 1 − 1/y has no variance."""
    law = phase_retrieval()
    assert DeterministicEquivalent(law, 1000, 1).onset(0) == pytest.approx(500, rel=1e-6)
    found = curve(law, 1000, [500, 505, 550, 1000])[:, 0]
    assert found[0] == 0
    np.testing.assert_allclose(found[1:], [0.0020, 0.0206, 0.2307], atol=1e-4)


def test_onset_and_threshold_are_where_the_curve_says(tanh_law):
    theory = DeterministicEquivalent(tanh_law, D, 1)
    for i in (0, 1, 6):
        onset, half = theory.onset(i), theory.threshold(i, 0.5)
        below, above, there = curve(tanh_law, D, [0.999 * onset, 1.001 * onset, half])[:, i]
        assert below == 0 < above < 0.01
        assert there == pytest.approx(0.5, abs=1e-9)
        assert theory.threshold(i, 0.0) == onset < theory.threshold(i, 0.1) < half
    assert DeterministicEquivalent(two_sided([0.0]), D, 1).onset(0) == np.inf


@pytest.mark.parametrize(("alpha", "expected"), [(2.35, 0.361), (2.5, 0.610), (2.65, 0.775), (2.8, 0.873)])
def test_mean_alignment_for_tanh_labels(tanh_law, alpha, expected):
    assert curve(tanh_law, D, [50**alpha]).mean() == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize(("alpha", "expected"), [(2.65, 0.736), (2.8, 0.855), (3.0, 0.934)])
def test_mean_alignment_for_a_sample_of_identity_labels(alpha, expected):
    n = int(50**alpha)
    found = [curve(LabelLaw.sample(*identity_sample(n, seed)), D, [n]).mean() for seed in range(4)]
    assert np.mean(found) == pytest.approx(expected, abs=0.01)


def test_an_eigenvalue_within_the_far_tail_of_a_lopsided_bulk_is_not_selected():
    """Labels 1 − E with an exponential E: the bulk reaches further down than the outlier reaches up."""
    quantiles = (np.arange(2000) + 0.5) / 2000
    T = 1 + np.log(quantiles)
    law = LabelLaw(T, np.full(2000, 1 / 2000), 1 + 2 * (T[:, None] > 0), np.zeros(2000, dtype=bool))
    theory = DeterministicEquivalent(law, 100_000, 500_000)
    found, (low, high) = theory.outliers(), theory.bulk_edges()
    assert high < found.position[0] < -low
    assert theory.cos2() > 0.1
    assert found.selected == [False]
    beyond = 100_000 * theory.cdf(-found.position)[0]
    assert theory.outliers(k=int(beyond) + 2).selected == [True]


# ---- laws of labels ------------------------------------------------------------------------------------------------


def test_compression_keeps_the_predictions():
    T, latent2 = identity_sample(20_000, 1)
    full, short = LabelLaw(T, np.full(len(T), 1 / len(T)), latent2), LabelLaw.sample(T, latent2)
    assert len(short.T) < 2000
    np.testing.assert_allclose(short.weights @ short.T, 0, atol=1e-12)
    np.testing.assert_allclose(short.weights @ short.latent2, latent2.mean(axis=0))
    exact, compressed = DeterministicEquivalent(full, D, 20_000), DeterministicEquivalent(short, D, 20_000)
    np.testing.assert_allclose(compressed.cos2(), exact.cos2(), atol=1e-4)
    np.testing.assert_allclose(compressed.outliers().position, exact.outliers().position, atol=1e-4)
    np.testing.assert_allclose(compressed.support, exact.support, atol=1e-4)
    assert compressed.onset(1) == pytest.approx(exact.onset(1), rel=1e-4)


def test_tied_labels_become_one_atom():
    T, latent2 = identity_sample(20_000, 1)
    law = LabelLaw.sample(np.clip(T, -1, 1), latent2)
    assert law.weights[law.T == 1].shape == (1,)
    assert law.weights[law.T == 1] == pytest.approx(np.mean(T >= 1))
    discrete = LabelLaw.population(AMPLITUDES, np.sign)
    assert len(discrete.T) == 2
    assert discrete.isolated.all()


def test_population_has_the_moments_of_its_points_and_a_standard_error():
    law = LabelLaw.population(AMPLITUDES, np.tanh, transform=np.tanh, noise=0.1)
    assert law.weights @ law.T == pytest.approx(0, abs=1e-12)
    assert law.weights @ law.T**2 == pytest.approx(1, abs=1e-4)
    rough = standard_error(lambda law: curve(law, D, [10_000])[0], lambda k: population(k, 10), 6)
    fine = standard_error(lambda law: curve(law, D, [10_000])[0], lambda k: population(k, 14), 6)
    assert np.all(fine[1] < 0.004)
    np.testing.assert_array_less(np.abs(rough[0] - fine[0]), 5 * np.hypot(rough[1], fine[1]) + 0.003)


def population(scramble, power):
    return LabelLaw.population(AMPLITUDES, np.tanh, scramble=scramble, power=power)


def test_without_link_noise_the_spikes_of_the_law_are_those_of_the_weak_noise_limit(tanh_law):
    spikes = (tanh_law.weights * tanh_law.T) @ (tanh_law.latent2 - 1)
    points = np.random.default_rng(0).standard_normal((200_000, 7))
    np.testing.assert_allclose(spikes, spike_strengths(points, np.tanh((points**2 - 1) @ AMPLITUDES)), atol=0.01)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"T": np.ones((2, 1))}, r"T and latent2 must have shapes"),
        ({"T": np.array([1.0, np.nan])}, "must be finite"),
        ({"T": np.zeros(2)}, "T must not be zero everywhere"),
        ({"weights": np.array([0.5, 0.6])}, "sum to 1, got the sum 1.1"),
        ({"weights": np.array([1.0])}, "must have the shape of T"),
        ({"latent2": -np.ones((2, 1))}, "latent2 holds squares"),
    ],
)
def test_a_law_refuses_what_is_not_one(change, message):
    law = {"T": np.array([-1.0, 1.0]), "weights": np.array([0.5, 0.5]), "latent2": np.ones((2, 1))}
    with pytest.raises(ValueError, match=message):
        LabelLaw(**law | change)


def test_other_wrong_arguments():
    with pytest.raises(ValueError, match="D must be positive and finite, got 0"):
        DeterministicEquivalent(ONE, 0, 10)
    with pytest.raises(ValueError, match="n must be positive and finite, got nan"):
        DeterministicEquivalent(ONE, 10, float("nan"))
    theory = DeterministicEquivalent(ONE, 10, 10)
    with pytest.raises(ValueError, match=r"i must lie between 0 and d1 − 1 = 0, got 1"):
        theory.onset(1)
    with pytest.raises(ValueError, match="level must be at least 0 and below 1, got 1"):
        theory.threshold(0, 1.0)
    with pytest.raises(ValueError, match="labels must not be constant, got 0 at every point"):
        LabelLaw.population(AMPLITUDES, np.zeros_like)


# ---- simulation ----------------------------------------------------------------------------------------------------


def simulate(D, n, link, seed):
    """Labels, squared latent features, and eigenpairs of Ĉ for Gaussian features whose first seven are the latent."""
    F = np.random.default_rng(seed).standard_normal((n, D))
    y = link((F[:, :7] ** 2 - 1) @ AMPLITUDES)
    T = (y - y.mean()) / y.std()
    return T, F[:, :7] ** 2, *np.linalg.eigh((F * T[:, None]).T @ F / n)


@pytest.mark.jit_only
@pytest.mark.parametrize(("link", "ratio"), [(np.tanh, 20), (np.tanh, 50), (lambda u: u, 50)])
def test_simulated_spectrum_and_alignments(link, ratio):
    """Means at D = 300: cos² to .01, each direction's to that and its scatter; outliers to 2 %; the bulk to .01."""
    D, n, measured, predicted, top, misfit = 300, 300 * ratio, [], [], [], []
    for seed in range(SEEDS):
        T, latent2, values, vectors = simulate(D, n, link, seed)
        theory = DeterministicEquivalent(LabelLaw.sample(T, latent2), D, n)
        leading = np.argsort(-np.abs(values))[:7]
        measured.append(np.sum(vectors[:7, leading] ** 2, axis=1))
        predicted.append(theory.cos2())
        found = theory.outliers().position
        top.append([values[[0, 1, -2, -1]], np.sort(found)[[0, 1, -2, -1]]])
        bulk = np.delete(values, leading)
        misfit.append(theory.cdf(bulk) - (np.arange(len(bulk)) + 0.5) / len(bulk))
    np.testing.assert_allclose(np.mean(misfit, axis=0), 0, atol=0.01)
    difference = np.array(measured) - predicted
    error = difference.std(axis=0, ddof=1) / np.sqrt(SEEDS)
    assert abs(difference.mean()) < 0.01
    np.testing.assert_array_less(np.abs(difference.mean(axis=0)), 0.01 + 3 * error)
    values, positions = np.mean(top, axis=0)
    assert np.all(positions[:2] < 0) and np.all(positions[2:] > 0)
    np.testing.assert_allclose(values, positions, rtol=0.02)


@pytest.mark.jit_only
def test_a_large_label_leaves_the_bulk_with_an_interval_of_its_own():
    """One label of 25 among 3000: one of D = 300 eigenvalues follows it; an outlier lies between it and the bulk."""
    n, rng = 3000, np.random.default_rng(5)
    F = rng.standard_normal((n, 300))
    T = np.tanh(F[:, 0] ** 2 - 1)
    T = np.append(T[1:] - T[1:].mean(), 25.0)
    latent2 = F[:, :1] ** 2
    latent2 = np.roll(latent2, -1, axis=0)
    F = np.roll(F, -1, axis=0)
    values, vectors = np.linalg.eigh((F * T[:, None]).T @ F / n - T.mean() * np.eye(300))
    theory = DeterministicEquivalent(LabelLaw.sample(T, latent2), 300, n)
    assert len(theory.support) == 2
    assert theory.masses[1] * 300 == pytest.approx(1)
    assert theory.support[1, 0] * 0.9 < values[-1] < theory.support[1, 1] * 1.1
    found = theory.outliers()
    assert len(found.position) == 1
    assert theory.support[0, 1] < found.position[0] < theory.support[1, 0]
    assert values[-2] == pytest.approx(found.position[0], rel=0.02)
    assert vectors[0, -2] ** 2 == pytest.approx(found.cos2[0], abs=0.03)
    assert found.selected == [False]  # k = d1 = 1 goes to the label
    assert theory.outliers(k=2).selected == [True]
