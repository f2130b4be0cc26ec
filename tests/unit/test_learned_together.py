"""The experiment of figure 12 and table T10 on a tiny teacher, the random start, and the limits beside them."""

import numpy as np
import pandas as pd
import pytest

from feature_cascade.baselines.methods import TOGETHER
from feature_cascade.baselines.random_start import RandomStart
from feature_cascade.baselines.regressors import setting_of
from feature_cascade.experiments import cascade as module
from feature_cascade.experiments.cascade import found_overlap, labels, learn
from feature_cascade.experiments.checkpoint import Checkpoint
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher
from feature_cascade.predictions.limits import limit_curves, onsets
from feature_cascade.sampling.sources import ArraySource
from feature_cascade.tables import t10
from feature_cascade.theory.limits import counting_wall

GRIDS = {"paper": [2.0, 3.0], "sharp": [3.0], "cascade": [3.0], "random": [3.0]}


@pytest.fixture(scope="module")
def teacher():
    return Teacher.draw(TeacherSpec(12, seed=1))


@pytest.fixture(scope="module")
def problem(teacher):
    setting = setting_of(teacher.spec, [], readout_degree=1, tolerance=0.01, max_passes=60)
    return teacher, "identity", 0.0, teacher.source("test").rows(500), GRIDS, setting


@pytest.fixture(scope="module")
def whole(problem):
    return learn(*problem)


def test_rows_are_those_of_the_grid_and_the_cascade_is_exact(whole, teacher):
    expected = sorted((ratio, name) for name, grid in GRIDS.items() for ratio in grid)
    assert list(zip(whole["ratio"], whole["method"], strict=True)) == expected
    unit = teacher.spec.d1 * teacher.spec.D
    assert list(whole["n"]) == [round(ratio * unit) for ratio in whole["ratio"]] and labels(2.0, 3, 78) == 468
    assert (whole["seconds"] > 0).all() and (whole["delta"] == 0).all()
    exact, paper = (whole[whole["method"] == name].set_index("ratio") for name in ("cascade", "paper"))
    assert (exact["nmse"] < 1e-6).all() and (exact["overlap"] > 0.9999).all() and (exact["found"] == 3).all()
    assert (paper["nmse"] > 0.3).all() and (paper["overlap"] < 0.9).all()


def test_an_interrupted_job_continues_with_the_same_bits(problem, whole, tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "run.json", "key")
    step, done = module.Study.step, []

    def dies_at_the_fourth(self, name, ratio):
        if len(done) == 3:
            done.append("killed")
            raise KeyboardInterrupt
        done.append(name)
        return step(self, name, ratio)

    monkeypatch.setattr(module.Study, "step", dies_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        learn(*problem, checkpoint)
    assert checkpoint.load(sorted([r, m] for m, grid in GRIDS.items() for r in grid)).points == [
        [2.0, "paper"],
        [3.0, "cascade"],
        [3.0, "paper"],
    ]
    found = learn(*problem, checkpoint)
    assert len(done) == 4 + len(whole) - 3
    pd.testing.assert_frame_equal(
        found.drop(columns="seconds"), whole.drop(columns="seconds"), check_exact=True, check_dtype=True
    )
    monkeypatch.setattr(module, "Study", None)
    pd.testing.assert_frame_equal(learn(*problem, checkpoint), found)  # the times as well: nothing is fitted again


def test_labels_have_noise_and_test_points_have_none(teacher, problem):
    *_, setting = problem
    test, n = teacher.source("test").rows(400), 3000
    study = module.Study(teacher, "tanh", 0.5, test, setting, n)
    h2 = teacher.h2(teacher.latent(ArraySource(test), len(test)))
    np.testing.assert_array_equal(study.y_test, np.tanh(h2))
    quiet = teacher.sample("train", n, {"name": "tanh"}).y
    assert np.std(study.sample.y - quiet) == pytest.approx(0.5, rel=0.05)
    row = study.step("paper", 2.0)
    assert row["delta"] == pytest.approx(0.25 / np.var(study.y_test)) and row["n"] == labels(2.0, 3, 78)


def test_every_method_is_built_as_its_name_says(problem):
    *_, setting = problem
    links = {name: module.method(name, "tanh", setting).get_params().get("link") for name in TOGETHER}
    assert links == {"paper": None, "sharp": None, "cascade": "tanh", "learned": "learned", "random": "tanh"}


def test_overlap_of_no_direction_is_zero(teacher):
    assert found_overlap(np.empty((0, teacher.spec.D)), teacher.directions) == 0.0
    assert found_overlap(teacher.directions.T, teacher.directions) == pytest.approx(1.0)


def test_a_random_start_finds_the_target_from_many_labels(teacher):
    spec = teacher.spec
    sample = teacher.sample("train", labels(12.0, spec.d1, spec.D), {"name": "identity"})
    X = sample.source.rows(len(sample.y))
    fitted = [RandomStart(spec.d1, n_jobs=jobs).fit(X, sample.y) for jobs in (1, 2)]
    assert fitted[0].score(X, sample.y) > 1 - 1e-6
    rows = fitted[0].components_
    assert len(rows) == spec.d1 and np.allclose(rows @ rows.T, np.eye(spec.d1), atol=1e-8)
    assert found_overlap(rows, teacher.directions) > 1 - 1e-6
    np.testing.assert_array_equal(fitted[0].predict(X), fitted[1].predict(X))
    assert np.sign(fitted[0].strengths_).tolist() == np.sign(teacher.strengths).tolist()


def test_limits_of_a_teacher(teacher):
    spec, ratio = teacher.spec, np.array([0.5, 0.9, 2.0, 20.0])
    wall = counting_wall(spec.d1, spec.D) / (spec.d1 * spec.D)
    quiet = limit_curves(teacher, "identity", 0.0, ratio)
    assert set(quiet["limit"]) == {"optimum"} and quiet["ratio"].max() < 1  # beyond, and for who knows the target, zero
    noisy = limit_curves(teacher, "identity", 0.5, ratio).set_index(["limit", "ratio"])["nmse"]
    assert noisy["optimum"].is_monotonic_decreasing and list(noisy["cramer_rao"].index) == [2.0, 20.0]
    assert noisy["cramer_rao"][2.0] == pytest.approx(10 * noisy["cramer_rao"][20.0])
    assert noisy["optimum"][20.0] == pytest.approx(noisy["cramer_rao"][20.0], rel=0.1)
    assert set(limit_curves(teacher, "tanh", 0.5, ratio)["limit"]) == {"cramer_rao"}
    found = onsets(teacher, "tanh", 0.0).set_index("limit")
    assert found.loc["counting_wall", "ratio"] == pytest.approx(wall)
    assert list(found.loc["weak_recovery", "direction"]) == [1, 2, 3] and (found["ratio"] > 0).all()


def test_table_of_labels_and_seconds():
    """Error (2/ratio)^k with k = 1 and 10: levels are reached at known ratios."""
    ratio = [1.0, 2.0, 4.0, 8.0]
    rows = [
        {"link": "tanh", "noise": 0.0, "gamma": 0.4, "d": 24, "d1": 4, "seed": seed, "method": method}
        | {"ratio": r, "nmse": (1 / r) ** power, "seconds": 10 * r}
        for method, power in (("paper", 1), ("cascade", 10))
        for seed in range(2)
        for r in ratio
    ]
    table = t10.make(pd.DataFrame(rows)).set_index("method")
    assert table.loc["paper", "labels_half"] == pytest.approx(2.0) and table.loc["paper", "seconds_half"] == 20
    assert np.isnan(table.loc["paper", "labels_tenth"]) and np.isnan(table.loc["paper", "seconds_tenth"])
    assert table.loc["cascade", "labels_thousandth"] == pytest.approx(10**0.3)
    assert table.loc["cascade", "labels_half_relative_sem"] == pytest.approx(0, abs=1e-12)
    assert (
        (table["smallest"] == 1).all() and (table["largest"] == 8).all() and list(table.index) == ["paper", "cascade"]
    )
    there = pd.DataFrame({"ratio": [2.0, 4.0], "nmse": [1e-9, 1e-9], "seconds": [3.0, 4.0]})
    assert t10.reach(there, 0.5) == (2.0, 3.0)
    assert np.isnan(t10.reach(there.assign(nmse=1.0), 0.5)).all()
