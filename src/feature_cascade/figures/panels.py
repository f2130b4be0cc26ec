"""What several figures draw: curves of seed means against α, theory beside them, a spectrum with its spikes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..measurement.metrics import RECOVERED
from ..theory.names import FINITE_D, GAUSSIAN
from . import style

LAWS = (FINITE_D, GAUSSIAN)
NMSE_TOP = 1.2  # of a panel of errors: markers at one are not cut
NEVER = 1e-9  # drawn where a tail sum is zero, far below a logarithmic axis: its last step leaves the panel
MISSED_LABEL = "feature not among the $d_1$ leading"
BULK_LABELS = {"finite_d": "bulk, finite-d law", "gaussian": "bulk, Gaussian eq."}
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


def of_law(name: str, table: pd.DataFrame, law: str = "finite_d") -> pd.DataFrame:
    """Predictions of one law.

    Parameters
    ----------
    name : str
        Name of the table in messages.
    table : DataFrame
        Theory with a column `law`.
    law : str, default 'finite_d'
        "finite_d" or "gaussian".

    Returns
    -------
    DataFrame
        The rows of that law, at least one.

    Raises
    ------
    ValueError
        If the column is missing or the law has no rows.
    """
    if "law" not in table.columns:
        raise ValueError(f"Table '{name}' has no column law.")
    return select(name, table, law=law)


def own_law(name: str, table: pd.DataFrame) -> str:
    """The law of the features themselves: the finite-d law of real ones, the other of Gaussian ones.

    Parameters
    ----------
    name : str
        Name of the table in messages.
    table : DataFrame
        Theory of one kind of features, with a column `law`.

    Returns
    -------
    str
        The first of `LAWS` that the table has.

    Raises
    ------
    ValueError
        If the column is missing or has neither.
    """
    if "law" not in table.columns:
        raise ValueError(f"Table '{name}' has no column law.")
    for law in LAWS:
        if law in set(table["law"]):
            return law
    raise ValueError(f"Table '{name}' has no rows for law in {list(LAWS)}.")


def setting(link: str = "", **values: float) -> str:
    """The setting of a panel, for its title.

    Parameters
    ----------
    link : str, default ''
        Name of the link function g; left out if empty.
    **values : float
        Values of γ (as `gamma`), d and the like.

    Returns
    -------
    str
        As in "g = tanh, γ = 0.4, d = 60".
    """
    names = {"gamma": "γ", "alpha": "α"}
    parts = [f"g = {link}"] if link else []
    return ", ".join([*parts, *(f"{names.get(key, key)} = {value:g}" for key, value in values.items())])


def measured(axes: Axes, table: pd.DataFrame, value: str, look: style.Look, hollow: bool = False) -> ErrorbarContainer:
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
    hollow : bool, default False
        Open markers, for a stored run.

    Returns
    -------
    ErrorbarContainer
        The handle for a legend.
    """
    cells = table.groupby("alpha")[value].agg(["mean", "sem"])
    error = cells["sem"] if cells["sem"].notna().all() else None  # a single seed has no error bar
    return error_bars(axes, cells.index, cells["mean"], error, look, hollow)


def error_bars(axes: Axes, x, y, error, look: style.Look, hollow: bool = False) -> ErrorbarContainer:
    """Markers with error bars.

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
    hollow : bool, default False
        Open markers.

    Returns
    -------
    ErrorbarContainer
        The handle for a legend.
    """
    fill = "none" if hollow else "full"
    return axes.errorbar(x, y, error, color=look.color, marker=look.marker, fillstyle=fill, linestyle="", **style.DATA)


def theory(axes: Axes, table: pd.DataFrame, value: str, color: str | tuple = "black", law: str = FINITE_D) -> Line2D:
    """Mean of the predictions for each seed's teacher against α, in the line style of their law.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    table : DataFrame
        One row per law, seed and α: `law`, `alpha` and the value.
    value : str
        Column to draw.
    color : str or tuple, default 'black'
        Colour of the line.
    law : str, default 'finite_d'
        "finite_d" or "gaussian".

    Returns
    -------
    Line2D
        The handle for a legend.
    """
    mean = of_law("theory", table, law).groupby("alpha")[value].mean()
    return axes.plot(mean.index, mean, color=color, **style.LINES[law].look)[0]


def scaling_form(axes: Axes, alpha: pd.Series, values: pd.Series, color: str | tuple = "black") -> Line2D:
    """The paper's scaling form, which has no constants, against α: dashed steps.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    alpha : Series
        The exponent α of each value.
    values : Series
        Values of the scaling form, several per α if there are several seeds or laws.
    color : str or tuple, default 'black'
        Colour of the steps.

    Returns
    -------
    Line2D
        The handle for a legend.

    Notes
    -----
    On a logarithmic axis a tail sum that has reached zero is drawn far below the panel, whose limits are left as they
    are: the last step falls to the axis instead of ending in mid-air.
    """
    mean = values.groupby(alpha).mean()
    if axes.get_yscale() == "linear":
        return axes.step(mean.index, mean, where="post", color=color, **style.LINES["paper"].look)[0]
    bottom, top = axes.get_ylim()
    low = 0.8 * min(mean[mean > 0].min(), bottom / 0.8)
    line = axes.step(mean.index, mean.clip(lower=NEVER), where="post", color=color, **style.LINES["paper"].look)[0]
    axes.set_ylim(low, top)
    return line


def families(
    axes: Sequence[Axes],
    runs: pd.DataFrame,
    curves: pd.DataFrame,
    by: str,
    values: Sequence[float],
    stored: Sequence[str] = (),
) -> list[tuple]:
    """NMSE (log) and q_h against α with theory, one curve for each value of a column.

    Not all curves need measured points.

    Parameters
    ----------
    axes : sequence of Axes
        Panels of NMSE and of q_h.
    runs : DataFrame
        Measured, one row per experiment, d, γ, seed and α: `nmse`, `q_h`.
    curves : DataFrame
        Theory, one row per law, d, γ, seed and α: `nmse`, `q_h`, `tail`, `m_scaling`, `d1`.
    by : str
        Column that tells the curves apart, "d" or "gamma".
    values : sequence of float
        Its values that are drawn.
    stored : sequence of str, default ()
        Experiments whose markers are open: they were not run now.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    check("runs", runs, [*RUN_COLUMNS, "q_h"], positive=["nmse"])
    check("curves", curves, [*RUN_COLUMNS, "q_h", "tail", "m_scaling", "d1"], positive=["nmse"])
    only("runs", runs, other := "gamma" if by == "d" else "d")
    law = own_law("curves", curves)
    curves = select("curves", of_law("curves", curves, law), **{other: runs[other].iloc[0]})
    looks = style.looks(values)
    runs = runs[runs[by].isin(looks)]
    if runs.empty:
        raise ValueError(f"Table 'runs' has no rows for {by} in {sorted(looks)}.")
    for panel in axes:
        style.alpha_axis(panel)
    for panel, column in zip(axes, ("nmse", "q_h"), strict=True):
        for value, look in looks.items():
            theory(panel, select("curves", curves, **{by: value}), column, look.color, law)
            for experiment, mine in runs[runs[by] == value].groupby("experiment"):
                measured(panel, mine, column, look, hollow=experiment in stored)
    dress_nmse(axes[0])
    dress_overlap(axes[1])
    low, high = axes[0].get_ylim()
    axes[0].set_ylim(low, max(high, NMSE_TOP))
    for value, look in looks.items():
        mine = select("curves", curves, **{by: value})
        scaling_form(axes[0], mine["alpha"], mine["tail"], look.color)
        scaling_form(axes[1], mine["alpha"], mine["m_scaling"] / mine["d1"], look.color)
    points = set(runs[by])
    entries = [(sample(look, law, value in points), setting(**{by: value})) for value, look in looks.items()]
    for experiment, mine in runs.groupby("experiment"):
        entries.append(marker_entry(seed_count("runs", mine, CELL), experiment in stored))
    return [*entries, style.LINES[law].entry(), style.LINES["paper"].entry()]


def marker_entry(seeds: int, stored: bool = False) -> tuple[Line2D, str]:
    """Legend entry that says what markers are.

    Parameters
    ----------
    seeds : int
        Number of seeds of a mean.
    stored : bool, default False
        Whether they are of a stored run, with open markers.

    Returns
    -------
    tuple of (Line2D, str)
        Handle and label.
    """
    fill: Literal["none", "full"] = "none" if stored else "full"
    marker = Line2D([], [], color=style.GREY, marker="o", linestyle="", fillstyle=fill)
    return marker, f"stored run, {sem_label(seeds)}" if stored else sem_label(seeds)


def sample(look: style.Look, law: str = FINITE_D, points: bool = True) -> Line2D:
    """The legend's handle of a curve: its marker on the line of its theory.

    Parameters
    ----------
    look : Look
        Colour and marker of the curve.
    law : str, default 'finite_d'
        Law of the line.
    points : bool, default True
        Whether the curve has measured points.

    Returns
    -------
    Line2D
        The handle, drawn nowhere.
    """
    return Line2D([], [], color=look.color, marker=look.marker if points else "", **style.LINES[law].look)


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
        Predicted: `law`, `alpha`, `eigenvalue`, `density`.
    outliers : DataFrame
        Predicted: `law`, `alpha`, `position`; empty where nothing has left the bulk yet.
    """

    measured: pd.DataFrame
    density: pd.DataFrame
    outliers: pd.DataFrame

    def __post_init__(self) -> None:
        check("spectra", self.measured, ["alpha", "eigenvalue", "leading", "teacher_weight"], positive=["n"])
        check("density", self.density, ["alpha", "eigenvalue", "density"])
        if len(self.outliers):  # none where nothing has left the bulk yet
            check("outliers", self.outliers, ["alpha", "position"])
        for name in ("density", "outliers"):
            if "law" not in getattr(self, name).columns:
                raise ValueError(f"Table '{name}' has no column law.")

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


def spectrum(
    axes: Axes, spectra: Spectra, bins: np.ndarray, laws: Sequence[str] = ("finite_d",)
) -> tuple[list[tuple], int]:
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
    laws : sequence of str, default ("finite_d",)
        Laws whose bulk is drawn; the outliers are those of the first.

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
    for law in laws:
        density = of_law("density", spectra.density, law)
        axes.plot(density["eigenvalue"], density["density"], color="black", **style.LINES[law].look)
        entries.append(style.LINES[law].entry("black", BULK_LABELS[law]))
    position = spectra.outliers.loc[spectra.outliers["law"] == laws[0], "position"]
    mark = axes.plot(position, np.full(len(position), 0.7 * one), **style.OUTLIERS)[0]
    entries.append((mark, "outliers, finite-d law"))
    axes.set(yscale="log", ylim=(0.4 * one, None), xlim=(bins[0], bins[-1]), ylabel="density")
    return entries, int((leading & feature).sum())
