"""The quality of a data collapse: against plain loops, at a true collapse, and where its optimum may lie."""

import math

import numpy as np
import pytest
from scipy.special import ndtr

from feature_cascade.measurement.collapse import EXPONENT_RANGE, best_exponents, collapse_quality


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
    D, x = np.array([100.0, 250.0, 600.0, 1500.0]), np.linspace(-0.4, 0.4, 17)
    u = np.outer(D ** (1 / 3), x)
    y = 0.6 * D[:, None] ** (-1 / 3) * (u * ndtr(u) + np.exp(-u * u / 2) / math.sqrt(2 * math.pi))
    errors = np.full(y.shape, 0.02) * y[:, 8:9]
    y = y + errors * rng.standard_normal(y.shape)
    at = {a: collapse_quality(D, x, y, errors, a, a) for a in (-0.6, -1 / 3, -0.1)}
    assert 0.5 < at[-1 / 3] < 1.6
    assert min(at[-0.6], at[-0.1]) > 5 * at[-1 / 3]


def test_exponents_of_a_collapse_stay_in_their_range():
    D, x = np.array([10.0, 1000.0]), np.linspace(-0.2, 0.2, 5)
    y = np.outer(D**2, np.ones(5)) * (1 + x)
    found = best_exponents(D, x, y, 0.01 * y)
    assert all(EXPONENT_RANGE[0] <= e <= EXPONENT_RANGE[1] for e in found)
