"""Figure 9: the exponent of the error, predicted far beyond what can be simulated, against the asymptotic one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..theory.scaling import local_exponent, mse_exponent
from . import panels, style

ASIDE = 1.12  # factor in d between measured points of neighbouring γ, so that their bars do not overlap


@style.styled
def draw(curves: pd.DataFrame, exponents: pd.DataFrame, fitted: pd.DataFrame) -> Figure:
    """Predicted errors at the largest d, their local exponents, and exponents of the window against d.

    A: predicted NMSE and B: its local exponent against n/D at the largest d; C: exponents of the window against d.

    Parameters
    ----------
    curves : DataFrame
        Theory, one row per law, γ, d, seed and n: `n_over_D`, `nmse`.
    exponents : DataFrame
        Table T9: `law`, `gamma`, `d`, `window_exponent`.
    fitted : DataFrame
        Table T2, measured: `gamma`, `d`, `exponent`, `low_95`, `high_95`.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    panels.check("curves", curves, ["gamma", "d", "seed", "n"], positive=["n_over_D", "nmse"])
    panels.check("exponents", exponents, ["gamma", "d"])
    panels.own_law("exponents", exponents)
    panels.check("fitted", fitted, ["gamma", "d"])
    largest = curves["d"].max()
    figure, axes = style.panels(style.THREE_PANELS, 3.0, 3)
    entries, laws = [], [law for law in panels.LAWS if law in set(exponents["law"])]
    for place, (gamma, look) in enumerate(style.looks(curves["gamma"]).items()):
        draw_curve(axes[:2], panels.select("curves", curves, gamma=gamma, d=largest), look)
        for law in laws:
            mine = panels.select("exponents", exponents, gamma=gamma, law=law).sort_values("d")
            axes[2].plot(mine["d"], mine["window_exponent"], color=look.color, **style.LINES[law].look)
        draw_measured(axes[2], fitted, gamma, look, ASIDE**place)
        for panel in axes[1:]:
            panel.axhline(mse_exponent(gamma), color=look.color, **style.LINES["paper"].look)
        entries.append((panels.sample(look), f"γ = {gamma:g}"))
    style.log_y(axes[0])
    axes[0].set(xscale="log", xlabel="n/D", ylabel=panels.NMSE_LABEL)
    axes[1].set(xscale="log", xlabel="n/D", ylabel="local exponent of NMSE in n", ylim=(-1.25, 0.05))
    axes[2].set(xscale="log", xlabel="d", ylabel="exponent over the window")
    for panel in axes[:2]:
        panel.set_title(panels.setting("identity", d=largest), loc="right")
    sizes = ", ".join(f"{d:g}" for d in sorted(fitted["d"].unique()))
    kinds = [
        *(style.LINES[law].entry() for law in laws),
        style.LINES["paper"].entry(label="paper's exponent −1 + 1/(2γ)"),
        (
            Line2D([], [], color=style.GREY, marker="o", linestyle=""),
            f"C: measured at d = {sizes}, moved apart in d, 95 % intervals",
        ),
    ]
    panels.legend_below(figure, [*entries, *kinds], columns=2)
    return figure


def draw_curve(axes: Sequence[Axes], curves: pd.DataFrame, look: style.Look) -> None:
    """NMSE (mean over seeds) and its local exponent against n/D.

    Parameters
    ----------
    axes : list of Axes
        Panels A and B.
    curves : DataFrame
        Theory of one γ and d: `law`, `seed`, `n_over_D`, `nmse`.
    look : Look
        Colour and marker of the curve.
    """
    law = panels.own_law("curves", curves)
    mean = panels.of_law("curves", curves, law).groupby("n_over_D")["nmse"].mean()
    axes[0].plot(mean.index, mean, color=look.color, **style.LINES[law].look)
    axes[1].plot(mean.index, local_exponent(mean.index, mean), color=look.color, **style.LINES[law].look)


def draw_measured(axes: Axes, fitted: pd.DataFrame, gamma: float, look: style.Look, aside: float) -> None:
    """Measured exponents of one γ with their intervals, moved aside; the legend says so.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    fitted : DataFrame
        Table T2.
    gamma : float
        Exponent γ of the strengths.
    look : Look
        Colour and marker of the curve.
    aside : float
        Factor by which measured points are moved in d.
    """
    measured = fitted[np.isclose(fitted["gamma"], gamma) & fitted["exponent"].notna()]
    if len(measured):
        value = measured["exponent"]
        error = np.array([value - measured["low_95"], measured["high_95"] - value])
        panels.error_bars(axes, aside * measured["d"], value, None if np.isnan(error).any() else error, look)
