"""Figure 3: error and overlap for exponents γ of the feature strengths, and the α at which either has changed."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from . import panels, style

SHOWN = 3  # curves of A and B: the smallest, the middle and the largest γ
LEVELS = {"nmse": 0.9, "q_h": 0.25}  # what panel C looks for: an error that begins to fall, a quarter of the overlap
MARKS = {"nmse": ("o", r"C: NMSE $\leq$ 0.9"), "q_h": ("s", r"C: $q_h \geq$ 1/4")}


@style.styled
def draw(runs: pd.DataFrame, curves: pd.DataFrame, link: str) -> Figure:
    """A: NMSE, B: q_h against α for three γ; C: the α of two levels against γ.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per d, γ, seed and α: `nmse`, `q_h`.
    curves : DataFrame
        Theory, one row per law, d, γ, seed and α: `nmse`, `q_h`, `tail`, `m_scaling`, `d1`.
    link : str
        Name of the link function.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    panels.check("runs", runs, ["gamma"])
    panels.check("curves", curves, ["gamma"])
    figure, axes = style.panels(style.THREE_PANELS, 2.9, 3)
    gammas = sorted(runs["gamma"].unique())
    shown = [gammas[i] for i in np.linspace(0, len(gammas) - 1, SHOWN).round().astype(int)]
    entries = panels.families(axes[:2], runs, curves, by="gamma", values=shown)
    entries += draw_levels(axes[2], runs, panels.of_law("curves", curves))
    for panel in axes[:2]:
        panel.set_title(panels.setting(link, d=runs["d"].iloc[0]), loc="right")
    panels.legend_below(figure, entries, columns=3)
    return figure


def draw_levels(axes: Axes, runs: pd.DataFrame, curves: pd.DataFrame) -> list[tuple]:
    """Panel C: the α at which the seed mean passes a level, measured and predicted, against γ.

    A level that is not passed on the measured grid has no marker.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    runs : DataFrame
        Measured at one d, one row per γ, seed and α: `nmse`, `q_h`.
    curves : DataFrame
        Predicted by one law, likewise.

    Returns
    -------
    list of tuple
        Entries of the legend: pairs of a handle and its label.
    """
    entries = []
    for column, (marker, label) in MARKS.items():
        for table, look in (
            (curves, {"color": style.GREY, **style.LINES["finite_d"].look}),
            (runs, {"color": "black", "marker": marker, "linestyle": ""}),
        ):
            means = table.groupby(["gamma", "alpha"])[column].mean().unstack()
            found = [passed(row.dropna(), LEVELS[column]) for _, row in means.iterrows()]
            axes.plot(means.index, found, **look)
        entries.append((Line2D([], [], color="black", marker=marker, linestyle=""), label))
    axes.set(xlabel="γ", ylabel="α at which the level is passed")
    return entries


def passed(curve: pd.Series, level: float) -> float:
    """The α at which a curve first passes a level, interpolated.

    Parameters
    ----------
    curve : Series
        Values by ascending α.
    level : float
        The level.

    Returns
    -------
    float
        The α; NaN if the level is not passed between two of them.
    """
    alpha, excess = curve.index.to_numpy(dtype=float), curve.to_numpy() - level
    turns = np.flatnonzero(np.sign(excess[:-1]) != np.sign(excess[1:]))
    if not len(turns):
        return np.nan
    i = turns[0]
    return float(alpha[i] + (alpha[i + 1] - alpha[i]) * excess[i] / (excess[i] - excess[i + 1]))
