"""Figure 2 at the paper's own sizes, from stored runs."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from . import panels, style


@style.styled
def draw(runs: pd.DataFrame, curves: pd.DataFrame) -> Figure:
    """A: NMSE, B: q_h against α, one curve per d."""
    figure, axes = style.panels(style.TWO_PANELS, 2.9, 2)
    panels.legend_below(figure, panels.families(axes, runs, curves, by="d", symbol="d"), columns=2)
    return figure
