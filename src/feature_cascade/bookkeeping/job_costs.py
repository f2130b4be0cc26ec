"""What every job costs: one model for the resources that it asks for and for the share of the work that it is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..estimator.presets import PRESETS
from ..sizes import n_features
from .cost import SLOW, Machine, RunCost
from .sections import Experiment, Family
from .settings import Settings

SMALL = 3.0  # core-seconds of a job without a model: it mostly starts Python
MARGIN = 2.0  # of the time that a job may take over what it is expected to take
SHARE_OF_LIMIT = 0.9  # of `max_runtime` that a recovery run uses: the rest is for starting and for what was misjudged
MEMORY_MARGIN = 1.25
LARGE_RUN = 60.0  # seconds from which a recovery run gets more than one thread
SMOOTHING_RATE = 2e9  # seeds times D³ per second, measured at d = 38 and 57
DIAGONALISING_RATE = 6.25e7  # likewise for the perturbation's spectra of dense matrices
THEORY_SECONDS = 3.0  # of a teacher, whatever its size: the law of its labels
FIT_SECONDS = 0.15  # of another method than the estimator, per thousand samples squared


@dataclass(frozen=True)
class JobCost:
    """What a job is expected to cost.

    Attributes
    ----------
    core_seconds : float
        Work.
    memory_mb : int
        Memory to ask for.
    minutes : int
        Wall time to ask for.
    """

    core_seconds: float
    memory_mb: int
    minutes: int


FIXED = {
    "generate": JobCost(SMALL, 1000, 5),
    "collect": JobCost(SMALL, 500, 5),
    "thresholds": JobCost(SMALL, 500, 5),
    "spectrum": JobCost(SMALL, 2000, 20),
    "predicted_spectra": JobCost(SMALL, 1000, 5),
    "slopes": JobCost(SMALL, 2000, 10),
    "rounding": JobCost(SMALL, 1000, 10),
    "transforms": JobCost(SMALL, 1000, 20),
    "collect_baselines": JobCost(SMALL, 500, 5),
    "baseline_theory": JobCost(SMALL, 2000, 20),
    "crossings": JobCost(SMALL, 2000, 20),
    "table": JobCost(SMALL, 500, 5),
    "figure": JobCost(SMALL, 1000, 5),
    "explore": JobCost(2 * SMALL, 1000, 5),
    "ledger": JobCost(SMALL, 500, 5),
    "setup": JobCost(SMALL, 500, 5),
    "manifest": JobCost(SMALL, 500, 5),
    "crate": JobCost(SMALL, 500, 5),
    "bench": JobCost(SMALL, 8000, 60),
    "bench_kernels": JobCost(SMALL, 3500, 60),
}  # of the rules whose jobs do not differ in size


def job_cost(settings: Settings, rule: str, threads: int = 1, machine: Machine = SLOW, **wildcards: Any) -> JobCost:
    """Return what a job costs.

    Parameters
    ----------
    settings : Settings
        The settings.
    rule : str
        Name of its rule, "table" or "figure" for those that have one rule each.
    threads : int
        Threads of the job.
    machine : Machine
        Speed of one thread, for the rules that run the estimator.
    **wildcards : Any
        Its wildcards.

    Returns
    -------
    JobCost
        Of a rule without a model the cost of a small job.
    """
    if rule in MODELS:
        return MODELS[rule](settings, threads, machine, **wildcards)
    return FIXED.get(rule, JobCost(SMALL, 1000, 5))


def resources(settings: Settings, rule: str) -> dict[str, int | Callable[..., int]]:
    """Return what the jobs of a rule ask of Snakemake.

    Parameters
    ----------
    settings : Settings
        The settings.
    rule : str
        Name of the rule, as `job_cost` takes it.

    Returns
    -------
    dict
        Memory `mem_mb` and time `runtime` in minutes: numbers, or functions of a job's wildcards and threads. The time
        is `max_runtime` at most: with more, a partition would not take the job. Then `seconds`, what a recovery run may
        use of it.
    """

    def _minutes(cost: JobCost) -> int:
        """What it asks for, within the limit."""
        return min(cost.minutes, settings.max_runtime or cost.minutes)

    if rule in FIXED:
        return {"mem_mb": FIXED[rule].memory_mb, "runtime": _minutes(FIXED[rule])}

    def _cost(wildcards: Mapping[str, str], threads: int) -> JobCost:
        """Cost of one job."""
        return job_cost(settings, rule, threads, SLOW, **wildcards)

    seconds = int(SHARE_OF_LIMIT * 60 * (settings.max_runtime or 0)) if rule == "recover" else 0
    return {
        **({"seconds": seconds} if seconds else {}),
        "mem_mb": lambda wildcards, threads: _cost(wildcards, threads).memory_mb,
        "runtime": lambda wildcards, threads: _minutes(_cost(wildcards, threads)),
    }


def run_cost(family: Family, d: int, alphas: Sequence[float]) -> RunCost:
    """Return the cost model of fits to a teacher at d on a grid of α.

    Parameters
    ----------
    family : Family
        The teachers.
    d : int
        Input dimension.
    alphas : sequence of float
        The grid.

    Returns
    -------
    RunCost
        The model.
    """
    spec = family.spec(d)
    return RunCost(d, spec.q, spec.d1, alphas, family.n_test, spec.features)


def recovery_cost(experiment: Experiment, d: int) -> RunCost:
    """Return the cost model of the recovery runs of an experiment at dimension d.

    Parameters
    ----------
    experiment : Experiment
        The experiment.
    d : int
        Input dimension.

    Returns
    -------
    RunCost
        The model.
    """
    return run_cost(experiment.family, d, experiment.size(d).alpha)


def recovery_threads(settings: Settings, experiment: str, d: int) -> int:
    """Return the threads of a recovery run: more than one only where it takes long.

    Parameters
    ----------
    settings : Settings
        The settings.
    experiment : str
        Name of the experiment.
    d : int
        Input dimension.

    Returns
    -------
    int
        Number of threads.
    """
    long = recovery_cost(settings.experiments[experiment], d).seconds(SLOW) > LARGE_RUN
    return settings.threads if long else 1


def recovery_steps(settings: Settings, experiment: str, d: int, threads: int, machine: Machine = SLOW) -> list[float]:
    """Return the time of each n of a recovery run, if it were the only one.

    Parameters
    ----------
    settings : Settings
        The settings.
    experiment : str
        Name of the experiment.
    d : int
        Input dimension.
    threads : int
        Threads of the run.
    machine : Machine
        Speed of one thread.

    Returns
    -------
    list of float
        Seconds, in the order of the grid.
    """
    cost = recovery_cost(settings.experiments[experiment], d)
    return [replace(cost, alphas=[alpha]).seconds(machine, threads) for alpha in cost.alphas]


def recovery_parts(seconds: Sequence[float], limit: float) -> int:
    """Return in how many parts a recovery run is done that stops before a limit and is continued.

    Parameters
    ----------
    seconds : sequence of float
        Time of each n.
    limit : float
        Seconds of one part. An n that takes longer is a part of its own.

    Returns
    -------
    int
        Number of parts.

    Examples
    --------
    >>> recovery_parts([1.0, 2.0, 4.0, 8.0], 7.0), recovery_parts([1.0, 2.0, 4.0, 8.0], 20.0)
    (2, 1)
    """
    parts, used = 0, math.inf
    for step in seconds:
        if used + step > limit:
            parts, used = parts + 1, 0.0
        used += step
    return parts


def recovery_retries(settings: Settings) -> int | None:
    """Return how often a recovery job that stopped before `max_runtime` is submitted again.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    int or None
        Enough for the run with most parts on a machine that is slower by the margin, and one more for a lost node.
        None without a limit: Snakemake's own `--retries` decides.
    """
    if settings.max_runtime is None:
        return None
    limit = SHARE_OF_LIMIT * 60 * settings.max_runtime / MARGIN
    sizes = [(name, size.d) for name, experiment in settings.experiments.items() for size in experiment.sizes]
    steps = [recovery_steps(settings, *size, recovery_threads(settings, *size)) for size in sizes]
    return max(recovery_parts(seconds, limit) for seconds in steps)


def _recover(settings: Settings, threads: int, machine: Machine, experiment: str, d: str, **_: Any) -> JobCost:
    cost = recovery_cost(settings.experiments[experiment], int(d))
    seconds = cost.seconds(machine, threads)
    memory = math.ceil(MEMORY_MARGIN * cost.memory_mb(threads))
    return JobCost(threads * seconds, memory, math.ceil(2 + MARGIN * seconds / 60))


def _theory(settings: Settings, threads: int, machine: Machine, experiment: str, **_: Any) -> JobCost:
    """Teacher by teacher; the largest was seen to take 0.6 GB, at d = 800."""
    seconds = SMALL + THEORY_SECONDS * len(list(settings.experiments[experiment].runs(predicted=True)))
    return JobCost(SMALL, 1000, math.ceil(9 + MARGIN * seconds / 60))


def _departures(settings: Settings, threads: int, machine: Machine, d: str, **_: Any) -> JobCost:
    """Eight fits at one n, cost here as sixteen of one run; the way to an overlap of 1/2 costs as much again."""
    setting = settings.departures
    cost = run_cost(setting.family, int(d), [setting.alpha] * 16)
    seconds = 2 * cost.seconds(machine)
    return JobCost(seconds, math.ceil(MEMORY_MARGIN * cost.memory_mb()), math.ceil(2 + MARGIN * seconds / 60))


def _smoothing(settings: Settings, threads: int, machine: Machine, kind: str, d: str, **_: Any) -> JobCost:
    """For each seed a matrix that grows with n, and a few eigenvectors of it at each ratio; two matrices in memory."""
    D = n_features(int(d), settings.smoothing.families[kind].options["q"])
    work = settings.smoothing.size(int(d)).seeds * D**3 / SMOOTHING_RATE
    return JobCost(SMALL + work, math.ceil(400 + 30 * D**2 / 1e6), math.ceil(3 + MARGIN * work / 60))


def _perturbation(settings: Settings, threads: int, machine: Machine, **_: Any) -> JobCost:
    setting = settings.perturbation
    work = setting.seeds * setting.family.spec(setting.d).D ** 3 / DIAGONALISING_RATE
    return JobCost(SMALL + work, 1000, 60)


def _baselines(settings: Settings, threads: int, machine: Machine, study: str, d: str, **_: Any) -> JobCost:
    """The samples, and a kernel matrix three times, or its preconditioner where n is larger; time of other methods."""
    size = settings.baselines.studies[study].size(int(d))
    others = [grid for name, grid in size.grids.items() if name not in PRESETS]  # the estimator is linear in n
    largest = max((max(grid) for grid in others), default=0)
    kernel = 24 * min(largest, 12_000) ** 2 + 8000 * largest
    memory = math.ceil(500 + (16 * max(size.n) * size.d + kernel) / 2**20)
    work = FIT_SECONDS * sum((n / 1000) ** 2 for grid in others for n in grid)
    return JobCost(10 * SMALL + work, memory, math.ceil(10 + MARGIN * work / 60))


MODELS: dict[str, Callable[..., JobCost]] = {
    "recover": _recover,
    "theory": _theory,
    "predicted_thresholds": _theory,
    "departures": _departures,
    "smoothing": _smoothing,
    "perturbation": _perturbation,
    "baselines": _baselines,
}
