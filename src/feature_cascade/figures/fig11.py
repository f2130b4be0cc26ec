"""Figure 11: where the finite-size gap comes from, and how many samples its remedies save."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..estimator.presets import JOIN, NONE, REMEDIES
from ..model.labels import OPTIMUM
from . import panels, style

ALL = JOIN.join(REMEDIES)
COMBINATIONS = {
    NONE: ("no remedy (paper)", style.Look("black", "o")),
    "tanh": ("tanh of the labels", style.Look("#E69F00", "s")),
    "sphere": ("inputs on the sphere", style.Look(style.BLUE, "D")),
    "deflate": ("labels without their degree-q part", style.Look(style.GREY, "^")),
    ALL: ("all three", style.Look(style.VERMILLION, "v")),
    "sharp": ("preset sharp: all, normal scores for tanh", style.Look(style.GREEN, "P")),
}
TRANSFORMS: dict[str, tuple[str, dict[str, Any]]] = {
    "identity": ("identity", {"color": "black"}),
    "tanh": ("tanh", {"color": "#E69F00", "linestyle": (0, (5, 1.5))}),
    "clip": ("clip", {"color": style.BLUE, "linestyle": (0, (1, 1))}),
    "normal_scores": ("normal scores", {"color": style.VERMILLION}),
    OPTIMUM: ("best (law known)", {"color": style.GREY, "linewidth": 2.2, "zorder": 1}),
}
LINKS = {"identity": style.Look(style.BLUE, "o"), "tanh": style.Look(style.VERMILLION, "s")}
SHOWN = 4.0  # standard deviations of the label in panel B
HEIGHTS = (-3.5, 3.5)  # of transformed labels


@style.styled
def draw(
    gaps: pd.DataFrame, ratios: pd.DataFrame, merits: pd.DataFrame, shapes: pd.DataFrame, link: str, seed: int
) -> Figure:
    """Gap against d, label transforms of one teacher, and how many samples the remedies save.

    A: gap against d for both links; B: label transforms for `link` and teacher `seed`; C: samples of paper over sharp.

    Parameters
    ----------
    gaps : DataFrame
        Table T7: `link`, `combination`, `d`, `alpha`, `gap`, `gap_sem`.
    ratios : DataFrame
        Table T7c: `link`, `d`, `ratio` with its interval, `ratio_predicted`, `n_seeds`, `n_reached`.
    merits : DataFrame
        Table T7d: `link`, `d`, `transform`, `alpha`, `loss`.
    shapes : DataFrame
        Transformed labels `T` at labels `t`: `link`, `d`, `seed`, `transform`.
    link : str
        Link of panel B.
    seed : int
        Seed of the teacher of panel B.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    panels.check("gaps", gaps, ["d", "alpha", "gap"])
    panels.check("ratios", ratios, ["d", "n_seeds", "n_reached"])
    panels.check("merits", merits, ["d", "alpha", "loss"])
    panels.check("shapes", shapes, ["d", "seed", "t", "T"])
    figure = Figure(figsize=(style.TWO_PANELS, 5.2), layout="constrained")
    axes = figure.subplots(2, 2)
    axes[0, 1].sharey(axes[0, 0])
    for panel, name in zip(axes[0], LINKS, strict=True):
        draw_gaps(panel, panels.select("gaps", gaps, link=name))
        panel.set_title(f"g = {name}", loc="right")
    for letter, panel in zip("ABC", (axes[0, 0], *axes[1]), strict=True):
        style.letter_panel(panel, letter)
    draw_shapes(
        axes[1, 0],
        panels.select("shapes", shapes, link=link, seed=seed),
        panels.select("merits", merits, link=link),
    )
    draw_ratios(axes[1, 1], ratios)
    alpha = panels.only("gaps", gaps, "alpha")
    entries = [(panels.sample(look), label) for label, look in COMBINATIONS.values()]
    entries.append(
        (Line2D([], [], color=style.GREY, marker="o", linestyle=""), f"mean ± SEM over seeds, α = {alpha:g}")
    )
    panels.legend_below(figure, entries, columns=2)
    return figure


def d_axis(axes: Axes, d: pd.Series) -> None:
    """Logarithmic d on the x axis, with a tick at each size.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    d : Series
        The sizes; repeats are allowed.
    """
    style.sizes_axis(axes, d)
    axes.set_xlabel("d")
    axes.margins(x=0.08)


def draw_gaps(axes: Axes, gaps: pd.DataFrame) -> None:
    """Panel A: predicted − measured overlap of one link against d, without remedy, with each alone and with all.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    gaps : DataFrame
        Rows of table T7 of one link.
    """
    for name, (_, look) in COMBINATIONS.items():
        mine = panels.select("gaps", gaps, combination=name).sort_values("d")
        error = mine["gap_sem"] if mine["gap_sem"].notna().all() else None
        panels.error_bars(axes, mine["d"], mine["gap"], error, look, line="-")
    axes.axhline(0, color="black", linewidth=0.5)
    d_axis(axes, gaps["d"])
    axes.set_ylabel("overlap, predicted − measured")


def draw_shapes(axes: Axes, shapes: pd.DataFrame, merits: pd.DataFrame) -> None:
    """Panel B: transformed against standardised labels; the legend says how many times more samples each takes.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    shapes : DataFrame
        Transformed labels of one link and seed.
    merits : DataFrame
        Rows of table T7d of the same link.
    """
    for name, (label, look) in TRANSFORMS.items():
        mine = panels.select("shapes", shapes, transform=name).sort_values("t")
        loss = panels.select("merits", merits, transform=name)["loss"].iloc[0]
        axes.plot(mine["t"], mine["T"], label=f"{label}: {loss:.2f}", **look)
    axes.set(xlabel="standardised label t", ylabel="transformed label T(t)", xlim=(None, SHOWN), ylim=HEIGHTS)
    axes.set_title(f"g = {shapes['link'].iloc[0]}, d = {shapes['d'].iloc[0]}", loc="right")
    axes.legend(title="onset / best onset", title_fontsize=5.5, fontsize=5.5, loc="upper left", handlelength=1.6)


def draw_ratios(axes: Axes, ratios: pd.DataFrame) -> None:
    """Panel C: samples for an overlap of 1/2, paper over sharp, measured with interval and predicted.

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
        bars = np.nan_to_num(error)  # a single seed has no interval
        panels.error_bars(axes, mine["d"], mine["ratio"], bars, look).set_label(f"g = {name}, measured")
        axes.plot(mine["d"], mine["ratio_predicted"], color=look.color, label=f"g = {name}, predicted", **style.THEORY)
        for row in mine[mine["n_reached"] < mine["n_seeds"]].itertuples():
            text = f"{row.n_reached}/{row.n_seeds} seeds"
            axes.annotate(text, (row.d, row.ratio), xytext=(4, 3), textcoords="offset points", fontsize=6)
    d_axis(axes, ratios["d"])
    axes.set_yscale("log")
    axes.set_ylim(top=2.2 * axes.get_ylim()[1])  # room for the legend
    style.log_y(axes)
    axes.set_ylabel("n for overlap 1/2, paper / sharp")
    axes.legend(fontsize=5.5, loc="upper right", ncols=1, handlelength=1.6)
