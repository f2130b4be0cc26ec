"""Block Krylov with Rayleigh–Ritz: convergence, residuals, awkward spectra."""

import naive
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feature_cascade.estimator import eigen
from feature_cascade.estimator.eigen import GROWTH, dense_eigenpairs, leading_eigenpairs, relative_residual


def symmetric(spectrum, seed=0):
    """A symmetric matrix with this spectrum in a random basis."""
    basis, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((len(spectrum),) * 2))
    matrix = basis * spectrum @ basis.T
    return (matrix + matrix.T) / 2


def spiked(D=80, seed=0, spikes=(3.0, -2.6, 2.2, -1.8, 1.5)):
    """A bulk on (−1, 1) and spikes of both signs."""
    return symmetric(np.concatenate([spikes, np.linspace(-1, 1, D - len(spikes))]), seed)


def solve(matrix, k, tolerance=1e-8, max_passes=60, seed=1, **options):
    rng = np.random.default_rng(seed)
    return leading_eigenpairs(lambda V: matrix @ V, len(matrix), k, rng, tolerance, max_passes, **options)


def assert_same_pairs(pairs, matrix, k, atol=1e-7):
    values, vectors = naive.leading_eigenpairs(matrix, k)
    np.testing.assert_allclose(pairs.values, values, atol=atol)
    np.testing.assert_allclose(np.abs(np.sum(pairs.vectors * vectors, axis=0)), 1.0, atol=atol)
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(k), atol=1e-10)


@pytest.mark.parametrize("k", [1, 3, 5])
def test_converges_to_the_spikes_of_both_signs(k):
    matrix = spiked()
    pairs = solve(matrix, k)
    assert pairs.converged
    assert_same_pairs(pairs, matrix, k)
    assert np.all(np.diff(np.abs(pairs.values)) <= 0)
    assert (pairs.values < 0).sum() == k // 2


@pytest.mark.parametrize("seed", range(5))
def test_converges_on_a_random_symmetric_matrix(seed):
    """No gap at all: the ends of a semicircle, where power iteration would lose directions."""
    noise = np.random.default_rng(seed).standard_normal((60, 60))
    matrix = noise + noise.T
    pairs = solve(matrix, 6, seed=seed + 100)
    assert pairs.converged
    assert_same_pairs(pairs, matrix, 6)


def test_needs_few_passes_where_power_iteration_needs_many():
    matrix = spiked(spikes=(1.5, -1.45, 1.4))
    assert solve(matrix, 3, tolerance=0.01).passes <= 12


def test_opposite_eigenvalues_of_equal_size():
    matrix = spiked(spikes=(2.0, -2.0))
    pairs = solve(matrix, 2)
    assert sorted(pairs.values.round(8)) == [-2.0, 2.0]
    np.testing.assert_allclose(matrix @ pairs.vectors, pairs.vectors * pairs.values, atol=1e-7)


def test_degenerate_eigenvalue_gives_an_orthonormal_basis_of_its_space():
    matrix = spiked(spikes=(2.0, 2.0, 2.0))
    pairs = solve(matrix, 3)
    assert pairs.converged
    np.testing.assert_allclose(pairs.values, 2.0, atol=1e-10)
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(3), atol=1e-10)
    np.testing.assert_allclose(matrix @ pairs.vectors, 2.0 * pairs.vectors, atol=1e-6)


@pytest.mark.parametrize(("guards", "least", "most"), [(0, 10, 20), (1, 0, 1)])
def test_guard_against_an_outlier_that_is_not_the_largest(guards, least, most, monkeypatch):
    """A bulk that ends at 1 and an outlier at −0.98: that one converges first, and would be taken without a guard."""
    monkeypatch.setattr(eigen, "GUARDS", guards)
    spectrum = np.append(1 - 1.5 * (np.arange(199) / 200) ** (2 / 3), -0.98)
    taken = sum(solve(symmetric(spectrum, seed), 1, tolerance=0.01, seed=seed).values[0] < 0 for seed in range(20))
    assert least <= taken <= most


@pytest.mark.parametrize("max_passes", [2, 3, 4])
def test_residuals_are_true_residuals_before_convergence(max_passes):
    matrix = spiked()
    pairs = solve(matrix, 5, max_passes=max_passes)
    assert not pairs.converged
    assert pairs.passes == max_passes
    true = np.linalg.norm(matrix @ pairs.vectors - pairs.vectors * pairs.values, axis=0)
    np.testing.assert_allclose(pairs.residuals, true, rtol=1e-8, atol=1e-12)
    assert pairs.residuals.max() > 0.01


def test_converged_means_that_every_residual_is_below_the_tolerance():
    matrix = spiked()
    pairs = solve(matrix, 5, tolerance=1e-3)
    true = np.linalg.norm(matrix @ pairs.vectors - pairs.vectors * pairs.values, axis=0)
    assert np.all(true <= 1e-3 * np.abs(pairs.values) * (1 + 1e-9))


@given(st.integers(2, 30), st.integers(1, 4), st.integers(1, 5), st.integers(0, 2**31))
def test_every_ritz_value_is_within_its_residual_of_an_eigenvalue(D, k, max_passes, seed):
    k = min(k, D)
    noise = np.random.default_rng(seed).standard_normal((D, D))
    matrix = noise + noise.T
    pairs = solve(matrix, k, max_passes=max_passes, seed=seed + 1)
    distance = np.abs(pairs.values[:, None] - np.linalg.eigvalsh(matrix)).min(axis=1)
    assert np.all(distance <= pairs.residuals + 1e-9)
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(k), atol=1e-9)


@given(st.integers(1, 12), st.integers(0, 2**31))
def test_all_eigenpairs(D, seed):
    noise = np.random.default_rng(seed).standard_normal((D, D))
    matrix = noise + noise.T
    pairs = solve(matrix, D, seed=seed + 1)
    assert pairs.converged and pairs.columns == D
    np.testing.assert_allclose(np.sort(pairs.values), np.linalg.eigvalsh(matrix), atol=1e-10)
    np.testing.assert_allclose(pairs.vectors * pairs.values @ pairs.vectors.T, matrix, atol=1e-10)


def test_a_space_smaller_than_the_first_block():
    matrix = symmetric(np.array([3.0, -2.0]))
    assert_same_pairs(solve(matrix, 1), matrix, 1)


def test_no_pass_is_refused():
    with pytest.raises(ValueError, match="max_passes must be at least 1"):
        solve(np.eye(20), 3, max_passes=0)


@pytest.mark.parametrize("k", [5, 9, 11])
def test_few_passes_still_give_k_pairs(k):
    pairs = solve(spiked(), k, max_passes=1)
    assert not pairs.converged
    assert pairs.passes == -(-k // GROWTH) and pairs.columns == GROWTH * pairs.passes
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(k), atol=1e-10)


def test_matrix_of_lower_rank_than_k():
    v = np.random.default_rng(1).standard_normal((20, 1))
    matrix = v @ v.T / 10
    pairs = solve(matrix, 7)
    np.testing.assert_allclose(pairs.values, [np.trace(matrix), *[0.0] * 6], atol=1e-10)
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(7), atol=1e-10)


def test_invariant_space_of_fewer_dimensions_than_k():
    """Two eigenvalues alone: a Krylov space of 4 random columns ends at 8 dimensions, so more random ones follow."""
    matrix = symmetric(np.repeat([2.0, 1.0], [12, 18]))
    pairs = solve(matrix, 11)
    assert pairs.converged and pairs.columns < 30
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(11), atol=1e-10)
    np.testing.assert_allclose(matrix @ pairs.vectors, pairs.vectors * pairs.values, atol=1e-7)


def test_zero_matrix():
    pairs = solve(np.zeros((12, 12)), 5)
    np.testing.assert_array_equal(pairs.values, 0.0)
    np.testing.assert_allclose(pairs.vectors.T @ pairs.vectors, np.eye(5), atol=1e-10)


def test_converged_pairs_leave_the_block():
    """The operator is applied to the residuals of open pairs alone, at most `GROWTH` at a time."""
    matrix, widths = spiked(), []

    def apply(V):
        widths.append(V.shape[1])
        return matrix @ V

    leading_eigenpairs(apply, 80, 5, np.random.default_rng(1), 1e-6, 60)
    assert max(widths) == widths[0] == GROWTH
    assert widths[-1] < GROWTH


def test_report_gets_every_pass_and_its_residual():
    matrix, seen = spiked(), []
    pairs = solve(matrix, 5, report=lambda passes, residual: seen.append((passes, residual)))
    assert [passes for passes, _ in seen] == list(range(1, pairs.passes + 1))
    assert seen[-1][1] == relative_residual(pairs.values, pairs.residuals) <= 1e-8
    assert seen[0][1] > 1e-3


@pytest.mark.parametrize(("D", "k"), [(10, 0), (4, 5), (10, -1)])
def test_rejects_k_outside_its_range(D, k):
    with pytest.raises(ValueError, match=f"k must lie between 1 and the dimension {D}, got {k}"):
        solve(np.eye(D), k)


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
    dense, krylov = dense_eigenpairs(matrix, 5), solve(matrix, 5)
    np.testing.assert_allclose(dense.values, krylov.values, atol=1e-9)
    np.testing.assert_allclose(np.abs(np.sum(dense.vectors * krylov.vectors, axis=0)), 1.0, atol=1e-9)
