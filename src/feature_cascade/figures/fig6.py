"""Figure 6: Gaussian-equivalent and real features beside the exact asymptotics, and the distance to them against d."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..theory.names import gaussian_equivalent
from . import panels, style

KINDS = {"gaussian": style.Look(style.BLUE, "o"), "hermite": style.Look(style.VERMILLION, "s")}
NAMES = {"gaussian": "Gaussian-equivalent features", "hermite": "real features F(x)"}
COLUMNS = 4


@style.styled
def draw(
    runs: pd.DataFrame,
    curves: pd.DataFrame,
    directions: pd.DataFrame,
    theory_directions: pd.DataFrame,
    gaps: pd.DataFrame,
    links: Sequence[str],
    shown: Sequence[int],
    d: int,
) -> Figure:
    """A row for each link: cos²θ_i with either kind of features and NMSE at d, and the mean distance against d.

    The first four tables have a column `experiment`, named features_link.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per d, γ, seed and α: `experiment`, `nmse`.
    curves : DataFrame
        Theory, one row per d, γ, seed and α: `experiment`, `nmse`.
    directions : DataFrame
        Measured, one row per d, γ, seed, α and direction: `experiment`, `cos2`.
    theory_directions : DataFrame
        Theory, one row per d, γ, seed, α and direction: `experiment`, `cos2`.
    gaps : DataFrame
        Table T8: `experiment`, `law`, `d`, `gap` with its interval, `floor`, `exponent` with its interval.
    links : sequence of str
        Links, a row each.
    shown : sequence of int
        Directions to draw, from 1.
    d : int
        Input dimension of all panels but the last.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    curves, theory_directions = gaussian_equivalent(curves), gaussian_equivalent(theory_directions)
    gaps = gaussian_equivalent(gaps)
    panels.check("runs", runs, panels.RUN_COLUMNS, positive=["nmse"])
    panels.check("curves", curves, panels.RUN_COLUMNS, positive=["nmse"])
    panels.check("directions", directions, [*panels.RUN_COLUMNS, "direction", "cos2"])
    panels.check("theory_directions", theory_directions, [*panels.RUN_COLUMNS, "direction", "cos2"])
    panels.seed_count("directions", directions, ["experiment", *panels.CELL, "direction"])
    panels.check("gaps", gaps, ["d", "floor"], positive=["gap", "low_95", "high_95"])
    figure = Figure(figsize=(style.THREE_PANELS, 4.4), layout="constrained")
    axes = figure.subplots(len(links), COLUMNS, squeeze=False)
    for letter, panel in zip("ABCDEFGH", axes.flat, strict=False):
        style.letter_panel(panel, letter)
    for row, link in zip(axes, links, strict=True):
        for panel, kind in zip(row[:2], KINDS, strict=True):
            where = {"experiment": f"{kind}_{link}", "d": d}
            measured = panels.select("directions", directions, **where)
            predicted = panels.select("theory_directions", theory_directions, **where)
            there = [i for i in shown if i <= measured["direction"].max()]
            entries = panels.alignments({"cos2": panel}, measured, predicted, there)
            panel.set_title(f"{link}, {kind}", loc="right", fontsize=7)
        for kind, look in KINDS.items():
            where = {"experiment": f"{kind}_{link}", "d": d}
            panels.measured(row[2], panels.select("runs", runs, **where), "nmse", look)
            panels.theory(row[2], panels.select("curves", curves, **where), "nmse", look.color)
        panels.dress_nmse(row[2])
        row[2].set_title(f"{link}, d = {d}", loc="right", fontsize=7)
        draw_gaps(row[3], gaps[gaps["experiment"].str.endswith(f"_{link}")])
        row[3].set_title(link, loc="right", fontsize=7)
    seeds = panels.seed_count("runs", runs[runs["d"] == d], ["experiment", *panels.CELL])
    features = [(Line2D([], [], color=k.color, marker=k.marker), NAMES[name]) for name, k in KINDS.items()]
    floor = (Line2D([], [], color=style.GREY, linestyle=":"), "noise of the seed means (last column)")
    panels.legend_below(figure, [*entries, *panels.kinds(seeds), *features, floor], columns=3)
    return figure


def draw_gaps(axes: Axes, gaps: pd.DataFrame) -> None:
    """Mean |measured − predicted| against d (log-log), its fitted power law, and the noise of the seed means.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    gaps : DataFrame
        Rows of table T8 of one link.
    """
    for kind, look in KINDS.items():
        mine = gaps[gaps["experiment"].str.startswith(f"{kind}_")].sort_values("d")
        d, gap = mine["d"].to_numpy(dtype=float), mine["gap"].to_numpy()
        error = [gap - mine["low_95"], mine["high_95"] - gap]
        panels.error_bars(axes, d, gap, np.maximum(error, 0), look)
        axes.plot(d, mine["floor"], color=look.color, linestyle=":")
        exponent = mine[["exponent", "exponent_low_95", "exponent_high_95"]].iloc[0]
        if exponent.notna().all():
            centre = np.exp(np.log(gap).mean() + exponent.iloc[0] * (np.log(d) - np.log(d).mean()))
            label = "$d^{{{:.2f}}}$ [{:.2f}, {:.2f}]".format(*exponent)
            axes.plot(d, centre, color=look.color, label=label, **style.THEORY)
    axes.set(yscale="log", xlabel="d", ylabel=r"mean distance in $\cos^2\theta_i$")
    style.sizes_axis(axes, gaps["d"])
    axes.margins(y=0.35)
    if axes.get_legend_handles_labels()[0]:  # fewer than three sizes have no exponent
        axes.legend(fontsize=5.5, loc="best", handlelength=1.5)
