"""What several figures draw: curves of seed means against α, theory beside them, a spectrum with its spikes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..measurement.metrics import RECOVERED
from . import style

THEORY_LABEL = "exact asymptotics, nothing fitted"
SCALING_LABEL = "scaling form (2.10), tail sum (2.15)"
MISSED_LABEL = "feature not among the $d_1$ leading"
NMSE_LABEL, OVERLAP_LABEL = "NMSE", r"first-layer overlap $q_h$"
CELL = ["d", "gamma", "alpha"]  # one point of a curve; its rows differ in the seed
RUN_COLUMNS = ("d", "gamma", "seed", "alpha")


def check(name: str, table: pd.DataFrame, columns: Iterable[str], positive: Iterable[str] = ()) -> pd.DataFrame:
    """The table itself, if it can be drawn.

    Parameters
    ----------
    name : str
        Name of the table in messages.
    table : DataFrame
        Table to check.
    columns : iterable of str
        Columns that must exist and be finite.
    positive : iterable of str, default ()
        Columns that must also be above zero.

    Returns
    -------
    DataFrame
        The same table.

    Raises
    ------
    ValueError
        If it is empty, lacks a column, or holds a number that is not finite (or, in `positive`, not above zero).
    """
    columns = [*columns, *positive]
    if missing := sorted(set(columns) - set(table.columns)):
        raise ValueError(f"Table '{name}' has no column {', '.join(missing)}.")
    if table.empty:
        raise ValueError(f"Table '{name}' has no rows.")
    for column in columns:
        values = table[column].to_numpy(dtype=float)
        if not np.isfinite(values).all():
            raise ValueError(f"Table '{name}' has {(~np.isfinite(values)).sum()} non-finite numbers in '{column}'.")
        if column in positive and not (values > 0).all():
            raise ValueError(f"Table '{name}' has values that are not positive in '{column}', drawn on a log axis.")
    return table


def only(name: str, table: pd.DataFrame, column: str) -> Any:
    """The one value of a column that a figure cannot vary.

    Parameters
    ----------
    name : str
        Name of the table in messages.
    table : DataFrame
        Table with the column.
    column : str
        Name of the column.

    Returns
    -------
    float or str
        The value.

    Raises
    ------
    ValueError
        If the column has several values or none.
    """
    values = sorted(table[column].unique())
    if len(values) != 1:
        raise ValueError(f"Table '{name}' must have one value of '{column}' for this figure, found {values}.")
    return values[0]


def select(name: str, table: pd.DataFrame, **where: object) -> pd.DataFrame:
    """Rows with the given values.

    Parameters
    ----------
    name : str
        Name of the table in messages.
    table : DataFrame
        Table to select from.
    **where : float
        Value of each column.

    Returns
    -------
    DataFrame
        The rows, at least one.

    Raises
    ------
    ValueError
        If there are none.
    """
    for column, value in where.items():
        table = table[table[column] == value]
    if table.empty:
        raise ValueError(f"Table '{name}' has no rows for {', '.join(f'{k} = {v}' for k, v in where.items())}.")
    return table


def seed_count(name: str, table: pd.DataFrame, cell: Sequence[str]) -> int:
    """Number of seeds of every cell.

    Parameters
    ----------
    name : str
        Name of the table in messages.
    table : DataFrame
        Table with a column `seed`.
    cell : sequence of str
        Columns that name a cell.

    Returns
    -------
    int
        The number, the same in all cells.

    Raises
    ------
    ValueError
        If the cells differ, or hold a seed twice.
    """
    seeds = table.groupby(list(cell))["seed"]
    counts = sorted(set(seeds.nunique()) | set(seeds.size()))
    if len(counts) != 1:
        raise ValueError(f"Table '{name}' must have every seed once in each cell, found {counts} rows per cell.")
    return counts[0]


def sem_label(seeds: int) -> str:
    """What a marker with its bar stands for.

    Parameters
    ----------
    seeds : int
        Number of seeds of a mean.

    Returns
    -------
    str
        Label for the legend.
    """
    return f"mean ± SEM, {seeds} seeds" if seeds > 1 else "1 seed"


def measured(axes: Axes, table: pd.DataFrame, value: str, look: style.Look) -> ErrorbarContainer:
    """Mean ± SEM over seeds against α.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    table : DataFrame
        One row per seed and α: `alpha` and the value.
    value : str
        Column to draw.
    look : Look
        Colour and marker of the curve.

    Returns
    -------
    ErrorbarContainer
        The handle for a legend.
    """
    cells = table.groupby("alpha")[value].agg(["mean", "sem"])
    error = cells["sem"] if cells["sem"].notna().all() else None  # a single seed has no error bar
    return error_bars(axes, cells.index, cells["mean"], error, look)


def error_bars(axes: Axes, x, y, error, look: style.Look, line: str = "") -> ErrorbarContainer:
    """Markers with error bars, alone unless a line style is given.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    x : array-like
        Positions on the x axis.
    y : array-like
        Values.
    error : array-like or None
        Lengths of the bars, or of their lower and upper halves; none if None.
    look : Look
        Colour and marker of the curve.
    line : str, default ''
        Line style; no line if empty.

    Returns
    -------
    ErrorbarContainer
        The handle for a legend.
    """
    return axes.errorbar(x, y, error, color=look.color, marker=look.marker, linestyle=line, **style.DATA)


def theory(axes: Axes, table: pd.DataFrame, value: str, color: str | tuple = "black") -> Line2D:
    """Mean of the exact predictions for each seed's teacher against α: a solid line.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    table : DataFrame
        One row per seed and α: `alpha` and the value.
    value : str
        Column to draw.
    color : str or tuple, default 'black'
        Colour of the line.

    Returns
    -------
    Line2D
        The handle for a legend.
    """
    mean = table.groupby("alpha")[value].mean()
    return axes.plot(mean.index, mean, color=color, **style.THEORY)[0]


def scaling_form(axes: Axes, alpha: pd.Series, values: pd.Series, color: str | tuple = "black") -> Line2D:
    """The paper's scaling form, which has no constants, against α: dashed steps.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    alpha : Series
        The exponent α of each value.
    values : Series
        Values of the scaling form, several per α if there are several seeds.
    color : str or tuple, default 'black'
        Colour of the steps.

    Returns
    -------
    Line2D
        The handle for a legend.
    """
    mean = values.groupby(alpha).mean()
    return axes.step(mean.index, mean, where="post", color=color, **style.SCALING)[0]


def families(
    axes: Sequence[Axes],
    runs: pd.DataFrame,
    curves: pd.DataFrame,
    by: str,
    symbol: str,
    predicted: Sequence[float] = (),
) -> list[tuple]:
    """NMSE (log) and q_h against α with theory, one curve for each value of a column.

    The steps of the scaling form end where its last direction is recovered and its tail sum is zero.

    Parameters
    ----------
    axes : sequence of Axes
        Panels of NMSE and of q_h.
    runs : DataFrame
        Measured, one row per d, γ, seed and α: `nmse`, `q_h`.
    curves : DataFrame
        Theory, one row per d, γ, seed and α: `nmse`, `q_h`, `tail`, `m_scaling`, `d1`.
    by : str
        Column that tells the curves apart, "d" or "gamma".
    symbol : str
        Its symbol in the legend.
    predicted : sequence of float
        Values of the column that are not measured: theory alone.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    check("runs", runs, [*RUN_COLUMNS, "q_h"], positive=["nmse"])
    check("curves", curves, [*RUN_COLUMNS, "q_h", "tail", "m_scaling", "d1"], positive=["nmse"])
    other = "gamma" if by == "d" else "d"
    same = {other: only("runs", runs, other)}
    seeds, entries = seed_count("runs", runs, CELL), []
    for value, look in style.looks([*runs[by], *predicted]).items():
        law = select("curves", curves, **same, **{by: value})
        for panel, column in zip(axes, ("nmse", "q_h"), strict=True):
            if value not in predicted:
                measured(panel, select("runs", runs, **{by: value}), column, look)
            theory(panel, law, column, look.color)
        left = law[law["tail"] > 0]
        scaling_form(axes[0], left["alpha"], left["tail"], look.color)
        scaling_form(axes[1], law["alpha"], law["m_scaling"] / law["d1"], look.color)
        handle = Line2D([], [], color=look.color) if value in predicted else sample(look)
        entries.append((handle, f"{symbol} = {value:g}" + (", theory" if value in predicted else "")))
    dress_nmse(axes[0])
    dress_overlap(axes[1])
    return [*entries, *kinds(seeds), (Line2D([], [], color=style.GREY, **style.SCALING), SCALING_LABEL)]


def alignments(
    axes: Mapping[str, Axes], measured_rows: pd.DataFrame, predicted: pd.DataFrame, shown: Sequence[int]
) -> list[tuple]:
    """Columns of single directions against α, each in a panel of its own, with theory.

    Parameters
    ----------
    axes : mapping of str to Axes
        The panel of each column.
    measured_rows : DataFrame
        Measured, one row per seed, α and direction, with the columns.
    predicted : DataFrame
        Theory, likewise.
    shown : sequence of int
        Directions to draw, from 1.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    entries = []
    for i, look in style.looks(shown).items():
        mine = select("directions", measured_rows, direction=i)
        expected = select("theory_directions", predicted, direction=i)
        for column, panel in axes.items():
            measured(panel, mine, column, look)
            theory(panel, expected, column, look.color)
        entries.append((sample(look), f"i = {i}"))
    dress_overlap(axes["cos2"], r"alignment $\cos^2\theta_i$")
    return entries


def sample(look: style.Look) -> Line2D:
    """The legend's handle of a curve: its marker on the line of its theory.

    Parameters
    ----------
    look : Look
        Colour and marker of the curve.

    Returns
    -------
    Line2D
        The handle, drawn nowhere.
    """
    return Line2D([], [], color=look.color, marker=look.marker, **style.THEORY)


def kinds(seeds: int) -> list[tuple]:
    """Legend entries that say what markers and solid lines are.

    Parameters
    ----------
    seeds : int
        Number of seeds of a mean.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    marker = Line2D([], [], color=style.GREY, marker="o", linestyle="")
    return [(marker, sem_label(seeds)), (Line2D([], [], color=style.GREY, **style.THEORY), THEORY_LABEL)]


def dress_nmse(axes: Axes) -> None:
    """Labels and scale of a panel of NMSE.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    """
    style.log_y(axes)
    style.alpha_axis(axes)
    axes.set_ylabel(NMSE_LABEL)


def dress_overlap(axes: Axes, label: str = OVERLAP_LABEL) -> None:
    """Labels and limits of a panel of overlaps or squared cosines.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    label : str, default OVERLAP_LABEL
        Label of the y axis.
    """
    style.alpha_axis(axes)
    axes.set(ylabel=label, ylim=(-0.03, 1.03))


def legend_below(figure: Figure, entries: Sequence[tuple], columns: int) -> None:
    """One legend under all panels, where it hides no data, filled column by column.

    Parameters
    ----------
    figure : Figure
        Figure with all its panels.
    entries : sequence of tuple
        Pairs of a handle and its label.
    columns : int
        Number of columns of the legend.
    """
    handles, labels = zip(*entries, strict=True)
    figure.legend(
        handles,
        labels,
        loc="outside lower center",
        ncols=columns,
        columnspacing=1.4,
    )


@dataclass(frozen=True)
class Spectra:
    """Eigenvalues measured at some α, the predicted density of their bulk, and the predicted outliers.

    Attributes
    ----------
    measured : DataFrame
        All eigenvalues: `alpha`, `n`, `eigenvalue`, `leading`, `teacher_weight`.
    density : DataFrame
        Predicted: `alpha`, `eigenvalue`, `density`.
    outliers : DataFrame
        Predicted: `alpha`, `position`; empty where nothing has left the bulk yet.
    """

    measured: pd.DataFrame
    density: pd.DataFrame
    outliers: pd.DataFrame

    def __post_init__(self) -> None:
        check("spectra", self.measured, ["alpha", "eigenvalue", "leading", "teacher_weight"], positive=["n"])
        check("density", self.density, ["alpha", "eigenvalue", "density"])
        if len(self.outliers):  # none where nothing has left the bulk yet
            check("outliers", self.outliers, ["alpha", "position"])

    def at(self, alpha: float) -> Spectra:
        """What belongs to one α.

        Parameters
        ----------
        alpha : float
            The exponent α.

        Returns
        -------
        Spectra
            The rows of that α.
        """
        parts = {name: getattr(self, name) for name in ("measured", "density", "outliers")}
        return replace(self, **{name: table[table["alpha"] == alpha] for name, table in parts.items()})


def spectrum_bins(spectra: pd.DataFrame, count: int = 80) -> np.ndarray:
    """Edges of bins over all eigenvalues, common to the panels that are compared.

    Parameters
    ----------
    spectra : DataFrame
        Table with a column `eigenvalue`.
    count : int, default 80
        Number of bins.

    Returns
    -------
    ndarray of shape (count + 1,)
        The edges, ascending.
    """
    low, high = spectra["eigenvalue"].min(), spectra["eigenvalue"].max()
    margin = 0.04 * (high - low)
    return np.linspace(low - margin, high + margin, count + 1)


def spectrum(axes: Axes, spectra: Spectra, bins: np.ndarray) -> tuple[list[tuple], int]:
    """Density of the eigenvalues of Ĉ at one α (log), leading ones marked, and its prediction.

    A feature whose eigenvalue is smaller in magnitude than the far edge of a shifted bulk is not selected: marked too.
    An eigenvector is a recovered feature when at least half of it lies in the span of the teacher's directions.
    Predictions are black.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    spectra : Spectra
        Tables of one α.
    bins : ndarray
        Edges of the bins.

    Returns
    -------
    entries : list of tuple
        Entries of the legend: pairs of a handle and its label.
    recovered : int
        Number of the d1 leading eigenvalues whose vectors are recovered features.
    """
    table = spectra.measured
    values, leading = table["eigenvalue"].to_numpy(), table["leading"].to_numpy(dtype=bool)
    feature = table["teacher_weight"].to_numpy() >= RECOVERED
    one = 1 / (len(values) * (bins[1] - bins[0]))  # density of a bin that holds one eigenvalue
    rest = values[~leading & ~feature]
    bars = axes.hist(rest, list(bins), weights=np.full(len(rest), one), color="#BBBBBB", label="bulk")[2]
    entries: list[tuple] = [(bars, "bulk")]
    looks: tuple[tuple[np.ndarray, str, dict[str, Any]], ...] = (
        (leading & feature, "spike: recovered feature", {"color": style.VERMILLION, "marker": "v"}),
        (leading & ~feature, "leading, not a feature", {"color": style.BLUE, "marker": "o", "fillstyle": "none"}),
        (feature & ~leading, MISSED_LABEL, {"color": style.VERMILLION, "marker": "v", "fillstyle": "none"}),
    )
    for which, label, look in looks:
        axes.vlines(values[which], 0.4 * one, 3 * one, color=look["color"], linewidth=0.9)
        marks = axes.plot(values[which], np.full(which.sum(), 3 * one), linestyle="", **look)[0]
        entries.append((marks, label))
    line = axes.plot(spectra.density["eigenvalue"], spectra.density["density"], color="black", **style.THEORY)[0]
    position = spectra.outliers["position"]
    predicted = axes.plot(position, np.full(len(position), 0.7 * one), **style.PREDICTED)[0]
    entries += [(line, "bulk, asymptotics"), (predicted, "outlier, asymptotics")]
    axes.set(yscale="log", ylim=(0.4 * one, None), xlim=(bins[0], bins[-1]), ylabel="density")
    return entries, int((leading & feature).sum())
