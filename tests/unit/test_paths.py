"""Paths: no two numbers share one, every stored name stays as it was, and every run has its own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project import ROOT, SCHEMA, configuration, merge

from feature_cascade.bookkeeping import paths, products
from feature_cascade.bookkeeping.settings import checked


def settings(**changes):
    return checked(merge(configuration("smoke.yaml"), changes), SCHEMA)[1]


@given(st.floats(min_value=0, max_value=100))
def test_a_number_in_a_path_reads_back_and_has_two_decimals_at_least(value):
    text = paths.number(value)
    assert float(text) == value and re.fullmatch(paths.NUMBER, text)


@given(st.integers(min_value=0, max_value=10_000))
def test_numbers_of_two_decimals_are_written_as_they_always_were(hundredths):
    assert paths.number(hundredths / 100) == f"{hundredths / 100:.2f}"


@pytest.mark.parametrize("text", ["0.4", "0.400", "0.4040", ".40", "1", "4e-01", "-0.40"])
def test_a_number_has_one_text(text):
    assert not re.fullmatch(paths.NUMBER, text)


def test_exponents_that_differ_late_are_different_runs():
    found = settings(experiments={"exponents": {"gamma": [0.401, 0.404, 0.8], "seeds": 1}})
    assert paths.of_experiment(found, "exponents", paths.RECOVERY["runs"]) == [
        f"results/recovery/exponents/d12_g{gamma}_s0.runs.csv" for gamma in ("0.401", "0.404", "0.80")
    ]
    alone = settings(experiments={"tanh": {"gamma": [0.404], "seeds": 1}})
    assert paths.of_experiment(alone, "tanh", paths.TEACHER) == ["results/teachers/paper/d10_g0.404_s0.npz"]


def test_a_size_that_is_not_measured_has_a_teacher_and_no_run():
    sizes = [{"d": 10, "alpha": [2.0, 3.0]}, {"d": 14, "alpha": [2.0, 3.0], "measured": False}]
    found = settings(experiments={"tanh": {"seeds": 1, "sizes": sizes}})
    assert paths.of_experiment(found, "tanh", paths.RECOVERY["runs"]) == ["results/recovery/tanh/d10_g0.40_s0.runs.csv"]
    assert paths.of_experiment(found, "tanh", paths.TEACHER, predicted=True) == [
        f"results/teachers/paper/d{d}_g0.40_s0.npz" for d in (10, 14)
    ]
    (figure,) = [one for one in products.figures(found) if one.name == "fig5"]
    assert figure.options == {"predicted": [14]}


def test_teachers_and_theory_of_the_baselines_have_one_gamma():
    found = settings(baselines={"gamma": 0.404})
    teachers = paths.baseline_teachers(found, 6)
    assert teachers == ["results/teachers/paper/d6_g0.404_s0.npz"]
    assert float(re.search(r"_g([\d.]+)_", teachers[0])[1]) == found.baselines.gamma == 0.404
    assert paths.of_study(found, "curves") == [
        f"results/baselines/curves/{link}_d6_g0.404_s0.csv" for link in ("identity", "tanh")
    ]


def test_alpha_of_the_spectra_reads_back():
    found = settings(spectra={"alpha": [2.004, 2.5, 3.0]})
    measured = products.spectrum_tables(found)["spectra"]
    assert measured == [f"results/spectra/a{alpha}.csv" for alpha in ("2.004", "2.50", "3.00")]


def test_runs_of_departures_and_smoothing():
    found = settings().departures
    gaps = paths.of_departures(found, paths.DEPARTURES["gaps"])
    assert len(gaps) == 6 and gaps[0] == "results/departures/identity_d10_g0.40_s0.gaps.csv"
    teachers = paths.of_departures(found, paths.TEACHER, d=10)
    assert teachers == [f"results/teachers/paper/d10_g0.40_s{seed}.npz" for seed in (0, 1)]
    assert paths.of_smoothing(settings(), paths.SMOOTHING["measured"]) == [
        f"results/smoothing/{kind}_sphere_d{d}.measured.csv" for kind in ("rank_one", "power_law") for d in (5, 6, 7)
    ]


def test_every_stored_table_is_where_the_catalogue_says():
    stored = {path.relative_to(ROOT).as_posix() for path in (ROOT / paths.STORED_RUN).rglob("*.csv")}
    default = checked(configuration(), SCHEMA)[1]
    assert {products.stored_twin(path) for path in products.computed(default)} == stored
