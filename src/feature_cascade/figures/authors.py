"""Our run at the authors' setting (d = 120, g = tanh, their scale of strengths) beside their stored measurements."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import panels, style

OURS, THEIRS = style.Look(style.BLUE, "o"), style.Look(style.VERMILLION, "s")
OVERLAP_LABEL = r"overlap $\frac{1}{d_1} \sum_i \cos^2\theta_i$"
REFERENCE = ["overlap_mean", "overlap_sem", "nmse_sem"]


@style.styled
def draw(runs: pd.DataFrame, curves: pd.DataFrame, reference: pd.DataFrame, link: str) -> Figure:
    """A: overlap in weight space, B: NMSE against α, ours, the authors' and theory.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per d, γ, seed and α: `overlap`, `nmse`.
    curves : DataFrame
        Theory, one row per law, d, γ, seed and α: `q_h`, `nmse`.
    reference : DataFrame
        The authors' means, one row per α: `n_seeds`, `overlap_mean`, `overlap_sem`, `nmse_mean`, `nmse_sem`,
        `nmse_median`.
    link : str
        Name of the link function.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    panels.check("runs", runs, [*panels.RUN_COLUMNS, "overlap"], positive=["nmse"])
    panels.check("curves", curves, [*panels.RUN_COLUMNS, "q_h"], positive=["nmse"])
    panels.check("reference", reference, ["alpha", "n_seeds", *REFERENCE], positive=["nmse_mean", "nmse_median"])
    where = {"gamma": panels.only("runs", runs, "gamma"), "d": panels.only("runs", runs, "d")}
    curves = panels.select("curves", curves, **where)
    seeds = panels.seed_count("runs", runs, panels.CELL)
    their_seeds = int(panels.only("reference", reference, "n_seeds"))
    figure, axes = style.panels(style.TWO_PANELS, 2.9, 2)
    for panel, column, predicted in zip(axes, ("overlap", "nmse"), ("q_h", "nmse"), strict=True):
        ours = panels.measured(panel, runs, column, OURS)
        theirs = panels.error_bars(
            panel, reference["alpha"], reference[f"{column}_mean"], reference[f"{column}_sem"], THEIRS
        )
        for law in panels.LAWS:
            panels.theory(panel, curves, predicted, law=law)
        panel.set_title(panels.setting(link, **where), loc="right")
    panels.dress_overlap(axes[0], OVERLAP_LABEL)
    panels.dress_nmse(axes[1])
    entries = [
        (ours, f"ours, {panels.sem_label(seeds)}"),
        (theirs, f"authors' stored run, {panels.sem_label(their_seeds)}"),
        (draw_median(axes[1], reference), "authors' median (B)"),
        *(style.LINES[law].entry("black") for law in panels.LAWS),
    ]
    panels.legend_below(figure, entries, columns=2)
    return figure


def draw_median(axes: Axes, reference: pd.DataFrame) -> Line2D:
    """The authors' median over seeds: their mean is drawn up by single seeds.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    reference : DataFrame
        The authors' means: `alpha`, `nmse_median`.

    Returns
    -------
    Line2D
        Its handle for the legend.
    """
    return axes.plot(
        reference["alpha"], reference["nmse_median"], color=THEIRS.color, marker="D", fillstyle="none", linestyle=""
    )[0]
