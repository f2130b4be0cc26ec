"""The cost model against what runs really do, counted in operations, which no busy machine can change."""

import numpy as np
import pytest

from feature_cascade.bookkeeping.calibration import measure
from feature_cascade.bookkeeping.cost import COLUMNS_PER_PASS, Machine, RunCost, typical_columns
from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.experiments.recovery import Experiment, recover
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher
from feature_cascade.sizes import held_out_size, sample_size

ALPHAS = [2.4, 2.6, 2.8, 3.0, 3.2]
N_TEST = 500
DEFAULT_SOLVER = {"tolerance": 0.01, "max_passes": 100, "method": "matrix_free"}


def counted_operations(d, seed, link):
    teacher = Teacher.draw(TeacherSpec(d, seed=seed))
    experiment = Experiment({"name": link}, first_layer=FirstLayer(**DEFAULT_SOLVER))
    runs, _ = recover(teacher, experiment, teacher.source("test").rows(N_TEST), ALPHAS)
    largest = int(runs["n"].iloc[-1]) + held_out_size(int(runs["n"].iloc[-1]))
    projected = largest + runs["n_held_out"].sum() + N_TEST * len(runs)
    moment = 4.0 * teacher.spec.D * (runs["n"] * runs["columns"]).sum()
    return teacher.spec, moment + 2.0 * teacher.spec.D * teacher.spec.d1 * projected


@pytest.mark.jit_only
def test_predicted_operations_within_a_factor_of_one_and_a_half_for_nine_runs_in_ten():
    ratios = []
    for seed in range(5):
        for d, link in ((26, "tanh"), (36, "identity")):
            spec, counted = counted_operations(d, seed, link)
            ratios.append(RunCost(d, spec.q, spec.d1, ALPHAS, N_TEST).operations / counted)
    assert np.sum((np.array(ratios) < 1.5) & (np.array(ratios) > 1 / 1.5)) >= 9, ratios


def test_cost_grows_as_it_should():
    base = RunCost(100, 2, 10, [2.0])
    assert RunCost(100, 2, 20, [2.0]).operations == pytest.approx(2 * base.operations)
    assert RunCost(100, 2, 10, [2.0, 2.5]).operations > 10 * base.operations
    assert base.seconds(Machine(), 2) < base.seconds(Machine())
    assert RunCost(100, 2, 10, [3.0]).memory_mb() < 2 * base.memory_mb()
    gaussian = RunCost(100, 2, 10, [2.0], features="gaussian")
    again = RunCost(100, 2, 10, [2.0, 2.5], features="gaussian")
    for cost in (gaussian, again):  # a sample is drawn for the labels and to be kept, then read or drawn in each pass
        passes, n = cost.columns[0] / COLUMNS_PER_PASS, cost.sizes[-1]
        drawn = passes * sum(max(0, n - cost.kept) for n in cost.sizes)
        assert cost.coordinates > 5050 * (drawn + n + min(n, cost.kept))
        assert cost.coordinates < 50.5 * RunCost(100, 2, 10, cost.alphas).coordinates, "less than drawing all of them"
    assert gaussian.memory_mb() > base.memory_mb() + 4e-6 * 5050 * 10_000
    assert gaussian.operations == base.operations


def test_columns_fall_once_the_directions_stand_out():
    assert [typical_columns(alpha) for alpha in (1.5, 2.7, 3.0, 3.5)] == [12.0, 12.0, 6.0, 6.0]
    assert typical_columns(2.85) == pytest.approx(9.0)


def test_sizes():
    assert sample_size(120, 2.6) == 254608
    assert held_out_size(100) == 2000
    assert held_out_size(100_000) == 20_000


@pytest.mark.jit_only
def test_calibration_measures_a_plausible_machine():
    machine = measure(budget=0.6)
    assert 1e8 < machine.flops < 1e13
    assert 0 <= machine.coordinate_seconds < 1e-6
