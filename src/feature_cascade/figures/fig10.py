"""Figure 10: error against the number of labels for the spectral estimator and for kernels, and where they cross."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.gridspec import SubplotSpec
from matplotlib.lines import Line2D
from matplotlib.ticker import LogLocator

from ..baselines.methods import KERNEL, KERNEL_METHODS, METHODS, SPECTRAL, TOOL
from ..estimator.presets import PRESETS
from ..measurement.crossing import crossings as crossing_points
from . import panels, style

LOOKS = {
    **style.ESTIMATORS,
    "polynomial": style.Look(style.BLUE, "D"),
    "gaussian": style.Look("#56B4E9", "^"),
    "ntk2": style.Look(style.GREEN, "v"),
    "ntk3": style.Look("#CC79A7", "P"),
    "quadratic": style.Look(style.BLUE, "D"),
    "relu": style.Look(style.GREY, "^"),
    "trees": style.Look(style.GREEN, "v"),
    "mlp2": style.Look("#E69F00", "P"),
    "mlp3": style.Look("#8C510A", "X"),
}
RING: dict[str, Any] = {"marker": "o", "fillstyle": "none", "markersize": 6.5, "linestyle": ""}
COLUMNS = 3  # sizes that are drawn: the smallest, the largest and between
HEIGHTS = (0.0, 1.3)
ENDS = {"n_start": "estimator ahead", "n_catch_up": "kernels ahead again"}  # above these lines
KEY = ["link", "d", "seed", "method", "n"]


@style.styled
def draw(measured: pd.DataFrame, predicted: pd.DataFrame, crossings: pd.DataFrame) -> Figure:
    """NMSE against n, a row per link and a column per d, and below them where the estimator is ahead, against d.

    Parameters
    ----------
    measured : DataFrame
        Measured, one row per link, d, seed, method and n: `nmse`.
    predicted : DataFrame
        Theory, one row per law, link, d, seed, method and n: `nmse`.
    crossings : DataFrame
        Predicted, one row per law, link, d, seed and preset: `n_half`, `n_start`, `n_catch_up`.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    panels.check("crossings", crossings, ["d", "seed"], positive=["n_half"])
    measured, predicted = checked(measured, predicted)
    ahead_of_kernels = panels.of_law("crossings", crossings)
    links = sorted(measured["link"].unique())
    methods = [name for name, method in METHODS.items() if method.family != TOOL and name in set(measured["method"])]
    figure = Figure(figsize=(style.THREE_PANELS, 2.0 * len(links) + 3.4), layout="constrained")
    grid = figure.add_gridspec(2, 1, height_ratios=[len(links), 1.1])
    draw_grid(figure, grid[0], measured, predicted, methods)
    ahead = grid[1].subgridspec(1, len(links))
    for number, link in enumerate(links):
        axes = figure.add_subplot(ahead[0, number])
        draw_crossings(axes, ahead_of_kernels[ahead_of_kernels["link"] == link], measured[measured["link"] == link])
        style.letter_panel(axes, "CD"[number])
        axes.set_title(f"g = {link}", loc="right")
    grey: dict[str, Any] = {"color": style.GREY, "linestyle": ""}
    marks = [
        (Line2D([], [], marker="s", **grey), "C, D: measured start"),
        (Line2D([], [], marker="s", fillstyle="none", **grey), "C, D: measured end"),
    ]
    panels.legend_below(figure, [*entries(methods, measured["seed"].nunique()), *marks], columns=3)
    return figure


def checked(measured: pd.DataFrame, predicted: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Both tables, if they can be drawn: measured without repeats, theory of the law of the features.

    Parameters
    ----------
    measured : DataFrame
        Measured, one row per link, d, seed, method and n: `nmse`.
    predicted : DataFrame
        Theory, one row per law, link, d, seed, method and n: `nmse`.

    Returns
    -------
    measured : DataFrame
        Every row once.
    predicted : DataFrame
        Rows of the finite-d law.
    """
    panels.check("measured", measured, ["d", "seed"], positive=["n", "nmse"])
    panels.check("predicted", predicted, ["d", "seed"], positive=["n", "nmse"])
    return measured.drop_duplicates(KEY), panels.of_law("predicted", predicted)


def draw_grid(
    figure: Figure, place: SubplotSpec, measured: pd.DataFrame, predicted: pd.DataFrame, methods: Sequence[str]
) -> None:
    """Panels A and B: a row for each link and a column for each of a few d.

    Parameters
    ----------
    figure : Figure
        The figure.
    place : SubplotSpec
        Where the panels go.
    measured : DataFrame
        Measured, one row per link, d, seed, method and n: `nmse`.
    predicted : DataFrame
        Theory, likewise.
    methods : sequence of str
        Methods that are drawn.
    """
    links, every = sorted(measured["link"].unique()), sorted(measured["d"].unique())
    sizes = [every[i] for i in sorted(set(np.linspace(0, len(every) - 1, COLUMNS).round().astype(int)))]
    curves, first = place.subgridspec(len(links), len(sizes)), None
    measured = measured[measured["method"].isin(methods)]
    for row, link in enumerate(links):
        for column, d in enumerate(sizes):
            axes = figure.add_subplot(curves[row, column], sharey=first)
            first = first or axes
            mine = measured[(measured["link"] == link) & (measured["d"] == d)]
            if mine.empty:
                axes.set_axis_off()
                continue
            draw_curves(axes, mine, predicted[(predicted["link"] == link) & (predicted["d"] == d)], methods)
            axes.set_title(panels.setting(link, d=d), loc="right")
            axes.tick_params(labelleft=column == 0)
            axes.set_xlabel("labels n" if row == len(links) - 1 else "")
            if column == 0:
                style.letter_panel(axes, "AB"[row])
                axes.set_ylabel(panels.NMSE_LABEL)


def draw_curves(axes: Axes, measured: pd.DataFrame, predicted: pd.DataFrame, methods: Sequence[str]) -> None:
    """Mean ± SEM of each method against n, lines of theory, and a larger open marker where a method's curve ends.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    measured : DataFrame
        Rows of one link and d: `seed`, `method`, `n`, `nmse`.
    predicted : DataFrame
        Theory of the same link and d: `method`, `n`, `nmse`.
    methods : sequence of str
        Methods that are drawn; those without theory have their points joined.
    """
    n_max = measured["n"].max()
    for name in methods:
        look, mine = LOOKS[name], measured[measured["method"] == name]
        if mine.empty:
            continue
        cells = mine.groupby("n")["nmse"].agg(["mean", "sem"])
        error = cells["sem"] if cells["sem"].notna().all() else None
        panels.error_bars(axes, cells.index, cells["mean"], error, look)
        if cells.index[-1] < n_max:
            axes.plot(cells.index[-1], cells["mean"].iloc[-1], color=look.color, **RING)
        theory = predicted[predicted["method"] == name].groupby("n")["nmse"].mean()
        if theory.empty:
            axes.plot(cells.index, cells["mean"], color=look.color, **style.LINES["joined"].look)
        else:
            axes.plot(theory.index, theory, color=look.color, **style.LINES["finite_d"].look)
    axes.set(xscale="log", xlim=(0.7 * measured["n"].min(), 1.5 * n_max), ylim=HEIGHTS)
    axes.xaxis.set_major_locator(LogLocator())


def draw_crossings(axes: Axes, predicted: pd.DataFrame, measured: pd.DataFrame) -> None:
    """Between its two lines, in d, the estimator is ahead of every kernel; points are crossings of measured means.

    Above the first line it is ahead; above the second, if there is one, a kernel is ahead again.

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
        for column, text in ENDS.items():
            values = np.exp(np.log(mine[column]).groupby(mine["d"]).mean(numeric_only=True)).dropna()
            axes.plot(values.index, values, color=look.color, **style.LINES["finite_d"].look)
            if preset == next(iter(PRESETS)) and len(values) > 2:
                at = values.index[-2]
                axes.annotate(
                    text, (at, values[at]), xytext=(-6, 5), textcoords="offset points", fontsize=6.5, ha="right"
                )
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


def entries(methods: Sequence[str], seeds: int) -> list[tuple]:
    """What the legend says: every method that is drawn, and what lines and rings mean.

    Parameters
    ----------
    methods : sequence of str
        Names of the methods.
    seeds : int
        Number of seeds of a mean.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    found = [
        (Line2D([], [], color=LOOKS[name].color, marker=LOOKS[name].marker, linestyle=""), METHODS[name].label)
        for name in methods
    ]
    found.append(panels.marker_entry(seeds))
    found.append(style.LINES["finite_d"].entry(label="theory at this d, nothing fitted"))
    if any(METHODS[name].family not in (KERNEL, SPECTRAL) for name in methods):
        found.append(style.LINES["joined"].entry())
    return [*found, (Line2D([], [], color=style.GREY, **RING), "stops here")]
