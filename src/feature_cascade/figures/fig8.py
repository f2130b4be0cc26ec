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
PREDICTED: dict[str, tuple[str, str, dict[str, Any]]] = {  # column: what it predicts, legend, look
    "davis_kahan": ("vector_error", "Davis–Kahan bound", {"color": style.VERMILLION, "linestyle": "--"}),
    "first_order": ("vector_error", "first order (3.2)", {"color": style.BLUE, "linestyle": "-"}),
    "expected": ("vector_error", "its expectation (no data)", {"color": style.BLUE, "linestyle": ":"}),
    "first_order_space": ("space_error", "first order, out of the span", {"color": style.GREEN, "linestyle": "-."}),
}
BY_DIRECTION = ("davis_kahan", "first_order")  # drawn for several directions
EVEN: dict[str, Any] = {"color": style.GREY, "linewidth": 0.8, "zorder": 1}
KINDS = {"gaussian": "Gaussian-equivalent data", "hermite": "features of real inputs"}
ERROR_LABEL, FACTOR_LABEL, GAP_LABEL = r"$1 - \cos^2$", "predicted / measured", "eigenvalue gap $|s_k - s_{k+1}|$"


@style.styled
def draw(rows: pd.DataFrame, shown: Sequence[int], k: int) -> Figure:
    """Measured errors of the eigenvectors beside their predictions, as n grows and as a gap closes.

    A: errors of direction k against n/n_k; B: predicted over measured for the directions `shown`; C: predicted over
    measured for direction k as its gap to k + 1 closes at one n; D: the errors themselves.

    Parameters
    ----------
    rows : DataFrame
        One row per seed, sweep, α, gap factor and direction: `features`, `d`, `n`, `gap`, `threshold`, errors and
        predictions.
    shown : sequence of int
        Directions of panel B, from 1; those that do not exist are left out.
    k : int
        Direction of the other panels, from 1.

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
    draw_errors(axes[0], panels.select("rows", growing, direction=k), "ratio")
    entries = draw_directions(axes[1], growing, [i for i in shown if i in set(growing["direction"])])
    draw_factors(axes[2], closing, "gap", PREDICTED)
    draw_errors(axes[3], closing, "gap")
    entries.append((draw_limit(axes[2:], closing), r"gap = rms of $u_{k+1}^\top \Delta u_k$"))
    at_n = f"k = {k}, n = {panels.only('rows', closing, 'n')}"
    for panel, right in zip(axes, (f"k = {k}", "", at_n, at_n), strict=True):
        panel.set_title(right, loc="right")
    figure.suptitle(f"{KINDS[features]}, d = {d}", fontsize=8)
    panels.legend_below(figure, [*kinds(seeds), *entries], columns=2)
    return figure


def grid() -> tuple[Figure, Sequence[Axes]]:
    """Four panels, A and B against n/n_k, C and D against the gap, all on logarithmic axes.

    Returns
    -------
    figure : Figure
        The figure without curves.
    axes : sequence of Axes
        Its panels A to D.
    """
    figure = Figure(figsize=(style.TWO_PANELS, 5.6), layout="constrained")
    axes = figure.subplots(2, 2).ravel()
    for letter, panel in zip("ABCD", axes, strict=True):
        style.letter_panel(panel, letter)
        panel.set(xscale="log", yscale="log")
        panel.set_xlabel("$n / n_k$" if letter in "AB" else GAP_LABEL)
        panel.set_ylabel(ERROR_LABEL if letter in "AD" else FACTOR_LABEL)
        panel.axhline(1.0, **EVEN)
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
    for column, (_, look) in MEASURED.items():
        at, mean, error = cells(rows, x, rows[column])
        axes.errorbar(at, mean, error, linestyle="", elinewidth=0.9, markeredgewidth=0.8, zorder=4, **look)
    for column, (_, _, look) in PREDICTED.items():
        at, mean, _ = cells(rows, x, rows[column])
        axes.plot(at, mean, zorder=3, **look)


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
        measured, _, look = PREDICTED[column]
        at, mean, error = cells(rows, x, np.log(rows[column] / rows[measured]))
        factor = np.exp(mean)
        bars = factor * [1 - np.exp(-error), np.exp(error) - 1]
        axes.errorbar(at, factor, bars, marker=marker, elinewidth=0.9, zorder=3, **look)


def draw_directions(axes: Axes, rows: pd.DataFrame, shown: Sequence[int]) -> list[tuple]:
    """Panel B: factors of several directions, told apart by marker.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    rows : DataFrame
        Rows of the sweep "n".
    shown : sequence of int
        Directions to draw, from 1.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    entries = []
    for i, marker in zip(shown, style.MARKERS, strict=False):
        draw_factors(axes, panels.select("rows", rows, direction=i), "ratio", BY_DIRECTION, marker)
        entries.append((Line2D([], [], color=style.GREY, marker=marker, linestyle=""), f"B: direction {i}"))
    return entries


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
        line = panel.axvline(limit, linestyle=(0, (1, 2)), **EVEN)
    return line


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
    return measured + [(Line2D([], [], **look), label) for _, label, look in PREDICTED.values()]
