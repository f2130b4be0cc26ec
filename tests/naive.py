"""Slow references for the tests: every equation of the model written out as loops, in float64.

Nothing here imports the package, so an error in the package cannot hide in its own reference.
"""

import itertools
import math

import numpy as np


def hermite(k, u):
    """He_k(u), the probabilists' polynomial, by He_{k+1}(u) = u He_k(u) − k He_{k−1}(u)."""
    below, here = 0.0, 1.0
    for j in range(k):
        below, here = here, u * here - j * below
    return here


def exponents(d, q):
    """All multi-indices m ∈ N^d with |m| = q, in the order of the sorted coordinate lists (0,…,0), (0,…,1), …"""
    rows = []
    for coordinates in itertools.combinations_with_replacement(range(d), q):
        rows.append([coordinates.count(a) for a in range(d)])
    return rows


def feature(x, m):
    """F_m(x) = Π_a He_{m_a}(x_a)/√(m_a!) for one input x ∈ R^d and one multi-index m."""
    product = 1.0
    for a in range(len(x)):
        product *= hermite(m[a], x[a]) / math.sqrt(math.factorial(m[a]))
    return product


def features(X, q, sphere=False):
    """F(x_μ) for every row of X, shape (n, D); at x·√d/|x| if `sphere`."""
    n, d = X.shape
    indices = exponents(d, q)
    F = np.zeros((n, len(indices)))
    for mu in range(n):
        x = [float(u) for u in X[mu]]
        if sphere:
            radius = math.sqrt(sum(u * u for u in x))
            x = [u * math.sqrt(d) / radius for u in x]
        table = [[hermite(k, u) / math.sqrt(math.factorial(k)) for k in range(q + 1)] for u in x]
        for i, m in enumerate(indices):
            F[mu, i] = math.prod(table[a][m[a]] for a in range(d) if m[a] > 0)
    return F


def moment(F, t):
    """Ĉ = (1/n) Σ_μ t_μ (F_μ F_μ^T − I_D) (2.6), for features (n, D) and labels (n,)."""
    n, D = F.shape
    C = np.zeros((D, D))
    for mu in range(n):
        for i in range(D):
            C[i] += t[mu] * F[mu, i] * F[mu]
            C[i, i] -= t[mu]
    return C / n


def moment_quadratic(X, t, V):
    """Ĉ[V] = (1/2n) Σ_μ t_μ s_μ (x_μ x_μ^T − I) − t̄ V with s_μ = x_μ^T V x_μ − tr V.

    (2.6) at q = 2, for a symmetric matrix V (d, d).
    """
    n, d = X.shape
    image = np.zeros((d, d))
    for mu in range(n):
        s = X[mu] @ V @ X[mu] - np.trace(V)
        image += t[mu] * s * (np.outer(X[mu], X[mu]) - np.eye(d)) / (2 * n)
    return image - np.mean(t) * V


def leading_eigenpairs(C, k):
    """The k eigenpairs of a symmetric matrix largest in magnitude: values (k,), vectors (D, k)."""
    values, vectors = np.linalg.eigh(C)
    order = sorted(range(len(values)), key=lambda i: -abs(values[i]))[:k]
    return values[order], vectors[:, order]


def h2(latent, strengths):
    """h2 = (1/√2) Σ_i λ_i (h_i² − 1) (2.4), for latent features (n, d1)."""
    out = np.zeros(len(latent))
    for mu in range(len(latent)):
        for i, strength in enumerate(strengths):
            out[mu] += strength * (latent[mu, i] ** 2 - 1.0) / math.sqrt(2.0)
    return out


def latent(F, directions):
    """h_i = ⟨A_i, F(x)⟩ (2.3), for features (n, D) and directions (D, d1)."""
    out = np.zeros((len(F), directions.shape[1]))
    for mu in range(len(F)):
        for i in range(directions.shape[1]):
            out[mu, i] = sum(directions[m, i] * F[mu, m] for m in range(F.shape[1]))
    return out


def labels(X, q, directions, strengths, link):
    """y = g(h2) (2.5) for inputs (n, d) and a scalar function g."""
    return np.array([link(u) for u in h2(latent(features(X, q), directions), strengths)])


def standardise(y):
    """t_μ = (y_μ − ȳ)/std(y)."""
    mean = sum(y) / len(y)
    scale = math.sqrt(sum((u - mean) ** 2 for u in y) / len(y))
    return np.array([(u - mean) / scale for u in y])


def deflate(F, t):
    """t_μ − ⟨ĝ, F_μ⟩ with ĝ = (1/n) Σ_μ t_μ F_μ, the labels without their part of degree q."""
    n, D = F.shape
    g = np.zeros(D)
    for mu in range(n):
        for i in range(D):
            g[i] += t[mu] * F[mu, i] / n
    return np.array([t[mu] - sum(g[i] * F[mu, i] for i in range(D)) for mu in range(n)])


def second_layer(learned, y):
    """Â² = (1/n) Σ_μ t_μ (ĥ_μ ĥ_μ^T − I) (2.12), for learned features (n, d1) and labels (n,)."""
    t = standardise(y)
    n, d1 = learned.shape
    weights = np.zeros((d1, d1))
    for mu in range(n):
        for i in range(d1):
            for j in range(d1):
                weights[i, j] += t[mu] * (learned[mu, i] * learned[mu, j] - (i == j)) / n
    return weights


def second_features(learned, weights):
    """ĥ2 = ⟨Â², ĥĥ^T − I⟩ (2.13), for learned features (n, d1) and weights (d1, d1)."""
    n, d1 = learned.shape
    out = np.zeros(n)
    for mu in range(n):
        for i in range(d1):
            for j in range(d1):
                out[mu] += weights[i, j] * (learned[mu, i] * learned[mu, j] - (i == j))
    return out


def nmse(y, prediction):
    """E(ŷ − y)²/Var y."""
    mean = sum(y) / len(y)
    error = sum((p - u) ** 2 for p, u in zip(prediction, y, strict=True))
    return error / sum((u - mean) ** 2 for u in y)


def gram_schmidt(columns):
    """An orthonormal basis of the span of the columns, one after the other."""
    basis = []
    for column in columns.T:
        rest = np.array(column, dtype=float)
        for _ in range(2):
            for b in basis:
                rest = rest - (b @ rest) * b
        basis.append(rest / math.sqrt(rest @ rest))
    return np.array(basis).T


def feature_overlap(true, learned):
    """q_h = (1/d1) ‖Q^T Q̂‖_F² (A.2), Q and Q̂ by Gram–Schmidt from feature matrices (n, d1) and (n, k)."""
    Q, Q_hat = gram_schmidt(true), gram_schmidt(learned)
    total = 0.0
    for i in range(Q.shape[1]):
        for j in range(Q_hat.shape[1]):
            total += (Q[:, i] @ Q_hat[:, j]) ** 2
    return total / Q.shape[1]


def direction_cos2(basis, directions):
    """cos²θ_i = ‖Û^T u_i‖² (A.3) for orthonormal Û (D, k) and directions u_i (D, d1) of any length."""
    out = np.zeros(directions.shape[1])
    for i in range(directions.shape[1]):
        u = directions[:, i] / math.sqrt(sum(v * v for v in directions[:, i]))
        for j in range(basis.shape[1]):
            out[i] += sum(basis[m, j] * u[m] for m in range(len(u))) ** 2
    return out


def angular_error(cos2):
    """1 − cos θ_i (A.4)."""
    return np.array([1.0 - math.sqrt(c) for c in cos2])


def variance_of_h2(directions, amplitudes, d):
    """Exact Var Σ_i a_i (h_i² − 1) at q = 2, x ~ N(0, I_d).

    With h_i = x^T V_i x − tr V_i: Cov(h_i², h_j²) = 2 (E h_i h_j)² + 8 [4 tr V_i² V_j² + 2 tr (V_i V_j)²], the sum of
    the pairings and of the joint cumulant of four quadratic forms.
    """
    matrices = [symmetric_matrix(v, d) for v in directions.T]
    total = 0.0
    for i, V in enumerate(matrices):
        for j, W in enumerate(matrices):
            product = V @ W
            pairings = 2 * (2 * np.trace(product)) ** 2
            cumulant = 8 * (4 * np.trace(V @ V @ W @ W) + 2 * np.trace(product @ product))
            total += amplitudes[i] * amplitudes[j] * (pairings + cumulant)
    return total


def symmetric_matrix(v, d):
    """V (d, d) with ⟨v, F(x)⟩ = x^T V x − tr V at q = 2, so |v|² = 2‖V‖_F²."""
    V = np.zeros((d, d))
    for value, (a, b) in zip(v, itertools.combinations_with_replacement(range(d), 2), strict=True):
        if a == b:
            V[a, a] = value / math.sqrt(2.0)
        else:
            V[a, b] = V[b, a] = value / 2.0
    return V


def first_order(delta, directions, spikes):
    """Σ_{j≠k} (u_j^T Δ u_k)²/(s_k − s_j)² and ‖P_ker Δ u_k‖²/s_k² (3.2) by an explicit basis of the kernel; (d1,) each.

    For a dense Δ (D, D), orthonormal directions (D, d1) and spikes (d1,).
    """
    D, d1 = directions.shape
    basis = gram_schmidt(np.column_stack([directions, np.eye(D)[:, : D - d1]]))
    within, outside = np.zeros(d1), np.zeros(d1)
    for k in range(d1):
        for j in range(D):
            element = basis[:, j] @ delta @ directions[:, k]
            if j >= d1:
                outside[k] += (element / spikes[k]) ** 2
            elif j != k:
                within[k] += (element / (spikes[k] - spikes[j])) ** 2
    return within, outside
