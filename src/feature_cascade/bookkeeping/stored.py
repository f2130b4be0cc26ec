"""Whether what is stored in results/reference goes with the configuration."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from math import isclose
from pathlib import Path

from . import paths
from .provenance import changed_keys
from .schema import SettingsError
from .settings import Settings


def check_stored(settings: Settings, configuration: Mapping, root: str | Path = ".") -> None:
    """Refuse a configuration that needs stored tables which are not there, or not its own.

    Parameters
    ----------
    settings : Settings
        The settings.
    configuration : mapping
        The configuration that they were built from.
    root : str or Path
        Folder of the project.

    Raises
    ------
    SettingsError
        With one sentence that names key, found and allowed.
    """
    root = Path(root)
    _check_source(settings, configuration, root)
    for name, experiment in settings.experiments.items():
        if experiment.stored:
            _check_experiment(settings, name, root)
    for name, study in settings.baselines.studies.items():
        if study.stored:
            _rows(f"baselines.studies.{name}.stored", root, paths.fill(paths.STORED_STUDY, study=name))
    _check_authors(settings, root)


def _check_source(settings: Settings, configuration: Mapping, root: Path) -> None:
    """Stored tables are of one configuration, and figures of another cannot be drawn from them."""
    if settings.source != "reference":
        return
    if not (about := root / f"{paths.STORED_RUN}.json").exists():
        problem = f"found reference, but no run is stored in {paths.STORED_RUN}; allowed is run"
        raise SettingsError.at("source", problem)
    stored = json.loads(about.read_text(encoding="utf-8"))["configuration"]
    if changed := changed_keys(dict(configuration), stored):
        problem = (
            f"found reference, but the tables in {paths.STORED_RUN} were made with another value of "
            f"{', '.join(changed)}; allowed is run"
        )
        raise SettingsError.at("source", problem)


def _check_experiment(settings: Settings, name: str, root: Path) -> None:
    """Every stored run of an experiment has its theory."""
    files = [paths.fill(pattern, experiment=name) for pattern in paths.STORED.values()]
    rows, _ = (_rows(f"experiments.{name}.stored", root, file) for file in files)
    stored = sorted({(int(row["d"]), float(row["gamma"])) for row in rows})
    wanted = {(run.d, run.gamma) for run in settings.experiments[name].runs()}
    if not wanted.issuperset(stored):
        problem = f"found {_named(sorted(wanted))}, but {files[0]} has {_named(stored)}, which all must be there"
        raise SettingsError.at(f"experiments.{name}.sizes", problem)


def _check_authors(settings: Settings, root: Path) -> None:
    """Table A1 compares at the α that the authors' stored run has as well."""
    theirs = [float(row["alpha"]) for row in _rows("experiments.authors", root, paths.AUTHORS)]
    ours = settings.experiments["authors"].sizes[0].alpha
    if not any(isclose(a, b, rel_tol=1e-6) for a in ours for b in theirs):
        problem = f"found {list(ours)}, allowed are grids with one at least of the authors' values {theirs}: table A1"
        raise SettingsError.at("experiments.authors.alpha", problem)


def _rows(key: str, root: Path, file: str) -> list[dict[str, str]]:
    """Rows of a stored table."""
    if not (root / file).is_file():
        raise SettingsError.at(key, f"the stored table {file}, which it needs, does not exist")
    with open(root / file, encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


def _named(runs: list[tuple[int, float]]) -> str:
    """Dimensions and exponents in a sentence."""
    return ", ".join(f"d={d} γ={gamma:g}" for d, gamma in runs)
