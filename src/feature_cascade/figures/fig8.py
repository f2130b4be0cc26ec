"""Figure 8: errors of the eigenvectors beside first-order perturbation theory and Davis–Kahan."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import panels, style

CELL = ["sweep", "alpha", "gap_factor", "direction"]
MEASURED: dict[str, tuple[str, dict[str, Any]]] = {  # column: legend, look
    "vector_error": ("error of the vector", {"color": "black", "marker": "o"}),
    "space_error": ("error of the space", {"color": style.GREEN, "marker": "s", "fillstyle": "none"}),
}
PREDICTED = {  # column: what it predicts, kind of line, colour, legend
    "davis_kahan": ("vector_error", "bound", style.VERMILLION, ""),
    "first_order": ("vector_error", "first_order", style.BLUE, ""),
    "expected": ("vector_error", "weak_noise", style.BLUE, "its expectation (no data)"),
    "first_order_space": ("space_error", "first_order", style.GREEN, "the same, out of the span"),
}
BOUND, SHARP = "davis_kahan", ("first_order", "expected", "first_order_space")
KINDS = {"gaussian": "Gaussian-equivalent features", "hermite": "features of real inputs"}
ERROR_LABEL, FACTOR_LABEL, GAP_LABEL = r"$1 - \cos^2$", "pred. / meas.", "eigenvalue gap $|s_k - s_{k+1}|$"
ROOM = 3.0  # of a panel of errors, above one: what is above it says nothing


@style.styled
def draw(rows: pd.DataFrame, shown: Sequence[int], k: int, link: str) -> Figure:
    """Measured errors of the eigenvectors beside their predictions, as n grows and as a gap closes.

    A: errors of direction k against n/n_k; B: predicted over measured for the directions `shown`; C: predicted over
    measured for direction k as its gap to k + 1 closes at one n; D: the errors themselves. B and C have a part for the
    bound and one for first order, on axes of their own.

    Parameters
    ----------
    rows : DataFrame
        One row per seed, sweep, α, gap factor and direction: `features`, `d`, `n`, `gap`, `threshold`, errors and
        predictions.
    shown : sequence of int
        Directions of panel B, from 1; those that do not exist are left out.
    k : int
        Direction of the other panels, from 1.
    link : str
        Name of the link function.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    positive = ["n", "gap", "threshold", *MEASURED, *PREDICTED]
    panels.check("rows", rows, ["d", "gamma", "alpha", "gap_factor", "direction", "seed"], positive)
    features, d = (panels.only("rows", rows, name) for name in ("features", "d"))
    seeds = panels.seed_count("rows", rows, CELL)
    rows = rows.assign(ratio=rows["n"] / rows["threshold"])
    growing = panels.select("rows", rows, sweep="n")
    closing = panels.select("rows", rows, sweep="gap", direction=k)
    figure, axes = grid()
    draw_errors(axes["A"], panels.select("rows", growing, direction=k), "ratio")
    entries = []
    for i, marker in zip([i for i in shown if i in set(growing["direction"])], style.MARKERS, strict=False):
        mine = panels.select("rows", growing, direction=i)
        draw_factors(axes["B bound"], mine, "ratio", [BOUND], marker)
        draw_factors(axes["B"], mine, "ratio", SHARP[:1], marker)
        entries.append((Line2D([], [], color=style.GREY, marker=marker, linestyle=""), f"B: direction {i}"))
    draw_factors(axes["C bound"], closing, "gap", [BOUND])
    draw_factors(axes["C"], closing, "gap", SHARP)
    draw_errors(axes["D"], closing, "gap")
    entries.append((draw_limit([axes["C"], axes["D"]], closing), r"gap = rms of $u_{k+1}^\top \Delta u_k$"))
    at_n = f"k = {k}, " + f"n = {panels.only('rows', closing, 'n'):,.0f}".replace(",", "\u2009")
    for letter, right in {"A": f"k = {k}", "C bound": at_n, "D": at_n}.items():
        axes[letter].set_title(right, loc="right")
    gamma = panels.only("rows", rows, "gamma")
    figure.suptitle(f"{KINDS[features]}, {panels.setting(link, gamma=gamma, d=d)}", fontsize=8)
    panels.legend_below(figure, [*kinds(seeds), *entries], columns=2)
    return figure


def grid() -> tuple[Figure, dict[str, Axes]]:
    """Four panels, A and B against n/n_k, C and D against the gap, all on logarithmic axes.

    Returns
    -------
    figure : Figure
        The figure without curves.
    axes : dict of str to Axes
        "A" to "D", and "B bound" and "C bound", the upper parts of these panels.
    """
    figure = Figure(figsize=(style.TWO_PANELS, 5.4), layout="constrained")
    mosaic: Any = [["A", "B bound"], ["A", "B"], ["C bound", "D"], ["C", "D"]]
    axes = figure.subplot_mosaic(mosaic, height_ratios=[1, 1.25, 1, 1.25])
    for letter in "BC":
        axes[f"{letter} bound"].sharex(axes[letter])
    for name, panel in axes.items():
        panel.set(xscale="log", yscale="log")
        letter, bound = name[0], name.endswith("bound")
        if bound or letter in "AD":
            style.letter_panel(panel, letter)
        if bound:
            panel.tick_params(labelbottom=False)
        else:
            panel.set_xlabel("$n / n_k$" if letter in "AB" else GAP_LABEL)
            panel.axhline(1.0, color=style.GREY, **style.LINES["even"].look)
        panel.set_ylabel(ERROR_LABEL if letter in "AD" else FACTOR_LABEL, fontsize=8 if letter in "AD" else 7)
    return figure, axes


def draw_errors(axes: Axes, rows: pd.DataFrame, x: str) -> None:
    """Measured errors as markers, mean ± SEM over seeds, and predictions as lines, their means.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    rows : DataFrame
        Rows of one sweep and direction.
    x : str
        Column of the x axis, "ratio" or "gap".
    """
    lowest = np.inf
    for column, (_, look) in MEASURED.items():
        at, mean, error = cells(rows, x, rows[column])
        axes.errorbar(at, mean, error, linestyle="", elinewidth=0.9, markeredgewidth=0.8, zorder=4, **look)
        lowest = min(lowest, mean.min())
    for column, (_, kind, color, _) in PREDICTED.items():
        at, mean, _ = cells(rows, x, rows[column])
        axes.plot(at, mean, color=color, **style.LINES[kind].look)
    axes.set_ylim(lowest / ROOM, ROOM)
    style.plain_numbers(axes.yaxis)


def draw_factors(axes: Axes, rows: pd.DataFrame, x: str, columns: Iterable[str], marker: str = "") -> None:
    """Predicted over measured error: geometric mean over seeds, with its standard error.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    rows : DataFrame
        Rows of one sweep and direction.
    x : str
        Column of the x axis, "ratio" or "gap".
    columns : sequence of str
        Predictions to draw, keys of `PREDICTED`.
    marker : str, default ''
        Marker of the points; none if empty.
    """
    for column in columns:
        measured, kind, color, _ = PREDICTED[column]
        at, mean, error = cells(rows, x, np.log(rows[column] / rows[measured]))
        factor = np.exp(mean)
        bars = factor * [1 - np.exp(-error), np.exp(error) - 1]
        axes.errorbar(at, factor, bars, marker=marker, color=color, elinewidth=0.9, **style.LINES[kind].look)
    if BOUND not in columns:  # which is read by its power of ten
        style.plain_numbers(axes.yaxis)


def draw_limit(axes: Sequence[Axes], rows: pd.DataFrame) -> Line2D:
    """The gap (E[t² h_j² h_k²]/n)^½ at which the expected turn within the span is one: first order ends there.

    Parameters
    ----------
    axes : sequence of Axes
        Panels C and D.
    rows : DataFrame
        Rows of the sweep "gap": `gap`, `expected`, `expected_space`.

    Returns
    -------
    Line2D
        The line's handle for the legend.
    """
    closest = rows[rows["gap"] == rows["gap"].min()]
    limit = closest["gap"].mean() * np.sqrt((closest["expected"] - closest["expected_space"]).mean())
    for panel in axes:
        panel.axvline(limit, color=style.GREY, **style.LINES["even"].look)
    return Line2D([], [], color=style.GREY, marker="|", markersize=9, linestyle="")


def cells(rows: pd.DataFrame, x: str, values: pd.Series) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Mean of x, mean of values and its standard error (0 for one seed) in each cell, in ascending x.

    Parameters
    ----------
    rows : DataFrame
        Rows with the columns `CELL` and x.
    x : str
        Column of the x axis, "ratio" or "gap".
    values : Series
        A value for each row.

    Returns
    -------
    x : ndarray of shape (n_cells,)
        Mean of x.
    mean : ndarray of shape (n_cells,)
        Mean of the values.
    sem : ndarray of shape (n_cells,)
        Standard error of the mean.
    """
    groups = values.groupby([rows[name] for name in CELL])
    table = pd.DataFrame({"x": rows.groupby(CELL)[x].mean(), "mean": groups.mean(), "sem": groups.sem().fillna(0.0)})
    return tuple(table.sort_values("x").to_numpy().T)


def kinds(seeds: int) -> list[tuple]:
    """Legend entries of measured errors and of predictions.

    Parameters
    ----------
    seeds : int
        Number of seeds of a mean.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    measured = [
        (Line2D([], [], linestyle="", **look), f"{label}, {panels.sem_label(seeds)}")
        for label, look in MEASURED.values()
    ]
    return measured + [style.LINES[kind].entry(color, label) for _, kind, color, label in PREDICTED.values()]
