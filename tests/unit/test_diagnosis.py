"""`diagnose` on teachers whose directions are known, on noise, and on inputs that are not white."""

import numpy as np
import pytest

from feature_cascade import SpectralHierarchy, Teacher, TeacherSpec, diagnose
from feature_cascade.diagnosis.forecast import BY_COUNTING, BY_DIRECTIONS, prolonged, spectral_error
from feature_cascade.diagnosis.latent import of_spectrum
from feature_cascade.diagnosis.power_law import exponent
from feature_cascade.diagnosis.spectrum import spectrum
from feature_cascade.diagnosis.strengths import Strengths, strengths
from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.features.hermite import HermiteFeatures
from feature_cascade.features.stream import FeatureStream
from feature_cascade.measurement.metrics import nmse
from feature_cascade.sampling.sources import ArraySource

IDENTITY = {"name": "identity"}


def teacher_data(n: int, d: int = 20, gamma: float = 0.4, noise: float = 0.2, seed: int = 0, eps: float = 0.5):
    """A teacher with d1 = ⌊d^ε⌋ directions, its inputs and labels."""
    teacher = Teacher.draw(TeacherSpec(d=d, gamma=gamma, seed=seed, eps=eps))
    sample = teacher.sample("train", n, IDENTITY, noise)
    return teacher, sample.source.rows(n).astype(float), sample.y


@pytest.fixture(scope="module")
def above():
    """Four directions, all of them well above their thresholds."""
    teacher, X, y = teacher_data(20_000)
    return teacher, X, y, diagnose(X, y, degree=2, permutations=3, forecast=False)


def test_all_directions_are_counted(above):
    teacher, *_, found = above
    assert found[2].n_significant == teacher.spec.d1 == 4


def test_signs_of_the_directions_are_those_of_the_teacher(above):
    teacher, *_, found = above
    leading = found[2].ritz_values[found[2].significant]
    assert sorted(np.sign(leading)) == sorted(np.sign(teacher.strengths))


@pytest.mark.parametrize("seed", range(5))
def test_noise_holds_no_direction(seed):
    rng = np.random.default_rng(seed)
    found = diagnose(rng.standard_normal((3000, 10)), rng.standard_normal(3000), random_state=seed, forecast=False)
    assert [report.n_significant for report in found.degrees] == [0, 0]


def test_inputs_are_whitened_if_they_need_it(above):
    _, X, y, found = above
    moved = 3 + X @ np.diag(np.linspace(1, 5, X.shape[1]))
    seen = diagnose(moved, y, degree=2, permutations=0, n_components=None, forecast=False)
    assert seen.inputs.whitened and not found.inputs.whitened
    assert seen.inputs.condition == pytest.approx(5, rel=0.1)
    assert seen[2].n_significant == 4


def test_repr_says_what_was_found(above):
    text = repr(above[-1])
    assert "degree 2: 4 significant of D = 210 directions" in text
    assert "20000 samples, 20 columns (taken as they are)" in text


def test_frame_has_a_row_for_each_eigenvalue(above):
    frame = above[-1].to_frame()
    assert frame["significant"].sum() == 4
    np.testing.assert_array_equal(frame["ritz_value"], above[-1][2].ritz_values)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"degree": 0}, "degree must hold integers from 1, got \\[0\\]"),
        ({"preset": "blunt"}, "preset must be one of .*, got 'blunt'"),
        ({"whiten": "no"}, "whiten must be True, False or 'auto', got 'no'"),
        ({"permutations": -1}, "permutations must not be negative, got -1"),
        ({"n_components": 9}, "n_components must lie between 1 and 3, the rank of X, got 9"),
    ],
)
def test_rejects_unknown_options(options, message):
    X = np.random.default_rng(0).standard_normal((50, 3))
    with pytest.raises(ValueError, match=message):
        diagnose(X, X[:, 0], **options)


def test_rejects_labels_that_are_no_numbers_or_constant():
    X = np.random.default_rng(0).standard_normal((50, 3))
    with pytest.raises(ValueError, match="y must hold numbers, got text: 'a'"):
        diagnose(X, ["a"] * 50)
    with pytest.raises(ValueError, match="y must not be constant"):
        diagnose(X, np.ones(50))


@pytest.mark.parametrize(("d", "q"), [(1, 1), (4, 1), (5, 2), (3, 3), (2, 5)])
@pytest.mark.parametrize("scaling", ["none", "sphere"])
def test_feature_norms_are_those_of_the_features(d, q, scaling):
    features, X = HermiteFeatures(d, q, scaling), np.random.default_rng(d).standard_normal((20, d))
    np.testing.assert_allclose(features.norm2(X), np.sum(features.transform(X) ** 2, axis=1), rtol=1e-9)


# ---- strengths -----------------------------------------------------------------------------------------------------


def test_strengths_and_alignments_are_those_of_fresh_samples(above):
    """Strengths within their errors, alignments within a few hundredths; nothing was held out for either."""
    teacher, X, y, _ = above
    layer = FirstLayer.preset("sharp")
    found = spectrum(X, y, 2, layer, 12, 0, seed=0, threads=1)
    estimate = strengths(found.found, found.stream)
    fresh = teacher.sample("test", 100_000, IDENTITY, 0.2)
    stream = FeatureStream(found.found.features, ArraySource(fresh.source.rows(100_000)), 100_000)
    latent = stream.project(teacher.directions).astype(float)
    truth = layer.targets(stream, fresh.y) @ (latent**2 - 1) / 100_000
    cosines = (teacher.directions.T @ found.found.pairs.vectors[:, estimate.index]) ** 2
    mine = cosines.argmax(axis=0)
    assert sorted(mine) == [0, 1, 2, 3]
    assert np.all(np.abs(estimate.value - truth[mine]) < 4 * estimate.error)
    apart = cosines.max(axis=0) > 0.9 * cosines.sum(axis=0)  # not mixed with a neighbour of nearly the same strength
    assert apart.sum() >= 2
    np.testing.assert_allclose(estimate.cos2[apart], cosines.sum(axis=0)[apart], atol=0.05)


def of_values(value: list[float], error: float) -> Strengths:
    value = np.array(value)
    return Strengths(value, np.full(len(value), error), value, value, np.arange(len(value)))


def test_exponent_of_an_exact_power_law():
    found = exponent(of_values([2.0, -1.0, 2 / 3, 0.5], 0.01))
    assert found.value == pytest.approx(1, rel=1e-9) and found.low < 1 < found.high


def test_exponent_needs_three_directions_and_widens_with_the_misfit():
    assert exponent(of_values([1.0, 0.5], 0.01)) is None
    smooth, rough = (exponent(of_values(v, 0.01)) for v in ([1.0, 0.5, 1 / 3, 0.25], [1.0, 0.9, 0.2, 0.19]))
    assert rough.high - rough.low > 5 * (smooth.high - smooth.low)


# ---- forecast ------------------------------------------------------------------------------------------------------


def test_a_learning_curve_is_prolonged_as_a_power_law():
    n = np.array([100.0, 200.0, 400.0])
    np.testing.assert_allclose(prolonged(n, 5 / np.sqrt(n), np.array([1600.0])), 5 / 40)
    np.testing.assert_allclose(prolonged(n, np.array([0.5, 0.6, 0.7]), np.array([1600.0])), 0.7)
    np.testing.assert_allclose(prolonged(n, 1e3 / n**2, np.array([800.0])), 1e3 / 400**2 / 2)  # not faster than 1/n
    assert np.isnan(prolonged(n, 5 / np.sqrt(n), np.array([1e4]))).all()


@pytest.fixture(scope="module")
def recovered():
    """Two directions and noise, from seven labels for each parameter."""
    teacher, X, y = teacher_data(3000, d=20, gamma=0.4, noise=0.5, seed=1, eps=0.25)
    return teacher, diagnose(X, y, degree=2, permutations=2, random_state=0), 0.25 / np.var(y)


def test_forecast_of_a_recovered_target(recovered):
    teacher, found, noise = recovered
    ahead = found.forecast
    assert (ahead.spectral_basis, ahead.cascade_basis) == (BY_DIRECTIONS, BY_COUNTING)
    assert ahead.noise == pytest.approx(noise, rel=0.15)
    sample = teacher.sample("second_layer", 12_000, IDENTITY, 0.5)
    test = teacher.sample("test", 10_000, IDENTITY, 0.5)
    model = SpectralHierarchy("auto", preset="sharp", random_state=0).fit(sample.source.rows(12_000), sample.y)
    measured = nmse(test.y, model.predict(test.source.rows(10_000)))
    assert ahead.table.set_index("factor").loc[4, "spectral"] == pytest.approx(measured, rel=0.15)


def test_forecast_falls_with_the_labels_towards_the_noise(recovered):
    table = recovered[1].forecast.table
    assert table["n"].tolist() == [3000, 6000, 12_000, 24_000, 48_000]
    assert np.all(np.diff(table["cascade"]) < 0) and table["cascade"].min() > recovered[1].forecast.noise
    assert table["spectral"].iloc[-1] < table["spectral"].iloc[0] and np.all(table["spectral"] >= table["cascade"])


def test_forecast_from_spikes_alone_is_near_what_is_measured(above):
    teacher, X, y, _ = above
    X, y = X[:10_000], y[:10_000]
    found = spectrum(X, y, 2, FirstLayer.preset("sharp"), 12, 0, seed=0, threads=1)
    latent = of_spectrum(found, strengths(found.found, found.stream), X, y, 0)
    model = SpectralHierarchy("auto", preset="sharp", random_state=0).fit(X, y)
    fresh = teacher.sample("test", 10_000, IDENTITY, 0.2)
    measured = nmse(fresh.y, model.predict(fresh.source.rows(10_000)))
    assert spectral_error(latent, 10_000, 0) == pytest.approx(measured, rel=0.3)


def test_noise_has_no_forecast_but_the_mean():
    rng = np.random.default_rng(0)
    found = diagnose(rng.standard_normal((600, 5)), rng.standard_normal(600), degree=1, permutations=1)
    assert np.allclose(found.forecast.table["spectral"], 1)
    assert "No direction stands out from the noise at any degree that was tried." in found.advice
    assert "Neither estimator predicts held-out labels better than their mean does." in found.advice


# ---- how it reads --------------------------------------------------------------------------------------------------


def test_report_says_what_was_forecast(recovered):
    text = repr(recovered[1])
    assert "forecast at degree 2" in text and BY_COUNTING in text and "advice" in text
    assert "too few directions stand out to tell" in text
    assert any(sentence.startswith("Take FeatureCascade") for sentence in recovered[1].advice)


def test_labels_that_are_linear_in_the_inputs_are_told():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((1000, 5))
    found = diagnose(X, X[:, 0] + rng.standard_normal(1000), degree=1, preset="paper", permutations=0, forecast=False)
    assert found[1].linear == pytest.approx(0.5, abs=0.1) and found[1].n_significant == 0
    assert "part that is linear in the features (0.5" in found.advice[0]


def test_figure_has_a_panel_for_each_degree_and_one_for_the_forecast(above, recovered):
    assert len(above[-1].plot().axes) == 1
    figure = recovered[1].plot()
    assert len(figure.axes) == 2 and figure.axes[1].get_xscale() == "log"


def test_page_needs_no_other_file(recovered):
    page = recovered[1].to_html()
    assert page.startswith("<!DOCTYPE html>") and "<svg" in page and "Take FeatureCascade" in page
    assert not [word for word in ("<script", "<link", "src=", "@import") if word in page]


def test_other_degrees_are_refused(above):
    with pytest.raises(KeyError, match="degree must be one of \\[2\\], got 3"):
        above[-1][3]
