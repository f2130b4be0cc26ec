"""Time of one application of the moment operator against n, d and k, with fitted and expected slopes."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from feature_cascade.figures import panels, style


@style.styled
def draw(points: pd.DataFrame, fitted: dict[str, float], expected: dict[str, int]) -> Figure:
    """One log-log panel per varied quantity.

    Parameters
    ----------
    points : pandas.DataFrame
        Columns varied, n, d, k, seconds; see `speed.scaling`.
    fitted : dict of str to float
        Fitted slope in each quantity; see `speed.slopes`.
    expected : dict of str to int
        Expected slope in each quantity.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    panels.check("points", points, ["n", "d", "k"], positive=["seconds"])
    figure, axes = style.panels(style.THREE_PANELS, 2.4, len(expected))
    for panel, (name, slope) in zip(axes, expected.items(), strict=True):
        part = points[points["varied"] == name].sort_values(name)
        x, y = part[name].to_numpy(float), part["seconds"].to_numpy()
        panel.loglog(x, y, "o", color=style.BLUE, label=f"measured, slope {fitted[name]:.2f}")
        panel.loglog(x, y[-1] * (x / x[-1]) ** slope, color="black", label=f"slope {slope} (for the eye)")
        for axis in (panel.xaxis, panel.yaxis):
            style.plain_numbers(axis)
        panel.set_xlabel(name)
        panel.legend()
    axes[0].set_ylabel("seconds per application")
    return figure
