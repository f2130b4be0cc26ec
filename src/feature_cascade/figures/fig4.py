"""Figure 4: directions are recovered one after another, each with an error that then falls like 1/n."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from . import panels, style

SEEDS = 3  # teachers that are drawn, a column each
GUIDE_LABEL, STAIRCASE_LABEL = "∝ 1/n, for the eye", r"staircase (2.10), $m_\mathrm{th}/d_1$"
GUIDE_SPAN, GUIDE_GAP = 0.4, 0.45  # of the guide: its length in α, and its distance below the smallest error
LABELS = {"cos2": r"alignment $\cos^2\theta_i$", "angular_error": r"error $1 - \cos\theta_i$"}


@style.styled
def draw(
    directions: pd.DataFrame,
    theory_directions: pd.DataFrame,
    runs: pd.DataFrame,
    curves: pd.DataFrame,
    shown: Sequence[int],
    d: int,
    d_staircase: int,
    link: str,
) -> Figure:
    """Alignment and error of single directions of single teachers, and the overlap against the staircase.

    A: cos²θ_i, B: 1 − cosθ_i (log) of the directions `shown` at d, a column for each of the first teachers; C: q_h by
    theory against the staircase at `d_staircase`, with measured points if there are any.

    Parameters
    ----------
    directions : DataFrame
        Measured, one row per d, γ, seed, α and direction: `strength`, `cos2`, `angular_error`.
    theory_directions : DataFrame
        Theory, one row per law, d, γ, seed, α and direction: `cos2`.
    runs : DataFrame
        Measured, one row per d, γ, seed and α: `q_h`.
    curves : DataFrame
        Theory, one row per law, d, γ, seed and α: `q_h`, `m_scaling`, `d1`.
    shown : sequence of int
        Directions of panels A and B, from 1; those that do not exist at d are left out.
    d : int
        Input dimension of panels A and B.
    d_staircase : int
        Input dimension of panel C.
    link : str
        Name of the link function.

    Returns
    -------
    Figure
        The figure, not yet written to a file.

    Raises
    ------
    ValueError
        If none of the directions exists at d.
    """
    panels.check(
        "directions", directions, [*panels.RUN_COLUMNS, "direction", "strength", "cos2"], positive=["angular_error"]
    )
    panels.check("theory_directions", theory_directions, [*panels.RUN_COLUMNS, "direction", "cos2"])
    panels.check("runs", runs, [*panels.RUN_COLUMNS, "q_h"])
    panels.check("curves", curves, [*panels.RUN_COLUMNS, "q_h", "m_scaling", "d1"])
    panels.seed_count("directions", directions, [*panels.CELL, "direction"])
    gamma = panels.only("directions", directions, "gamma")
    where = {"d": d, "gamma": gamma}
    directions = panels.select("directions", directions, **where)
    predicted = panels.select("theory_directions", panels.of_law("theory_directions", theory_directions), **where)
    shown = [i for i in shown if i <= directions["direction"].max()]
    if not shown:
        raise ValueError(f"None of the directions to draw exists at d = {d}.")
    seeds = sorted(directions["seed"].unique())[:SEEDS]
    figure, axes, staircase = grid(len(seeds))
    looks = style.looks(shown)
    for column, seed in zip(axes.T, seeds, strict=True):
        theirs = [panels.select(*table, seed=seed) for table in named(directions, predicted)]
        draw_teacher(dict(zip(LABELS, column, strict=True)), *theirs, looks)
        column[0].set_title(f"seed {seed}", loc="right")
    for name, row in zip(LABELS, axes, strict=True):
        row[0].set_ylabel(LABELS[name])
    guide = draw_guide(axes[1], d)
    figure.suptitle(panels.setting(link, gamma=gamma, d=d) + f" (A, B), {d_staircase} (C)", fontsize=8)
    at = {"d": d_staircase, "gamma": gamma}
    draw_staircase(staircase, runs[(runs["d"] == d_staircase) & (runs["gamma"] == gamma)],
                   panels.select("curves", panels.of_law("curves", curves), **at))  # fmt: skip
    panels.legend_below(figure, legend(looks, guide), columns=4)
    return figure


def named(directions: pd.DataFrame, predicted: pd.DataFrame) -> tuple:
    """Both tables with their names in messages.

    Parameters
    ----------
    directions : DataFrame
        Measured.
    predicted : DataFrame
        Theory.

    Returns
    -------
    tuple
        Pairs of name and table.
    """
    return ("directions", directions), ("theory_directions", predicted)


def grid(teachers: int) -> tuple[Figure, np.ndarray, Axes]:
    """Two rows of panels that share their axes, a column for each teacher, and panel C beside them.

    Parameters
    ----------
    teachers : int
        Number of columns.

    Returns
    -------
    figure : Figure
        The figure without curves.
    axes : ndarray of Axes of shape (2, teachers)
        Panels of the teachers.
    staircase : Axes
        Panel C.
    """
    figure = Figure(figsize=(style.THREE_PANELS, 4.2), layout="constrained")
    shape = figure.add_gridspec(2, teachers + 1, width_ratios=[1] * teachers + [1.35])
    axes = np.empty((2, teachers), dtype=object)
    for row in range(2):
        for column in range(teachers):
            axes[row, column] = panel = figure.add_subplot(
                shape[row, column], sharex=axes[0, 0], sharey=axes[row, 0] if column else None
            )
            panel.tick_params(labelleft=column == 0, labelbottom=row == 1)
            if row == 1 and not column:
                panel.set_yscale("log")
        style.letter_panel(axes[row, 0], "AB"[row])
    for panel in axes[1]:
        style.alpha_axis(panel)
        panel.set_xlabel("α")
    staircase = figure.add_subplot(shape[:, teachers])
    style.letter_panel(staircase, "C")
    return figure, axes, staircase


def draw_teacher(axes: dict[str, Axes], data: pd.DataFrame, predicted: pd.DataFrame, looks: dict) -> None:
    """Alignment and angular error of each direction of one teacher; open markers have a negative strength.

    Parameters
    ----------
    axes : dict of str to Axes
        Panel of each column.
    data : DataFrame
        Measured for one teacher, one row per α and direction: `strength`, `cos2`, `angular_error`.
    predicted : DataFrame
        Theory, one row per α and direction: `cos2`.
    looks : dict
        The look of each direction.
    """
    predicted = predicted.assign(angular_error=1 - np.sqrt(predicted["cos2"]))
    for i, look in looks.items():
        mine = panels.select("directions", data, direction=i).sort_values("alpha")
        expected = panels.select("theory_directions", predicted, direction=i).sort_values("alpha")
        fill = "none" if mine["strength"].iloc[0] < 0 else "full"
        for name, panel in axes.items():
            panel.plot(mine["alpha"], mine[name], look.marker, color=look.color, fillstyle=fill, zorder=3)
            panel.plot(expected["alpha"], expected[name], color=look.color, **style.LINES["finite_d"].look)
    axes["cos2"].set_ylim(-0.03, 1.03)
    style.plain_numbers(axes["angular_error"].yaxis)


def draw_guide(axes: Sequence[Axes], d: int) -> Line2D:
    """A line ∝ 1/n = d^(−α) below all curves of each panel; only its slope means anything.

    Parameters
    ----------
    axes : sequence of Axes
        Panels with the curves above it.
    d : int
        Input dimension of the curves.

    Returns
    -------
    Line2D
        Its handle for the legend.
    """
    lines = [line for panel in axes for line in panel.lines]
    end = max(float(np.asarray(line.get_xdata())[-1]) for line in lines)
    lowest = min(float(np.min(line.get_ydata(orig=False))) for line in lines)
    alpha = np.array([end - GUIDE_SPAN, end])
    level = GUIDE_GAP * lowest * d ** (end - alpha)
    for panel in axes:
        guide = panel.plot(alpha, level, color=style.GREY, **style.LINES["guide"].look)[0]
    return guide


def draw_staircase(axes: Axes, runs: pd.DataFrame, curves: pd.DataFrame) -> None:
    """Panel C: q_h as predicted, and the fraction of directions past the thresholds (2.10).

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    runs : DataFrame
        Measured at the same d and γ: `seed`, `alpha`, `q_h`; may be empty.
    curves : DataFrame
        Theory at one d and γ: `law`, `seed`, `alpha`, `q_h`, `m_scaling`, `d1`.
    """
    teachers = [rows.sort_values("alpha") for _, rows in curves.groupby("seed")]
    band = np.stack([rows["q_h"].to_numpy() for rows in teachers])
    axes.fill_between(
        teachers[0]["alpha"], band.min(axis=0), band.max(axis=0), color=style.GREY, alpha=0.3, linewidth=0
    )
    panels.theory(axes, curves, "q_h")
    if len(runs):
        panels.seed_count("runs", runs, panels.CELL)
        panels.measured(axes, runs, "q_h", style.Look("black", "o"))
    panels.dress_overlap(axes)
    panels.scaling_form(axes, curves["alpha"], curves["m_scaling"] / curves["d1"])
    count = len(teachers)
    axes.set_title(f"{count} teachers" if count > 1 else "1 teacher", loc="right")


def legend(looks: dict, guide: Line2D) -> list[tuple]:
    """What the legend says.

    Parameters
    ----------
    looks : dict
        The look of each direction.
    guide : Line2D
        Handle of the guide.

    Returns
    -------
    list of tuple
        Entries: pairs of a handle and its label.
    """
    grey = {"color": style.GREY, "linestyle": ""}
    return [
        *((panels.sample(look), f"i = {i}") for i, look in looks.items()),
        (Line2D([], [], marker="o", **grey), "measured, one teacher"),
        (Line2D([], [], marker="o", fillstyle="none", **grey), r"the same, $\lambda_i < 0$"),
        style.LINES["finite_d"].entry(),
        style.LINES["paper"].entry(label=STAIRCASE_LABEL),
        (guide, GUIDE_LABEL),
        (Patch(color=style.GREY, alpha=0.3, linewidth=0), "C: range of the teachers"),
    ]
