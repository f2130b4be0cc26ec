"""Widths, exponents and collapses are found where they are known to be."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from feature_cascade.finite_size import (
    EXPONENTS,
    Rounding,
    SizeCurves,
    best_exponents,
    collapse_quality,
    missing,
    power_law_in_D,
    resampled_means,
    width,
)

RATIOS = np.round(np.linspace(0.4, 1.6, 25), 10)
ONSET = 12  # index of ratio 1
SIZES = (100, 250, 600, 1500)
SLOPE = 0.6


def scaling_function(u):
    """A kink of slope 0.6, smeared by a standard normal law."""
    return SLOPE * (u * ndtr(u) + np.exp(-u * u / 2) / math.sqrt(2 * math.pi))


def sizes(seeds, a=-1 / 3, b=-1 / 3, noise=0.5, seed=0, ds=SIZES):
    """Curves D^a f((r − 1) D^(−b)); fluctuations, mostly common to all ratios, grow with cos² up to the onset."""
    rng = np.random.default_rng(seed)
    x = RATIOS - 1
    found = []
    for D in ds:
        shape = (seeds, len(RATIOS))
        fluctuation = 0.9 * rng.standard_normal((seeds, 1)) + 0.44 * rng.standard_normal(shape)
        mean, height = scaling_function(x * D**-b), scaling_function(0.0)
        curves = D**a * (mean + noise * (0.2 * height + 0.8 * np.minimum(mean, height)) * fluctuation)
        found.append(SizeCurves(D, curves, SLOPE * np.maximum(x, 0), SLOPE))
    return found


def rounding(seeds, bootstraps=200, **options):
    return Rounding(RATIOS, sizes(seeds, **options), "test", bootstraps=bootstraps)


def exponents(curves, window=0.4):
    return {
        "width": power_law_in_D(curves.D, curves.widths),
        "height": power_law_in_D(curves.D, curves.heights),
        "collapse": curves.collapse(window),
    } | dict(zip(("a", "b"), curves.collapse_two(window), strict=True))


@pytest.mark.parametrize("sigma", [0.05, 0.12])
def test_width_is_the_spread_of_a_smeared_onset(sigma):
    ratios = np.linspace(0, 2, 401)
    z = np.linspace(-5, 5, 2001)
    weight = np.exp(-(z**2) / 2)
    smeared = (SLOPE * np.maximum(ratios[:, None] - 1 - sigma * z, 0)) @ weight / weight.sum()
    assert width(ratios, smeared, SLOPE) == pytest.approx(sigma, rel=2e-3)
    assert missing(ratios, smeared, SLOPE * np.maximum(ratios - 1, 0)) == pytest.approx(-(sigma**2) / 2, rel=5e-3)


def test_width_and_missing_by_hand():
    ratios, predicted = np.array([0.0, 1.0, 3.0]), np.array([0.0, 0.0, 1.0])
    measured = np.array([[0.2, 0.4, 0.6], [0.0, 0.0, 1.0], [0.0, 0.1, 0.1]])
    np.testing.assert_allclose(width(ratios, measured, 0.5), 2 * np.sqrt([0.6, 0.0, 0.1]))
    np.testing.assert_allclose(missing(ratios, measured, predicted), [0.0, 0.0, 0.8])


def naive_quality(D, x, y, errors, a, b):
    """S as in the paper: its sums over the selected points, with abscissae from the origin."""
    L, J = y.shape
    X = [[x[j] * D[i] ** -b for j in range(J)] for i in range(L)]
    Y = [[y[i][j] * D[i] ** -a for j in range(J)] for i in range(L)]
    S = [[errors[i][j] * D[i] ** -a for j in range(J)] for i in range(L)]
    terms = []
    for i in range(L):
        for j in range(J):
            chosen = []
            for k in range(L):
                for m in range(J - 1):
                    if k != i and X[k][m] < X[i][j] <= X[k][m + 1]:
                        chosen += [(X[k][n], Y[k][n], 1 / S[k][n] ** 2) for n in (m, m + 1)]
            if not chosen:
                continue
            K = sum(w for _, _, w in chosen)
            Kx, Ky = sum(w * u for u, _, w in chosen), sum(w * v for _, v, w in chosen)
            Kxx, Kxy = sum(w * u * u for u, _, w in chosen), sum(w * u * v for u, v, w in chosen)
            delta = K * Kxx - Kx**2
            master = (Kxx * Ky - Kx * Kxy) / delta + X[i][j] * (K * Kxy - Kx * Ky) / delta
            variance = (Kxx - 2 * X[i][j] * Kx + X[i][j] ** 2 * K) / delta
            terms.append((Y[i][j] - master) ** 2 / (S[i][j] ** 2 + variance))
    return math.fsum(terms) / len(terms)


@pytest.mark.parametrize(("a", "b"), [(-1 / 3, -1 / 3), (-0.9, 0.2), (0.1, -0.6)])
def test_quality_against_loops(a, b):
    rng = np.random.default_rng(1)
    D, x = np.array([50.0, 120.0, 400.0]), np.array([-0.3, -0.1, 0.0, 0.15, 0.4])
    y, errors = rng.random((3, 5)), 0.1 + rng.random((3, 5))
    assert collapse_quality(D, x, y, errors, a, b) == pytest.approx(naive_quality(D, x, y, errors, a, b), rel=1e-10)


def test_quality_is_about_one_for_a_true_collapse_and_grows_away_from_it():
    rng = np.random.default_rng(2)
    D, x = np.array(SIZES, dtype=float), np.linspace(-0.4, 0.4, 17)
    y = D[:, None] ** (-1 / 3) * scaling_function(np.outer(D ** (1 / 3), x))
    errors = np.full(y.shape, 0.02) * y[:, 8:9]
    y = y + errors * rng.standard_normal(y.shape)
    at = {a: collapse_quality(D, x, y, errors, a, a) for a in (-0.6, -1 / 3, -0.1)}
    assert 0.5 < at[-1 / 3] < 1.6
    assert min(at[-0.6], at[-0.1]) > 5 * at[-1 / 3]


def test_power_law_without_noise_is_exact():
    D = np.array(SIZES, dtype=float)
    scatter = 1 + 1e-6 * np.random.default_rng(3).standard_normal((40, 4))
    fit = power_law_in_D(D, np.vstack([np.ones(4), scatter]) * 2.5 * D**-0.42)
    assert fit.value == pytest.approx(-0.42, abs=1e-12)
    assert fit.prefactor == pytest.approx(2.5)
    assert fit.low < -0.42 < fit.high and fit.high - fit.low < 1e-5
    assert fit.misfit == pytest.approx(0, abs=1e-6)


def test_power_law_weights_the_better_known_sizes():
    D = np.exp([0.0, 1.0, 2.0])
    rng = np.random.default_rng(4)
    logs = np.vstack([[0.0, -1.0, 0.0], np.array([0.0, -1.0, 0.0]) + rng.standard_normal((4000, 3)) * [0.01, 0.01, 1]])
    fit = power_law_in_D(D, np.exp(logs))
    assert fit.value == pytest.approx(-1, abs=1e-3)
    assert fit.misfit == pytest.approx(4, rel=0.1)  # the third point is off by two of its errors of one


def test_two_sizes_have_an_exponent_but_no_misfit():
    fit = power_law_in_D(np.array([10.0, 100.0]), np.array([[1.0, 0.1], [1.1, 0.11], [0.9, 0.1]]))
    assert fit.value == pytest.approx(-1)
    assert np.isnan(fit.misfit)


def test_power_law_of_nothing():
    with pytest.raises(ValueError, match="needs positive values"):
        power_law_in_D(np.array([10.0, 100.0]), np.array([[1.0, 0.0], [1.0, 0.1]]))
    with pytest.raises(ValueError, match="that differ"):
        power_law_in_D(np.array([10.0, 100.0]), np.full((5, 2), 0.1))


@pytest.mark.jit_only
@pytest.mark.parametrize(
    ("a", "b", "ds"),
    [(-1 / 3, -1 / 3, SIZES), (-1 / 2, -1 / 2, (20, 50, 120, 300)), (-0.5, -0.25, SIZES)],
)
def test_known_exponents_are_recovered(a, b, ds):
    """At sizes whose widths, D^b, the grid resolves."""
    found = exponents(rounding(400, a=a, b=b, ds=ds))
    known = {"height": a, "a": a, "b": b} | ({"collapse": a, "width": a} if a == b else {})
    for name, true in known.items():
        assert found[name].low < true < found[name].high, (name, found[name])
        assert found[name].value == pytest.approx(true, abs=0.05), name
    if a != b:
        assert found["collapse"].misfit > 2 * found["a"].misfit


@pytest.mark.jit_only
def test_intervals_halve_when_seeds_are_quadrupled():
    """Mean over repetitions: the length of one interval is itself random."""
    lengths = {}
    for seeds in (100, 400):
        found = [exponents(rounding(seeds, noise=0.3, seed=seed, bootstraps=120)) for seed in range(3)]
        for name in found[0]:
            lengths.setdefault(name, []).append(np.mean([e[name].high - e[name].low for e in found]))
    for name, (few, many) in lengths.items():
        assert many / few == pytest.approx(0.5, abs=0.1), name


def test_intervals_cover():
    """Of 40 intervals at 95 % about two miss."""
    missed = 0
    for seed in range(40):
        curves = rounding(40, seed=seed)
        fit = power_law_in_D(curves.D, curves.heights)
        missed += not fit.low < -1 / 3 < fit.high
    assert missed <= 6


def test_resamples():
    rng = np.random.default_rng(5)
    values = rng.standard_normal((50, 3))
    means = resampled_means(values, 4000, rng)
    np.testing.assert_allclose(means[0], values.mean(axis=0))
    np.testing.assert_allclose(means[1:].mean(axis=0), values.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(np.cov(means[1:].T), np.cov(values.T, ddof=0) / 50, atol=0.003)


def test_the_same_bits_again_and_other_bits_by_another_name():
    first, second = rounding(20, bootstraps=10), rounding(20, bootstraps=10)
    other = Rounding(RATIOS, sizes(20), "other", bootstraps=10)
    np.testing.assert_array_equal(first.means, second.means)
    assert not np.array_equal(first.means[1:], other.means[1:])
    assert first.collapse(0.4) == second.collapse(0.4)


def test_sizes_are_put_in_order():
    curves = Rounding(RATIOS, sizes(20)[::-1], "test", bootstraps=5)
    np.testing.assert_array_equal(curves.D, SIZES)
    np.testing.assert_array_equal(curves.means, rounding(20, bootstraps=5).means)
    np.testing.assert_array_equal(curves.heights, curves.means[..., ONSET])


def test_exponents_of_a_collapse_stay_in_their_range():
    D, x = np.array([10.0, 1000.0]), np.linspace(-0.2, 0.2, 5)
    y = np.outer(D**2, np.ones(5)) * (1 + x)
    found = best_exponents(D, x, y, 0.01 * y)
    assert all(EXPONENTS[0] <= e <= EXPONENTS[1] for e in found)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"ratios": RATIOS[::-1]}, "ratios must ascend"),
        ({"ratios": RATIOS + 0.01}, "with 1 between"),
        ({"ratios": RATIOS[ONSET:]}, "with 1 between"),
        ({"sizes": sizes(5)[:1]}, "two different sizes"),
        ({"sizes": [sizes(5)[0]] * 2}, "two different sizes"),
        ({"sizes": sizes(1)}, "at least 2 seeds"),
        ({"sizes": [SizeCurves(D, np.ones((3, 4)), np.ones(25), 1.0) for D in (1, 2)]}, "at least 2 seeds, 25"),
        ({"sizes": [SizeCurves(D, np.ones((3, 25)), np.ones(25), 1.0) for D in (1, 2)]}, "differ between seeds"),
        ({"sizes": [SizeCurves(s.D, s.cos2, s.predicted, 0.0) for s in sizes(5)]}, "rise after the onset"),
        ({"sizes": [SizeCurves(s.D, s.cos2, s.predicted[1:], 1.0) for s in sizes(5)]}, "finite at every ratio"),
        ({"sizes": [SizeCurves(s.D, s.cos2 * np.nan, s.predicted, 1.0) for s in sizes(5)]}, "must be finite"),
        ({"bootstraps": 0}, "at least one resample"),
    ],
)
def test_what_cannot_be_analysed(changed, words):
    with pytest.raises(ValueError, match=words):
        Rounding(**{"ratios": RATIOS, "sizes": sizes(5), "name": "test", "bootstraps": 3} | changed)


def test_a_window_without_points():
    with pytest.raises(ValueError, match="needs three ratios"):
        rounding(5, bootstraps=3).collapse(0.04)
