"""Figure 3: error and overlap for each exponent γ of the feature strengths."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure

from ..theory.names import followed
from . import panels, style


@style.styled
def draw(runs: pd.DataFrame, curves: pd.DataFrame) -> Figure:
    """A: NMSE, B: q_h against α, one curve per γ.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per d, γ, seed and α: `nmse`, `q_h`.
    curves : DataFrame
        Theory, one row per d, γ, seed and α: `nmse`, `q_h`, `tail`, `m_scaling`, `d1`.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    curves = followed(curves)
    figure, axes = style.panels(style.TWO_PANELS, 3.2, 2)
    panels.legend_below(figure, panels.families(axes, runs, curves, by="gamma", symbol="γ"), columns=3)
    return figure
