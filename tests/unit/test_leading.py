"""How much of each direction the leading eigenvectors hold."""

import numpy as np
import pytest

from feature_cascade.theory.deterministic import DeterministicEquivalent
from feature_cascade.theory.label_law import LabelLaw
from feature_cascade.theory.leading import leading_cos2, leading_curve

D, SEEDS = 200, 24
STRENGTHS = np.array([0.75, -0.55, 0.37])


def sample(n, seed, D=3):
    """Standardised labels of the identity link and Gaussian features (n, D), the first three of them latent."""
    F = np.random.default_rng(seed).standard_normal((n, D))
    y = (F[:, :3] ** 2 - 1) @ STRENGTHS
    return (y - y.mean()) / y.std(), F


def law_of(n, seed=0):
    T, F = sample(n, seed)
    return LabelLaw.sample(T, F**2)


@pytest.mark.parametrize("ratio", [3, 20])
def test_all_eigenvectors_hold_all_of_every_direction(ratio):
    theory = DeterministicEquivalent(law_of(D * ratio), D, D * ratio)
    np.testing.assert_allclose(leading_cos2(theory, k=D), 1, atol=0.02)


def test_more_eigenvectors_hold_more():
    theory = DeterministicEquivalent(law_of(4 * D), D, 4 * D)
    held = np.array([leading_cos2(theory, k) for k in (1, 3, 10, 50, 150)])
    assert np.all(np.diff(held, axis=0) > 0)


def test_in_a_large_space_only_outliers_count():
    law, ratio = law_of(20_000), 40
    theory = DeterministicEquivalent(law, 10**7, ratio * 10**7)
    found = theory.outliers()
    assert found.selected.all() and len(found.selected) == 3
    np.testing.assert_allclose(leading_cos2(theory), theory.cos2(), atol=1e-5)


def test_a_change_of_sign_of_the_labels_changes_nothing():
    T, F = sample(1500, 1)
    found = [leading_cos2(DeterministicEquivalent(LabelLaw.sample(sign * T, F**2), D, 1500)) for sign in (1, -1)]
    np.testing.assert_allclose(*found, rtol=1e-3)


def test_a_curve_uses_the_law_at_each_n():
    sizes = np.array([500.0, 4000.0])
    found = leading_curve(lambda n: law_of(int(n)), D, sizes)
    for n, row in zip(sizes, found, strict=True):
        np.testing.assert_array_equal(row, leading_cos2(DeterministicEquivalent(law_of(int(n)), D, n)))


@pytest.mark.jit_only
@pytest.mark.parametrize("n", [1000, 2000, 8000])
def test_simulated_leading_spaces(n):
    """From the first sign of a direction to its recovery: seed means to three standard errors and .01."""
    difference, outliers_alone = [], []
    for seed in range(SEEDS):
        T, F = sample(n, seed, D)
        values, vectors = np.linalg.eigh((F * T[:, None]).T @ F / n - T.mean() * np.eye(D))
        measured = np.sum(vectors[:3, np.argsort(-np.abs(values))[:3]] ** 2, axis=1)
        theory = DeterministicEquivalent(LabelLaw.sample(T, F[:, :3] ** 2), D, n)
        difference.append(measured - leading_cos2(theory))
        outliers_alone.append(measured - theory.cos2())
    error = np.std(difference, axis=0, ddof=1) / np.sqrt(SEEDS)
    assert np.mean(error) < 0.05
    np.testing.assert_array_less(np.abs(np.mean(difference, axis=0)), 0.01 + 3 * error)
    if n == 2000:
        assert np.abs(np.mean(outliers_alone, axis=0)).max() > 2 * np.abs(np.mean(difference, axis=0)).max()
