"""Figure 4: directions are recovered one after another, each with an error that then falls like 1/n."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..theory.names import followed
from . import panels, style

GUIDE_LABEL, STAIRCASE_LABEL = "guide ∝ 1/n (for the eye)", r"staircase (2.10), $m_\mathrm{th}/d_1$"
GUIDE_SPAN, GUIDE_GAP = 0.4, 0.45  # of the guide: its length in α, and its distance below the smallest error


@style.styled
def draw(
    directions: pd.DataFrame,
    theory_directions: pd.DataFrame,
    runs: pd.DataFrame,
    curves: pd.DataFrame,
    shown: Sequence[int],
    d: int,
    d_staircase: int,
) -> Figure:
    """Alignment and error of single directions, and the overlap against the staircase.

    A: cos²θ_i, B: 1 − cosθ_i (log) of the directions `shown` at d; C: q_h against the staircase at `d_staircase`.

    Parameters
    ----------
    directions : DataFrame
        Measured, one row per d, γ, seed, α and direction: `cos2`, `angular_error`.
    theory_directions : DataFrame
        Theory, one row per d, γ, seed, α and direction: `cos2`.
    runs : DataFrame
        Measured, one row per d, γ, seed and α: `q_h`.
    curves : DataFrame
        Theory, one row per d, γ, seed and α: `q_h`, `m_scaling`, `d1`.
    shown : sequence of int
        Directions of panels A and B, from 1; those that do not exist at d are left out.
    d : int
        Input dimension of panels A and B.
    d_staircase : int
        Input dimension of panel C.

    Returns
    -------
    Figure
        The figure, not yet written to a file.

    Raises
    ------
    ValueError
        If none of the directions exists at d.
    """
    theory_directions, curves = followed(theory_directions), followed(curves)
    panels.check("directions", directions, [*panels.RUN_COLUMNS, "direction", "cos2"], positive=["angular_error"])
    panels.check("theory_directions", theory_directions, [*panels.RUN_COLUMNS, "direction", "cos2"])
    panels.check("runs", runs, [*panels.RUN_COLUMNS, "q_h"])
    panels.check("curves", curves, [*panels.RUN_COLUMNS, "q_h", "m_scaling", "d1"])
    gamma = panels.only("directions", directions, "gamma")
    where, where_staircase = {"d": d, "gamma": gamma}, {"d": d_staircase, "gamma": gamma}
    directions = panels.select("directions", directions, **where)
    theory_directions = panels.select("theory_directions", theory_directions, **where)
    shown = [i for i in shown if i <= directions["direction"].max()]
    if not shown:
        raise ValueError(f"None of the directions to draw exists at d = {d}.")
    figure, axes = style.panels(style.THREE_PANELS, 3.0, 3)
    entries = draw_directions(axes[:2], directions, theory_directions, shown)
    entries += panels.kinds(panels.seed_count("directions", directions, [*panels.CELL, "direction"]))
    entries.append((draw_guide(axes[1], d), GUIDE_LABEL))
    entries.append(
        (
            draw_staircase(
                axes[2],
                panels.select("runs", runs, **where_staircase),
                panels.select("curves", curves, **where_staircase),
            ),
            STAIRCASE_LABEL,
        )
    )
    for panel, dimension in zip(axes, (d, d, d_staircase), strict=True):
        panel.set_title(f"d = {dimension}", loc="right")
    panels.legend_below(figure, entries, columns=4)
    return figure


def draw_directions(axes: Sequence[Axes], data: pd.DataFrame, predicted: pd.DataFrame, shown: Sequence[int]) -> list:
    """Panels A and B: alignment and angular error of each direction.

    Parameters
    ----------
    axes : sequence of Axes
        Panels A and B.
    data : DataFrame
        Measured, one row per d, γ, seed, α and direction: `cos2`, `angular_error`.
    predicted : DataFrame
        Theory, one row per d, γ, seed, α and direction: `cos2`.
    shown : sequence of int
        Directions to draw, from 1.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    predicted = predicted.assign(angular_error=1 - np.sqrt(predicted["cos2"]))
    entries = panels.alignments({"cos2": axes[0], "angular_error": axes[1]}, data, predicted, shown)
    style.log_y(axes[1])
    style.alpha_axis(axes[1])
    axes[1].set(ylabel=r"angular error $1 - \cos\theta_i$")
    return entries


def draw_guide(axes: Axes, d: int) -> Line2D:
    """A line ∝ 1/n = d^(−α) below all curves; only its slope means anything.

    Parameters
    ----------
    axes : Axes
        Panel with the curves above it.
    d : int
        Input dimension of the curves.

    Returns
    -------
    Line2D
        Its handle for the legend.
    """
    end = max(float(np.asarray(line.get_xdata())[-1]) for line in axes.lines)
    lowest = min(float(np.min(line.get_ydata(orig=False))) for line in axes.lines)
    alpha = np.array([end - GUIDE_SPAN, end])
    level = GUIDE_GAP * lowest * d ** (end - alpha)
    return axes.plot(alpha, level, color=style.GREY, linewidth=2.2, solid_capstyle="butt", zorder=1)[0]


def draw_staircase(axes: Axes, runs: pd.DataFrame, curves: pd.DataFrame) -> Line2D:
    """Panel C: q_h, its prediction, and the fraction of directions past the thresholds (2.10).

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    runs : DataFrame
        Measured at one d and γ: `seed`, `alpha`, `q_h`.
    curves : DataFrame
        Theory at the same d and γ: `alpha`, `q_h`, `m_scaling`, `d1`.

    Returns
    -------
    Line2D
        The staircase's handle for the legend.
    """
    panels.seed_count("runs", runs, panels.CELL)
    panels.measured(axes, runs, "q_h", style.Look("black", "o"))
    panels.theory(axes, curves, "q_h")
    panels.dress_overlap(axes)
    return panels.scaling_form(axes, curves["alpha"], curves["m_scaling"] / curves["d1"])
