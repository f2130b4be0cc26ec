"""Figure 12: all directions together, beside one look at a matrix, a random start, and the limits of any method."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator, NullLocator

from ..baselines.methods import TOGETHER
from . import panels, style

LOOKS = {
    **style.ESTIMATORS,
    "learned": style.Look("#DD77BB", "P"),
    "random": style.Look(style.BLUE, "v"),
}
OTHER_SIZES = "<>Xh8"  # markers of the cascade at other d
OPEN: dict[str, Any] = {"color": LOOKS["cascade"].color, "fillstyle": "none", "markersize": 5, "linestyle": ""}
FLOOR, TOP, BELOW_DATA = 1e-7, 20.0, 0.3  # of the axis of NMSE, which goes below the smallest error
FARTHEST = 3.0  # factor by which thresholds may lie before the first n and be shown
LIMITS: dict[str, tuple[dict[str, Any], str]] = {
    "optimum": ({"color": style.GREEN, "linewidth": 1.1}, "heuristic optimum"),
    "cramer_rao": ({"color": style.GREY, "linewidth": 1.1, "linestyle": (0, (4, 1.5))}, "Cramér–Rao"),
}
WALL: dict[str, Any] = {"color": style.GREY, "linewidth": 0.9, "zorder": 1}
WEAK: dict[str, Any] = {"color": style.GREY, "marker": "|", "markersize": 6, "linestyle": ""}
CELL = ["link", "noise", "d", "gamma", "method", "ratio"]
RATIO_LABEL = "labels $n/(d_1 D)$"
OVERLAP_LABEL = r"mean $\cos^2\theta_i$ with what was found"


@style.styled
def draw(runs: pd.DataFrame, limits: pd.DataFrame, onsets: pd.DataFrame, d: int, gamma: float) -> Figure:
    """NMSE for each link, and the overlap for the first, against n/(d1 D): a row for each noise.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per link, noise, d, γ, seed, method and ratio: `nmse`, `overlap`.
    limits : DataFrame
        Limits of the error, one row per link, noise, d, γ, seed, limit and ratio: `nmse`.
    onsets : DataFrame
        Numbers of labels, one row per link, noise, d, γ, seed, limit and direction: `ratio`.
    d : int
        Input dimension that is drawn; of others, the cascade alone.
    gamma : float
        Exponent γ.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    panels.check("runs", runs, ["noise", "d", "gamma", "seed", "overlap"], positive=["ratio", "nmse"])
    panels.check("limits", limits, ["noise", "d", "gamma", "seed"], positive=["ratio", "nmse"])
    panels.check("onsets", onsets, ["noise", "d", "gamma", "seed", "direction"], positive=["ratio"])
    runs, limits, onsets = (
        panels.select(name, table, gamma=gamma)
        for name, table in (("runs", runs), ("limits", limits), ("onsets", onsets))
    )
    seeds = panels.seed_count("runs", runs, CELL)
    mine = panels.select("runs", runs, d=d)
    links, noises = sorted(mine["link"].unique()), sorted(mine["noise"].unique())
    figure = Figure(figsize=(style.THREE_PANELS, 2.35 * len(noises) + 1.0), layout="constrained")
    grid = figure.subplots(len(noises), len(links) + 1, sharex=True, squeeze=False)
    others = {size: mark for size, mark in zip(sorted(set(runs["d"]) - {d}), OTHER_SIZES, strict=False)}
    for row, (noise, axes) in enumerate(zip(noises, grid, strict=True)):
        for column, (panel, link) in enumerate(zip(axes, [*links, links[0]], strict=True)):
            value = "nmse" if column < len(links) else "overlap"
            where = {"link": link, "noise": noise}
            draw_curves(panel, panels.select("runs", mine, **where), value)
            draw_others(panel, _rows(runs, where), others, value)
            if value == "nmse":
                draw_limits(panel, _rows(limits, {**where, "d": d}))
            draw_onsets(panel, panels.select("onsets", onsets, **where, d=d))
            panel.set_title(f"{panels.setting(link)}, " + (f"noise {noise:g}" if noise else "no noise"), loc="right")
            style.letter_panel(panel, "ABCDEF"[row * len(axes) + column])
            if row == len(noises) - 1:
                panel.set_xlabel(RATIO_LABEL)
        dress(axes, mine[mine["noise"] == noise])
    figure.suptitle(panels.setting(gamma=gamma, d=d), fontsize=8)
    grid[0, 0].set_xlim(*reach(mine["ratio"], onsets["ratio"]))
    panels.legend_below(figure, entries(mine["method"].unique(), limits["limit"].unique(), others, d, seeds), columns=3)
    return figure


def draw_curves(axes: Axes, runs: pd.DataFrame, value: str) -> None:
    """Mean ± SEM of each method against n/(d1 D), with the single seeds as dots.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    runs : DataFrame
        Rows of one d, link and noise: `method`, `ratio` and the value.
    value : str
        "nmse" or "overlap".
    """
    for name, look in LOOKS.items():
        mine = runs[runs["method"] == name]
        if mine.empty:
            continue
        cells = mine.groupby("ratio")[value].agg(["mean", "sem"])
        error = cells["sem"] if cells["sem"].notna().all() else None
        panels.error_bars(axes, cells.index, cells["mean"], error, look)
        axes.plot(cells.index, cells["mean"], color=look.color, **style.LINES["joined"].look)
        axes.plot(mine["ratio"], mine[value], ".", color=look.color, markersize=3.5, alpha=0.6, zorder=2)


def draw_others(axes: Axes, runs: pd.DataFrame, others: dict[int, str], value: str) -> None:
    """Means of the cascade at other d, open markers.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    runs : DataFrame
        Rows of one link and noise: `d`, `method`, `ratio` and the value.
    others : dict of int to str
        Marker of each d.
    value : str
        "nmse" or "overlap".
    """
    for size, marker in others.items():
        mine = runs[(runs["d"] == size) & (runs["method"] == "cascade")]
        means = mine.groupby("ratio")[value].mean()
        axes.plot(means.index, means, marker=marker, zorder=4, **OPEN)


def draw_limits(axes: Axes, limits: pd.DataFrame) -> None:
    """Lines of limits, the mean over teachers.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    limits : DataFrame
        Rows of one d, link and noise: `limit`, `ratio`, `nmse`.
    """
    for name, (line, _) in LIMITS.items():
        mean = limits[limits["limit"] == name].groupby("ratio")["nmse"].mean()
        axes.plot(mean.index, mean, zorder=2, **line)


def draw_onsets(axes: Axes, onsets: pd.DataFrame) -> None:
    """The counting wall, and at the top the weak-recovery thresholds, geometric means over teachers.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    onsets : DataFrame
        Rows of one d, link and noise: `limit`, `direction`, `ratio`.
    """
    for value in onsets[onsets["limit"] == "counting_wall"]["ratio"].unique():
        axes.axvline(value, **WALL)
    weak = onsets[onsets["limit"] == "weak_recovery"]
    thresholds = np.exp(np.log(weak["ratio"]).groupby(weak["direction"]).mean())
    axes.plot(thresholds, np.full(len(thresholds), 0.97), transform=axes.get_xaxis_transform(), **WEAK)


def dress(axes: Iterable[Axes], runs: pd.DataFrame) -> None:
    """Scales and labels of a row: the same axis for the errors of both links.

    Parameters
    ----------
    axes : iterable of Axes
        Panels of the row, the last of the overlap.
    runs : DataFrame
        Rows of one d and noise: `method`, `ratio`, `nmse`.
    """
    *errors, last = axes
    smallest = runs["nmse"].min()
    bottom = BELOW_DATA * (min(smallest, FLOOR) if smallest < 1e-4 else smallest)
    for number, panel in enumerate(errors):
        panel.set(xscale="log", yscale="log", ylim=(bottom, TOP), ylabel=panels.NMSE_LABEL if number == 0 else "")
        panel.yaxis.set_major_locator(LogLocator(numticks=8))
        panel.tick_params(labelleft=number == 0)
    last.set(xscale="log", ylim=(-0.03, 1.08), ylabel=OVERLAP_LABEL)
    style.plain_numbers(last.xaxis)
    last.xaxis.set_minor_locator(NullLocator())


def reach(ratio: pd.Series, onsets: pd.Series) -> tuple[float, float]:
    """Ends of the axis of n/(d1 D): all that was measured, and thresholds a little before it.

    Parameters
    ----------
    ratio : Series
        Measured n/(d1 D).
    onsets : Series
        Thresholds in the same unit.

    Returns
    -------
    low : float
        The left end.
    high : float
        The right end.
    """
    low = max(min(ratio.min(), onsets.min()), ratio.min() / FARTHEST)
    return low / 1.12, ratio.max() * 1.12


def entries(methods: Iterable[str], limits: Iterable[str], others: dict[int, str], d: int, seeds: int) -> list[tuple]:
    """What the legend says.

    Parameters
    ----------
    methods : iterable of str
        Methods that are drawn.
    limits : iterable of str
        Limits that are drawn.
    others : dict of int to str
        Markers of the cascade at other d.
    d : int
        Input dimension of all else.
    seeds : int
        Number of seeds of a mean.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    found: list[tuple] = []
    for name, look in LOOKS.items():
        if name in methods:
            line = Line2D([], [], color=look.color, marker=look.marker, **style.LINES["joined"].look)
            found.append((line, TOGETHER[name].label))
    grey = Line2D([], [], color=style.GREY, marker="o", linestyle="")
    found.append((grey, f"d = {d}: {panels.sem_label(seeds)}; dots: seeds"))
    for size, marker in others.items():
        found.append((Line2D([], [], marker=marker, **OPEN), f"FeatureCascade, d = {size}"))
    found += [(Line2D([], [], **line), label) for name, (line, label) in LIMITS.items() if name in limits]
    found.append((Line2D([], [], **WALL), "number of parameters"))
    found.append((Line2D([], [], **WEAK), "weak recovery of each direction"))
    return found


def _rows(table: pd.DataFrame, where: dict) -> pd.DataFrame:
    """Rows with the given values, of which there may be none."""
    return table[np.logical_and.reduce([table[column] == value for column, value in where.items()])]
