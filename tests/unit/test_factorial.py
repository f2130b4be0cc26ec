"""Effects of a factorial design and exponents, from numbers whose answer is known."""

import itertools

import numpy as np
import pytest

from feature_cascade.measurement.factorial import effects, geometric_mean_interval, power_law_in_d
from feature_cascade.measurement.uncertainty import BOOTSTRAPS

FACTORS = ["a", "b", "c"]


def design(value):
    """value(set of factors) for all eight combinations."""
    sets = [frozenset(c) for k in range(4) for c in itertools.combinations(FACTORS, k)]
    return {chosen: np.atleast_1d(value(chosen)) for chosen in sets}


def test_additive_effects():
    found = effects(FACTORS, design(lambda on: 2.0 * ("a" in on) - 0.5 * ("c" in on) + 7.0))
    assert {k: float(v[0]) for k, v in found.items()} == pytest.approx(
        {("a",): 2.0, ("b",): 0.0, ("c",): -0.5, ("a", "b"): 0.0, ("a", "c"): 0.0, ("b", "c"): 0.0}
    )


def test_interaction_is_half_the_difference_of_the_effects():
    """b works only where a is on: it has half its effect on average, and so has the pair."""
    found = effects(FACTORS, design(lambda on: 1.0 * ({"a", "b"} <= on)))
    assert found["b",][0] == found["a",][0] == found["a", "b"][0] == pytest.approx(0.5)
    assert found["a", "c"][0] == pytest.approx(0.0)


def test_effects_of_every_seed():
    values = design(lambda on: np.array([1.0, 2.0, 3.0]) * ("b" in on))
    np.testing.assert_allclose(effects(FACTORS, values)["b",], [1.0, 2.0, 3.0])


def test_incomplete_designs_are_refused():
    values = design(lambda on: 1.0)
    values.pop(frozenset("ab"))
    with pytest.raises(ValueError, match=r"the 8 combinations of .*'a', 'b', 'c'.* are needed"):
        effects(FACTORS, values)


def scattered(d, law, noise=0.02, seeds=6):
    offsets = np.linspace(-1, 1, seeds)  # of mean zero: the mean is exact
    return [law(size) * (1 + noise * offsets) for size in d]


@pytest.mark.parametrize("exponent", [-1.5, -0.5, 0.0, 1.0])
@pytest.mark.parametrize("amplitude", [3.0, -3.0])
def test_power_law(exponent, amplitude):
    d = [30, 50, 120]
    law = power_law_in_d(d, scattered(d, lambda size: amplitude * size**exponent), "test")
    assert law.value == pytest.approx(exponent, abs=1e-9)
    assert law.low <= exponent <= law.high and law.high - law.low < 0.1
    assert law.prefactor == pytest.approx(amplitude) and law.misfit == pytest.approx(0.0, abs=1e-9)


def test_power_law_of_noise_is_not_determined():
    law = power_law_in_d([30, 50, 120], np.random.default_rng(0).standard_normal((3, 5)), "test")
    assert np.isnan([law.value, law.low, law.high]).all() and law.misfit < 5


def test_interval_widens_with_the_noise():
    d = [30, 50, 120]
    laws = [power_law_in_d(d, scattered(d, lambda size: 1 / size, noise), "test") for noise in (0.05, 0.3)]
    widths = [law.high - law.low for law in laws]
    assert widths[1] > 3 * widths[0] > 0


def test_power_law_without_two_sizes_or_scatter_is_missing():
    assert np.isnan(power_law_in_d([30], [np.array([1.0, 2.0])], "test").value)
    assert np.isnan(power_law_in_d([30, 50], [np.array([1.0, 2.0]), np.array([1.0])], "test").value)


def test_power_law_is_reproducible():
    d = [10, 20]
    laws = [power_law_in_d(d, scattered(d, lambda size: 1 / size, 0.3), "test") for _ in range(2)]
    assert laws[0].low == laws[1].low and BOOTSTRAPS >= 400


def test_geometric_mean():
    mean, low, high = geometric_mean_interval(np.array([2.0, 8.0, 4.0]), "test")
    assert mean == pytest.approx(4.0) and 2.0 <= low < 4.0 < high <= 8.0
    single = geometric_mean_interval(np.array([3.0]), "test")
    assert single[0] == pytest.approx(3.0) and np.isnan(single[1:]).all()
    assert np.isnan(geometric_mean_interval(np.array([]), "test")).all()
