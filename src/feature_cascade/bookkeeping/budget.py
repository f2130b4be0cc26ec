"""What a whole configuration costs before it is run: which jobs, how long, how much memory, and whether a limit holds.

Jobs that take seconds (teachers, theory, tables, figures) are left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from .cost import SLOW, Machine
from .job_costs import JobCost, job_cost, recovery_steps, recovery_threads
from .settings import KINDS_OF_FEATURES, LINKS, Settings


@dataclass(frozen=True)
class Jobs:
    """Jobs of one rule that cost the same: they differ in seed, γ, link or features.

    Attributes
    ----------
    rule : str
        The rule.
    of : str
        Experiment, study or kind of teacher.
    d : int
        Input dimension.
    count : int
        Number of jobs.
    threads : int
        Threads of each.
    cost : JobCost
        Cost of each.
    steps : tuple of float
        Seconds of the parts after which such a job can stop and be continued.
    """

    rule: str
    of: str
    d: int
    count: int
    threads: int
    cost: JobCost
    steps: tuple[float, ...]

    @property
    def name(self) -> str:
        """What a sentence calls them.

        Returns
        -------
        str
            Rule, experiment and size.
        """
        return " ".join(part for part in (self.rule, self.of, f"d={self.d}") if part)

    @property
    def hours(self) -> float:
        """Expected wall time of one job.

        Returns
        -------
        float
            Hours.
        """
        return self.cost.core_seconds / self.threads / 3600

    @property
    def core_hours(self) -> float:
        """Core-hours of all of them.

        Returns
        -------
        float
            Core-hours.
        """
        return self.count * self.cost.core_seconds / 3600


def budget(settings: Settings, machine: Machine = SLOW) -> list[Jobs]:
    """List the jobs of a configuration whose cost grows with its sizes.

    Parameters
    ----------
    settings : Settings
        The settings.
    machine : Machine
        Speed of one thread.

    Returns
    -------
    list of Jobs
        Rule by rule; what is drawn from stored tables is not among them.
    """
    return [
        Jobs(
            rule,
            of,
            d,
            count,
            threads,
            job_cost(settings, rule, threads, machine, d=str(d), **wildcards),
            tuple(recovery_steps(settings, of, d, threads, machine)) if rule == "recover" else (),
        )
        for rule, of, d, count, threads, wildcards in _kinds(settings)
    ]


def _kinds(settings: Settings) -> Iterator[tuple[str, str, int, int, int, dict[str, Any]]]:
    """Rule, what of, d, number of jobs, threads and wildcards of each kind of jobs."""
    for name, experiment in settings.experiments.items():
        for size in () if experiment.stored else experiment.sizes:
            count = len(experiment.gamma) * experiment.seeds
            yield "recover", name, size.d, count, recovery_threads(settings, name, size.d), {"experiment": name}
    for seeds in settings.departures.sizes:
        yield "departures", "", seeds.d, len(LINKS) * seeds.seeds, 1, {}
    for name, study in settings.baselines.studies.items():
        for one in () if study.stored else study.sizes:
            yield "baselines", name, one.d, len(one.links) * study.seeds, 1, {"study": name}
    for kind in settings.smoothing.families:
        for seeds in settings.smoothing.sizes:
            yield "smoothing", kind, seeds.d, len(settings.smoothing.features), 1, {"kind": kind}
    yield "perturbation", "", settings.perturbation.d, len(KINDS_OF_FEATURES), 1, {}


def summary(jobs: Sequence[Jobs]) -> list[str]:
    """Say what all of them cost.

    Parameters
    ----------
    jobs : sequence of Jobs
        The jobs; at least one.

    Returns
    -------
    list of str
        A sentence each on the total, the longest job and the one with most memory.
    """
    longest = max(jobs, key=lambda one: one.hours)
    largest = max(jobs, key=lambda one: one.cost.memory_mb)
    return [
        f"In all {sum(one.count for one in jobs)} jobs, {sum(one.core_hours for one in jobs):.3g} core-hours.",
        f"Longest job: {longest.name}, {_span(longest.hours)} with {longest.threads} threads; it asks for "
        f"{_span(longest.cost.minutes / 60)}.",
        f"Most memory: {largest.name} asks for {largest.cost.memory_mb / 1000:.1f} GB.",
    ]


def warnings(jobs: Sequence[Jobs], max_runtime: int | None) -> list[str]:
    """Say which jobs do not fit into a limit.

    Parameters
    ----------
    jobs : sequence of Jobs
        The jobs.
    max_runtime : int or None
        Minutes that a job may ask for; None: no limit.

    Returns
    -------
    list of str
        A sentence for each kind of jobs that asks for more than the limit, time for errors of the model included. A
        recovery run is stopped and continued, so of it only an n that alone would need more.
    """
    if max_runtime is None:
        return []
    sentences = []
    for one in jobs:
        asked = one.cost.minutes
        if one.steps:
            asked = round(asked * max(one.steps) / (3600 * one.hours)) if asked > max_runtime else 0
        if asked > max_runtime:
            what = "its largest n alone" if one.steps else "each"
            sentences.append(
                f"{one.name}: {what} should ask for {_span(asked / 60)}, allowed by max_runtime are "
                f"{_span(max_runtime / 60)}."
            )
    return sentences


def _span(hours: float) -> str:
    """A duration in hours, or in minutes below one."""
    return f"{hours:.3g} h" if hours >= 1 else f"{60 * hours:.2g} min"
