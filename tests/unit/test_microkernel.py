"""The two tile products against loops over their definition."""

import numpy as np
import pytest

from feature_cascade.microkernel import TILE, backward_tile, forward_tile
from feature_cascade.stream import BLOCK

DIRECTIONS = [2, 4, 6, 8, 10, 14]


def operands(k, n, integer):
    rng = np.random.default_rng(k)
    shapes = ((TILE, n), (k, TILE), (k, n), (k, TILE))
    draws = [rng.integers(-3, 4, s) if integer else rng.standard_normal(s) for s in shapes]
    tile, coef, values, sums = (a.astype(np.float32) for a in draws)
    return tile, coef, values, sums


def forward_loops(tile, coef, sums):
    """sums[m, j] += Σ_r coef[m, r] · tile[r, j], in float64."""
    out = sums.astype(float)
    for m in range(coef.shape[0]):
        for r in range(TILE):
            out[m] += float(coef[m, r]) * tile[r].astype(float)
    return out


def backward_loops(tile, weight, sums):
    """sums[m, r] += Σ_j tile[r, j] · weight[m, j], in float64."""
    out = sums.astype(float)
    for m in range(weight.shape[0]):
        for r in range(TILE):
            out[m, r] += sum(float(a) * float(b) for a, b in zip(tile[r], weight[m], strict=True))
    return out


@pytest.mark.parametrize("k", DIRECTIONS)
@pytest.mark.parametrize("n", [64, BLOCK])
def test_forward_is_exact_on_small_integers(k, n):
    tile, coef, values, _ = operands(k, n, integer=True)
    expected = forward_loops(tile, coef, values)
    forward_tile(tile, coef, values)
    np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize("k", DIRECTIONS)
@pytest.mark.parametrize("n", [64, BLOCK])
def test_backward_is_exact_on_small_integers(k, n):
    tile, _, weight, sums = operands(k, n, integer=True)
    expected = backward_loops(tile, weight, sums)
    backward_tile(tile, weight, sums)
    np.testing.assert_array_equal(sums, expected)


@pytest.mark.parametrize("k", DIRECTIONS)
def test_products_of_real_numbers_to_single_precision(k):
    tile, coef, values, sums = operands(k, BLOCK, integer=False)
    forward, backward = forward_loops(tile, coef, values), backward_loops(tile, values, sums)
    backward_tile(tile, values, sums)
    forward_tile(tile, coef, values)
    np.testing.assert_allclose(values, forward, atol=2e-6 * np.abs(forward).max())
    np.testing.assert_allclose(sums, backward, atol=2e-6 * np.abs(backward).max())


@pytest.mark.parametrize("k", [2, 4, 6])
def test_nothing_outside_the_operands_is_written(k):
    tile, coef, values, sums = operands(k, 64, integer=True)
    guarded_values, guarded_sums = np.full((k + 2, 64), 7.0, np.float32), np.full((k + 2, TILE), 7.0, np.float32)
    guarded_values[1:-1], guarded_sums[1:-1] = values, sums
    before = tile.copy(), coef.copy()
    backward_tile(tile, values, guarded_sums[1:-1])
    forward_tile(tile, coef, guarded_values[1:-1])
    np.testing.assert_array_equal(guarded_values[[0, -1]], 7.0)
    np.testing.assert_array_equal(guarded_sums[[0, -1]], 7.0)
    np.testing.assert_array_equal(guarded_values[1:-1], forward_loops(tile, coef, values))
    np.testing.assert_array_equal(guarded_sums[1:-1], backward_loops(tile, values, sums))
    np.testing.assert_array_equal(tile, before[0])
    np.testing.assert_array_equal(coef, before[1])


@pytest.mark.jit_only  # the plain products are BLAS, which promises no such thing
def test_directions_do_not_influence_each_other():
    """A direction gets the same bits in a block of registers 4 or 2 wide, as block Krylov changes its width."""
    tile, coef, values, sums = operands(6, BLOCK, integer=False)
    full_forward, full_backward = values.copy(), sums.copy()
    forward_tile(tile, coef, full_forward)
    backward_tile(tile, values, full_backward)
    for pair in (slice(0, 2), slice(2, 4), slice(4, 6)):
        forward, backward = values[pair].copy(), sums[pair].copy()
        forward_tile(tile, coef[pair].copy(), forward)
        backward_tile(tile, values[pair].copy(), backward)
        np.testing.assert_array_equal(forward, full_forward[pair])
        np.testing.assert_array_equal(backward, full_backward[pair])


def test_infinite_and_nan_values_pass_through():
    tile, coef, values, _ = operands(2, 64, integer=True)
    tile[3, 5], coef[:, 3] = np.nan, 1.0
    forward_tile(tile, coef, values)
    assert np.isnan(values[:, 5]).all()
    assert np.isfinite(np.delete(values, 5, axis=1)).all()
