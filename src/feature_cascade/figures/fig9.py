"""Figure 9: the exponent of the error, predicted far beyond what can be simulated, against the asymptotic one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from ..theory.names import followed
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
        Theory, one row per γ, d, seed and n: `n_over_D`, `nmse`.
    exponents : DataFrame
        Table T9: `gamma`, `d`, `window_exponent`.
    fitted : DataFrame
        Table T2, measured: `gamma`, `d`, `exponent`, `low_95`, `high_95`.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    curves, exponents = followed(curves), followed(exponents)
    panels.check("curves", curves, ["gamma", "d", "seed", "n"], positive=["n_over_D", "nmse"])
    panels.check("exponents", exponents, ["gamma", "d"])
    panels.check("fitted", fitted, ["gamma", "d"])
    largest = curves["d"].max()
    figure, axes = style.panels(style.THREE_PANELS, 3.0, 3)
    entries = []
    for place, (gamma, look) in enumerate(style.looks(curves["gamma"]).items()):
        draw_curve(axes[:2], panels.select("curves", curves, gamma=gamma, d=largest), look)
        draw_exponents(axes[2], panels.select("exponents", exponents, gamma=gamma), fitted, gamma, look, ASIDE**place)
        for panel in axes[1:]:
            panel.axhline(mse_exponent(gamma), color=look.color, **style.SCALING)
        entries.append((Line2D([], [], color=look.color, marker=look.marker), f"γ = {gamma:g}"))
    style.log_y(axes[0])
    axes[0].set(xscale="log", xlabel="n/D", ylabel=panels.NMSE_LABEL)
    axes[1].set(xscale="log", xlabel="n/D", ylabel="local exponent of NMSE in n", ylim=(-1.25, 0.05))
    axes[2].set(xscale="log", xlabel="d", ylabel="exponent over the window")
    for panel in axes[:2]:
        panel.set_title(f"d = {largest:g}", loc="right")
    kinds = [
        (Line2D([], [], color=style.GREY), panels.THEORY_LABEL),
        (Line2D([], [], color=style.GREY, **style.SCALING), "−1 + 1/(2γ), the paper's exponent"),
        (Line2D([], [], color=style.GREY, marker="o", linestyle=""), "measured, 95 % interval (table T2)"),
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
        Theory of one γ and d: `seed`, `n_over_D`, `nmse`.
    look : Look
        Colour and marker of the curve.
    """
    mean = curves.groupby("n_over_D")["nmse"].mean()
    axes[0].plot(mean.index, mean, color=look.color, **style.THEORY)
    axes[1].plot(mean.index, local_exponent(mean.index, mean), color=look.color, **style.THEORY)


def draw_exponents(
    axes: Axes, predicted: pd.DataFrame, fitted: pd.DataFrame, gamma: float, look: style.Look, aside: float
) -> None:
    """Predicted exponent of the recovery window against d, and the measured ones (moved aside) with their intervals.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    predicted : DataFrame
        Rows of table T9 of one γ.
    fitted : DataFrame
        Table T2.
    gamma : float
        Exponent γ of the strengths.
    look : Look
        Colour and marker of the curve.
    aside : float
        Factor by which measured points are moved in d.
    """
    predicted = predicted.sort_values("d")
    axes.plot(predicted["d"], predicted["window_exponent"], color=look.color, **style.THEORY)
    measured = fitted[np.isclose(fitted["gamma"], gamma) & fitted["exponent"].notna()]
    if len(measured):
        value = measured["exponent"]
        error = np.array([value - measured["low_95"], measured["high_95"] - value])
        panels.error_bars(axes, aside * measured["d"], value, None if np.isnan(error).any() else error, look)
