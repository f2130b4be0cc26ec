"""Figure 7: how the onset of the first direction is rounded at finite D, and the exponents of the rounding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..theory.names import GAUSSIAN
from . import panels, style

KINDS = {"rank_one": "rank one", "power_law": "power law"}
FEATURES = {
    "gaussian": ("Gaussian-equivalent", style.Look(style.BLUE, "o")),
    "sphere": ("real, on the sphere", style.Look(style.GREEN, "^")),
    "hermite": ("real", style.Look(style.VERMILLION, "s")),
}
SPAN = "span"
GUIDES = {-1 / 3: "−1/3", -1 / 2: "−1/2"}  # slopes for the eye, each with its text
GUIDE_GAP = 1.7  # between the points and the guides below them
STARTED = 0.5  # a curve that lacks more than this of its predicted rise has no width to show
RATIO_LABEL = r"$n/n_1$ ($n_1$: predicted onset)"


@style.styled
def draw(
    curves: pd.DataFrame, predicted: pd.DataFrame, sizes: pd.DataFrame, exponents: pd.DataFrame, window: float
) -> Figure:
    """The rounded onset of each kind of teacher, its width and height against D, and a collapse.

    A row of cos²θ_1 against n/n_1 for each kind of teacher; below them width and height against D, and the collapse of
    the first case.

    Parameters
    ----------
    curves : DataFrame
        Of `tables.rounding`: `kind`, `features`, `measure`, `D`, `ratio`, `cos2`, `sem`, `n_seeds`.
    predicted : DataFrame
        Curves of the Gaussian equivalent, from whose onset n counts: `kind`, `features`, `D`, `ratio`, `cos2`.
    sizes : DataFrame
        Of `tables.rounding`: `kind`, `features`, `measure`, `D`, `width` and `height` with intervals, `missing`.
    exponents : DataFrame
        Of `tables.rounding`: `kind`, `features`, `measure`, `quantity`, `exponent` with interval, `prefactor`.
    window : float
        Range of n/n_1 − 1 that is collapsed.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    panels.check("curves", curves, ["D", "ratio", "cos2", "sem"], positive=["n_seeds"])
    panels.check("predicted", predicted, ["D", "ratio", "cos2"])
    limits = ("width", "width_low_95", "width_high_95", "height", "height_low_95", "height_high_95")
    panels.check("sizes", sizes, ["missing"], positive=["D", *limits])
    panels.check("exponents", exponents, ["exponent", "low_95", "high_95"])
    curves, sizes, exponents = (t[t["measure"] == SPAN] for t in (curves, sizes, exponents))
    kinds, features = (list(dict.fromkeys(curves[column])) for column in ("kind", "features"))
    looks = style.looks(curves["D"])
    figure = Figure(figsize=(style.THREE_PANELS, 1.8 * (len(kinds) + 1) + 0.9), layout="constrained")
    columns = max(len(features), 3)
    axes = figure.subplots(len(kinds) + 1, columns, squeeze=False)
    for kind, row in zip(kinds, axes, strict=False):
        for name, panel in zip(features, row, strict=False):
            if panel is not row[0]:
                panel.sharey(row[0])  # what a delay costs shows against the same curve on the same scale
            case = {"kind": kind, "features": name}
            draw_curves(panel, panels.select("curves", curves, **case), looks)
            draw_prediction(panel, panels.select("predicted", predicted, **case), looks)
            panel.set_title(f"{KINDS.get(kind, kind)}\n{FEATURES[name][0]}", loc="right", fontsize=7)
    begun = sizes.groupby(["kind", "features"]).filter(started)
    draw_sizes(axes[-1, 0], begun, "width", "width, in $n/n_1$")
    draw_sizes(axes[-1, 1], begun, "height", r"$\cos^2\theta_1$ at $n_1$")
    case = {"kind": kinds[0], "features": features[0]}
    best = panels.select("exponents", exponents, quantity="collapse", **case).iloc[0]
    draw_collapse(axes[-1, 2], panels.select("curves", curves, **case), best, looks, window)
    drawn = [*axes[:-1, : len(features)].flat, *axes[-1, :3]]
    for panel in axes.flat:
        panel.set_visible(panel in drawn)
    for letter, panel in zip("ABCDEFGHI", drawn, strict=False):
        style.letter_panel(panel, letter)
    panels.legend_below(figure, legend(curves, looks, kinds, set(begun["features"])), columns=4)
    return figure


def draw_curves(axes: Axes, table: pd.DataFrame, looks: dict) -> None:
    """Seed means with standard errors, one curve for each D.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    table : DataFrame
        Rows of one kind and features: `D`, `ratio`, `cos2`, `sem`.
    looks : dict
        The look of each D.
    """
    for D, rows in table.groupby("D"):
        panels.error_bars(axes, rows["ratio"], rows["cos2"], rows["sem"], looks[D])
    axes.set(xlabel=RATIO_LABEL, ylabel=r"alignment $\cos^2\theta_1$")
    axes.set_ylim(bottom=0)


def draw_prediction(axes: Axes, table: pd.DataFrame, looks: dict) -> None:
    """The curve that the Gaussian equivalent predicts for each D, in the colour of D.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    table : DataFrame
        Predictions of one kind and features: `D`, `ratio`, `cos2`.
    looks : dict
        The look of each D.
    """
    for D, rows in table.groupby("D"):
        rows = rows.sort_values("ratio")
        axes.plot(rows["ratio"], rows["cos2"], color=looks[D].color, **style.LINES[GAUSSIAN].look)


def started(sizes: pd.DataFrame) -> bool:
    """Whether the curve of the largest D has risen within the measured range as predicted, or by half of it.

    Parameters
    ----------
    sizes : DataFrame
        Rows of one kind and features: `D`, `missing`.

    Returns
    -------
    bool
        False if more than `STARTED` of the predicted rise is missing.
    """
    return bool(sizes.sort_values("D")["missing"].iloc[-1] <= STARTED)


def draw_sizes(axes: Axes, sizes: pd.DataFrame, quantity: str, label: str) -> None:
    """A quantity against D for every case that has started (log-log), and slopes −1/3 and −1/2 below.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    sizes : DataFrame
        All cases: `kind`, `features`, `D` and the quantity with its interval; may be empty.
    quantity : str
        "width" or "height".
    label : str
        Label of the y axis.
    """
    axes.set(yscale="log", xlabel="D", ylabel=label)
    for (kind, name), rows in sizes.groupby(["kind", "features"], sort=False):
        rows = rows.sort_values("D")
        D, value = rows["D"].to_numpy(dtype=float), rows[quantity].to_numpy()
        error = np.abs([value - rows[f"{quantity}_low_95"], rows[f"{quantity}_high_95"] - value])
        panels.error_bars(axes, D, value, error, FEATURES[name][1], hollow=kind != "rank_one")
    if sizes.empty:
        axes.text(0.5, 0.5, "no curve has started", transform=axes.transAxes, ha="center", fontsize=7)
        return
    ends = np.sort(sizes["D"].unique())[[0, -1]].astype(float)
    start = sizes.loc[sizes["D"] == ends[0], f"{quantity}_low_95"].min() / GUIDE_GAP
    for exponent, text in GUIDES.items():
        level = start * (ends / ends[0]) ** exponent
        axes.plot(ends, level, color=style.GREY, **style.LINES["guide"].look)
        above, middle = exponent == max(GUIDES), (np.sqrt(ends.prod()), np.sqrt(level.prod()))
        axes.annotate(
            text, middle, xytext=(0, 2 if above else -3), textcoords="offset points", fontsize=6,
            ha="left" if above else "right", va="bottom" if above else "top",
        )  # fmt: skip
    style.sizes_axis(axes, sizes["D"])
    axes.margins(x=0.08, y=0.12)
    style.plain_numbers(axes.yaxis)


def draw_collapse(axes: Axes, table: pd.DataFrame, best: pd.Series, looks: dict, window: float) -> None:
    """Curves scaled by D to the exponent of their best collapse.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    table : DataFrame
        Rows of one kind and features: `D`, `ratio`, `cos2`, `sem`.
    best : Series
        The row of the collapse: `kind`, `features`, `exponent`, `low_95`, `high_95`.
    looks : dict
        The look of each D.
    window : float
        Range of n/n_1 − 1 that is drawn.
    """
    power = -best["exponent"]
    for D, rows in table[(table["ratio"] - 1).abs() <= window + 1e-9].groupby("D"):
        scale = D**power
        panels.error_bars(axes, (rows["ratio"] - 1) * scale, rows["cos2"] * scale, rows["sem"] * scale, looks[D])
    axes.set(xlabel=r"$(n/n_1 - 1)\,D^{\kappa}$", ylabel=r"$\cos^2\theta_1\,D^{\kappa}$")
    kind, name = KINDS.get(best["kind"], best["kind"]), FEATURES[best["features"]][0]
    interval = f"[{-best['high_95']:.2f}, {-best['low_95']:.2f}]"
    axes.set_title(f"{kind}, {name}\nκ = {power:.2f} {interval}", loc="right", fontsize=7)


def legend(curves: pd.DataFrame, looks: dict, kinds: Sequence[str], begun: set[str]) -> list[tuple]:
    """Entries for the sizes, the prediction, the cases of the log-log panels and their guides.

    Parameters
    ----------
    curves : DataFrame
        All curves: `features`, `D`, `n_seeds`.
    looks : dict
        The look of each D.
    kinds : sequence of str
        Kinds of teacher that are drawn.
    begun : set of str
        Features of which at least one kind has started.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    seeds = curves.groupby("D")["n_seeds"].first()
    entries = [
        (Line2D([], [], color=look.color, marker=look.marker, linestyle=""), f"D = {D:g}, {seeds[D]:.0f} seeds")
        for D, look in looks.items()
    ]
    entries.append(style.LINES[GAUSSIAN].entry())
    for name in dict.fromkeys(curves["features"]):
        label, look = FEATURES[name]
        mark = Line2D([], [], color=look.color, marker=look.marker, linestyle="")
        entries.append((mark, label if name in begun else f"{label}: not started, left out"))
    for kind in kinds:
        fill: Literal["none", "full"] = "full" if kind == "rank_one" else "none"
        entries.append(
            (Line2D([], [], color=style.GREY, marker="D", fillstyle=fill, linestyle=""), KINDS.get(kind, kind))
        )
    return [*entries, style.LINES["guide"].entry()]
