"""`SpectralHierarchy`: recovery, symmetries of the algorithm, clear errors, scikit-learn's own checks."""

import warnings

import naive
import numpy as np
import pytest
from joblib import cpu_count, parallel_config
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.exceptions import ConvergenceWarning, NotFittedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from feature_cascade import SpectralHierarchy
from feature_cascade.estimator import spectral
from feature_cascade.estimator.layers import HermiteReadout
from feature_cascade.estimator.significance import NoDirectionWarning
from feature_cascade.estimator.whitening import UnwhitenedWarning, warn_unless_white
from feature_cascade.features.hermite import HermiteFeatures

SPIKES = [0.9, -0.6]


def quadratic_target(n, d=6, q=2, seed=0):
    """Inputs, and y = Σ_i a_i (h_i² − 1) + noise with two random directions in the degree-q features."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    F = HermiteFeatures(d, q).transform(X)
    directions, _ = np.linalg.qr(rng.standard_normal((F.shape[1], 2)))
    return X, ((F @ directions) ** 2 - 1) @ SPIKES + 0.1 * rng.standard_normal(n), directions


def rotation(d, seed=9):
    return np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))[0]


@pytest.mark.filterwarnings("ignore::feature_cascade.estimator.whitening.UnwhitenedWarning")
@parametrize_with_checks(
    [
        SpectralHierarchy(),
        SpectralHierarchy(sample_splitting=False, method="matrix_free"),
        SpectralHierarchy(degree=1, input_scaling="sphere", deflate=True, label_transform="tanh"),
    ]
)
def test_scikit_learn_checks(estimator, check):
    check(estimator)


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
@pytest.mark.parametrize("sample_splitting", [True, False])
def test_phase_retrieval_recovers_its_direction(method, sample_splitting):
    rng = np.random.default_rng(0)
    direction = rng.standard_normal(10)
    direction /= np.linalg.norm(direction)
    X = rng.standard_normal((5000, 10))
    model = SpectralHierarchy(1, 1, method=method, sample_splitting=sample_splitting, random_state=0)
    model.fit(X[:4000], (X[:4000] @ direction) ** 2)
    assert model.components_.shape == (1, 10)
    assert (model.components_[0] @ direction) ** 2 > 0.98
    assert model.score(X[4000:], (X[4000:] @ direction) ** 2) > 0.95
    assert model.ritz_values_[0] == pytest.approx(np.sqrt(2), abs=0.2)


def test_recovers_two_directions_of_degree_two():
    X, y, directions = quadratic_target(14_000)
    model = SpectralHierarchy(2, 2, label_transform="tanh", deflate=True, random_state=0)
    model.fit(X[:12_000], y[:12_000])
    overlap = np.sum((model.components_ @ directions) ** 2) / 2
    assert overlap > 0.9
    assert model.score(X[12_000:], y[12_000:]) > 0.6


def test_every_layer_equals_the_loops():
    X, y, _ = quadratic_target(120, d=4)
    model = SpectralHierarchy(2, method="dense", sample_splitting=False).fit(X, y)
    F = naive.features(X, 2)
    values, vectors = naive.leading_eigenpairs(naive.moment(F, naive.standardise(y)), 2)
    np.testing.assert_allclose(model.ritz_values_, values, rtol=1e-5)
    np.testing.assert_allclose(np.abs(np.sum(model.components_ * vectors.T, axis=1)), 1.0, atol=1e-6)
    learned = naive.latent(F, model.components_.T)
    np.testing.assert_allclose(model.transform(X), learned, rtol=1e-4, atol=1e-5)
    weights = naive.second_layer(learned, y)
    np.testing.assert_allclose(model.second_layer_, weights, rtol=1e-4, atol=1e-5)
    feature = naive.second_features(learned, weights)
    expected = HermiteReadout(3).fit(feature, y).predict(feature)
    np.testing.assert_allclose(model.predict(X), expected, rtol=1e-4, atol=1e-4 * y.std())


def test_fitted_attributes():
    X, y, _ = quadratic_target(300, d=5)
    model = SpectralHierarchy(3, method="matrix_free", random_state=0).fit(X, y)
    assert model.components_.shape == (3, 15)
    np.testing.assert_allclose(model.components_ @ model.components_.T, np.eye(3), atol=1e-9)
    assert model.ritz_values_.shape == model.residuals_.shape == (3,)
    assert np.all(np.diff(np.abs(model.ritz_values_)) <= 0)
    assert model.converged_ and model.n_passes_ >= 1
    assert np.all(model.residuals_ <= model.tolerance * np.abs(model.ritz_values_))
    assert model.second_layer_.shape == (3, 3)
    assert model.n_features_in_ == 5
    assert model.transform(X).shape == (300, 3) and model.predict(X).shape == (300,)


@pytest.mark.parametrize(("d", "k"), [(1, 1), (3, 1), (4, 2), (10, 3)])
def test_default_number_of_directions_is_the_root_of_d(d, k):
    X = np.random.default_rng(0).standard_normal((200, d))
    model = SpectralHierarchy(degree=1, random_state=0).fit(X, np.sum(X**2, axis=1) + X[:, 0])
    assert len(model.components_) == k


@pytest.mark.parametrize("sample_splitting", [True, False])
@pytest.mark.parametrize("q", [1, 2, 3])
def test_predictions_are_invariant_under_rotation_of_the_inputs(q, sample_splitting):
    """Features of the rotated x span the same space, so the dense first layer is the same up to float32."""
    X, y, _ = quadratic_target(2500, d=4, q=q)
    R = rotation(4)
    model = SpectralHierarchy(2, q, method="dense", sample_splitting=sample_splitting, random_state=3)
    plain = model.fit(X[:2000], y[:2000]).predict(X[2000:])
    rotated = clone(model).fit(X[:2000] @ R, y[:2000]).predict(X[2000:] @ R)
    np.testing.assert_allclose(rotated, plain, rtol=0, atol=1e-3 * y.std())


def test_rotated_predictions_of_the_matrix_free_method():
    """The random start block has other coordinates, so the two runs agree up to the eigensolver's tolerance."""
    X, y, _ = quadratic_target(2500, d=4)
    R = rotation(4)
    model = SpectralHierarchy(2, method="matrix_free", tolerance=1e-4, random_state=3)
    plain = model.fit(X[:2000], y[:2000]).predict(X[2000:])
    rotated = clone(model).fit(X[:2000] @ R, y[:2000]).predict(X[2000:] @ R)
    assert model.converged_
    np.testing.assert_allclose(rotated, plain, rtol=0, atol=1e-2 * y.std())


def test_rotation_holds_with_the_three_additions():
    X, y, _ = quadratic_target(1500, d=5)
    R = rotation(5)
    options = {"label_transform": "tanh", "input_scaling": "sphere", "deflate": True, "method": "dense"}
    model = SpectralHierarchy(2, random_state=3, **options)
    plain = model.fit(X[:1000], y[:1000]).predict(X[1000:])
    rotated = clone(model).fit(X[:1000] @ R, y[:1000]).predict(X[1000:] @ R)
    np.testing.assert_allclose(rotated, plain, rtol=0, atol=1e-3 * y.std())


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
def test_order_of_the_samples_does_not_matter(method):
    """Without a split only the order of float32 sums and the readout's cross-validation (leave-one-out) remain."""
    X, y, _ = quadratic_target(2000, d=5)
    order = np.random.default_rng(1).permutation(1500)
    model = SpectralHierarchy(2, method=method, sample_splitting=False, tolerance=1e-4, random_state=0)
    plain = model.fit(X[:1500], y[:1500]).predict(X[1500:])
    permuted = clone(model).fit(X[:1500][order], y[:1500][order]).predict(X[1500:])
    np.testing.assert_allclose(permuted, plain, rtol=0, atol=1e-3 * y.std())


def test_scale_and_shift_of_the_labels_pass_through():
    X, y, _ = quadratic_target(800, d=4)
    model = SpectralHierarchy(2, sample_splitting=False, label_transform="tanh")
    plain, scaled = model.fit(X, y).predict(X), clone(model).fit(X, 100 * y - 30).predict(X)
    np.testing.assert_allclose(scaled, 100 * plain - 30, rtol=1e-4, atol=1e-3 * 100 * y.std())


@pytest.mark.filterwarnings("ignore::feature_cascade.estimator.whitening.UnwhitenedWarning")
def test_sphere_scaling_finds_directions_without_the_radius():
    """The recovered directions depend on x/|x| alone."""
    X, y, _ = quadratic_target(500, d=4)
    radii = np.random.default_rng(1).uniform(0.1, 10.0, (500, 1))
    model = SpectralHierarchy(2, input_scaling="sphere", random_state=0).fit(X, y)
    stretched = clone(model).fit(radii * X, y)
    np.testing.assert_allclose(stretched.ritz_values_, model.ritz_values_, rtol=1e-5)
    np.testing.assert_allclose(np.abs(np.sum(stretched.components_ * model.components_, axis=1)), 1.0, atol=1e-6)


def test_input_scaling_is_for_the_first_layer_alone():
    X, y, _ = quadratic_target(14_000)
    options = {"input_scaling": "sphere", "deflate": True, "label_transform": "tanh", "readout_degree": 1}
    model = SpectralHierarchy(2, random_state=0, **options).fit(X[:12_000], y[:12_000])
    F = HermiteFeatures(6, 2).transform(X[:20])
    np.testing.assert_allclose(model.transform(X[:20]), F @ model.components_.T, rtol=1e-4, atol=1e-5)
    assert model.score(X[12_000:], y[12_000:]) > 0.7


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
def test_result_does_not_depend_on_the_threads(method):
    X, y, _ = quadratic_target(5000, d=4)
    model = SpectralHierarchy(2, method=method, random_state=0, deflate=True)
    one, two = (clone(model).set_params(n_jobs=threads).fit(X, y) for threads in (1, 2))
    np.testing.assert_array_equal(one.components_, two.components_)
    np.testing.assert_array_equal(one.predict(X), two.predict(X))


def test_random_state_fixes_the_fit():
    X, y, _ = quadratic_target(400, d=4)
    predictions = [SpectralHierarchy(2, random_state=seed).fit(X, y).predict(X) for seed in (0, 0, 1)]
    np.testing.assert_array_equal(predictions[0], predictions[1])
    assert not np.array_equal(predictions[0], predictions[2])


def test_splitting_keeps_the_first_layer_off_the_held_out_samples():
    model = SpectralHierarchy(holdout=0.3)
    first, second, last = model._split(100, np.random.RandomState(0))
    assert (len(first), len(second), len(last)) == (70, 15, 15)
    assert sorted(np.concatenate([first, second, last])) == list(range(100))
    whole = SpectralHierarchy(sample_splitting=False)._split(10, np.random.RandomState(0))
    assert all(np.array_equal(part, np.arange(10)) for part in whole)


@pytest.mark.parametrize("sample_splitting", [True, False])
@pytest.mark.parametrize("value", [0.0, 1.0, -3.5])
def test_rejects_constant_labels(value, sample_splitting):
    X = np.random.default_rng(0).standard_normal((50, 3))
    with pytest.raises(ValueError, match="y must not be constant"):
        SpectralHierarchy(1, sample_splitting=sample_splitting).fit(X, np.full(50, value))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_rejects_nan_and_infinite_values(bad):
    X = np.random.default_rng(0).standard_normal((50, 3))
    y = X[:, 0] ** 2
    broken_X, broken_y = X.copy(), y.copy()
    broken_X[7, 1], broken_y[7] = bad, bad
    with pytest.raises(ValueError, match=r"X contains (NaN|infinity)"):
        SpectralHierarchy(1).fit(broken_X, y)
    with pytest.raises(ValueError, match=r"y contains (NaN|infinity)"):
        SpectralHierarchy(1).fit(X, broken_y)
    with pytest.raises(ValueError, match=r"X contains (NaN|infinity)"):
        SpectralHierarchy(1).fit(X, y).predict(broken_X)


@pytest.mark.parametrize("n", [1, 7])
def test_rejects_too_few_samples(n):
    X = np.random.default_rng(0).standard_normal((n, 3))
    with pytest.raises(ValueError, match=f"{n} sample.* minimum of 8 is required"):
        SpectralHierarchy(1).fit(X, X[:, 0])


def test_rejects_labels_of_another_length_and_inputs_of_another_width():
    X, y, _ = quadratic_target(50, d=3)
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        SpectralHierarchy(1).fit(X, y[:-1])
    with pytest.raises(ValueError, match=r"X has 2 features, but .* is expecting 3"):
        SpectralHierarchy(1).fit(X, y).predict(X[:, :2])
    with pytest.raises(ValueError, match="Expected 2D array"):
        SpectralHierarchy(1).fit(X[:, 0], y)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_directions": 7}, "n_directions must be an integer between 1 and D = 6, got 7"),
        ({"n_directions": 0}, r"'n_directions' .* an int in the range \[1, inf\), .*'auto'.* or None. Got 0 instead"),
        (
            {"n_directions": True},
            r"'n_directions' .* an int in the range \[1, inf\), .*'auto'.* or None. Got True instead",
        ),
        ({"degree": 0}, r"'degree' .* an int in the range \[1, inf\). Got 0 instead"),
        ({"degree": 1.5}, r"'degree' .* an int in the range \[1, inf\). Got 1.5 instead"),
        ({"readout_degree": 0}, r"'readout_degree' .* an int in the range \[1, 50\]. Got 0 instead"),
        ({"readout_degree": 200}, r"'readout_degree' .* an int in the range \[1, 50\]. Got 200 instead"),
        ({"n_jobs": 0}, r"'n_jobs' .* an int in the range \[1, inf\), an int in the range \(-inf, -1\] or None. Got 0"),
        ({"n_jobs": 1.5}, r"'n_jobs' .* an int .* or None. Got 1.5 instead"),
        ({"holdout": 0.0}, r"'holdout' .* a float in the range \(0.0, 1.0\). Got 0.0 instead"),
        ({"holdout": 1.0}, r"'holdout' .* a float in the range \(0.0, 1.0\). Got 1.0 instead"),
        ({"holdout": "a"}, r"'holdout' .* a float in the range \(0.0, 1.0\). Got 'a' instead"),
        ({"input_scaling": "cube"}, "'input_scaling' .* among {.*'sphere'.*} or None. Got 'cube' instead"),
        ({"label_transform": "log"}, "'label_transform' .* among {.*'tanh'.*} or None. Got 'log' instead"),
        ({"method": "guess"}, "'method' .* among {.*'dense'.*}. Got 'guess' instead"),
        ({"deflate": "no"}, "'deflate' .* 'bool' .* or None. Got 'no' instead"),
        ({"sample_splitting": "no"}, "'sample_splitting' .* 'bool' .*. Got 'no' instead"),
        ({"tolerance": -1.0}, r"'tolerance' .* a float in the range \(0.0, inf\). Got -1.0 instead"),
        ({"tolerance": "a"}, r"'tolerance' .* a float in the range \(0.0, inf\). Got 'a' instead"),
        ({"tolerance": np.nan}, r"'tolerance' .* a float in the range \(0.0, inf\). Got nan instead"),
        ({"max_passes": 0}, r"'max_passes' .* an int in the range \[1, inf\). Got 0 instead"),
        ({"max_passes": 2.5}, r"'max_passes' .* an int in the range \[1, inf\). Got 2.5 instead"),
        ({"random_state": "x"}, "'random_state' .* Got 'x' instead"),
    ],
)
def test_rejects_parameters_outside_their_range(options, message):
    X, y, _ = quadratic_target(40, d=3)
    with pytest.raises(ValueError, match=message):
        SpectralHierarchy(**({"n_directions": 2} | options)).fit(X, y)


def test_as_many_directions_as_features():
    X, y, _ = quadratic_target(400, d=3)
    model = SpectralHierarchy(6, sample_splitting=False).fit(X, y)
    np.testing.assert_allclose(model.components_.T @ model.components_, np.eye(6), atol=1e-9)


@pytest.mark.parametrize("method", ["transform", "predict"])
def test_needs_a_fit_first(method):
    with pytest.raises(NotFittedError, match="not fitted yet"):
        getattr(SpectralHierarchy(), method)(np.zeros((3, 2)))


@pytest.mark.parametrize("seed", range(4))
def test_few_samples_with_two_label_values_can_be_fitted(seed):
    """y is not constant, so a held-out half that happens to hold one value must not be refused as if it were."""
    X, y = np.random.default_rng(seed).standard_normal((20, 3)), np.array([1.0, 2.0] * 10)
    prediction = SpectralHierarchy(1, random_state=seed).fit(X, y).predict(X)
    assert np.all(np.isfinite(prediction))


@pytest.mark.parametrize("holdout", [0.01, 0.5, 0.8])
def test_extreme_splits_of_few_samples(holdout):
    X, y, _ = quadratic_target(10, d=3)
    model = SpectralHierarchy(1, holdout=holdout, random_state=0).fit(X, y)
    assert np.all(np.isfinite(model.predict(X)))


def test_parameters_and_clone():
    model = SpectralHierarchy(3, 1, tolerance=0.1, random_state=5, readout_degree=2)
    parameters = model.get_params()
    assert parameters["n_directions"] == 3 and parameters["degree"] == 1 and parameters["tolerance"] == 0.1
    assert len(parameters) == 15
    copy = clone(model)
    assert copy is not model and copy.get_params() == parameters
    assert copy.set_params(holdout=0.5).holdout == 0.5
    assert "n_directions=3" in repr(model)


def test_in_a_pipeline_and_cross_validation():
    X, y, _ = quadratic_target(3000, d=4, q=1)
    pipeline = make_pipeline(StandardScaler(), SpectralHierarchy(2, 1, random_state=0))
    assert cross_val_score(pipeline, 5.0 * X + 3.0, y, cv=3).min() > 0.7


# ---- sizes of inputs and labels ------------------------------------------------------------------------------------


@pytest.mark.parametrize("scale", [1e-300, 1e-165, 1e165, 1e300])
def test_the_unit_of_the_labels_does_not_matter(scale):
    X, y, _ = quadratic_target(800, d=4)
    model = SpectralHierarchy(2, random_state=0)
    plain, scaled = model.fit(X, y).predict(X), clone(model).fit(X, scale * y).predict(X)
    np.testing.assert_allclose(scaled / scale, plain, rtol=0, atol=1e-4 * y.std())


@pytest.mark.parametrize("exponent", [-900, 900])
def test_a_power_of_two_in_the_labels_changes_no_bit(exponent):
    X, y, _ = quadratic_target(400, d=4)
    model = SpectralHierarchy(2, random_state=0)
    plain, scaled = model.fit(X, y).predict(X), clone(model).fit(X, np.ldexp(y, exponent)).predict(X)
    np.testing.assert_array_equal(np.ldexp(scaled, -exponent), plain)


@pytest.mark.filterwarnings("ignore::feature_cascade.estimator.whitening.UnwhitenedWarning")
def test_inputs_whose_features_overflow_are_named():
    X, y, _ = quadratic_target(400, d=4)
    far = X.copy()
    far[3, 2] = 1e12
    with pytest.raises(ValueError, match=r"X must be centred and scaled .* row 3 holds 1e\+12 in column 2"):
        SpectralHierarchy(2).fit(far, y)
    with pytest.raises(ValueError, match=r"X must be centred and scaled .* overflow single precision"):
        SpectralHierarchy(2).fit(1e10 * X, y)
    model = SpectralHierarchy(2, random_state=0).fit(X, y)
    for method in (model.transform, model.predict):
        with pytest.raises(ValueError, match=r"X must be centred and scaled .* overflow single precision"):
            method(1e20 * X)


@pytest.mark.filterwarnings("ignore::feature_cascade.estimator.whitening.UnwhitenedWarning")
@pytest.mark.parametrize("q", [1, 2, 3])
@pytest.mark.parametrize("input_scaling", ["none", "sphere"])
@pytest.mark.parametrize("method", ["dense", "matrix_free"])
def test_inputs_just_within_the_limit_can_be_fitted(q, input_scaling, method):
    X, y, _ = quadratic_target(400, d=4, q=q)
    limit = np.finfo(np.float32).max / 4
    power = max(q, 2)
    if input_scaling == "none":
        limit, power = limit / (spectral.CHUNK * np.sqrt(400)), 2 * q + (q > 1)
    X *= 0.999 * limit ** (1 / power) / 2 / np.abs(X).max()
    model = SpectralHierarchy(2, q, input_scaling=input_scaling, method=method, random_state=0).fit(X, y)
    assert np.isfinite(model.predict(X)).all() and np.isfinite(model.ritz_values_).all()
    with pytest.raises(ValueError, match="overflow single precision"):
        clone(model).fit(1.01 * X, y)


def test_text_labels_are_refused():
    X = np.random.default_rng(0).standard_normal((30, 3))
    with pytest.raises(ValueError, match="y must hold numbers, got text: 'a'"):
        SpectralHierarchy(1).fit(X, ["a", "b", "c"] * 10)


# ---- warnings ------------------------------------------------------------------------------------------------------


def test_an_eigensolver_that_is_stopped_early_says_so():
    X, y, _ = quadratic_target(2000)
    model = SpectralHierarchy(2, method="matrix_free", max_passes=1, random_state=0)
    with pytest.warns(ConvergenceWarning, match=r"stopped after 1 passes .* above tolerance=0.01: raise max_passes=1"):
        model.fit(X, y)
    assert not model.converged_
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        assert model.set_params(max_passes=100).fit(X, y).converged_


@pytest.mark.parametrize(
    "unwhiten",
    [
        lambda X: X + 3,
        lambda X: 1e-10 * X,
        lambda X: 3 * X,
        lambda X: X * np.geomspace(1, 1e3, 5) ** 0.5,
        lambda X: X * np.geomspace(1, 1e-3, 5) ** 0.5,
        lambda X: X + X.sum(axis=1, keepdims=True),
    ],
    ids=["shifted", "tiny", "wide", "condition, up", "condition, down", "correlated"],
)
def test_inputs_that_are_not_white_are_warned_of(unwhiten):
    X, y, _ = quadratic_target(900, d=5)
    with pytest.warns(UnwhitenedWarning, match=r"far from mean 0 and covariance I.*; centre and whiten X first"):
        SpectralHierarchy(2, random_state=0).fit(unwhiten(X), y)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnwhitenedWarning)
        SpectralHierarchy(2, random_state=0).fit(PCA(whiten=True).fit_transform(unwhiten(X)), y)


def test_whiten_is_the_same_as_whitening_first():
    """The principal axes of both have different signs at most, on which nothing depends but rounding."""
    X, y, _ = quadratic_target(3000, d=5)
    moved = 2 + X @ np.diag([1.0, 2, 3, 4, 5])
    model = SpectralHierarchy(2, whiten=True, random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        model.fit(moved, y)
    plain = SpectralHierarchy(2, random_state=0).fit(PCA(whiten=True).fit_transform(moved), y)
    np.testing.assert_allclose(model.ritz_values_, plain.ritz_values_, rtol=1e-4)
    assert model.n_features_in_ == 5 and plain.whitener_ is None
    np.testing.assert_allclose(model.predict(moved), plain.predict(PCA(whiten=True).fit_transform(moved)), rtol=1e-2)


def test_whitening_leaves_out_what_does_not_vary():
    X, y, _ = quadratic_target(3000, d=5)
    padded = np.column_stack([X, np.full(3000, 7.0), X[:, 0] - X[:, 1]])
    model = SpectralHierarchy(2, whiten=True, random_state=0).fit(padded, y)
    assert model.whitener_.axes.shape == (7, 5) and model.components_.shape == (2, 15)
    plain = SpectralHierarchy(2, whiten=True, random_state=0).fit(X, y)
    np.testing.assert_allclose(model.ritz_values_, plain.ritz_values_, rtol=1e-4)


def test_auto_takes_the_directions_that_stand_out():
    X, y, directions = quadratic_target(20_000, d=16)
    model = SpectralHierarchy("auto", preset="sharp", random_state=0).fit(X, y)
    assert model.n_significant_ == 2 and model.components_.shape == (2, 136)
    np.testing.assert_allclose(np.linalg.norm(model.components_ @ directions, axis=0), 1, atol=0.05)
    low, high = model.bulk_edges_
    assert model.ritz_values_.min() < low < 0 < high < model.ritz_values_.max()


def test_labels_of_noise_are_told():
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((3000, 6)), rng.standard_normal(3000)
    with pytest.warns(NoDirectionWarning, match="no direction stands out from the noise: Ritz values run from"):
        model = SpectralHierarchy("auto", random_state=0).fit(X, y)
    assert model.n_significant_ == 0 and model.components_.shape == (1, 21)


@pytest.mark.parametrize(("n", "d"), [(8, 1), (8, 3), (8, 100), (50, 49), (50, 50), (60, 50), (400, 20), (20_000, 5)])
def test_gaussian_inputs_raise_no_alarm(n, d):
    rng = np.random.default_rng(0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for _ in range(max(3, min(2000, 200_000 // (n * d)))):
            warn_unless_white(rng.standard_normal((n, d)))


# ---- scikit-learn's conventions ------------------------------------------------------------------------------------


def test_names_and_containers_of_the_learned_features():
    X, y, _ = quadratic_target(300, d=4)
    model = SpectralHierarchy(3, random_state=0)
    names = [f"spectralhierarchy{i}" for i in range(3)]
    assert list(model.fit(X, y).get_feature_names_out()) == names
    expected = model.transform(X)
    frame = clone(model).set_output(transform="pandas").fit(X, y)
    assert list(frame.transform(X).columns) == names
    np.testing.assert_array_equal(frame.transform(X).to_numpy(), expected)
    np.testing.assert_array_equal(frame.predict(X), model.predict(X))


def test_in_containers_of_scikit_learn():
    X, y, _ = quadratic_target(300, d=4)
    model = SpectralHierarchy(2, random_state=0)
    union = FeatureUnion([("learned", model), ("scaled", StandardScaler())]).fit(X, y)
    assert union.transform(X).shape == (300, 6) and union.get_feature_names_out()[1] == "learned__spectralhierarchy1"
    columns = ColumnTransformer([("learned", model, [0, 1, 2])], remainder="passthrough").fit(X, y)
    assert list(columns.get_feature_names_out())[-2:] == ["learned__spectralhierarchy1", "remainder__x3"]
    pipeline = make_pipeline(StandardScaler(), model, Ridge()).set_output(transform="pandas").fit(X, y)
    assert pipeline.predict(X).shape == (300,)
    assert list(pipeline[:-1].get_feature_names_out()) == ["spectralhierarchy0", "spectralhierarchy1"]


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
def test_the_largest_entry_of_each_component_is_positive(method, monkeypatch):
    X, y, _ = quadratic_target(600, d=5)
    model = SpectralHierarchy(6, method=method, random_state=0).fit(X, y)
    peaks = np.argmax(np.abs(model.components_), axis=1)
    assert np.all(model.components_[np.arange(6), peaks] > 0)
    monkeypatch.setattr(spectral, "positive_peaks", lambda rows: rows)
    as_found = clone(model).fit(X, y)
    assert np.any(np.sum(as_found.components_ * model.components_, axis=1) < 0)
    np.testing.assert_array_equal(as_found.predict(X), model.predict(X))


def test_n_jobs_means_what_it_means_in_joblib(monkeypatch):
    X, y, _ = quadratic_target(300, d=4)
    seen, stream = [], spectral.FeatureStream
    monkeypatch.setattr(spectral, "FeatureStream", lambda *args: seen.append(args[-1]) or stream(*args))
    for n_jobs, context, threads in ((None, None, 1), (None, 3, 3), (-1, None, cpu_count()), (2, 3, 2)):
        seen.clear()
        model = SpectralHierarchy(2, n_jobs=n_jobs, random_state=0)
        with parallel_config("threading", n_jobs=context):
            model.fit(X, y)
        assert set(seen) == {threads}
