"""Figure 5: error and overlap for g = tanh at several d."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from . import panels, style


@style.styled
def draw(runs: pd.DataFrame, curves: pd.DataFrame, predicted: Sequence[int] = ()) -> Figure:
    """A: NMSE, B: q_h against α, one curve per d.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per d, γ, seed and α: `nmse`, `q_h`.
    curves : DataFrame
        Theory, one row per d, γ, seed and α: `nmse`, `q_h`, `tail`, `m_scaling`, `d1`.
    predicted : sequence of int
        Values of d that are not measured: theory alone.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    figure, axes = style.panels(style.TWO_PANELS, 2.9, 2)
    panels.legend_below(figure, panels.families(axes, runs, curves, by="d", symbol="d", predicted=predicted), columns=2)
    return figure
