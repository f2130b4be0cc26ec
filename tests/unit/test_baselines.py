"""The methods of the comparison against scikit-learn and known limits, and what theory says of them."""

import numpy as np
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import PolynomialFeatures, StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

from feature_cascade.baselines.methods import KERNEL, METHODS, SPECTRAL
from feature_cascade.baselines.regressors import BUILDERS, ReluFeatures, build, kernels, setting_of
from feature_cascade.estimator.presets import PRESETS
from feature_cascade.experiments.comparison import ending, learning_curves
from feature_cascade.measurement.crossing import crossings, first_below
from feature_cascade.measurement.metrics import nmse
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher
from feature_cascade.predictions.energies import quartic_energies
from feature_cascade.predictions.learning_curves import (
    kernel_nmse,
    limit_profiles,
    predicted_crossings,
    predicted_curves,
    sample_grid,
    spectral_nmse,
    teacher_profiles,
)
from feature_cascade.theory.names import FINITE_D, followed
from feature_cascade.theory.radial_risk import RadialRisk

IDENTITY, TANH = {"name": "identity"}, {"name": "tanh"}
SPEC = TeacherSpec(8, seed=3)


def setting(spec=SPEC, **options):
    return setting_of(
        spec, **{"ridges": [0.1, 1.0], "readout_degree": 1, "tolerance": 0.03, "max_passes": 60} | options
    )


@pytest.fixture(scope="module")
def data():
    """A teacher of d = 8 with its test points, and training samples."""
    teacher = Teacher.draw(SPEC)
    return teacher, teacher.source("test").rows(2000), teacher.source("train").rows(3000)


def test_every_method_fits_the_same_samples(data):
    teacher, test, _ = data
    table = learning_curves(teacher, TANH, test, {name: [100, 200] for name in METHODS}, setting())
    assert list(table["method"]) == [name for name in METHODS for _ in range(2)]
    assert np.isfinite(table["nmse"]).all() and (table["nmse"] > 0).all()
    is_kernel = table["method"].map(lambda name: METHODS[name].family == KERNEL)
    assert (table["ridge"].isin([0.1, 1.0])[is_kernel]).all() and table["converged"][is_kernel].all()
    assert table["solver_residual"][is_kernel].max() < 1e-10
    again = learning_curves(teacher, TANH, test, {"trees": [200], "mlp2": [200]}, setting())
    assert list(again["nmse"]) == [
        table.query(f"method == '{name}' and n == 200")["nmse"].item() for name in ("trees", "mlp2")
    ]


def test_families():
    assert list(BUILDERS) == list(METHODS)
    assert {name for name in METHODS if METHODS[name].family == SPECTRAL} == set(PRESETS)
    assert {name for name in METHODS if METHODS[name].family == KERNEL} == set(kernels(2))
    assert kernels(3)["polynomial"].degree == 6


def test_quadratic_ridge_equals_scikit_learn_by_hand(data):
    teacher, test, X = data
    y = teacher.sample("train", len(X), IDENTITY).y
    model = build("quadratic", setting()).fit(X, y)
    features = PolynomialFeatures(2, include_bias=False).fit(X)
    scaler = StandardScaler().fit(features.transform(X))
    by_hand = Ridge(alpha=ending(model)["ridge"]).fit(scaler.transform(features.transform(X)), y)
    expected = by_hand.predict(scaler.transform(features.transform(test)))
    np.testing.assert_allclose(model.predict(test), expected, rtol=1e-3, atol=1e-4)


def test_degree_two_cannot_learn_degree_four(data):
    """NMSE stays above the share of the energy in degree four."""
    teacher, test, X = data
    y, y_test = (teacher.sample(p, n, IDENTITY).y for p, n in (("train", len(X)), ("test", len(test))))
    model = build("quadratic", setting()).fit(X, y)
    energies = quartic_energies(teacher)
    floor = energies[4] / energies.sum()
    assert floor > 0.2
    found = nmse(y_test, model.predict(test))
    assert 0.85 * floor < found < floor + 0.2  # 2000 test points of a quartic


def test_relu_features_are_random_but_fixed():
    X = np.random.default_rng(0).standard_normal((50, 4))
    features = ReluFeatures(30, random_state=2).fit(X)
    found = features.transform(X)
    assert found.shape == (50, 30) and found.min() == 0 and found.max() > 0
    np.testing.assert_array_equal(found, ReluFeatures(30, random_state=2).fit_transform(X))
    assert np.abs(found - ReluFeatures(30, random_state=3).fit_transform(X)).max() > 0


@parametrize_with_checks([ReluFeatures(20)])
def test_scikit_learn_checks_of_relu_features(estimator, check):
    check(estimator)


def test_relu_features_in_containers_of_scikit_learn():
    X = np.random.default_rng(0).standard_normal((50, 4))
    names = [f"relufeatures{i}" for i in range(3)]
    frame = ReluFeatures(3).set_output(transform="pandas").fit_transform(X)
    assert list(frame.columns) == names == list(ReluFeatures(3).fit(X).get_feature_names_out())
    union = FeatureUnion([("relu", ReluFeatures(3)), ("scaled", StandardScaler())]).fit(X)
    assert list(union.get_feature_names_out())[:3] == [f"relu__{name}" for name in names]
    columns = ColumnTransformer([("relu", ReluFeatures(3), [0, 2])], remainder="passthrough").fit(X)
    assert list(columns.get_feature_names_out())[-2:] == ["remainder__x1", "remainder__x3"]
    pipeline = make_pipeline(ReluFeatures(3), StandardScaler()).fit(X)
    assert list(pipeline.get_feature_names_out()) == names


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_components": 0}, r"'n_components' .* an int in the range \[1, inf\). Got 0 instead"),
        ({"n_components": True}, r"'n_components' .* Got True instead"),
        ({"n_components": 2.5}, r"'n_components' .* Got 2.5 instead"),
        ({"random_state": -1}, r"'random_state' .* an int in the range \[0, inf\). Got -1 instead"),
    ],
)
def test_relu_features_reject_parameters_outside_their_range(options, message):
    with pytest.raises(ValueError, match=message):
        ReluFeatures(**options).fit(np.eye(3))


def test_ending_of_tools_at_their_limit(data):
    _, _, X = data
    model = build("mlp2", setting()).set_params(max_iter=1, early_stopping=False)
    with pytest.warns(UserWarning, match="Maximum iterations"):
        model.fit(X[:100], X[:100, 0])
    assert ending(model)["steps"] == 1 and not ending(model)["converged"]


# ---- predictions ---------------------------------------------------------------------------------------------------


def test_kernel_theory_is_the_best_ridge_or_the_mean():
    teacher = Teacher.draw(SPEC)
    profiles, n = teacher_profiles(teacher, IDENTITY), np.array([50.0, 500.0, 5000.0])
    kernel = kernels(2)["polynomial"]
    risk = RadialRisk(kernel.of_products, SPEC.d, profiles)
    expected = np.minimum(1, np.minimum(risk.nmse(n, 0.1), risk.nmse(n, 10.0)))
    np.testing.assert_allclose(kernel_nmse(kernel, SPEC.d, profiles, [0.1, 10.0], n), expected)


def test_limit_profiles_are_those_of_teachers_at_large_d():
    """Shares of the harmonics, mean over teachers of d = 60, within what is left of order 1/d."""
    shares = {"teacher": [], "limit": []}
    for seed in range(4):
        spec = TeacherSpec(60, seed=seed)
        for name, profiles in (
            ("teacher", teacher_profiles(Teacher.draw(spec), IDENTITY)),
            ("limit", limit_profiles(spec, IDENTITY)[:5]),
        ):
            energies = RadialRisk(kernels(2)["gaussian"].of_products, spec.d, profiles).energies
            shares[name].append(energies / energies.sum())
    np.testing.assert_allclose(np.mean(shares["limit"], axis=0), np.mean(shares["teacher"], axis=0), atol=0.06)
    with pytest.raises(ValueError, match="degree q = 2, got 1"):
        limit_profiles(TeacherSpec(60, q=1), IDENTITY)


def test_limit_energies_of_the_identity_are_of_degree_two_and_four():
    spec = TeacherSpec(400, seed=1)
    risk = RadialRisk(kernels(2)["gaussian"].of_products, spec.d, limit_profiles(spec, IDENTITY))
    assert risk.energies[4] == pytest.approx(1.0, abs=0.05) and risk.energies[5:].sum() < 0.05
    assert risk.energies[2] == pytest.approx(4 / spec.d, rel=0.05)


@pytest.mark.parametrize("preset", PRESETS)
def test_estimator_learns_everything_of_the_identity(preset):
    n = np.array([1.0, 1e3, 1e8]) * SPEC.D
    error = spectral_nmse(SPEC, IDENTITY, preset, 1, n, "gaussian")
    assert error[0] > 0.9 > error[1] > error[2] and error[2] < 1e-4
    floor = [spectral_nmse(TeacherSpec(d, seed=3), IDENTITY, preset, 1, 1e8 * n)[2] for d in (8, 50, 1000)]
    assert floor[0] > floor[1] > floor[2] > error[2]  # at fixed d the bulk of E Ĉ and the radius leave an error


def test_predictions_of_a_teacher():
    table = predicted_curves(Teacher.draw(SPEC), IDENTITY, setting())
    assert set(table["method"]) == {*PRESETS, *kernels(2)}
    assert set(table.loc[table["law"] == "gaussian", "method"]) == set(PRESETS)
    assert table["nmse"].between(0, 1.01).all()
    last = followed(table).groupby("method")["nmse"].last()
    assert last["polynomial"] < 0.5 < last["ntk3"]


def test_separation_opens_with_d():
    """The estimator wins over a range of n that grows by about d² from d = 50 to 200."""
    windows = []
    for d in (50, 200):
        spec = TeacherSpec(d)
        sharp = predicted_crossings(spec, IDENTITY, setting(spec)).set_index(["preset", "law"]).loc["sharp", FINITE_D]
        assert spec.d**1.5 < sharp["n_start"] < sharp["n_half"] < sharp["n_half_kernel"] < sharp["n_catch_up"]
        windows.append(sharp["n_catch_up"] / sharp["n_start"])
    assert 1.2 < np.log(windows[1] / windows[0]) / np.log(4) < 2.8


def test_crossings_of_known_curves():
    n = np.geomspace(1, 1e6, 61)
    ours, others = np.minimum(1, (n / 100) ** -0.5), np.where(n < 1e4, 0.5, 0.5 * (n / 1e4) ** -2.0)
    start, end = crossings(n, ours, others)
    assert start == pytest.approx(400 * np.exp(0.04), rel=0.02)  # 0.5 = (n/100)^−1/2, and 2 % ahead
    assert end == pytest.approx((1e8 * 0.5 / 10) ** (1 / 1.5) * np.exp(-0.02 / 1.5), rel=0.03)
    assert np.isnan(crossings(n, others * 0 + 1, others)).all()
    assert np.isnan(crossings(n, others * 0.95, others)).all()  # never clearly ahead
    assert np.isnan(crossings(n, others * 0.5, others)).all()  # ahead from the first to the last


def test_first_n_below_a_level():
    n = sample_grid(1, 1e4)
    assert first_below(n, n**-0.5, 0.1) == pytest.approx(100, rel=1e-6)
    assert np.isnan(first_below(n, n**-0.5, 1e-3)) and np.isnan(first_below(n, n**-0.5, 2.0))
