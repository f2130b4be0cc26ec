"""What a configuration costs in all, and which of its jobs break a limit."""

import math

import pytest
from project import ROOT, SCHEMA, configuration, merge

from feature_cascade.bookkeeping.budget import budget, summary, warnings
from feature_cascade.bookkeeping.cost import Machine
from feature_cascade.bookkeeping.job_costs import (
    MARGIN,
    recovery_parts,
    recovery_retries,
    recovery_steps,
    resources,
)
from feature_cascade.bookkeeping.settings import checked

LARGE = {"identity": {"seeds": 10, "sizes": [{"d": 400, "alpha": [2.0, 2.5, 3.0, 3.4]}]}}
FIGURE4 = {"directions": [1], "d": 400, "d_staircase": 400}


def settings(*files, **changes):
    return checked(merge(configuration(*files), changes), SCHEMA)[1]


def large(**changes):
    """The default with one size that takes days on a core."""
    return settings(experiments=LARGE, figure4=FIGURE4, **changes)


def only(jobs, rule, of="", d=None):
    (found,) = [one for one in jobs if (one.rule, one.of) == (rule, of) and d in (None, one.d)]
    return found


def test_every_job_with_a_model_is_counted_and_no_stored_one():
    jobs = budget(settings())
    assert only(jobs, "recover", "exponents").count == 6 * 3
    assert only(jobs, "departures", d=67).count == 2 * 3
    assert only(jobs, "baselines", "curves", d=120).count == 2 * 3
    assert only(jobs, "smoothing", "rank_one", d=38).count == 3
    assert only(jobs, "perturbation").count == 2
    assert not [one for one in jobs if one.of in ("large", "separation")]


def test_core_hours_are_threads_times_hours_times_jobs():
    one = only(budget(large(threads=64)), "recover", "identity")
    assert (one.count, one.threads) == (10, 64)
    assert one.core_hours == pytest.approx(10 * 64 * one.hours)
    assert one.core_hours == pytest.approx(only(budget(large()), "recover", "identity").core_hours, rel=0.02)


def test_a_machine_of_twice_the_speed_halves_the_recovery_runs_alone():
    slow, fast = (
        budget(large(), Machine(flops, flops_to_draw)) for flops, flops_to_draw in ((4e10, 4e-9), (8e10, 2e-9))
    )
    assert only(slow, "recover", "identity").hours == pytest.approx(
        2 * only(fast, "recover", "identity").hours, rel=0.01
    )
    assert only(slow, "perturbation").hours == only(fast, "perturbation").hours


def test_summary_names_the_longest_job_and_the_total():
    jobs = budget(large(threads=64))
    total, longest, _ = summary(jobs)
    assert longest.startswith("Longest job: recover identity d=400, ") and "with 64 threads" in longest
    assert f"{sum(one.core_hours for one in jobs):.3g} core-hours" in total


def test_the_paper_s_grid_costs_what_its_file_and_the_documents_say():
    paper = settings("paper.yaml")
    jobs = budget(paper)
    assert sum(one.core_hours for one in jobs) == pytest.approx(4500, rel=0.02)
    assert max(one.hours for one in jobs) == pytest.approx(9, rel=0.05)
    assert warnings(jobs, paper.max_runtime) == []
    assert sum(one.count for one in jobs) == pytest.approx(450, abs=5)
    documents = [(ROOT / name).read_text() for name in ("config/paper.yaml", "docs/CLUSTER.md", "REPRODUCING.md")]
    assert all("4,500" in text for text in documents) and all("13,200 core-hours" in text for text in documents[:2])
    assert [size.d for size in paper.experiments["identity"].predicted] == [800]
    assert not [one for one in jobs if one.d == 800]
    config = configuration("paper.yaml")
    config["experiments"]["identity"]["sizes"][-1]["measured"] = True
    (asked,) = [one for one in budget(checked(config, SCHEMA)[1]) if one.d == 800]
    assert asked.core_hours == pytest.approx(13_200, rel=0.02) and asked.hours == pytest.approx(21, rel=0.05)


def test_without_a_limit_nothing_is_wrong():
    assert warnings(budget(large()), None) == []
    assert recovery_retries(large()) is None


def test_a_recovery_run_over_the_limit_is_continued_and_only_its_longest_step_must_fit():
    job = only(budget(large()), "recover", "identity")
    longest = MARGIN * max(job.steps) / 60
    assert longest < job.cost.minutes
    assert warnings([job], math.ceil(1.1 * longest)) == []
    (sentence,) = warnings([job], math.floor(0.8 * longest))
    assert sentence.startswith("recover identity d=400: its largest n alone should ask for ")


def test_another_job_over_the_limit_is_named():
    job = only(budget(settings("paper.yaml")), "baselines", "curves", d=120)
    (sentence,) = warnings([job], 60)
    assert sentence == "baselines curves d=120: each should ask for 12.2 h, allowed by max_runtime are 1 h."


def test_no_job_asks_for_more_than_the_limit():
    asked = resources(large(max_runtime=30), "recover")["runtime"]
    assert asked({"experiment": "identity", "d": "400"}, 1) == 30
    assert asked({"experiment": "steep", "d": "50"}, 1) < 30
    assert resources(large(max_runtime=2), "collect")["runtime"] == 2


def test_a_recovery_run_stops_a_tenth_before_the_limit():
    assert resources(large(max_runtime=30), "recover")["seconds"] == 27 * 60
    assert "seconds" not in resources(large(), "recover")
    assert "seconds" not in resources(large(max_runtime=30), "baselines")


def test_parts_of_a_run():
    assert recovery_parts([1, 2, 4, 8], 8) == 2
    assert recovery_parts([1, 2, 4, 8], 15) == 1
    assert recovery_parts([1, 9, 9], 8) == 3, "an n over the limit is a part of its own"


def test_retries_are_enough_for_the_run_with_most_parts():
    steps = recovery_steps(large(), "identity", 400, 1)
    limit = 1.2 * max(steps)
    assert recovery_retries(large(max_runtime=math.ceil(limit / 60))) >= recovery_parts(steps, limit)
    assert recovery_retries(settings(max_runtime=10_000)) == 1
