"""Figure 6: Gaussian-equivalent and real features, each on its own law, and the distance to the laws against d."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import panels, style

LAWS = {"hermite": "finite_d", "gaussian": "gaussian"}  # of each kind of features: its own
HOLLOW = {"hermite": False, "gaussian": True}
DISTANCES = {  # features and law of the last panels: look, open marker, label
    ("hermite", "gaussian"): (style.Look(style.GREY, "D"), False, "C, D: real to Gaussian-equivalent law"),
    ("hermite", "finite_d"): (style.Look(style.VERMILLION, "s"), False, "C, D: real to finite-d law"),
    ("gaussian", "gaussian"): (style.Look(style.BLUE, "o"), True, "C, D: Gaussian to its own law"),
}
FLOOR: dict[str, Any] = {"marker": "_", "markersize": 9, "linestyle": "", "zorder": 2}


@style.styled
def draw(
    directions: pd.DataFrame,
    theory_directions: pd.DataFrame,
    gaps: pd.DataFrame,
    links: Sequence[str],
    shown: Sequence[int],
    d: int,
) -> Figure:
    """cos²θ_i of both kinds of features at d, a panel for each link, and the mean distance to the laws against d.

    The first two tables have a column `experiment`, named features_link.

    Parameters
    ----------
    directions : DataFrame
        Measured, one row per d, γ, seed, α and direction: `experiment`, `cos2`.
    theory_directions : DataFrame
        Theory, one row per law, d, γ, seed, α and direction: `experiment`, `cos2`.
    gaps : DataFrame
        Table T8: `experiment`, `law`, `d`, `gap` with its interval, `floor`; other experiments are left out.
    links : sequence of str
        Links, two panels each.
    shown : sequence of int
        Directions to draw, from 1; those that do not exist at d are left out.
    d : int
        Input dimension of the first panels.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    panels.check("directions", directions, [*panels.RUN_COLUMNS, "direction", "cos2"])
    panels.check("theory_directions", theory_directions, [*panels.RUN_COLUMNS, "direction", "cos2"])
    seeds = panels.seed_count("directions", directions, ["experiment", *panels.CELL, "direction"])
    wanted = [f"{kind}_{link}" for kind in LAWS for link in links]
    if "experiment" in gaps:
        gaps = gaps[gaps["experiment"].isin(wanted)]
    panels.check("gaps", gaps, ["d", "floor"], positive=["gap", "low_95", "high_95"])
    figure, axes = style.panels(style.THREE_PANELS, 2.9, 2 * len(links))
    aligned, distances = axes[: len(links)], axes[len(links) :]
    looks = style.looks(shown)
    for panel, link in zip(aligned, links, strict=True):
        for kind in LAWS:
            where = {"experiment": f"{kind}_{link}", "d": d}
            predicted = panels.select("theory_directions", theory_directions, **where)
            draw_alignments(panel, panels.select("directions", directions, **where), predicted, kind, looks)
        panel.set_title(panels.setting(link, d=d), loc="right", fontsize=7)
        panels.dress_overlap(panel, r"alignment $\cos^2\theta_i$")
    for panel, link in zip(distances, links, strict=True):
        if panel is not distances[0]:
            panel.sharey(distances[0])
        draw_gaps(panel, gaps, link)
        panel.set_title(f"g = {link}", loc="right", fontsize=7)
    for panel in (*aligned[1:], *distances[1:]):
        panel.set_ylabel("")
        panel.tick_params(labelleft=False)
    panels.legend_below(figure, legend(looks, seeds), columns=3)
    return figure


def draw_alignments(axes: Axes, data: pd.DataFrame, predicted: pd.DataFrame, kind: str, looks: dict) -> None:
    """cos²θ_i of one kind of features beside their own law.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    data : DataFrame
        Measured, one row per seed, α and direction: `cos2`.
    predicted : DataFrame
        Theory, likewise, with a column `law`.
    kind : str
        "hermite" or "gaussian".
    looks : dict
        The look of each direction.
    """
    for i, look in looks.items():
        if i <= data["direction"].max():
            panels.measured(axes, data[data["direction"] == i], "cos2", look, HOLLOW[kind])
            panels.theory(axes, predicted[predicted["direction"] == i], "cos2", look.color, LAWS[kind])


def draw_gaps(axes: Axes, gaps: pd.DataFrame, link: str) -> None:
    """Mean |measured − predicted| against d (log-log), and what the noise of the seed means alone would give.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    gaps : DataFrame
        Table T8.
    link : str
        Link to draw.
    """
    for (kind, law), (look, hollow, _) in DISTANCES.items():
        mine = panels.select("gaps", gaps, experiment=f"{kind}_{link}", law=law).sort_values("d")
        error = np.maximum([mine["gap"] - mine["low_95"], mine["high_95"] - mine["gap"]], 0)
        panels.error_bars(axes, mine["d"], mine["gap"], error, look, hollow)
        axes.plot(mine["d"], mine["floor"], color=look.color, **FLOOR)
    axes.set(yscale="log", xlabel="d", ylabel=r"mean distance in $\cos^2\theta_i$")
    style.sizes_axis(axes, gaps["d"])
    axes.margins(x=0.15)
    style.plain_numbers(axes.yaxis)


def legend(looks: dict, seeds: int) -> list[tuple]:
    """What the legend says.

    Parameters
    ----------
    looks : dict
        The look of each direction.
    seeds : int
        Number of seeds of a mean.

    Returns
    -------
    list of tuple
        Entries: pairs of a handle and its label.
    """
    grey: dict[str, Any] = {"color": style.GREY, "linestyle": "", "marker": "o"}
    entries = [(panels.sample(look), f"i = {i}") for i, look in looks.items()]
    entries += [(Line2D([], [], **grey), f"real features, {panels.sem_label(seeds)}")]
    entries += [(Line2D([], [], fillstyle="none", **grey), "Gaussian-equivalent features")]
    entries += [style.LINES[law].entry() for law in LAWS.values()]
    for look, hollow, label in DISTANCES.values():
        fill: Literal["none", "full"] = "none" if hollow else "full"
        entries.append((Line2D([], [], color=look.color, marker=look.marker, fillstyle=fill, linestyle=""), label))
    return [*entries, (Line2D([], [], color=style.GREY, **FLOOR), "C, D: noise of the seed means")]
