"""What no estimator can do better, or is not expected to: the limits that a learning curve is measured against.

The target is u = Σ a_i (h_i² − 1), h_i = ⟨A_i, F⟩, with labels y = g(u) + σ·N(0, 1). Errors are relative to the
variance of the labels without noise, and so is the noise, Δ = σ²/Var g(u). There are four limits:

- `counting_wall`: fewer labels than parameters leave the target undetermined, even without noise;
- `cramer_rao_nmse` and `cramer_rao_misalignment`: the error of an efficient estimator as n → ∞;
- `heuristic_optima`: the Bayes-optimal error at any n, by a leave-one-out argument that nobody has proved;
- `weak_recovery`: where a transform of the labels first sees a direction whose companions are unknown.

The first and the error of Cramér and Rao only count parameters, so they hold for any features. The others are those of
Gaussian ones. A finite d hardly moves them: the radius R = |x|²/d is seen, and at given R the labels without noise
are, up to an affine map, those of Gaussian features with the same A_i. At a given σ, real features of degree 2 tell
more of the directions (E h_i² F_m² = 1.13 in place of 1 at d = 60) and vary more (Var u = 1.16): in units of Δ the two
nearly cancel.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.special import zeta

from .optimal_transform import POWER, quantile_law, single_onset
from .quasi_random import QUASI_RANDOM_POWER, gaussian_latent

WEAK_RECOVERY_BINS = 48  # a compromise: fewer lose information, more mistake the scatter of the points for some
PRECISION, MAX_STEPS = 1e-12, 10_000  # of the iteration


def counting_wall(d1: int, D: int) -> int:
    """Number d1·D − d1(d1 − 1)/2 of the target's parameters, which is the least number of labels that can fix it.

    Parameters
    ----------
    d1 : int
        Number of directions.
    D : int
        Number of features.

    Returns
    -------
    int
        The number. A link that is learned adds its own parameters.

    Raises
    ------
    ValueError
        Unless 1 ≤ d1 ≤ D.

    Notes
    -----
    The target is a symmetric D × D matrix of rank d1. Its d1 factors have d1·D entries, and d1(d1 − 1)/2 of them
    are free, since the factors may be rotated into one another.

    Examples
    --------
    >>> counting_wall(d1=7, D=1830)
    12789
    """
    if not 1 <= d1 <= D:
        raise ValueError(f"d1 must lie between 1 and D = {D}, got {d1}")
    return d1 * D - d1 * (d1 - 1) // 2


def cramer_rao_nmse(n: np.ndarray, delta: float, parameters: int) -> np.ndarray:
    """Excess test error Δ·parameters/n of an efficient estimator, as n → ∞.

    Parameters
    ----------
    n : ndarray
        Numbers of labels.
    delta : float
        Relative noise Δ = σ²/Var g(u).
    parameters : int
        Number of parameters, see `counting_wall`.

    Returns
    -------
    ndarray, shape of n
        The error E(ŷ − g(u))²/Var g(u), without the noise of the test labels.

    Notes
    -----
    The link does not enter. With J the gradient of u, the information is n·E[g'² J J^T]/σ², and the error of a small
    step δ is δ^T E[g'² J J^T] δ: the same matrix, whose trace with its inverse is its rank. A flat link makes the
    directions harder to find and the error of not finding them smaller.

    Examples
    --------
    >>> cramer_rao_nmse([12789, 127890], delta=0.25, parameters=12789).tolist()
    [0.25, 0.025]
    """
    return delta * parameters / np.asarray(n, dtype=float)


def cramer_rao_misalignment(
    amplitudes: np.ndarray,
    D: int,
    n: int,
    sigma: float,
    slope: Callable[[np.ndarray], np.ndarray] = np.ones_like,
    power: int = QUASI_RANDOM_POWER,
) -> np.ndarray:
    """Misalignment 1 − cos²θ_i of each direction for an efficient estimator, as n → ∞.

    Parameters
    ----------
    amplitudes : ndarray of shape (d1,)
        Amplitudes a_i.
    D : int
        Number of features.
    n : int
        Number of labels.
    sigma : float
        Standard deviation σ of the label noise, in the units of the labels.
    slope : callable, default numpy.ones_like
        Derivative g' of the link, elementwise; by default that of the identity.
    power : int, default QUASI_RANDOM_POWER
        Binary logarithm of the number of quasi-random points.

    Returns
    -------
    ndarray of shape (d1,)
        The misalignments, infinite for directions of equal amplitudes, which nothing tells apart.

    Notes
    -----
    The information matrix of Gaussian features is diagonal in the steps that turn a direction. Out of the span of the
    A_j there are D − d1 of them, with ∂u = 2 a_i h_i F, and towards A_j one, with ∂u = 2(a_i − a_j) h_i h_j, so

        1 − cos²θ_i = (σ²/4n) ((D − d1)/(a_i² E[g'² h_i²]) + Σ_{j≠i} 1/((a_i − a_j)² E[g'² h_i² h_j²])).

    For the identity the first term is D σ²/(4n a_i²), where `heuristic_optima` ends as n → ∞.
    """
    a = np.asarray(amplitudes, dtype=float)
    latent2 = gaussian_latent(len(a), power=power) ** 2
    weights = slope((latent2 - 1) @ a) ** 2 / len(latent2)
    with np.errstate(divide="ignore"):
        between = 1 / ((a[:, None] - a) ** 2 * (latent2.T @ (weights[:, None] * latent2)))
    np.fill_diagonal(between, 0.0)
    outside = (D - len(a)) / (a**2 * (weights @ latent2))
    return sigma**2 / (4 * n) * (outside + between.sum(axis=1))


def heuristic_overlaps(strengths: np.ndarray, D: int, n: float, total: float) -> np.ndarray:
    """Overlaps q_i = max(0, 1 − D(Δ + ε)/(2n λ_i²)) with noise and error given, link identity.

    Parameters
    ----------
    strengths : ndarray of shape (d1,)
        Strengths λ_i; Σ λ_i² counts as 1.
    D : int
        Number of features.
    n : float
        Number of labels.
    total : float
        Sum Δ + ε of the relative noise and the error.

    Returns
    -------
    ndarray of shape (d1,)
        The overlaps, in the meaning of cos²θ_i.
    """
    squares = _shares(strengths)
    with np.errstate(divide="ignore", invalid="ignore"):
        lost = np.where(squares > 0, D * total / (2 * n * squares), np.inf)
    return np.maximum(0.0, 1 - lost)


def heuristic_error(strengths: np.ndarray, overlaps: np.ndarray) -> float:
    """Error ε = Σ λ_i² (1 − q_i²) of estimates with given overlaps.

    Parameters
    ----------
    strengths : ndarray of shape (d1,)
        Strengths λ_i; Σ λ_i² counts as 1.
    overlaps : ndarray of shape (d1,)
        Overlaps q_i.

    Returns
    -------
    float
        The error, between 0 and 1.
    """
    return float(_shares(strengths) @ ((1 - overlaps) * (1 + overlaps)))


def heuristic_optima(strengths: np.ndarray, D: int, n: float, delta: float = 0.0) -> np.ndarray:
    """All errors ε that solve ε = Σ λ_i² (1 − q_i²), q_i = max(0, 1 − D(Δ + ε)/(2n λ_i²)), link identity.

    Parameters
    ----------
    strengths : ndarray of shape (d1,)
        Strengths λ_i; Σ λ_i² counts as 1.
    D : int
        Number of features.
    n : float
        Number of labels.
    delta : float, default 0.0
        Relative noise Δ = σ²/Var g(u).

    Returns
    -------
    ndarray of shape (1,) or (2,)
        The errors, ascending. Two solve the equation without noise below n = d1·D, 0 and the one that is reached
        without knowing the target; in all other cases there is one.

    Raises
    ------
    ValueError
        If n is not positive, Δ is negative, or all strengths are zero.

    See Also
    --------
    heuristic_overlaps : The overlaps at a solution, with total = Δ + ε.
    iterated_optimum : The same solutions by iteration.

    Notes
    -----
    The argument is that of Nguyen and Barbier (arXiv 2605.10395) with the second Hermite polynomial and D in the place
    of d: for direction i, what is unexplained of the others is noise. It assumes many directions, so at a small d1 the
    result is a guide and not a bound.

    As a function of x = Δ + ε the right side is concave, since each term is a parabola up to its summit and
    constant beyond. That leaves no room for a third solution, so nothing is scanned: the larger solution lies between
    two of the points x_i = 2n λ_i²/D at which a direction is lost, and there the equation is quadratic. Its slope at
    x = 0 is d1·D/n, hence the wall. q_i = 0 also solves the equation of each direction alone. Those branches are left
    out: they are unstable whenever q_i > 0 exists.

    Examples
    --------
    >>> heuristic_optima([1.0, -1.0], D=100, n=150).round(3).tolist()
    [0.0, 0.75]
    >>> heuristic_optima([1.0, -1.0], D=100, n=250).tolist()
    [0.0]
    """
    if not n > 0:
        raise ValueError(f"n must be positive, got {n}")
    if not delta >= 0:
        raise ValueError(f"delta must not be negative, got {delta}")
    squares = np.sort(_shares(strengths))[::-1]
    squares = squares[squares > 0]
    c = D / n
    count = np.arange(len(squares) + 1)
    tails = np.append(np.cumsum(squares[::-1])[::-1], 0.0)
    curvatures = c**2 / 4 * np.concatenate([[0.0], np.cumsum(1 / squares)])
    lost = 2 * squares / c  # with k directions left, G(x) = delta + tail_k + (k c − 1) x − curvature_k x²
    G = delta + tails[1:] + (count[1:] * c - 1) * lost - curvatures[1:] * lost**2
    k = int(np.sum(G < 0))  # G is positive up to the larger root and negative from there on
    b, rest = k * c - 1, delta + tails[k]
    root = np.sqrt(b**2 + 4 * curvatures[k] * rest)
    larger = (b + root) / (2 * curvatures[k]) if b > 0 else 2 * rest / (root - b) if rest > 0 else 0.0
    largest = max(float(larger) - delta, 0.0)
    return np.array([0.0, largest] if delta == 0 and largest > 0 else [largest])


def iterated_optimum(strengths: np.ndarray, D: int, n: float, delta: float = 0.0, start: float = 1.0) -> float:
    """The solution of `heuristic_optima` that iteration reaches.

    Parameters
    ----------
    strengths : ndarray of shape (d1,)
        Strengths λ_i; Σ λ_i² counts as 1.
    D : int
        Number of features.
    n : float
        Number of labels.
    delta : float, default 0.0
        Relative noise Δ = σ²/Var g(u).
    start : float, default 1.0
        Error ε to begin with: 1 knows nothing (from above), 0 knows the target (from below).

    Returns
    -------
    float
        The error ε.

    Raises
    ------
    RuntimeError
        If the error still changes after `MAX_STEPS` steps, as it does close to n = d1·D without noise.

    Notes
    -----
    Both starts end at the same error unless there are two. Without noise, 0 stays at 0 at every n, but below d1·D any
    other start leaves it: who knows the target has no error, and who knows it nearly cannot improve.
    """
    error = start
    for _ in range(MAX_STEPS):
        before, error = error, heuristic_error(strengths, heuristic_overlaps(strengths, D, n, delta + error))
        if abs(error - before) <= PRECISION:
            return error
    raise RuntimeError(f"the error still changed after {MAX_STEPS} steps, at n = {n:.6g}, delta = {delta:.6g}")


def optimum_power_law(n: np.ndarray, D: int, gamma: float) -> np.ndarray:
    """Error of `heuristic_optima` without noise for infinitely many directions: a power law in n/D.

    Parameters
    ----------
    n : ndarray
        Numbers of labels, D ≪ n ≪ d1·D.
    D : int
        Number of features.
    gamma : float
        Exponent γ > 1/2 of the strengths λ_i ∝ i^(−γ).

    Returns
    -------
    ndarray, shape of n
        The error, which falls as (n/D)^(−(2γ − 1)).

    Raises
    ------
    ValueError
        For γ ≤ 1/2, where infinitely many strengths have no finite variance.

    Notes
    -----
    The sum over i becomes an integral, and the equation ε = C Z_γ^(1/γ) (Dε/2n)^(1 − 1/(2γ)), so that

        ε = C^(2γ) Z_γ² (D/2n)^(2γ − 1),   C = 2 − 1/(2γ + 1) + 1/(2γ − 1),   Z_γ² = 1/ζ(2γ).

    With noise Δ ≫ ε in the place of ε on the right, the exponent is the paper's 1 − 1/(2γ).
    """
    if gamma <= 0.5:
        raise ValueError(f"the error is a power law only for gamma > 1/2, got {gamma}")
    C = 2 - 1 / (2 * gamma + 1) + 1 / (2 * gamma - 1)
    return C ** (2 * gamma) / zeta(2 * gamma) * (D / (2 * np.asarray(n, dtype=float))) ** (2 * gamma - 1)


def weak_recovery(
    amplitudes: np.ndarray,
    link: Callable[[np.ndarray], np.ndarray],
    D: int,
    noise: float = 0.0,
    bins: int = WEAK_RECOVERY_BINS,
    power: int = POWER,
) -> np.ndarray:
    """Threshold n_i = D/E[(E[h_i²|y] − 1)²] of each direction, with the label transform that suits it best.

    Parameters
    ----------
    amplitudes : ndarray of shape (d1,)
        Amplitudes a_i.
    link : callable
        Link g, elementwise.
    D : int
        Number of features.
    noise : float, default 0.0
        Standard deviation of the label noise.
    bins : int, default WEAK_RECOVERY_BINS
        Number of bins of the labels in which E[h_i²|y] counts as constant.
    power : int, default POWER
        Binary logarithm of the number of quasi-random points.

    Returns
    -------
    ndarray of shape (d1,)
        The thresholds. The order of weak directions need not be that of |a_i|: their signs matter too.

    Notes
    -----
    Below n_i no method of polynomial cost is known that finds direction i before any other (Troiani et al.,
    arXiv 2405.15480; Defilippis et al., arXiv 2502.02545). Once others are known, their part of the labels is
    explained, and n_i no longer holds: a cascade may find it earlier.

    Examples
    --------
    A single direction without noise is phase retrieval, found from n = D/2 on.

    >>> import numpy as np
    >>> weak_recovery([1.0], np.tanh, D=100).round().tolist()
    [50.0]
    """
    law = quantile_law(np.asarray(amplitudes), link, bins, power, noise)
    return D * np.array([single_onset(law, i) for i in range(len(amplitudes))])


def _shares(strengths: np.ndarray) -> np.ndarray:
    """Squares λ_i²/Σ λ_j²."""
    squares = np.asarray(strengths, dtype=float) ** 2
    if not squares.sum() > 0:
        raise ValueError("strengths must not all be zero")
    return squares / squares.sum()
