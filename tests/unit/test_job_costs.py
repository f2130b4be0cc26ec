"""One cost of each job, for what it asks for and for its share of the progress."""

import re

import pytest
from project import ROOT, SCHEMA, configuration, merge

from feature_cascade.bookkeeping.cost import Machine
from feature_cascade.bookkeeping.job_costs import FIXED, MODELS, SMALL, job_cost, recovery_cost, recovery_threads
from feature_cascade.bookkeeping.settings import checked

DEFAULT = checked(configuration(), SCHEMA)[1]
PAPER = checked(configuration("paper.yaml"), SCHEMA)[1]
JOBS = {
    "recover": {"experiment": "identity", "d": "120"},
    "theory": {"experiment": "exponents"},
    "predicted_thresholds": {"experiment": "exponents"},
    "departures": {"link": "tanh", "d": "67"},
    "smoothing": {"kind": "power_law", "features": "gaussian", "d": "38"},
    "perturbation": {"features": "hermite"},
    "baselines": {"study": "curves", "link": "tanh", "d": "60"},
    "cascade": {"link": "tanh", "noise": "0.00", "d": "60"},
}


@pytest.mark.parametrize("rule", JOBS)
def test_a_job_asks_for_more_time_than_it_is_expected_to_take(rule):
    cost = job_cost(DEFAULT, rule, **JOBS[rule], gamma="0.40", seed="0")
    assert cost.core_seconds > SMALL / 2
    assert 60 * cost.minutes > 1.5 * cost.core_seconds
    assert 100 < cost.memory_mb < 16_000


def test_every_rule_that_asks_for_resources_has_one_cost():
    rules = ROOT / "workflow/rules"
    asking = {name for file in rules.glob("*.smk") for name in re.findall(r'resources_of\("(\w+)"\)', file.read_text())}
    assert asking == {*FIXED, *MODELS} and set(JOBS) == set(MODELS)
    assert not any("mem_mb=" in file.read_text() for file in rules.glob("*.smk"))


def test_smoothing_agrees_with_measured_jobs():
    """Processor seconds of two default jobs, with other work on the machine, within a factor of two and a half."""
    for kind, d, measured in (("power_law", "38", 22.8), ("power_law", "57", 48.8)):
        cost = job_cost(DEFAULT, "smoothing", kind=kind, features="gaussian", d=d)
        assert 1 / 2.5 < cost.core_seconds / measured < 2.5


def test_the_cascade_agrees_with_measured_fits():
    """Processor seconds of two default jobs, their start included, within a factor of two and a half."""
    for d, measured in (("40", 14.7), ("60", 15.2)):
        cost = job_cost(DEFAULT, "cascade", link="tanh", noise="0.00", d=d, gamma="0.40")
        assert 1 / 2.5 < cost.core_seconds / measured < 2.5


def test_recovery_is_the_cost_model_of_its_runs():
    experiment = DEFAULT.experiments["identity"]
    run = recovery_cost(experiment, 120)
    assert (run.d, run.q, run.d1, run.D, run.n_test) == (120, 2, 10, 7260, 10_000)
    assert run.alphas == experiment.size(120).alpha
    cost = job_cost(DEFAULT, "recover", 2, experiment="identity", d="120")
    assert cost.core_seconds == pytest.approx(2 * run.seconds(Machine(), 2))
    assert cost.memory_mb == pytest.approx(1.25 * run.memory_mb(2), abs=1)


def test_only_a_long_run_gets_threads():
    assert recovery_threads(PAPER, "identity", 400) == 64
    assert recovery_threads(PAPER, "steep", 50) == 1


def test_a_larger_job_costs_more():
    def cost(settings, rule, **wildcards):
        return job_cost(settings, rule, **wildcards)

    small = cost(DEFAULT, "smoothing", kind="rank_one", features="sphere", d="16")
    large = cost(DEFAULT, "smoothing", kind="rank_one", features="sphere", d="57")
    assert large.core_seconds > 5 * small.core_seconds and large.memory_mb > small.memory_mb
    changed = merge(configuration(), {"perturbation": {"seeds": 80}})
    more = checked(changed, SCHEMA)[1]
    assert cost(more, "perturbation").core_seconds > 5 * cost(DEFAULT, "perturbation").core_seconds
    where = {"link": "identity", "gamma": "0.40"}
    exact, noisy = (cost(PAPER, "cascade", noise=noise, d="60", **where) for noise in ("0.00", "0.50"))
    assert noisy.core_seconds > exact.core_seconds > SMALL
    assert cost(PAPER, "cascade", noise="0.00", d="120", **where).core_seconds > 1000
    assert cost(PAPER, "baselines", study="curves", d="120").memory_mb > 2000


def test_a_rule_without_a_model_is_small():
    assert job_cost(DEFAULT, "table").core_seconds == job_cost(DEFAULT, "verify").core_seconds == SMALL
