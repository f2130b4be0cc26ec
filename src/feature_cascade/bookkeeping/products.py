"""What every table and figure is made from, in the order of the paper: data, no rules.

The paper's own come first, then what goes beyond it. The ledger of claims reads tables in the same way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import paths
from .paths import PREDICTED_SPECTRA, REFERENCE, ROUNDING, STORED_RUN, TRANSFORMS, fill
from .settings import COMPARED, CONTROL, FITTED, KINDS_OF_FEATURES, LINKS, Settings

PAPER, BEYOND = "paper", "beyond"
CLAIMED = ("T1", "T2", "T3", "T4", "T8", "T9")  # tables that the ledger reads

Tables = dict[str, list[str]]


@dataclass(frozen=True)
class Product:
    """A table or a figure.

    Attributes
    ----------
    name : str
        Its name, which is that of its module, its caption and its rule as well.
    group : str
        "paper" or "beyond".
    tables : dict
        What it is made from: name of each argument, list of its files.
    options : dict
        Further arguments of the function that draws it.
    """

    name: str
    group: str
    tables: Tables
    options: dict[str, Any] = field(default_factory=dict)


def tables(settings: Settings) -> list[Product]:
    """List all tables.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    list of Product
        In the order of the paper.
    """
    onset = {name: [ROUNDING[name]] for name in ("exponents", "sizes")}
    perturbation = [fill(paths.PERTURBATION, features=features) for features in KINDS_OF_FEATURES]
    remedies = {kind: paths.of_departures(settings.departures, path) for kind, path in paths.DEPARTURES.items()}
    return [
        Product("T1", PAPER, {"measured": measured_thresholds(COMPARED), "theory": theory(COMPARED, "thresholds")}),
        Product(
            "T2",
            PAPER,
            {
                **{kind: collected(settings, FITTED, kind) for kind in ("runs", "directions")},
                **{kind: theory(FITTED, kind) for kind in ("curves", "thresholds")},
            },
        ),
        Product(
            "T3",
            PAPER,
            {"directions": collected(settings, COMPARED, "directions"), "thresholds": theory(COMPARED, "thresholds")},
        ),
        Product("A1", PAPER, {"runs": collected(settings, ["authors"], "runs"), "reference": [paths.AUTHORS]}),
        Product("T4", BEYOND, onset),
        Product("T5", BEYOND, {"rows": perturbation}),
        Product("T6", BEYOND, comparison(settings)),
        Product("T7", BEYOND, remedies),
        Product("T7b", BEYOND, {"gaps": remedies["gaps"]}),
        Product("T7c", BEYOND, {"samples": remedies["samples"]}),
        Product("T7d", BEYOND, {"merits": [TRANSFORMS["merits"]]}),
        Product(
            "T8",
            BEYOND,
            {"measured": collected(settings, CONTROL, "directions"), "theory": theory(CONTROL, "directions")},
        ),
        Product("T9", BEYOND, {"curves": slopes(settings)}),
    ]


def figures(settings: Settings) -> list[Product]:
    """List all figures.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    list of Product
        In the order of the paper.
    """
    spectra, d_spectrum = spectrum_tables(settings), settings.spectra.d
    fig4, fig6, perturbation = settings.figure4, settings.figure6, settings.perturbation
    predicted = {name: [size.d for size in experiment.predicted] for name, experiment in settings.experiments.items()}
    eigenvectors = {"shown": list(perturbation.directions), "k": perturbation.pair}
    return [
        Product("fig1", PAPER, spectra, {"d": d_spectrum}),
        Product(
            "fig2",
            PAPER,
            {**run_tables(settings, ["identity"]), **spectra},
            {"d_spectrum": d_spectrum, "predicted": predicted["identity"]},
        ),
        Product("fig3", PAPER, run_tables(settings, ["exponents"])),
        Product(
            "fig4",
            PAPER,
            {**run_tables(settings, ["identity"]), **direction_tables(settings, ["identity"])},
            {"shown": fig4.directions, "d": fig4.d, "d_staircase": fig4.d_staircase},
        ),
        Product("fig5", PAPER, run_tables(settings, ["tanh"]), {"predicted": predicted["tanh"]}),
        Product("authors", PAPER, {**run_tables(settings, ["authors"]), "reference": [paths.AUTHORS]}),
        Product("fig2_large", BEYOND, run_tables(settings, ["large"]), {"predicted": predicted["large"]}),
        Product(
            "fig6",
            BEYOND,
            {**run_tables(settings, CONTROL), **direction_tables(settings, CONTROL), "gaps": made("T8")},
            {"links": list(LINKS), "shown": fig6.directions, "d": fig6.d},
        ),
        Product(
            "fig7",
            BEYOND,
            {
                **{name: [path] for name, path in ROUNDING.items()},
                "predicted": paths.of_smoothing(settings, paths.SMOOTHING["predicted"]),
            },
            {"window": settings.smoothing.window},
        ),
        Product("fig8", BEYOND, {"rows": [fill(paths.PERTURBATION, features="gaussian")]}, eigenvectors),
        Product("fig8_hermite", BEYOND, {"rows": [fill(paths.PERTURBATION, features="hermite")]}, eigenvectors),
        Product("fig9", BEYOND, {"curves": slopes(settings), "exponents": made("T9"), "fitted": made("T2")}),
        Product("fig10", BEYOND, comparison(settings)),
        Product(
            "fig11",
            BEYOND,
            {
                **{"gaps": made("T7"), "ratios": made("T7c"), "merits": made("T7d")},
                "shapes": [TRANSFORMS["shapes"]],
            },
            {"link": "identity", "seed": 0},
        ),
    ]


def claims(settings: Settings) -> Tables:
    """List what the ledger of claims reads beside the tables `CLAIMED`.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    dict
        Name of each table, list of its files.
    """
    return {
        **{kind: collected(settings, COMPARED, kind) for kind in ("runs", "directions")},
        "curves": theory(COMPARED, "curves"),
        "baselines": comparison(settings)["measured"],
    }


def files_of(products: Iterable[Product], pattern: str, kinds: Iterable[str]) -> list[str]:
    """List every rendering of some products.

    Parameters
    ----------
    products : iterable of Product
        Tables or figures.
    pattern : str
        `paths.TABLE` or `paths.FIGURE`.
    kinds : iterable of str
        Endings of their files.

    Returns
    -------
    list of str
        The paths.
    """
    kinds = list(kinds)
    return [pattern.format(name=product.name, kind=kind) for product in products for kind in kinds]


def renderings(settings: Settings, *names: str) -> list[str]:
    """List every rendering of some tables and figures.

    Parameters
    ----------
    settings : Settings
        The settings.
    *names : str
        Their names.

    Returns
    -------
    list of str
        The paths, those of tables first.
    """
    return [
        *files_of([t for t in tables(settings) if t.name in names], paths.TABLE, paths.TABLE_KINDS),
        *files_of([f for f in figures(settings) if f.name in names], paths.FIGURE, paths.FIGURE_KINDS),
    ]


def targets(settings: Settings, group: str) -> list[str]:
    """List every rendering of the tables and figures of a group.

    Parameters
    ----------
    settings : Settings
        The settings.
    group : str
        "paper" or "beyond".

    Returns
    -------
    list of str
        The paths, those of tables first.
    """
    found = (*tables(settings), *figures(settings))
    return renderings(settings, *(product.name for product in found if product.group == group))


def collected(settings: Settings, experiments: Iterable[str], kind: str) -> list[str]:
    """List seed-level tables of experiments: fresh, or the stored one of an experiment that takes long.

    Parameters
    ----------
    settings : Settings
        The settings.
    experiments : iterable of str
        Names of the experiments.
    kind : str
        "runs" or "directions".

    Returns
    -------
    list of str
        The paths.
    """
    return [
        fill(paths.STORED[kind] if settings.experiments[name].stored else paths.COLLECTED[kind], experiment=name)
        for name in experiments
    ]


def theory(experiments: Iterable[str], kind: str) -> list[str]:
    """List predictions for the teachers of experiments.

    Parameters
    ----------
    experiments : iterable of str
        Names of the experiments.
    kind : str
        "curves", "directions" or "thresholds".

    Returns
    -------
    list of str
        The paths.
    """
    return [fill(paths.THEORY[kind], experiment=name) for name in experiments]


def measured_thresholds(experiments: Iterable[str]) -> list[str]:
    """List tables of measured thresholds.

    Parameters
    ----------
    experiments : iterable of str
        Names of the experiments.

    Returns
    -------
    list of str
        The paths.
    """
    return [fill(paths.THRESHOLDS, experiment=name) for name in experiments]


def run_tables(settings: Settings, experiments: Iterable[str]) -> Tables:
    """Return measured runs of experiments and the theory curves beside them.

    Parameters
    ----------
    settings : Settings
        The settings.
    experiments : iterable of str
        Names of the experiments.

    Returns
    -------
    dict
        Tables `runs` and `curves`.
    """
    return {"runs": collected(settings, experiments, "runs"), "curves": theory(experiments, "curves")}


def direction_tables(settings: Settings, experiments: Iterable[str]) -> Tables:
    """Return measured directions of experiments and their theory.

    Parameters
    ----------
    settings : Settings
        The settings.
    experiments : iterable of str
        Names of the experiments.

    Returns
    -------
    dict
        Tables `directions` and `theory_directions`.
    """
    return {
        "directions": collected(settings, experiments, "directions"),
        "theory_directions": theory(experiments, "directions"),
    }


def spectrum_tables(settings: Settings) -> Tables:
    """Return whole spectra, measured and predicted.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    dict
        Tables `spectra`, `density` and `outliers`.
    """
    measured = [fill(paths.SPECTRUM, alpha=alpha) for alpha in settings.spectra.alpha]
    return {"spectra": measured, **{kind: [path] for kind, path in PREDICTED_SPECTRA.items()}}


def slopes(settings: Settings) -> list[str]:
    """List predicted learning curves at large d.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    list of str
        The paths.
    """
    return [fill(paths.SLOPES, gamma=gamma) for gamma in settings.slopes.gamma]


def comparison(settings: Settings) -> Tables:
    """Return tables of all methods, with the stored one of a study that takes long, and their theory.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    dict
        Tables `measured`, `predicted` and `crossings`.
    """
    studies = settings.baselines.studies.values()
    return {
        "measured": [fill(paths.STORED_STUDY if s.stored else paths.STUDY, study=s.name) for s in studies],
        "predicted": paths.baseline_theory(settings),
        "crossings": [fill(paths.CROSSINGS, link=link) for link in LINKS],
    }


def made(table: str) -> list[str]:
    """Return one of the tables as what a figure is drawn from.

    Parameters
    ----------
    table : str
        Its name.

    Returns
    -------
    list of str
        One path.
    """
    return [paths.TABLE.format(name=table, kind="csv")]


def stored_twin(path: str) -> str:
    """Return where `store_reference` keeps a copy of a result.

    Parameters
    ----------
    path : str
        Path of the result.

    Returns
    -------
    str
        Path of the copy.
    """
    return f"{STORED_RUN}/{Path(path).relative_to('results')}"


def is_computed(path: str) -> bool:
    """Say whether what a table or figure reads comes from computing rules.

    Parameters
    ----------
    path : str
        Path of what it reads.

    Returns
    -------
    bool
        False of what is stored anyway, and of a table that is itself made from such files.
    """
    return not path.startswith((f"{REFERENCE}/", "results/tables/"))


def drawn_from(settings: Settings, tables: Tables) -> Tables:
    """Return what a table, a figure or the ledger reads.

    Parameters
    ----------
    settings : Settings
        The settings.
    tables : dict
        What it is made from in a run.

    Returns
    -------
    dict
        The same or, with `source: reference`, the stored copies.
    """
    if settings.source != "reference":
        return tables
    return {
        name: [stored_twin(path) if is_computed(path) else path for path in paths] for name, paths in tables.items()
    }


def computed(settings: Settings) -> list[str]:
    """List all computed files that tables, figures and the ledger are made from.

    Parameters
    ----------
    settings : Settings
        The settings.

    Returns
    -------
    list of str
        The paths, sorted.
    """
    made_from = [product.tables for product in (*tables(settings), *figures(settings))]
    found = {path for files in (*made_from, claims(settings)) for paths in files.values() for path in paths}
    return sorted(filter(is_computed, found))
