"""The two products of the moment operator's inner loops against loops over their definition."""

import numpy as np
import pytest

from feature_cascade.features.microkernel import backward, forward
from feature_cascade.sampling.sources import BLOCK

DIRECTIONS = [1, 2, 3, 4, 5, 6, 7, 8, 14]
COUNTS = [4, 8, 20]


def operands(k, n, count, integer):
    """Rows (count, n), coefficients (count, k), factor (n,), values (k, n), sums (count, k)."""
    rng = np.random.default_rng(k)
    shapes = ((count, n), (count, k), (n,), (k, n), (count, k))
    draws = [rng.integers(-3, 4, s) if integer else rng.standard_normal(s) for s in shapes]
    return tuple(a.astype(np.float32) for a in draws)


def forward_loops(rows, coef, factor, values):
    """values[m, j] + factor[j] Σ_r coef[r, m] · row[r, j], in float64."""
    out = values.astype(float)
    for m in range(coef.shape[1]):
        for r in range(len(rows)):
            out[m] += factor.astype(float) * float(coef[r, m]) * rows[r].astype(float)
    return out


def backward_loops(rows, weights, sums):
    """sums[r, m] + Σ_j row[r, j] · weight[m, j], in float64."""
    out = sums.astype(float)
    for r in range(len(rows)):
        for m in range(len(weights)):
            out[r, m] += sum(float(a) * float(b) for a, b in zip(rows[r], weights[m], strict=True))
    return out


@pytest.mark.parametrize("k", DIRECTIONS)
@pytest.mark.parametrize("count", [*COUNTS, 1, 7])
@pytest.mark.parametrize("n", [64, BLOCK])
def test_forward_is_exact_on_small_integers(k, count, n):
    rows, coef, factor, values, _ = operands(k, n, count, integer=True)
    expected = forward_loops(rows, coef, factor, values)
    forward(rows, coef, factor, values)
    np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize("k", DIRECTIONS)
@pytest.mark.parametrize("count", COUNTS)
@pytest.mark.parametrize("n", [64, BLOCK])
def test_backward_is_exact_on_small_integers(k, count, n):
    rows, _, _, weights, sums = operands(k, n, count, integer=True)
    expected = backward_loops(rows, weights, sums)
    backward(rows, weights, sums)
    np.testing.assert_array_equal(sums, expected)


@pytest.mark.parametrize("k", DIRECTIONS)
def test_products_of_real_numbers_to_single_precision(k):
    rows, coef, factor, values, sums = operands(k, BLOCK, 8, integer=False)
    expected_sums = backward_loops(rows, values, sums)
    expected_values = forward_loops(rows, coef, factor, values)
    backward(rows, values, sums)
    forward(rows, coef, factor, values)
    np.testing.assert_allclose(values, expected_values, atol=2e-6 * np.abs(expected_values).max())
    np.testing.assert_allclose(sums, expected_sums, atol=2e-6 * np.abs(expected_sums).max())


@pytest.mark.parametrize("k", DIRECTIONS)
def test_nothing_outside_the_operands_is_written(k):
    rows, coef, factor, values, sums = operands(k, 64, 4, integer=True)
    guarded_values, guarded_sums = np.full((k + 2, 64), 7.0, np.float32), np.full((6, k), 7.0, np.float32)
    guarded_values[1:-1], guarded_sums[1:-1] = values, sums
    before = rows.copy(), coef.copy(), factor.copy()
    backward(rows, values, guarded_sums[1:-1])
    forward(rows, coef, factor, guarded_values[1:-1])
    np.testing.assert_array_equal(guarded_values[[0, -1]], 7.0)
    np.testing.assert_array_equal(guarded_sums[[0, -1]], 7.0)
    np.testing.assert_array_equal(guarded_values[1:-1], forward_loops(rows, coef, factor, values))
    np.testing.assert_array_equal(guarded_sums[1:-1], backward_loops(rows, values, sums))
    for old, new in zip(before, (rows, coef, factor), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.jit_only  # the plain products are BLAS, which promises no such thing
@pytest.mark.parametrize("width", [1, 2, 3, 4])
def test_directions_do_not_influence_each_other(width):
    """A direction gets the same bits whatever the width of its register block, as block Krylov changes it."""
    rows, coef, factor, values, sums = operands(12, BLOCK, 8, integer=False)
    all_values, all_sums = values.copy(), sums.copy()
    forward(rows, coef, factor, all_values)
    backward(rows, values, all_sums)
    for first in range(0, 12, width):
        part = slice(first, first + width)
        some_values, some_sums = values[part].copy(), sums[:, part].copy()
        forward(rows, coef[:, part].copy(), factor, some_values)
        backward(rows, values[part].copy(), some_sums)
        np.testing.assert_array_equal(some_values, all_values[part])
        np.testing.assert_array_equal(some_sums, all_sums[:, part])


def test_nan_passes_through():
    rows, coef, factor, values, _ = operands(2, 64, 4, integer=True)
    rows[3, 5], coef[3] = np.nan, 1.0
    forward(rows, coef, factor, values)
    assert np.isnan(values[:, 5]).all()
    assert np.isfinite(np.delete(values, 5, axis=1)).all()
