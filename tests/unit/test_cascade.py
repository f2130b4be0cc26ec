"""FeatureCascade finds a target of few quadratic features exactly, and says so when there is none."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks

from feature_cascade.estimator.cascade import FeatureCascade
from feature_cascade.estimator.link_models import GivenLink, SplineLink, slope
from feature_cascade.estimator.low_rank import LeastSquares, LowRank, _flat
from feature_cascade.features.hermite import HermiteFeatures
from feature_cascade.features.stream import FeatureStream
from feature_cascade.measurement.metrics import nmse, weight_overlap
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher
from feature_cascade.sampling.sources import ArraySource
from feature_cascade.sampling.streams import generator

IDENTITY = GivenLink(lambda u: u)


def data(d, q, eps, n, link="identity", noise=0.0, gamma=0.4, seed=0):
    """A teacher, n training samples and 2000 test samples without noise."""
    teacher = Teacher.draw(TeacherSpec(d, q, gamma=gamma, eps=eps, seed=seed))
    train = teacher.sample("train", n, {"name": link}, noise)
    test = teacher.sample("test", 2000, {"name": link})
    return teacher, train.source.rows(n), train.y, test.source.rows(2000), test.y


def problem(n=60, d=4, k=3, q=2, link=IDENTITY, linear=1):
    """A least-squares problem with its explicit features, and a point of it."""
    rng = generator(0, "low rank test")
    features = HermiteFeatures(d, q)
    X = rng.standard_normal((n, d))
    stream = FeatureStream(features, ArraySource(X), n)
    model = LowRank(
        rng.standard_normal((features.D, k)),
        np.array([1.0, -1.0, 1.0][:k]),
        rng.standard_normal((features.D, linear)),
        0.3,
    )
    return LeastSquares(stream, rng.standard_normal(n), link), model, features.transform(X)


def naive_score(model, F):
    squares = [s * ((F @ b) ** 2 - b @ b) for s, b in zip(model.signs, model.vectors.T, strict=True)]
    return sum(squares) + F @ model.linear.sum(axis=1) + model.offset


def test_score_is_its_definition():
    fit, model, F = problem()
    np.testing.assert_allclose(model.score(fit.stream), naive_score(model, F), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("linear", [0, 1])
@pytest.mark.parametrize("link", [IDENTITY, GivenLink(np.tanh)])
def test_gradient_is_that_of_the_definition(link, linear):
    fit, model, F = problem(link=link, linear=linear)
    weights = np.array([0.1, 0.02, 0.3])

    def value(x):
        size = model.vectors.size
        point = LowRank(x[:size].reshape(model.vectors.shape), model.signs, x[size:-1].reshape(len(F.T), linear), x[-1])
        residual = link.function(naive_score(point, F)) - fit.y
        return 0.5 * np.mean(residual**2) / np.var(fit.y) + weights @ np.sum(point.vectors**2, axis=0)

    x = _flat(model)
    found, gradient = fit._value_and_gradient(x, model, weights)
    assert found == pytest.approx(value(x), rel=1e-4)
    for direction in np.eye(len(x))[:: max(1, len(x) // 8)]:
        slope = (value(x + 1e-5 * direction) - value(x - 1e-5 * direction)) / 2e-5
        assert gradient @ direction == pytest.approx(slope, rel=2e-3, abs=2e-3)


def test_gradient_with_a_learned_link_is_that_of_the_value():
    fit, model, _ = problem(n=200)
    fit.link = SplineLink(model.score(fit.stream), 6)
    weights = np.array([0.1, 0.02, 0.3])
    x = _flat(model)
    _, gradient = fit._value_and_gradient(x, model, weights)
    for direction in np.eye(len(x))[:: len(x) // 8]:
        high, low = (fit._value_and_gradient(x + step * direction, model, weights)[0] for step in (1e-3, -1e-3))
        assert gradient @ direction == pytest.approx((high - low) / 2e-3, rel=0.02, abs=1e-3)


def test_orthogonal_columns_give_the_same_matrix():
    _, model, _ = problem()
    other = model.orthogonal()
    matrices = [(m.vectors * m.signs) @ m.vectors.T for m in (model, other)]
    np.testing.assert_allclose(*matrices, atol=1e-12)
    gram = other.vectors.T @ other.vectors
    np.testing.assert_allclose(gram, np.diag(np.diag(gram)), atol=1e-12)
    assert np.all(np.diff(np.abs(other.eigenvalues)) <= 0)


def test_a_spline_contains_the_identity_and_its_slope_is_that_of_its_value():
    u = generator(0, "spline test").standard_normal(500) ** 3
    link = SplineLink(u, 6)
    values, slopes = link.at(u, u - 1)
    np.testing.assert_allclose(values, u - 1, atol=1e-6)
    np.testing.assert_allclose(slopes, 1, atol=1e-6)
    _, slopes = link.at(u, np.tanh(u))
    fitted = link.fitted(u, np.tanh(u))
    np.testing.assert_allclose(
        fitted(u), np.clip(link.at(u, np.tanh(u))[0], np.tanh(u).min(), np.tanh(u).max()), atol=1e-12
    )
    between = (fitted(u + 1e-5) - fitted(u - 1e-5)) / 2e-5
    inside = np.abs(fitted(u)) < np.abs(np.tanh(u)).max() - 1e-3  # beyond, the link is clipped
    np.testing.assert_allclose(slopes[inside], between[inside], atol=1e-4)


def test_a_spline_has_slope_one_whatever_the_labels():
    """Else the score could shrink and the link grow, and no penalty on the score would be felt."""
    u = generator(0, "spline test").standard_normal(500)
    y = 30 * np.tanh(3 * u)
    factor, link = SplineLink(u / 100, 6).renewed(u / 100, y)
    score = factor * u / 100
    assert np.polyfit(score, link.at(score, y)[0], 1)[0] == pytest.approx(1)
    np.testing.assert_allclose(score, slope(u, y) * u)


@pytest.mark.jit_only
@pytest.mark.parametrize(("d", "q", "eps", "n"), [(12, 1, 0.5, 150), (16, 2, 0.5, 1400), (8, 3, 0.5, 1000)])
def test_small_teachers_are_recovered_exactly(d, q, eps, n):
    teacher, X, y, X_test, y_test = data(d, q, eps, n)
    model = FeatureCascade(q, random_state=0).fit(X, y)
    assert nmse(y_test, model.predict(X_test)) < 1e-6
    assert model.n_directions_ == teacher.spec.d1
    assert weight_overlap(model.components_.T, teacher.directions) > 1 - 1e-6
    order = np.argsort(-np.abs(teacher.amplitudes))
    np.testing.assert_allclose(model.strengths_, teacher.amplitudes[order], rtol=1e-3)
    if q == 2:
        forms, traces = model.matrices_, np.trace(model.matrices_, axis1=1, axis2=2)
        features = np.einsum("na,kab,nb->nk", X_test, forms, X_test) - traces
        np.testing.assert_allclose(features, model.transform(X_test), rtol=1e-3, atol=1e-3)
        np.testing.assert_allclose(np.linalg.norm(forms, axis=(1, 2)), np.sqrt(0.5))
    assert model.rounds_[-1].held_out_error < 1e-5 and model.noise_ < 1e-2


@pytest.mark.jit_only
def test_the_link_is_learned():
    _, X, y, X_test, y_test = data(16, 2, 0.5, 1600, link="tanh")
    learned = FeatureCascade(2, random_state=0).fit(X, y)
    given = FeatureCascade(2, link="tanh", random_state=0).fit(X, y)
    assert nmse(y_test, given.predict(X_test)) < 1e-6
    assert nmse(y_test, learned.predict(X_test)) < 0.02


def cramer_rao(teacher, X, X_test, noise):
    """The Cramér–Rao bound of the mean square error given these very inputs, from the Jacobian at the truth."""
    features, A = HermiteFeatures(teacher.spec.d, teacher.spec.q), teacher.directions

    def jacobian(rows):
        F = features.transform(rows).astype(float)
        return np.hstack([h[:, None] * F - a for h, a in zip((F @ A).T, A.T, strict=True)])

    J, J_test, d1 = jacobian(X), jacobian(X_test), teacher.spec.d1
    values, vectors = np.linalg.eigh(J.T @ J)
    free = slice(d1 * (d1 - 1) // 2, None)  # all but the rotations of the directions, to which the target is blind
    return noise**2 * np.mean((J_test @ vectors[:, free]) ** 2 @ (1 / values[free]))


@pytest.mark.jit_only
def test_noise_in_the_labels_costs_what_its_parameters_cost():
    teacher, X, y, X_test, y_test = data(16, 2, 0.5, 6000, noise=0.5)
    error = np.mean((y_test - FeatureCascade(2, random_state=0).fit(X, y).predict(X_test)) ** 2)
    d1, D = teacher.spec.d1, teacher.spec.D
    least = cramer_rao(teacher, X, X_test, 0.5)
    assert least > 0.25 * (d1 * D - d1 * (d1 - 1) / 2) / 6000  # that of typical inputs, many more than parameters
    assert least < error < 1.4 * least


@pytest.mark.jit_only
def test_the_number_of_threads_changes_no_bit():
    _, X, y, X_test, _ = data(12, 1, 0.5, 4000, noise=0.1)
    one, two = (FeatureCascade(1, random_state=0, n_jobs=jobs).fit(X, y).predict(X_test) for jobs in (1, 2))
    assert np.array_equal(one, two)


def test_labels_of_noise_give_no_direction_and_a_sentence():
    rng = generator(0, "noise labels")
    X, y = rng.standard_normal((300, 4)), rng.standard_normal(300)
    with pytest.warns(UserWarning, match="no direction predicts held-out labels better than their mean"):
        model = FeatureCascade(1, random_state=0).fit(X, y)
    assert model.n_directions_ == 0 and model.components_.shape == (0, 4)
    np.testing.assert_allclose(model.predict(X), y.mean())


@pytest.mark.jit_only
@parametrize_with_checks([FeatureCascade(degree=1, max_directions=1)])
def test_scikit_learns_conventions(estimator, check):
    check(estimator)


def test_whitened_inputs_give_what_white_ones_do():
    """Inputs that are stretched, moved, and padded by a column that depends on others."""
    _, X, y, X_test, y_test = data(8, 1, 0.35, 600)
    stretch, move = np.diag(np.linspace(1, 4, 8)), np.linspace(-3, 3, 8)

    def worse(X):
        moved = X @ stretch + move
        return np.column_stack([moved, moved[:, 0] - moved[:, 1]])

    model = FeatureCascade(degree=1, whiten=True, random_state=0).fit(worse(X), y)
    assert model.whitener_.axes.shape == (9, 8) and model.components_.shape == (2, 8)
    assert nmse(y_test, model.predict(worse(X_test))) < 1e-3
    assert model.transform(worse(X_test)).shape == (2000, 2)
