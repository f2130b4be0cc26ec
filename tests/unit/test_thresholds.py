"""Thresholds and exponents are found where they are known to be."""

import numpy as np
import pytest

from feature_cascade.measurement.thresholds import BEFORE, BEYOND, MEASURED, crossing, power_law, threshold

N = np.logspace(3, 6, 13)


def curve(n_i):
    return np.maximum(0.0, 1 - n_i / N)


def test_crossing_of_a_line_in_log_n_is_exact():
    rising = (np.log(N) - np.log(N[0])) / (np.log(N[-1]) - np.log(N[0]))
    n, status = crossing(N, rising)
    assert status == MEASURED
    assert np.log(n) == pytest.approx((np.log(N[0]) + np.log(N[-1])) / 2)


def test_dips_are_pooled_before_the_crossing_is_looked_for():
    n = np.array([1.0, 2.0, 4.0, 8.0])
    assert crossing(n, np.array([0.0, 0.6, 0.2, 1.0]))[0] == pytest.approx(4 * 2 ** (0.1 / 0.6))


@pytest.mark.parametrize(("level", "status"), [(0.001, BEYOND), (0.9, BEFORE)])
def test_nothing_is_extrapolated(level, status):
    found = threshold(N, np.full((3, len(N)), level))
    assert found.status == status
    assert np.isnan(found.n) and np.isnan(found.log_se)
    assert found.n_seeds == 3


def test_threshold_with_its_error():
    rng = np.random.default_rng(0)
    shifts = np.exp(0.2 * rng.standard_normal(40))
    found = threshold(N, np.array([curve(2e4 * s) for s in shifts]))
    assert found.status == MEASURED
    assert found.n == pytest.approx(4e4, rel=0.15)
    assert found.log_se == pytest.approx(0.2 / np.sqrt(40), rel=0.4)
    assert found == threshold(N, np.array([curve(2e4 * s) for s in shifts]))


def test_one_seed_has_no_error():
    assert np.isnan(threshold(N, curve(2e4)).log_se)


@pytest.mark.parametrize(
    ("n", "curves"),
    [(N[::-1], curve(1e4)), (N, curve(1e4)[:-1]), (N, np.where(N > 1e5, np.nan, 0.1))],
)
def test_unusable_curves_are_refused(n, curves):
    with pytest.raises(ValueError, match="curves must be finite"):
        threshold(n, curves)


def test_power_law():
    rng = np.random.default_rng(1)
    slopes = -0.5 + 0.02 * rng.standard_normal(5)
    curves = np.array([3 * N**s for s in slopes])
    curves[:, N > 1e5] = 1.0
    fit = power_law(N, curves, (1e3, 1e5))
    assert fit.exponent == pytest.approx(slopes.mean())
    assert fit.se == pytest.approx(slopes.std(ddof=1) / np.sqrt(5))
    assert fit.low < slopes.mean() < fit.high
    assert (fit.n_points, fit.n_seeds) == (int(np.sum(N <= 1e5)), 5)
    with pytest.raises(ValueError, match="needs two points"):
        power_law(N, curves, (1e7, 1e8))
