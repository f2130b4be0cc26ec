"""Where every result lies: patterns of paths, and what they are filled with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .sections import Departures
from .settings import LINKS, Settings

LOCK = "requirements.lock"
REFERENCE = "results/reference"
STORED_RUN = f"{REFERENCE}/run"  # tables of a finished default run; run.json says of which
AUTHORS = f"{REFERENCE}/authors_d120_tanh.csv"  # the stored measurements of the paper's authors

RUN = "d{d}_g{gamma}_s{seed}"
NUMBER = r"\d+\.\d\d(?:\d*[1-9])?"  # of `number`
TEACHER = f"results/teachers/{{teacher}}/{RUN}.npz"
RECOVERY = {kind: f"results/recovery/{{experiment}}/{RUN}.{kind}.csv" for kind in ("runs", "directions")}
CHECKPOINT = f"results/checkpoints/{{experiment}}/{RUN}.json"
COLLECTED = {kind: f"results/collected/{{experiment}}.{kind}.csv" for kind in RECOVERY}
STORED = {kind: f"{REFERENCE}/{{experiment}}.{kind}.csv" for kind in RECOVERY}
THRESHOLDS = "results/thresholds/{experiment}.csv"
THEORY = {kind: f"results/theory/{{experiment}}.{kind}.csv" for kind in ("curves", "directions", "thresholds")}
SPECTRUM = "results/spectra/a{alpha}.csv"
PREDICTED_SPECTRA = {kind: f"results/theory/spectra.{kind}.csv" for kind in ("density", "outliers")}
SLOPES = "results/slopes/g{gamma}.csv"
PERTURBATION = "results/perturbation/{features}.csv"
SMOOTHING = {name: f"results/smoothing/{{kind}}_{{features}}_d{{d}}.{name}.csv" for name in ("measured", "predicted")}
ROUNDING = {name: f"results/rounding/{name}.csv" for name in ("curves", "sizes", "exponents")}
DEPARTURES = {kind: f"results/departures/{{link}}_{RUN}.{kind}.csv" for kind in ("gaps", "samples")}
TRANSFORMS = {kind: f"results/departures/{name}.csv" for kind, name in (("merits", "transforms"), ("shapes", "shapes"))}
BASELINES = f"results/baselines/{{study}}/{{link}}_{RUN}.csv"
STORED_STUDY = f"{REFERENCE}/baselines.{{study}}.csv"
STUDY = "results/baselines/{study}.csv"
BASELINE_THEORY = "results/baselines/theory/{link}_d{d}.csv"
CROSSINGS = "results/baselines/crossings/{link}.csv"
EXPLORED = "explore/{experiment}"  # the folder of an experiment of a user's own
TABLE, FIGURE = "results/tables/{name}.{kind}", "figures/{name}.{kind}"
TABLE_KINDS, FIGURE_KINDS = ("csv", "md", "tex", "html"), ("pdf", "png", "svg")


def number(value: float) -> str:
    """Write a number for a path: its shortest exact text, with two decimals at least.

    Parameters
    ----------
    value : float
        A finite number that is not negative.

    Returns
    -------
    str
        The text, which reads back as the same number. Two numbers that differ never share a path.

    Examples
    --------
    >>> [number(value) for value in (1, 0.4, 2.35, 0.404, 1e-7)]
    ['1.00', '0.40', '2.35', '0.404', '0.0000001']
    """
    whole, _, decimals = f"{Decimal(repr(float(value))):f}".partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"


def fill(pattern: str, **values: Any) -> str:
    """Fill a pattern in.

    Parameters
    ----------
    pattern : str
        One of the patterns of this module.
    **values : Any
        Its wildcards; γ and α may be numbers. What the pattern does not have is ignored.

    Returns
    -------
    str
        The path.
    """
    for name in ("gamma", "alpha"):
        if isinstance(values.get(name), float | int):
            values[name] = number(values[name])
    return pattern.format(**values)


def of_experiment(settings: Settings, name: str, pattern: str, predicted: bool = False) -> list[str]:
    """Fill a pattern in for every run of an experiment.

    Parameters
    ----------
    settings : Settings
        The settings.
    name : str
        Name of the experiment.
    pattern : str
        With d, γ and seed; `teacher` and `experiment` where it has them.
    predicted : bool
        Whether to add the teachers that theory alone is computed for.

    Returns
    -------
    list of str
        The paths.
    """
    experiment = settings.experiments[name]
    return [
        fill(pattern, experiment=name, teacher=experiment.family.name, d=run.d, gamma=run.gamma, seed=run.seed)
        for run in experiment.runs(predicted)
    ]


def of_departures(departures: Departures, pattern: str, d: int | None = None) -> list[str]:
    """Fill a pattern in for every link, size and seed of the departures.

    Parameters
    ----------
    departures : Departures
        The settings of the departures.
    pattern : str
        With d, γ and seed; once for each link if it has one.
    d : int, optional
        The only input dimension that is wanted.

    Returns
    -------
    list of str
        The paths.
    """
    values = {"teacher": departures.family.name, "gamma": departures.gamma}
    return [
        fill(pattern, link=link, d=size.d, seed=seed, **values)
        for link in (LINKS if "{link}" in pattern else LINKS[:1])
        for size in departures.sizes
        if d in (None, size.d)
        for seed in range(size.seeds)
    ]


def of_smoothing(settings: Settings, pattern: str) -> list[str]:
    """Fill a pattern in for every kind, features and size of the study of finite-size smoothing.

    Parameters
    ----------
    settings : Settings
        The settings.
    pattern : str
        With kind, features and d.

    Returns
    -------
    list of str
        The paths.
    """
    setting = settings.smoothing
    return [
        fill(pattern, kind=kind, features=features, d=size.d)
        for kind in setting.families
        for features in setting.features
        for size in setting.sizes
    ]


def of_study(settings: Settings, study: str) -> list[str]:
    """List the tables of every link, size and seed of a study of the baselines.

    Parameters
    ----------
    settings : Settings
        The settings.
    study : str
        Name of the study.

    Returns
    -------
    list of str
        The paths.
    """
    baselines = settings.baselines
    return [
        fill(BASELINES, study=study, link=link, d=size.d, gamma=baselines.gamma, seed=seed)
        for size in baselines.studies[study].sizes
        for link in size.links
        for seed in range(baselines.studies[study].seeds)
    ]


def baseline_teachers(settings: Settings, d: int) -> list[str]:
    """List the teachers of dimension d in the learning curves of the baselines.

    Parameters
    ----------
    settings : Settings
        The settings.
    d : int
        Input dimension.

    Returns
    -------
    list of str
        The paths.
    """
    baselines = settings.baselines
    return [
        fill(TEACHER, teacher=baselines.family.name, d=d, gamma=baselines.gamma, seed=seed)
        for seed in range(baselines.studies["curves"].seeds)
    ]


def baseline_theory(settings: Settings) -> list[str]:
    """List the predicted learning curves for every link and size of the baselines.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    list of str
        The paths.
    """
    sizes = settings.baselines.studies["curves"].sizes
    return [fill(BASELINE_THEORY, link=link, d=size.d) for size in sizes for link in size.links]


def spectra_teacher(settings: Settings) -> str:
    """Return the teacher of the whole spectra.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    str
        Its path.
    """
    spectra = settings.spectra
    return fill(TEACHER, teacher=spectra.family.name, d=spectra.d, gamma=spectra.gamma, seed=spectra.seed)
