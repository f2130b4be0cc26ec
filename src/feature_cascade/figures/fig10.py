"""Figure 10: error against the number of labels for the spectral estimator, kernels and ordinary tools."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator

from ..baselines.methods import KERNEL_METHODS, METHODS, TOOL
from ..estimator.presets import PRESETS
from ..measurement.crossing import crossings as crossing_points
from . import panels, style

LOOKS = {
    **style.ESTIMATORS,
    "polynomial": style.Look(style.BLUE, "D"),
    "gaussian": style.Look("#56B4E9", "^"),
    "ntk2": style.Look(style.GREEN, "v"),
    "ntk3": style.Look("#CC79A7", "P"),
    "quadratic": style.Look("#444444", "1"),
    "relu": style.Look(style.GREY, "2"),
    "trees": style.Look("#6B4C9A", "3"),
    "mlp2": style.Look("#E69F00", "4"),
    "mlp3": style.Look("#8C510A", "x"),
}
TOOL_LINE: dict[str, Any] = {"linestyle": (0, (1, 1.2)), "linewidth": 0.8}
HEIGHTS = (0.0, 1.3)
KEY = ["link", "d", "seed", "method", "n"]


@style.styled
def draw(measured: pd.DataFrame, predicted: pd.DataFrame, crossings: pd.DataFrame) -> Figure:
    """NMSE against n, a row per link and a column per d, and below them where the estimator is ahead, against d.

    Parameters
    ----------
    measured : DataFrame
        Measured, one row per link, d, seed, method and n: `nmse`.
    predicted : DataFrame
        Theory, one row per link, d, seed, method and n: `nmse`.
    crossings : DataFrame
        Predicted, one row per link, d, seed and preset: `n_half`, `n_start`, `n_catch_up`.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    panels.check("measured", measured, ["d", "seed"], positive=["n", "nmse"])
    panels.check("predicted", predicted, ["d", "seed"], positive=["n", "nmse"])
    panels.check("crossings", crossings, ["d", "seed"], positive=["n_half"])
    measured = measured.drop_duplicates(KEY)
    links, sizes = sorted(measured["link"].unique()), sorted(measured["d"].unique())
    figure = Figure(figsize=(style.THREE_PANELS, 7.6), layout="constrained")
    grid = figure.add_gridspec(2, 1, height_ratios=[len(links), 1.25])
    curves, ahead = grid[0].subgridspec(len(links), len(sizes)), grid[1].subgridspec(1, len(links))
    first = None
    for row, link in enumerate(links):
        for column, d in enumerate(sizes):
            axes = figure.add_subplot(curves[row, column], sharey=first)
            first = first or axes
            mine = measured[(measured["link"] == link) & (measured["d"] == d)]
            expected = predicted[(predicted["link"] == link) & (predicted["d"] == d)]
            if mine.empty:
                axes.set_axis_off()
                continue
            draw_curves(axes, mine, expected)
            axes.set_title(f"{link}, d = {d}", loc="right")
            axes.tick_params(labelleft=column == 0)
            if column == 0:
                style.letter_panel(axes, "AB"[row])
                axes.set_ylabel(panels.NMSE_LABEL)
    for number, link in enumerate(links):
        axes = figure.add_subplot(ahead[0, number])
        draw_crossings(axes, crossings[crossings["link"] == link], measured[measured["link"] == link])
        style.letter_panel(axes, "CD"[number])
        axes.set_title(f"g = {link}", loc="right")
    seeds = measured["seed"].nunique()
    panels.legend_below(figure, entries(measured["method"].unique(), seeds), columns=4)
    return figure


def draw_curves(axes: Axes, measured: pd.DataFrame, predicted: pd.DataFrame) -> None:
    """Mean ± SEM of each method against n, lines of theory, and a larger open marker where a method's curve ends.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    measured : DataFrame
        Rows of one link and d: `seed`, `method`, `n`, `nmse`.
    predicted : DataFrame
        Theory of the same link and d: `method`, `n`, `nmse`.
    """
    n_max = measured["n"].max()
    for name, look in LOOKS.items():
        mine = measured[measured["method"] == name]
        if mine.empty:
            continue
        cells = mine.groupby("n")["nmse"].agg(["mean", "sem"])
        error = cells["sem"] if cells["sem"].notna().all() else None
        tool = METHODS[name].family == TOOL
        bars = panels.error_bars(axes, cells.index, cells["mean"], error, look)
        if tool:
            bars.lines[0].set(**TOOL_LINE)
        if cells.index[-1] < n_max:
            axes.plot(cells.index[-1], cells["mean"].iloc[-1], "o", color=look.color, fillstyle="none", markersize=6.5)
        theory = predicted[(predicted["method"] == name)].groupby("n")["nmse"].mean()
        axes.plot(theory.index, theory, color=look.color, **style.THEORY)
    axes.set(xscale="log", xlabel="labels n", xlim=(0.7 * measured["n"].min(), 1.5 * n_max), ylim=HEIGHTS)
    axes.xaxis.set_major_locator(LogLocator())


def draw_crossings(axes: Axes, predicted: pd.DataFrame, measured: pd.DataFrame) -> None:
    """Between its two lines, in d, the estimator is ahead of every kernel; points are crossings of measured means.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    predicted : DataFrame
        Crossings of one link: `d`, `preset`, `n_start`, `n_catch_up`.
    measured : DataFrame
        Rows of the same link: `d`, `seed`, `method`, `n`, `nmse`.
    """
    for preset in PRESETS:
        look, mine = LOOKS[preset], predicted[predicted["preset"] == preset]
        lines = {}
        for column, line in (("n_start", "-"), ("n_catch_up", (0, (4, 1.5)))):
            values = np.exp(np.log(mine[column]).groupby(mine["d"]).mean(numeric_only=True)).dropna()
            axes.plot(values.index, values, color=look.color, linestyle=line, linewidth=1.0)
            lines[column] = values
        points = {d: measured_crossings(rows, preset) for d, rows in measured.groupby("d")}
        for index, fill in ((0, "full"), (1, "none")):
            known = {d: found[index] for d, found in points.items() if np.isfinite(found[index])}
            axes.plot(list(known), list(known.values()), look.marker, color=look.color, fillstyle=fill, zorder=4)
    axes.set(yscale="log", xlabel="d", ylabel="labels n")
    style.sizes_axis(axes, predicted["d"])
    axes.yaxis.set_major_locator(LogLocator(numticks=20))


def measured_crossings(measured: pd.DataFrame, preset: str) -> tuple[float, float]:
    """Where the seed mean of a preset falls below that of the best kernel, and where it no longer is.

    At the n of the preset; between its own n, fewer at large n, the best kernel is interpolated in log n and log error.

    Parameters
    ----------
    measured : DataFrame
        Rows of one link and d: `method`, `n`, `nmse`.
    preset : str
        Name of the preset.

    Returns
    -------
    tuple[float, float]
        Both n; NaN where there is no crossing.
    """
    means = measured.groupby(["n", "method"])["nmse"].mean().unstack()
    others = [name for name in KERNEL_METHODS if name in means]
    if preset not in means or not others:
        return np.nan, np.nan
    best = means[others].min(axis=1).dropna()
    ours = means[preset].dropna().loc[best.index[0] : best.index[-1]]
    if ours.empty:
        return np.nan, np.nan
    theirs = np.exp(np.interp(np.log(ours.index), np.log(best.index), np.log(best)))
    return crossing_points(ours.index.to_numpy(float), ours.to_numpy(), theirs)


def entries(methods: list[str], seeds: int) -> list[tuple]:
    """What the legend says: every method that takes part, and what lines and rings mean.

    Parameters
    ----------
    methods : list of str
        Names of the methods that take part.
    seeds : int
        Number of seeds of a mean.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    found = []
    for name, look in LOOKS.items():
        if name not in methods:
            continue
        line = TOOL_LINE if METHODS[name].family == TOOL else style.THEORY
        found.append((Line2D([], [], color=look.color, marker=look.marker, **line), METHODS[name].label))
    grey: dict[str, Any] = {"color": style.GREY}
    found.append((Line2D([], [], marker="o", linestyle="", **grey), panels.sem_label(seeds)))
    found.append((Line2D([], [], **grey, **style.THEORY), "theory, nothing fitted"))
    found.append((Line2D([], [], marker="o", fillstyle="none", markersize=6.5, linestyle="", **grey), "stops here"))
    found.append((Line2D([], [], linewidth=1.0, **grey), "C, D: estimator ahead from"))
    found.append((Line2D([], [], linestyle=(0, (4, 1.5)), linewidth=1.0, **grey), "C, D: kernels ahead again from"))
    return found
