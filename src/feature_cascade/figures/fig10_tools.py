"""Figure 10 for ordinary tools: the same panels with ridges, boosting and networks in place of kernels."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ..baselines.methods import KERNEL, METHODS
from . import fig10, panels, style


@style.styled
def draw(measured: pd.DataFrame, predicted: pd.DataFrame) -> Figure:
    """NMSE against n, a row per link and a column per d.

    Parameters
    ----------
    measured : DataFrame
        Measured, one row per link, d, seed, method and n: `nmse`.
    predicted : DataFrame
        Theory, one row per law, link, d, seed, method and n: `nmse`.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    measured, predicted = fig10.checked(measured, predicted)
    there = set(measured["method"])
    methods = [name for name, method in METHODS.items() if method.family != KERNEL and name in there]
    figure = Figure(figsize=(style.THREE_PANELS, 2.0 * measured["link"].nunique() + 1.1), layout="constrained")
    fig10.draw_grid(figure, figure.add_gridspec(1, 1)[0], measured, predicted, methods)
    panels.legend_below(figure, fig10.entries(methods, measured["seed"].nunique()), columns=3)
    return figure
