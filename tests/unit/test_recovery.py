"""The nested recovery run: its tables, its reproducibility, and recovery itself."""

import logging

import naive
import numpy as np
import pandas as pd
import pytest

from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.experiments.recovery import Experiment, Recovery, held_out_size, recover, sample_size
from feature_cascade.features.stream import FeatureStream
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher

ALPHAS = [2.0, 2.5, 2.9]
RUN_COLUMNS = ["alpha", "n", "n_held_out", "nmse", "q_h", "overlap", "passes", "columns", "converged"]
DIRECTION_COLUMNS = ["direction", "strength", "cos2", "angular_error", "ritz_value", "residual", "alpha", "n"]
TANH = {"name": "tanh"}
ADDITIONS = FirstLayer(label_transform="tanh", input_scaling="sphere", deflate=True)


def run(alphas=ALPHAS, threads=1, seed=1, d=12, q=2, n_test=300, noise=0.0, link=TANH, kind="hermite", **first_layer):
    teacher = Teacher.draw(TeacherSpec(d, q, seed=seed, features=kind))
    experiment = Experiment(link, noise, FirstLayer(**first_layer))
    return teacher, *recover(teacher, experiment, teacher.source("test").rows(n_test), alphas, threads)


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
def test_tables_of_a_nested_grid(method):
    teacher, runs, directions = run(method=method)
    d1 = teacher.spec.d1
    assert d1 == 3
    assert list(runs.columns) == RUN_COLUMNS and list(directions.columns) == DIRECTION_COLUMNS
    assert len(runs) == len(ALPHAS) and len(directions) == len(ALPHAS) * d1
    assert runs["alpha"].tolist() == ALPHAS
    assert runs["n"].tolist() == [sample_size(12, alpha) for alpha in ALPHAS] == [144, 499, 1348]
    assert runs["n_held_out"].tolist() == [2000, 2000, 2000]
    assert np.isfinite(runs.drop(columns="converged").to_numpy(float)).all()
    assert np.isfinite(directions.to_numpy(float)).all()
    assert runs["converged"].all()
    assert (runs["nmse"] > 0).all()
    assert runs[["q_h", "overlap"]].to_numpy().min() >= 0 and runs[["q_h", "overlap"]].to_numpy().max() <= 1
    for alpha, rows in directions.groupby("alpha"):
        row = runs[runs["alpha"] == alpha].iloc[0]
        assert rows["direction"].tolist() == [1, 2, 3]
        np.testing.assert_array_equal(rows["strength"], teacher.strengths)
        assert rows["cos2"].mean() == pytest.approx(row["overlap"])
        np.testing.assert_allclose(rows["angular_error"], naive.angular_error(rows["cos2"]), atol=1e-14)
        assert np.all(np.diff(np.abs(rows["ritz_value"])) <= 0)
        assert set(rows["n"]) == {row["n"]}


@pytest.mark.jit_only
@pytest.mark.parametrize(
    "options",
    [
        {"method": "matrix_free"},
        {"method": "dense"},
        {"method": "matrix_free", "input_scaling": "sphere", "deflate": True, "label_transform": "tanh"},
    ],
)
def test_tables_do_not_depend_on_the_threads(options):
    _, *one = run(threads=1, noise=0.1, **options)
    _, *two = run(threads=2, noise=0.1, **options)
    for a, b in zip(one, two, strict=True):
        pd.testing.assert_frame_equal(a, b, check_exact=True)


@pytest.mark.parametrize("method", ["dense", "matrix_free"])
def test_a_smaller_sample_is_part_of_a_larger_run(method):
    """No step depends on the one before: a run of the last n alone gives the same row."""
    _, runs, directions = run(method=method, noise=0.2)
    _, alone, alone_directions = run([ALPHAS[-1]], method=method, noise=0.2)
    pd.testing.assert_frame_equal(runs.tail(1).reset_index(drop=True), alone, check_exact=True)
    pd.testing.assert_frame_equal(directions.tail(3).reset_index(drop=True), alone_directions, check_exact=True)
    _, first, _ = run([ALPHAS[0]], method=method, noise=0.2)
    pd.testing.assert_frame_equal(runs.head(1), first, check_exact=True)


def test_recovers_a_strong_teacher():
    teacher = Teacher.draw(TeacherSpec(12, 2, seed=1))
    points = teacher.source("test").rows(1000)
    runs, directions = recover(teacher, Experiment(TANH, first_layer=ADDITIONS), points, [2.5, 3.2, 4.2])
    last = runs.iloc[-1]
    assert last["overlap"] > 0.9
    assert directions[directions["alpha"] == 4.2]["cos2"].min() > 0.8
    assert last["nmse"] < 0.5
    assert runs["overlap"].is_monotonic_increasing and runs["nmse"].is_monotonic_decreasing


def test_input_scaling_is_for_the_first_layer_alone():
    """Features of the found directions at x itself: q_h equals the weight-space overlap, and the NMSE is far lower."""
    _, runs, _ = run([4.2], n_test=1000, label_transform="tanh", input_scaling="sphere", deflate=True)
    assert runs["q_h"].iloc[0] == pytest.approx(runs["overlap"].iloc[0], abs=0.02)
    assert runs["nmse"].iloc[0] < 0.25


def test_recovers_gaussian_features_better_than_real_ones():
    """The control experiment: with F ~ N(0, I_D) the plain algorithm needs none of the additions."""
    _, runs, _ = run([2.5, 3.5], kind="gaussian")
    assert runs["overlap"].iloc[-1] > 0.95
    assert runs["q_h"].iloc[-1] == pytest.approx(runs["overlap"].iloc[-1], abs=0.05)
    _, real, _ = run([2.5, 3.5])
    assert runs["overlap"].iloc[-1] > real["overlap"].iloc[-1]
    assert runs["nmse"].iloc[-1] < 0.2


@pytest.mark.parametrize(
    "link", [{"name": "identity"}, {"name": "polynomial", "coefficients": [-1, 1, 1]}], ids=lambda link: link["name"]
)
@pytest.mark.parametrize("q", [1, 2])
def test_other_links_and_degrees(link, q):
    _, runs, directions = run([2.0, 2.4], link=link, q=q, d=8, label_transform="clip")
    assert np.isfinite(runs.drop(columns="converged").to_numpy(float)).all()
    assert len(directions) == 2 * 2


def test_measurements_are_those_of_the_loops():
    """cos², q_h and the overlap of one step, recomputed from its directions."""
    teacher = Teacher.draw(TeacherSpec(6, 2, seed=2))
    points = teacher.source("test").rows(60)
    recovery = Recovery(teacher, Experiment(TANH), points, 300)
    row, directions = recovery.step(np.log(300) / np.log(6))
    directions = pd.DataFrame(directions)
    stream = FeatureStream(teacher.feature_map, recovery.train, 300)
    basis = FirstLayer().fit(stream, recovery.y[:300], teacher.spec.d1, teacher.spec.seed).vectors
    F = naive.features(points.astype(float), 2)
    assert row["n"] == 300
    np.testing.assert_allclose(directions["cos2"], naive.direction_cos2(basis, teacher.directions), atol=1e-9)
    q_h = naive.feature_overlap(naive.latent(F, teacher.directions), naive.latent(F, basis))
    assert row["q_h"] == pytest.approx(q_h, abs=1e-4)
    X = teacher.source("train").rows(300).astype(float)
    y = naive.labels(X, 2, teacher.directions, teacher.strengths, np.tanh)
    values, _ = naive.leading_eigenpairs(naive.moment(naive.features(X, 2), naive.standardise(y)), teacher.spec.d1)
    np.testing.assert_allclose(directions["ritz_value"], values, rtol=1e-4)


def test_test_labels_have_no_noise():
    teacher = Teacher.draw(TeacherSpec(6, 2))
    points = teacher.source("test").rows(20)
    clean, noisy = (Recovery(teacher, Experiment(TANH, noise), points, 50) for noise in (0.0, 1.0))
    np.testing.assert_array_equal(clean.y_test, noisy.y_test)
    assert np.std(noisy.y - clean.y) > 0.5


@pytest.mark.parametrize("alphas", [[], [2.5, 2.0], [2.0, 2.0], [1.5, 2.5, 2.4]])
def test_rejects_grids_that_do_not_ascend(alphas):
    with pytest.raises(ValueError, match="alpha must be a non-empty ascending grid"):
        run(alphas)


def test_rejects_an_unknown_link():
    with pytest.raises(ValueError, match="link must be one of"):
        run([2.0], link={"name": "sine"})


def test_progress_goes_to_the_log(caplog):
    with caplog.at_level(logging.INFO, logger="feature_cascade.experiments.recovery"):
        run([2.0, 2.3], method="matrix_free")
    assert "n=144 pass=1 residual=" in caplog.text
    assert "alpha=2.30 n=303 passes=" in caplog.text and "left=0s" in caplog.text


@pytest.mark.parametrize(("n", "size"), [(1, 2000), (10_000, 2000), (10_005, 2001), (100_000, 20_000)])
def test_size_of_the_held_out_batch(n, size):
    assert held_out_size(n) == size


@pytest.mark.parametrize(
    ("d", "alpha", "n"), [(400, 2.0, 160_000), (120, 1.0, 120), (12, 2.5, 499), (100, 2.5, 100_000)]
)
def test_sample_size(d, alpha, n):
    assert sample_size(d, alpha) == n


def test_both_methods_give_the_same_numbers():
    """Forming Ĉ or not changes what the figures show by less than the line width."""
    for seed in (0, 1):
        _, dense, dense_directions = run(seed=seed, method="dense")
        _, free, free_directions = run(seed=seed, method="matrix_free", tolerance=1e-5, max_passes=60)
        for column in ("nmse", "q_h", "overlap"):
            np.testing.assert_allclose(free[column], dense[column], atol=1e-4)
        np.testing.assert_allclose(free_directions["cos2"], dense_directions["cos2"], atol=1e-4)
        np.testing.assert_allclose(free_directions["ritz_value"], dense_directions["ritz_value"], rtol=1e-4)


@pytest.mark.jit_only
@pytest.mark.parametrize("seed", [4, 7])
def test_no_eigenvector_is_missed_along_a_grid(seed):
    """Where steps started from the directions of the n before, these seeds lost a direction at the last n."""
    options = dict(d=50, seed=seed, kind="gaussian", n_test=50)
    _, free, free_directions = run([2.2, 2.35, 2.5], method="matrix_free", **options)
    _, dense, dense_directions = run([2.5], method="dense", **options)
    last = free_directions[free_directions["alpha"] == 2.5]
    np.testing.assert_allclose(last["ritz_value"], dense_directions["ritz_value"], rtol=0.005)
    np.testing.assert_allclose(last["cos2"], dense_directions["cos2"], atol=0.02)
    assert free["overlap"].iloc[-1] == pytest.approx(dense["overlap"].iloc[0], abs=0.003)
