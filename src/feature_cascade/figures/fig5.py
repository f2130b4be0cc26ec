"""Figure 5: error and overlap for g = tanh on the paper's axes."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from . import panels, style


@style.styled
def draw(runs: pd.DataFrame, curves: pd.DataFrame, link: str, d: Sequence[int], stored: Sequence[str]) -> Figure:
    """A: NMSE, B: q_h against α, one curve per d.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per experiment, d, γ, seed and α: `nmse`, `q_h`.
    curves : DataFrame
        Theory, one row per law, d, γ, seed and α: `nmse`, `q_h`, `tail`, `m_scaling`, `d1`.
    link : str
        Name of the link function.
    d : sequence of int
        Input dimensions.
    stored : sequence of str
        Experiments whose points were not measured now: open markers.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    figure, axes = style.panels(style.TWO_PANELS, 2.9, 2)
    panels.legend_below(figure, panels.families(axes, runs, curves, by="d", values=d, stored=stored), columns=2)
    for panel in axes:
        panel.set_title(panels.setting(link, gamma=runs["gamma"].iloc[0]), loc="right")
    return figure
