"""Block Krylov with Rayleigh–Ritz: convergence, residuals, warm starts, awkward starts."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feature_cascade.eigen import dense_eigenpairs, leading_eigenpairs, relative_residual


def symmetric(spectrum, seed=0):
    """A symmetric matrix with this spectrum in a random basis."""
    basis, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(spectrum),) * 2))
    matrix = basis * spectrum @ basis.T
    return (matrix + matrix.T) / 2


def spiked(D=80, seed=0, spikes=(3.0, -2.6, 2.2, -1.8, 1.5)):
    """A bulk on (−1, 1) and spikes of both signs."""
    return symmetric(np.concatenate([spikes, np.linspace(-1, 1, D - len(spikes))]), seed)


def start_block(D, width, seed=1):
    return np.random.default_rng(seed).standard_normal((D, width))


def solve(matrix, start, k, tolerance=1e-8, max_passes=60, **options):
    return leading_eigenpairs(lambda V: matrix @ V, start, k, tolerance, max_passes, **options)


def assert_same_pairs(pairs, matrix, k, atol=1e-7):
    values, vectors = naive.leading_eigenpairs(matrix, k)
    np.testing.assert_allclose(pairs.values, values, atol=atol)
    np.testing.assert_allclose(np.abs(np.sum(pairs.vectors * vectors, axis=0)), 1.0, atol=atol)
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(k), atol=1e-10)


@pytest.mark.parametrize(("k", "width"), [(1, 1), (1, 4), (3, 3), (5, 5), (5, 9)])
def test_converges_to_the_spikes_of_both_signs(k, width):
    matrix = spiked()
    pairs = solve(matrix, start_block(80, width), k)
    assert pairs.converged
    assert_same_pairs(pairs, matrix, k)
    assert np.all(np.diff(np.abs(pairs.values)) <= 0)
    assert (pairs.values < 0).sum() == k // 2


@pytest.mark.parametrize("seed", range(5))
def test_converges_on_a_random_symmetric_matrix(seed):
    """No gap at all: the ends of a semicircle, where power iteration would lose directions."""
    noise = np.random.default_rng(seed).standard_normal((60, 60))
    matrix = noise + noise.T
    pairs = solve(matrix, start_block(60, 8, seed + 100), 6)
    assert pairs.converged
    assert_same_pairs(pairs, matrix, 6)


def test_needs_few_passes_where_power_iteration_needs_many():
    matrix = spiked(spikes=(1.5, -1.45, 1.4))
    assert solve(matrix, start_block(80, 7), 3, tolerance=0.01).passes <= 12


def test_opposite_eigenvalues_of_equal_size():
    matrix = spiked(spikes=(2.0, -2.0))
    pairs = solve(matrix, start_block(80, 4), 2)
    assert sorted(pairs.values.round(8)) == [-2.0, 2.0]
    np.testing.assert_allclose(matrix @ pairs.vectors, pairs.vectors * pairs.values, atol=1e-7)


def test_degenerate_eigenvalue_gives_an_orthonormal_basis_of_its_space():
    matrix = spiked(spikes=(2.0, 2.0, 2.0))
    pairs = solve(matrix, start_block(80, 4), 3)
    assert pairs.converged
    np.testing.assert_allclose(pairs.values, 2.0, atol=1e-10)
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(3), atol=1e-10)
    np.testing.assert_allclose(matrix @ pairs.vectors, 2.0 * pairs.vectors, atol=1e-6)


def test_warm_start_needs_fewer_passes():
    matrix = spiked()
    noise = np.random.default_rng(5).standard_normal(matrix.shape)
    nearby = matrix + 1e-4 * (noise + noise.T)
    first = solve(matrix, start_block(80, 9), 5, tolerance=1e-3)
    cold, warm = solve(nearby, start_block(80, 9), 5, tolerance=1e-3), solve(nearby, first.vectors, 5, tolerance=1e-3)
    assert warm.converged and cold.converged
    assert warm.passes < cold.passes
    np.testing.assert_allclose(warm.values, cold.values, rtol=1e-5)


def test_start_from_the_eigenvectors_takes_one_pass():
    matrix = spiked()
    _, vectors = naive.leading_eigenpairs(matrix, 5)
    pairs = solve(matrix, vectors, 5)
    assert pairs.passes == 1
    assert_same_pairs(pairs, matrix, 5)


@pytest.mark.parametrize("max_passes", [1, 2, 3])
def test_residuals_are_true_residuals_before_convergence(max_passes):
    matrix = spiked()
    pairs = solve(matrix, start_block(80, 5), 5, max_passes=max_passes)
    assert not pairs.converged
    assert pairs.passes == max_passes
    true = np.linalg.norm(matrix @ pairs.vectors - pairs.vectors * pairs.values, axis=0)
    np.testing.assert_allclose(pairs.residuals, true, rtol=1e-8, atol=1e-12)
    assert pairs.residuals.max() > 0.01


def test_converged_means_that_every_residual_is_below_the_tolerance():
    matrix = spiked()
    pairs = solve(matrix, start_block(80, 5), 5, tolerance=1e-3)
    true = np.linalg.norm(matrix @ pairs.vectors - pairs.vectors * pairs.values, axis=0)
    assert np.all(true <= 1e-3 * np.abs(pairs.values) * (1 + 1e-9))


@given(st.integers(2, 30), st.integers(1, 4), st.integers(1, 5), st.integers(0, 2**31))
def test_every_ritz_value_is_within_its_residual_of_an_eigenvalue(D, k, max_passes, seed):
    k = min(k, D)
    noise = np.random.default_rng(seed).standard_normal((D, D))
    matrix = noise + noise.T
    pairs = solve(matrix, start_block(D, k, seed + 1), k, max_passes=max_passes)
    distance = np.abs(pairs.values[:, None] - np.linalg.eigvalsh(matrix)).min(axis=1)
    assert np.all(distance <= pairs.residuals + 1e-9)
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(k), atol=1e-9)


@given(st.integers(1, 12), st.integers(0, 2**31))
def test_all_eigenpairs(D, seed):
    noise = np.random.default_rng(seed).standard_normal((D, D))
    matrix = noise + noise.T
    pairs = solve(matrix, start_block(D, D, seed + 1), D)
    assert pairs.converged and pairs.passes == 1
    np.testing.assert_allclose(np.sort(pairs.values), np.linalg.eigvalsh(matrix), atol=1e-10)
    np.testing.assert_allclose(pairs.vectors * pairs.values @ pairs.vectors.T, matrix, atol=1e-10)


def test_start_block_wider_than_the_space():
    matrix = symmetric(np.array([3.0, -2.0, 1.0, 0.5]))
    pairs = solve(matrix, start_block(4, 7), 2)
    assert_same_pairs(pairs, matrix, 2)


@pytest.mark.parametrize("rank", [1, 2, 4])
def test_rank_deficient_start_block(rank):
    matrix = spiked()
    start = start_block(80, rank) @ np.random.default_rng(2).standard_normal((rank, 7))
    pairs = solve(matrix, start, 5)
    assert pairs.converged
    assert_same_pairs(pairs, matrix, 5)


def test_start_block_with_repeated_and_zero_columns():
    matrix = spiked()
    start = start_block(80, 6)
    start[:, 1], start[:, 3] = start[:, 0], 0.0
    assert_same_pairs(solve(matrix, start, 5), matrix, 5)


def test_start_block_inside_a_smaller_invariant_space_is_refused():
    """One exact eigenvector repeated: nothing in the residuals leads out of its span."""
    matrix = spiked()
    _, vectors = naive.leading_eigenpairs(matrix, 1)
    with pytest.raises(ValueError, match="invariant space of dimension 1, below k = 3"):
        solve(matrix, np.repeat(vectors, 3, axis=1), 3)


def test_no_pass_is_refused():
    with pytest.raises(ValueError, match="max_passes must be at least 1"):
        leading_eigenpairs(lambda block: block, start_block(20, 3), 3, 1e-3, max_passes=0)


def test_scale_of_the_start_block_does_not_matter():
    matrix, start = spiked(), start_block(80, 6)
    scaled = start * np.logspace(-12, 12, 6)
    a, b = solve(matrix, start, 5), solve(matrix, scaled, 5)
    assert a.passes == b.passes
    np.testing.assert_allclose(a.values, b.values, atol=1e-9)


def test_matrix_of_lower_rank_than_k():
    v = start_block(20, 1)
    matrix = v @ v.T / 10
    pairs = solve(matrix, start_block(20, 5), 3)
    np.testing.assert_allclose(pairs.values, [np.trace(matrix), 0.0, 0.0], atol=1e-10)
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(3), atol=1e-10)


def test_zero_matrix():
    pairs = solve(np.zeros((6, 6)), start_block(6, 3), 2)
    np.testing.assert_array_equal(pairs.values, 0.0)
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(2), atol=1e-10)


def test_converged_pairs_leave_the_block():
    """After the first pass the operator is applied to the residuals of open pairs alone: at most k columns."""
    matrix, widths = spiked(), []

    def apply(V):
        widths.append(V.shape[1])
        return matrix @ V

    leading_eigenpairs(apply, start_block(80, 9), 5, 1e-6, 60)
    assert widths[0] == 9
    assert max(widths[1:]) <= 5
    assert widths[-1] < 5


def test_report_gets_every_pass_and_its_residual():
    matrix, seen = spiked(), []
    pairs = solve(matrix, start_block(80, 6), 5, report=lambda passes, residual: seen.append((passes, residual)))
    assert [passes for passes, _ in seen] == list(range(1, pairs.passes + 1))
    assert seen[-1][1] == relative_residual(pairs.values, pairs.residuals) <= 1e-8
    assert seen[0][1] > 1e-3


def test_start_block_is_not_changed():
    start = start_block(80, 6)
    copy = start.copy()
    solve(spiked(), start, 5)
    np.testing.assert_array_equal(start, copy)


@pytest.mark.parametrize(("D", "width", "k"), [(10, 3, 4), (10, 3, 0), (4, 6, 5), (10, 3, -1)])
def test_rejects_k_outside_its_range(D, width, k):
    with pytest.raises(ValueError, match=f"k must lie between 1 .* width {width} .* {D}, got {k}"):
        solve(np.eye(D), start_block(D, width), k)


def test_relative_residual_is_the_largest():
    assert relative_residual(np.array([2.0, -4.0]), np.array([0.1, 0.4])) == pytest.approx(0.1)
    assert relative_residual(np.array([2.0, -1.0]), np.array([0.1, 0.4])) == pytest.approx(0.4)


@pytest.mark.parametrize("k", [1, 4, 30])
def test_dense_eigenpairs_are_those_of_eigh(k):
    matrix = symmetric(np.array([(-1) ** i * 0.9**i for i in range(30)]))
    pairs = dense_eigenpairs(matrix, k)
    assert pairs.converged and pairs.passes == 1
    np.testing.assert_array_equal(pairs.residuals, 0.0)
    assert_same_pairs(pairs, matrix, k)


def test_dense_and_krylov_agree():
    matrix = spiked(40)
    dense, krylov = dense_eigenpairs(matrix, 5), solve(matrix, start_block(40, 8), 5)
    np.testing.assert_allclose(dense.values, krylov.values, atol=1e-9)
    np.testing.assert_allclose(np.abs(np.sum(dense.vectors * krylov.vectors, axis=0)), 1.0, atol=1e-9)
