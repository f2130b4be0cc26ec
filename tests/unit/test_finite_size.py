"""Widths, exponents and collapses are found where they are known to be."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from feature_cascade.measurement.finite_size import Rounding, SizeCurves, missing, width
from feature_cascade.measurement.uncertainty import power_law_in_D

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
