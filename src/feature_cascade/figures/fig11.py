"""Figure 11: the remedies of the finite-size gap beside both laws, and how many samples they save."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..estimator.presets import JOIN, NONE, REMEDIES
from . import panels, style

ALL = JOIN.join(REMEDIES)
COMBINATIONS = {  # from top to bottom
    NONE: "none (paper)",
    "tanh": "T(y) = tanh",
    "deflate": "deflation",
    "sphere": "inputs on the sphere",
    ALL: "all three",
    "sharp": "preset sharp",
}
LINKS = {"identity": style.Look(style.BLUE, "o"), "tanh": style.Look(style.VERMILLION, "s")}
MARKS = {  # by column of the prediction
    "predicted_finite_d": style.OUTLIERS | {"markersize": 9, "markeredgewidth": 1.6},
    "predicted": style.OUTLIERS | {"markersize": 6, "markeredgewidth": 0.6, "color": style.GREY},
}


@style.styled
def draw(gaps: pd.DataFrame, ratios: pd.DataFrame) -> Figure:
    """Overlap with each remedy at the largest d, measured and by both laws, and samples of paper over sharp.

    A, B: overlap for either link; C: samples for an overlap of 1/2, of the preset paper over those of sharp.

    Parameters
    ----------
    gaps : DataFrame
        Table T7: `link`, `combination`, `d`, `alpha`, `n_seeds`, `predicted`, `predicted_finite_d`, `measured`,
        `gap_sem`.
    ratios : DataFrame
        Table T7c: `link`, `d`, `ratio` with its interval, `ratio_predicted`, `n_seeds`, `n_reached`.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    panels.check("gaps", gaps, ["d", "alpha", "n_seeds", *MARKS, "measured"])
    panels.check("ratios", ratios, ["d", "n_seeds", "n_reached"])
    alpha, d = panels.only("gaps", gaps, "alpha"), gaps["d"].max()
    gaps = panels.select("gaps", gaps, d=d)
    seeds = panels.only("gaps", gaps, "n_seeds")
    figure, axes = style.panels(style.THREE_PANELS, 2.7, 3)
    axes[1].sharey(axes[0])
    for panel, link in zip(axes, LINKS, strict=False):
        draw_overlaps(panel, panels.select("gaps", gaps, link=link))
        panel.set_title(panels.setting(link, d=d, alpha=alpha), loc="right", fontsize=7)
    axes[1].tick_params(labelleft=False)
    draw_ratios(axes[2], ratios)
    entries = [
        (Line2D([], [], color="black", marker="o", linestyle=""), f"A, B: {panels.sem_label(seeds)}"),
        *(
            (Line2D([], [], **mark), f"A, B: {style.LINES[law].label}")
            for law, mark in zip(panels.LAWS, MARKS.values(), strict=True)
        ),
        *(
            (
                Line2D([], [], color=look.color, marker=look.marker, linestyle=""),
                f"C: g = {link}, 95 % interval",
            )
            for link, look in LINKS.items()
        ),
        style.LINES["finite_d"].entry(),
    ]
    panels.legend_below(figure, entries, columns=3)
    return figure


def draw_overlaps(axes: Axes, gaps: pd.DataFrame) -> None:
    """A row for each remedy: the measured overlap and what both laws predict.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    gaps : DataFrame
        Rows of table T7 of one link and d.
    """
    for row, name in enumerate(COMBINATIONS):
        one = panels.select("gaps", gaps, combination=name).iloc[0]
        for column, mark in MARKS.items():
            axes.plot(one[column], row, **mark)
        error = one["gap_sem"] if np.isfinite(one["gap_sem"]) else None
        axes.errorbar(one["measured"], row, xerr=error, color="black", marker="o", **style.DATA)
    axes.set_yticks(range(len(COMBINATIONS)), list(COMBINATIONS.values()))
    axes.set_ylim(len(COMBINATIONS) - 0.5, -0.5)
    axes.set(xlim=(0, 1), xlabel=r"overlap $\frac{1}{d_1} \sum_i \cos^2\theta_i$")


def draw_ratios(axes: Axes, ratios: pd.DataFrame) -> None:
    """Panel C: samples for an overlap of 1/2, paper over sharp, measured with interval and by the finite-d law.

    Sizes where no seed reached 1/2 with both presets have no point; a share below one is written beside it.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    ratios : DataFrame
        Table T7c.
    """
    for name, look in LINKS.items():
        mine = panels.select("ratios", ratios, link=name).sort_values("d")
        mine = mine[mine["n_reached"] > 0]
        error = np.maximum([mine["ratio"] - mine["ratio_low_95"], mine["ratio_high_95"] - mine["ratio"]], 0)
        panels.error_bars(axes, mine["d"], mine["ratio"], np.nan_to_num(error), look)  # one seed has no interval
        axes.plot(mine["d"], mine["ratio_predicted"], color=look.color, **style.LINES["finite_d"].look)
        for row in mine[mine["n_reached"] < mine["n_seeds"]].itertuples():
            text = f"{row.n_reached}/{row.n_seeds} seeds"
            axes.annotate(text, (row.d, row.ratio), xytext=(4, 3), textcoords="offset points", fontsize=6)
    style.sizes_axis(axes, ratios["d"])
    if not ratios[["ratio", "ratio_predicted"]].notna().any(axis=None):
        axes.set_ylim(0.5, 2)
        axes.text(0.5, 0.5, "an overlap of 1/2\nis not reached", transform=axes.transAxes, ha="center", fontsize=7)
    style.log_y(axes)
    axes.set(xlabel="d", ylabel="n for overlap 1/2, paper/sharp")
    axes.margins(x=0.1)
