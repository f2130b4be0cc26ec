"""Kernel ridge regression: kernels against their definitions, solvers against scikit-learn and against each other."""

import doctest
import math

import numpy as np
import pytest
from joblib import cpu_count, parallel_config
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.kernel_approximation import Nystroem
from sklearn.kernel_ridge import KernelRidge
from sklearn.model_selection import KFold
from sklearn.utils.estimator_checks import parametrize_with_checks

from feature_cascade.baselines.kernels import KERNELS, Kernel, KernelBaseline, conjugate_gradients, matrix, regression
from feature_cascade.baselines.kernels.cholesky import solve_exactly
from feature_cascade.baselines.kernels.conjugate_gradients import NystromPreconditioner, solve
from feature_cascade.baselines.kernels.matrix import KernelMatrix

ALL = [Kernel("polynomial", degree=p) for p in (1, 4, 5, 7)] + [
    Kernel("gaussian", bandwidth=0.7),
    Kernel("exponential"),
    *(Kernel(name, depth=depth) for name in ("arc_cosine", "ntk") for depth in (2, 3)),
]


def inputs(n, d=6, seed=0):
    return np.random.default_rng(seed).standard_normal((n, d))


def quartic(n, d=6, seed=0):
    """Inputs, and labels that need degree four."""
    X = inputs(n, d, seed)
    return X, (X[:, 0] * X[:, 1] + X[:, 2] * X[:, 3]) ** 2 + 0.1 * np.random.default_rng(seed + 1).standard_normal(n)


@pytest.fixture
def small_blocks(monkeypatch):
    """Blocks that a thousand samples fill several of."""
    for module in (matrix, conjugate_gradients):
        monkeypatch.setattr(module.blocks, "__defaults__", (64,))


def naive_kernel(kernel, x, z):
    """The definition, with numbers instead of arrays."""
    d = len(x)
    g = sum(u * v for u, v in zip(x, z, strict=True)) / d
    a, b = (sum(u * u for u in point) / d for point in (x, z))
    if kernel.name == "polynomial":
        return (1 + g) ** kernel.degree
    if kernel.name == "gaussian":
        return math.exp(-sum((u - v) ** 2 for u, v in zip(x, z, strict=True)) / (2 * kernel.bandwidth**2 * d))
    if kernel.name == "exponential":
        return math.exp(g)
    covariance, tangent = g, g
    for _ in range(kernel.depth - 1):
        angle = math.acos(max(-1.0, min(1.0, covariance / math.sqrt(a * b))))
        derivative = (math.pi - angle) / math.pi
        covariance = math.sqrt(a * b) * (math.sin(angle) + (math.pi - angle) * math.cos(angle)) / math.pi
        tangent = covariance + derivative * tangent
    return covariance if kernel.name == "arc_cosine" else tangent


# ---- kernels -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", ALL, ids=str)
def test_kernels_equal_their_definitions(kernel):
    X, Z = inputs(7, 5), 1.5 * inputs(4, 5, seed=1)
    expected = [[naive_kernel(kernel, x, z) for z in Z] for x in X]
    np.testing.assert_allclose(kernel(X, Z), expected, rtol=1e-12)
    np.testing.assert_allclose(kernel(X.astype(np.float32), Z.astype(np.float32)), expected, rtol=2e-5)
    np.testing.assert_allclose(kernel.diagonal(X), [naive_kernel(kernel, x, x) for x in X], rtol=1e-7)
    square = np.sum(X**2, axis=1) / 5
    products = kernel.of_products(X @ X.T / 5, square[:, None], square)
    np.testing.assert_allclose(products, kernel(X, X), rtol=1e-12)


def test_arc_cosine_is_the_covariance_of_relu_features():
    """√2·relu of Gaussian directions: E over 2·10^5 of them, at the scatter that their number allows."""
    X = inputs(6, 4)
    features = math.sqrt(2) * np.maximum(np.random.default_rng(2).standard_normal((200_000, 4)) @ X.T / 2, 0)
    np.testing.assert_allclose(features.T @ features / 200_000, Kernel("arc_cosine")(X, X), atol=0.025)


def test_tangent_kernel_is_that_of_a_wide_network():
    """Products of the gradients of f(x) = √(2/m) Σ_i v_i relu(w_i·x/√d) with respect to v and w, m = 2·10^5."""
    X, m = inputs(5, 4), 200_000
    rng = np.random.default_rng(3)
    hidden, v = rng.standard_normal((m, 4)) @ X.T / 2, rng.standard_normal(m)
    by_v = math.sqrt(2 / m) * np.maximum(hidden, 0)
    active = math.sqrt(2 / m) * v[:, None] * (hidden > 0)
    tangent = by_v.T @ by_v + (active.T @ active) * (X @ X.T / 4)
    np.testing.assert_allclose(tangent, Kernel("ntk")(X, X), atol=0.04)


@pytest.mark.parametrize("kernel", ALL, ids=str)
def test_kernels_are_symmetric_positive_and_rotation_invariant(kernel):
    X = inputs(30, 5)
    K = kernel(X, X)
    np.testing.assert_allclose(K, K.T, rtol=1e-12)
    assert np.linalg.eigvalsh(K).min() > -1e-6 * np.trace(K)
    rotated = X @ np.linalg.qr(inputs(5, 5, seed=9))[0]
    np.testing.assert_allclose(kernel(rotated, rotated), K, rtol=1e-6)


@pytest.mark.parametrize("kernel", ALL, ids=str)
def test_the_origin_is_no_special_case(kernel):
    X = np.vstack([np.zeros(3), inputs(3, 3)])
    assert np.all(np.isfinite(kernel(X, X)))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"name": "laplace"}, "kernel must be one of .*'laplace'"),
        ({"degree": 0}, "degree must be an integer of at least 1, got 0"),
        ({"degree": 2.5}, "degree must be an integer of at least 1, got 2.5"),
        ({"bandwidth": 0.0}, "bandwidth must be a positive number, got 0"),
        ({"bandwidth": np.inf}, "bandwidth must be a positive number, got inf"),
        ({"depth": 1}, "depth must be an integer of at least 2, got 1"),
    ],
)
def test_kernel_rejects_options_outside_their_range(options, message):
    with pytest.raises(ValueError, match=message):
        Kernel(**({"name": "ntk"} | options))


# ---- block products ------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("name", ["exponential", "ntk"])
def test_products_equal_those_with_the_whole_matrix(name):
    kernel, X, Z, A = Kernel(name), inputs(150), inputs(70, seed=1), inputs(150, 3, seed=2)
    np.testing.assert_allclose(matrix.dense(kernel, Z, X), kernel(Z, X), rtol=1e-12)
    np.testing.assert_allclose(matrix.apply(kernel, Z, X, A), kernel(Z, X) @ A, rtol=1e-10)
    np.testing.assert_allclose(KernelMatrix(kernel, X).apply(A), kernel(X, X) @ A, rtol=1e-6, atol=1e-7)
    single = KernelMatrix(kernel, X.astype(np.float32))
    np.testing.assert_allclose(single.apply(A), kernel(X, X) @ A, rtol=1e-4, atol=1e-4)
    assert single.products == 1


# ---- solvers -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["exact", "iterative"])
@pytest.mark.parametrize(
    ("kernel", "ridge"), [(Kernel("gaussian", bandwidth=0.8), 0.3), (Kernel("ntk", depth=3), 1e-2)]
)
def test_predictions_equal_scikit_learn(kernel, ridge, solver):
    X, y = quartic(400)
    options = {"bandwidth": kernel.bandwidth, "depth": kernel.depth, "tolerance": 1e-6}
    model = KernelBaseline(kernel.name, ridge=ridge, solver=solver, random_state=0, **options).fit(X[:300], y[:300])
    K = kernel(X[:300], X[:300])
    np.fill_diagonal(K, kernel.diagonal(X[:300]))
    reference = KernelRidge(alpha=ridge, kernel="precomputed").fit(K, y[:300] - y[:300].mean())
    expected = y[:300].mean() + reference.predict(kernel(X[300:], X[:300]))
    np.testing.assert_allclose(model.predict(X[300:]), expected, atol={"exact": 1e-9, "iterative": 1e-4}[solver])
    if solver == "exact":
        np.testing.assert_allclose(model.dual_coef_, reference.dual_coef_, atol=1e-9)


@pytest.mark.parametrize("kernel", KERNELS)
def test_iterative_equals_exact(kernel):
    X, y = quartic(1500, d=10)
    model = KernelBaseline(kernel, ridge=0.1, random_state=0)
    exact, iterative = (
        clone(model).set_params(solver=solver).fit(X[:1200], y[:1200]) for solver in ("exact", "iterative")
    )
    expected = exact.predict(X[1200:])
    difference = np.linalg.norm(iterative.predict(X[1200:]) - expected) / np.linalg.norm(expected)
    assert difference < 1e-3
    assert iterative.converged_ and iterative.residual_ <= 1e-4 and 1 < iterative.n_iter_ < 150
    assert exact.converged_ and exact.residual_ < 1e-10 and exact.n_iter_ == 0


def test_a_path_of_ridges_equals_one_solve_for_each():
    X, y = quartic(300)
    K, ridges = KernelMatrix(Kernel("exponential"), X), np.array([1e-2, 1.0, 30.0])
    path = solve(K, y, ridges, NystromPreconditioner(K, np.arange(60), ridges), 1e-8, 200)
    assert np.all(path.residuals <= 1e-8)
    np.testing.assert_allclose(path.coefficients, solve_exactly(K, y, ridges).coefficients, rtol=1e-4, atol=1e-6)
    for j, ridge in enumerate(ridges):
        residual = y - Kernel("exponential")(X, X) @ path.coefficients[:, j] - ridge * path.coefficients[:, j]
        assert np.linalg.norm(residual) / np.linalg.norm(y) < 2e-8


@pytest.mark.usefixtures("small_blocks")
def test_preconditioner_is_the_inverse_of_the_nystrom_approximation():
    kernel, X, ridges = Kernel("exponential"), inputs(150), np.array([0.01, 0.5])
    nystroem = Nystroem(lambda x, z: kernel(x[None], z[None])[0, 0], n_components=30, random_state=0).fit(X)
    approximation = nystroem.transform(X) @ nystroem.transform(X).T
    rest = np.diag(kernel(X, X) - approximation)
    preconditioner = NystromPreconditioner(KernelMatrix(kernel, X), nystroem.component_indices_, ridges)
    R = inputs(150, 2, seed=4)
    found = preconditioner.solve(R, np.array([0, 1]))
    for j, ridge in enumerate(ridges):
        expected = np.linalg.solve(approximation + np.diag(rest + ridge), R[:, j])
        np.testing.assert_allclose(found[:, j], expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max())


def test_landmarks_beyond_the_rank_of_the_kernel():
    """(1 + g)² in three dimensions has ten functions, the preconditioner 50 samples."""
    X = inputs(400, 3)
    y = X[:, 0] * X[:, 1] + X[:, 2]
    model = KernelBaseline("polynomial", degree=2, ridge=1e-3, solver="iterative", random_state=0).fit(X, y)
    assert model.converged_ and model.n_iter_ < 20
    assert model.score(X, y) > 0.999


def test_preconditioner_saves_iterations():
    X, y = quartic(800, d=10)
    K, ridges = KernelMatrix(Kernel("exponential"), X), np.array([1e-2])
    iterations = [
        solve(K, y - y.mean(), ridges, NystromPreconditioner(K, np.arange(rank), ridges), 1e-4, 500).iterations
        for rank in (1, 100, 400)
    ]
    assert iterations[0] > 1.5 * iterations[1] > 1.5 * iterations[2]


def test_missing_convergence_is_reported():
    X, y = quartic(400)
    model = KernelBaseline(ridge=1e-3, solver="iterative", rank=5, max_iterations=3, random_state=0)
    with pytest.warns(
        ConvergenceWarning, match=r"iterative solver .* above tolerance=0.0001, with ridge=0.001"
    ) as caught:
        model.fit(X, y)
    assert len(caught) == 1 and caught[0].filename == __file__
    assert not model.converged_ and model.n_iter_ == 3 and model.residual_ > model.tolerance


def test_polynomial_kernel_is_ridge_regression_on_all_monomials():
    """(1 + g)² in two dimensions has six monomials: the fit in their space, with the intercept unpenalised by hand."""
    X = inputs(60, 2)
    y = X[:, 0] ** 2 + X[:, 1]
    root = np.sqrt(2)
    monomials = np.stack(
        [np.ones(60), X[:, 0], X[:, 1], X[:, 0] ** 2 / 2, X[:, 0] * X[:, 1] / root, X[:, 1] ** 2 / 2], axis=1
    )
    np.testing.assert_allclose(monomials @ monomials.T, Kernel("polynomial", degree=2)(X, X), atol=1e-12)
    weights = np.linalg.solve(monomials.T @ monomials + 0.1 * np.eye(6), monomials.T @ (y - y.mean()))
    model = KernelBaseline("polynomial", degree=2, ridge=0.1).fit(X, y)
    np.testing.assert_allclose(model.predict(X), y.mean() + monomials @ weights, rtol=1e-8)


# ---- the ridge -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("solver", ["exact", "iterative"])
def test_ridge_is_the_best_of_the_grid_on_held_out_samples(solver):
    X, y = quartic(250)
    grid = np.array([1e-3, 1e-1, 10.0, 1e3])
    model = KernelBaseline("gaussian", ridges=grid, solver=solver, random_state=3).fit(X, y)
    K, errors = Kernel("gaussian")(X, X), np.zeros(4)
    for train, test in naive_folds(X, model):
        mean = y[train].mean()
        for j, ridge in enumerate(grid):
            reference = KernelRidge(alpha=ridge, kernel="precomputed").fit(K[np.ix_(train, train)], y[train] - mean)
            errors[j] += np.sum((reference.predict(K[np.ix_(test, train)]) + mean - y[test]) ** 2) / len(y)
    np.testing.assert_allclose(model.ridge_errors_, errors, rtol={"exact": 1e-8, "iterative": 0.01}[solver])
    assert model.ridge_ == grid[np.argmin(errors)]
    np.testing.assert_array_equal(model.ridges_, grid)


def naive_folds(X, model):
    """The folds of a fit: shuffled fifths, from the first number of the random state."""
    seed = np.random.RandomState(model.random_state).randint(2**31)
    return KFold(5, shuffle=True, random_state=seed).split(X)


def test_noise_wants_a_larger_ridge():
    X, y = quartic(400)
    noisy = y + 3 * y.std() * np.random.default_rng(5).standard_normal(400)
    assert KernelBaseline(random_state=0).fit(X, noisy).ridge_ > KernelBaseline(random_state=0).fit(X, y).ridge_


def test_the_choice_of_the_ridge_sees_no_other_samples():
    """One fold decides: its fifth of the labels changes errors, not what was fitted on the others."""
    X, y = quartic(100)
    train, test = next(naive_folds(X, KernelBaseline(random_state=0)))
    model = KernelBaseline(cv_folds=1, random_state=0).fit(X, y)
    rest = [KernelBaseline(ridge=r).fit(X[train], y[train]) for r in model.ridges_]
    expected = [np.mean((fit.predict(X[test]) - y[test]) ** 2) for fit in rest]
    np.testing.assert_allclose(model.ridge_errors_, expected, rtol=1e-9)


@pytest.mark.parametrize("kernel", ["polynomial", "gaussian"])
def test_a_ridge_that_did_not_converge_does_not_win(kernel):
    """After few iterations only large ridges have converged; a grid of these alone gives the same model."""
    X, y = quartic(600, d=5)
    options = {"solver": "iterative", "max_iterations": 6, "rank": 40, "random_state": 0}
    with pytest.warns(ConvergenceWarning, match="did not converge and were left out of the search"):
        model = KernelBaseline(kernel, **options, tolerance=0.1).fit(X, y)
    left = np.isfinite(model.ridge_errors_)
    assert 0 < left.sum() < len(left) and np.all(np.diff(left.astype(int)) >= 0)
    alone = KernelBaseline(kernel, **options, tolerance=0.1, ridges=model.ridges_[left]).fit(X, y)
    assert model.ridge_ == alone.ridge_ == model.ridges_[np.argmin(model.ridge_errors_)]


def test_no_ridge_converges():
    X, y = quartic(300, d=5)
    model = KernelBaseline("polynomial", solver="iterative", max_iterations=1, random_state=0)
    with pytest.warns(ConvergenceWarning, match="no ridge of the grid converged"):
        model.fit(X, y)
    assert not model.converged_ and model.ridge_ == model.ridges_.max() and np.isinf(model.ridge_errors_).all()
    assert model.score(X, y) > 0


def test_a_ridge_whose_cholesky_fails_leaves_the_larger_ones():
    X, y = quartic(300, d=5)
    options = {"degree": 4, "random_state": 0}
    with pytest.raises(np.linalg.LinAlgError, match=r"not positive definite .*ridge=\[1e-12\].* rescale X"):
        KernelBaseline("polynomial", ridge=1e-12, **options).fit(300 * X[:200], y[:200])
    with pytest.raises(np.linalg.LinAlgError, match="choose a larger ridge"):
        KernelBaseline("polynomial", ridges=[1e-12, 1e-11], **options).fit(300 * X[:200], y[:200])
    model = KernelBaseline("polynomial", **options).fit(30 * X[:200], y[:200])
    assert model.score(30 * X[200:], y[200:]) > 0.98
    assert np.isinf(model.ridge_errors_[0]) and np.isfinite(model.ridge_errors_[-1])


# ---- sizes of inputs and labels ------------------------------------------------------------------------------------


@pytest.mark.parametrize("offset", [1e3, 1e4, 1e6, 1e8])
@pytest.mark.parametrize("solver", ["exact", "iterative"])
def test_an_offset_of_the_inputs_does_not_matter_to_the_gaussian_kernel(solver, offset):
    """X + offset has itself lost digits, 1.5e-8 of the largest; the offset must not cost more than these."""
    X, y = quartic(500, d=5)
    model = KernelBaseline("gaussian", solver=solver, ridges=[1e-2, 1e-1, 1.0], random_state=0)
    plain = model.fit(X[:400], y[:400]).score(X[400:], y[400:])
    moved = clone(model).fit(X[:400] + offset, y[:400])
    assert moved.score(X[400:] + offset, y[400:]) == pytest.approx(plain, abs=1e-4)
    assert plain > 0.7 and moved.converged_ and moved.ridge_ == model.ridge_


@pytest.mark.parametrize("solver", ["exact", "iterative"])
def test_the_unit_of_the_inputs_does_not_matter_in_units_of_the_bandwidth(solver):
    X, y = quartic(300)
    model = KernelBaseline("gaussian", solver=solver, ridge=0.1, random_state=0).fit(X, y)
    for unit in (1e-30, 1e30):
        scaled = clone(model).set_params(bandwidth=unit).fit(unit * X, y)
        np.testing.assert_allclose(scaled.predict(unit * X), model.predict(X), atol=1e-5)


@pytest.mark.parametrize("kernel", ["polynomial", "arc_cosine", "ntk"])
def test_an_offset_costs_other_kernels_no_digits(kernel):
    """They see the offset, so the model is another one, but the two solvers must find the same one."""
    X, y = quartic(400, d=5)
    X += 100
    model = KernelBaseline(kernel, degree=2, ridge=1.0, max_iterations=3000, random_state=0)
    exact, iterative = (clone(model).set_params(solver=s).fit(X[:300], y[:300]) for s in ("exact", "iterative"))
    expected = exact.predict(X[300:])
    assert iterative.converged_
    assert np.linalg.norm(iterative.predict(X[300:]) - expected) < 0.02 * np.linalg.norm(expected - y.mean())


@pytest.mark.parametrize("solver", ["exact", "iterative"])
@pytest.mark.parametrize("kernel", ["polynomial", "arc_cosine", "ntk"])
def test_inputs_that_double_precision_cannot_tell_apart_are_refused(kernel, solver):
    X, y = quartic(60)
    with pytest.raises(ValueError, match=r"X must be centred .* cannot resolve squared distances of .* per coordinate"):
        KernelBaseline(kernel, degree=2, ridge=1.0, solver=solver).fit(X + 1e8, y)


def test_a_row_far_away_leaves_the_others_alone():
    X, y = quartic(300)
    far = X.copy()
    far[7] = 1e5
    model = KernelBaseline("gaussian", ridge=0.1, solver="iterative", random_state=0).fit(far, y)
    rest = np.arange(300) != 7
    expected = KernelBaseline("gaussian", ridge=0.1).fit(far, y).predict(X[rest])
    np.testing.assert_allclose(model.predict(X[rest]), expected, atol=1e-3 * y.std())
    with pytest.raises(ValueError, match="X must be centred and scaled"):
        KernelBaseline("gaussian", ridge=0.1).fit(np.where(far == 1e5, 1e12, far), y)


@pytest.mark.parametrize("scale", [1e-300, 1e-165, 1e165, 1e300])
@pytest.mark.parametrize("solver", ["exact", "iterative"])
def test_the_unit_of_the_labels_does_not_matter(solver, scale):
    X, y = quartic(200)
    model = KernelBaseline(solver=solver, ridges=[1e-2, 1.0], random_state=0)
    plain, scaled = model.fit(X, y), clone(model).fit(X, scale * y)
    assert scaled.ridge_ == plain.ridge_ and scaled.converged_
    np.testing.assert_allclose(scaled.predict(X) / scale, plain.predict(X), rtol=0, atol=1e-6 * y.std())


def test_text_labels_are_refused():
    with pytest.raises(ValueError, match="y must hold numbers, got text: 'a'"):
        KernelBaseline().fit(inputs(30), ["a", "b", "c"] * 10)


# ---- interface -----------------------------------------------------------------------------------------------------


@parametrize_with_checks(
    [
        KernelBaseline(),
        KernelBaseline("gaussian", ridge=0.1, solver="iterative"),
        KernelBaseline("ntk", depth=3, ridges=(0.1, 1.0), cv_folds=2),
    ]
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("solver", ["exact", "iterative"])
def test_result_does_not_depend_on_the_threads(solver):
    X, y = quartic(200)
    model = KernelBaseline("ntk", solver=solver, ridges=(1e-2, 1.0), random_state=0)
    one, two = (clone(model).set_params(n_jobs=threads).fit(X, y) for threads in (1, 2))
    np.testing.assert_array_equal(one.dual_coef_, two.dual_coef_)
    np.testing.assert_array_equal(one.predict(X), two.predict(X))


def test_n_jobs_means_what_it_means_in_joblib(monkeypatch):
    X, y = quartic(60)
    seen, build = [], regression.KernelMatrix
    monkeypatch.setattr(regression, "KernelMatrix", lambda *args: seen.append(args[-1]) or build(*args))
    for n_jobs, context, threads in ((None, None, 1), (None, 3, 3), (-1, None, cpu_count()), (2, 3, 2)):
        seen.clear()
        with parallel_config("threading", n_jobs=context):
            KernelBaseline(ridge=1.0, n_jobs=n_jobs).fit(X, y)
        assert set(seen) == {threads}


def test_solver_by_the_number_of_samples(monkeypatch):
    X, y = quartic(60)
    assert KernelBaseline(ridge=1.0).fit(X, y).solver_ == "exact"
    monkeypatch.setattr(regression, "EXACT_UP_TO", 50)
    assert KernelBaseline(ridge=1.0).fit(X, y).solver_ == "iterative"
    assert KernelBaseline(ridge=1.0, solver="exact").fit(X, y).solver_ == "exact"


@pytest.mark.parametrize("solver", ["exact", "iterative"])
def test_constant_labels_are_predicted(solver):
    model = KernelBaseline(ridge=0.1, solver=solver, random_state=0).fit(inputs(30), np.full(30, 7.0))
    np.testing.assert_allclose(model.predict(inputs(5, seed=1)), 7.0, rtol=1e-12)
    assert model.converged_


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"kernel": "laplace"}, "'kernel' .* among {.*'gaussian'.*}. Got 'laplace' instead"),
        ({"degree": 0}, r"'degree' .* an int in the range \[1, inf\). Got 0 instead"),
        ({"degree": True}, r"'degree' .* an int in the range \[1, inf\). Got True instead"),
        ({"depth": 1}, r"'depth' .* an int in the range \[2, inf\). Got 1 instead"),
        ({"bandwidth": 0.0}, r"'bandwidth' .* a float in the range \(0.0, inf\). Got 0.0 instead"),
        ({"ridge": 0.0}, r"'ridge' .* a float in the range \(0.0, inf\) or None. Got 0.0 instead"),
        ({"ridge": -1}, r"'ridge' .* a float in the range \(0.0, inf\) or None. Got -1 instead"),
        ({"ridge": True}, r"'ridge' .* a float in the range \(0.0, inf\) or None. Got True instead"),
        ({"ridges": []}, r"ridges must be None or a sequence of positive numbers, got \[\]"),
        ({"ridges": [1.0, 0.0]}, "ridges must be None or a sequence of positive numbers"),
        ({"ridges": [1.0, np.nan]}, "ridges must be None or a sequence of positive numbers"),
        ({"ridges": ["a"]}, r"ridges must be None or a sequence of positive numbers, got \['a'\]"),
        ({"ridges": "a"}, "'ridges' .* array-like or None. Got 'a' instead"),
        ({"cv_folds": 6}, r"'cv_folds' .* an int in the range \[1, 5\] or None. Got 6 instead"),
        ({"cv_folds": 0}, r"'cv_folds' .* an int in the range \[1, 5\] or None. Got 0 instead"),
        ({"solver": "magic"}, "'solver' .* among {.*'exact'.*}. Got 'magic' instead"),
        ({"rank": 0}, r"'rank' .* an int in the range \[1, inf\) or None. Got 0 instead"),
        ({"tolerance": 0.0}, r"'tolerance' .* a float in the range \(0.0, 1.0\). Got 0.0 instead"),
        ({"tolerance": "a"}, r"'tolerance' .* a float in the range \(0.0, 1.0\). Got 'a' instead"),
        ({"max_iterations": 0}, r"'max_iterations' .* an int in the range \[1, inf\). Got 0 instead"),
        ({"max_iterations": 2.5}, r"'max_iterations' .* an int in the range \[1, inf\). Got 2.5 instead"),
        ({"n_jobs": 0}, r"'n_jobs' .* an int .* or None. Got 0 instead"),
    ],
)
def test_rejects_parameters_outside_their_range(options, message):
    X, y = quartic(20)
    with pytest.raises(ValueError, match=message):
        KernelBaseline(**options).fit(X, y)


def test_rejects_what_is_not_data():
    X, y = quartic(20)
    with pytest.raises(ValueError, match="X contains NaN"):
        KernelBaseline().fit(np.where(np.arange(120).reshape(20, 6) == 17, np.nan, X), y)
    with pytest.raises(ValueError, match="minimum of 5 is required"):
        KernelBaseline().fit(X[:4], y[:4])
    with pytest.raises(ValueError, match=r"X has 2 features, but .* is expecting 6"):
        KernelBaseline(ridge=1.0).fit(X, y).predict(X[:, :2])
    with pytest.raises(NotFittedError, match="not fitted yet"):
        KernelBaseline().predict(X)


def test_rejects_inputs_that_overflow_the_kernel():
    X, y = quartic(20)
    with pytest.raises(
        ValueError, match=r"X must be centred and scaled .* 'exponential' overflows at \|x\|²/d = .*e\+0"
    ):
        KernelBaseline("exponential", ridge=1.0).fit(100 * X, y)
    model = KernelBaseline("exponential", ridge=1.0).fit(X, y)
    with pytest.raises(ValueError, match="X must be centred and scaled"):
        model.predict(100 * X)


def test_docstring_examples():
    result = doctest.testmod(regression)
    assert result.attempted > 0 and result.failed == 0
