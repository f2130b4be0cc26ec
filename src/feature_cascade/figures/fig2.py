"""Figure 2: error and overlap for g = identity at several d, and the spectrum of Ĉ past the last thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from . import panels, style


@style.styled
def draw(
    runs: pd.DataFrame,
    curves: pd.DataFrame,
    spectra: pd.DataFrame,
    density: pd.DataFrame,
    outliers: pd.DataFrame,
    d_spectrum: int,
    predicted: Sequence[int] = (),
) -> Figure:
    """Error and overlap at several d, and one spectrum of Ĉ.

    A: NMSE, B: q_h against α, one curve per d; C: all eigenvalues at the largest α in `spectra`.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per d, γ, seed and α: `nmse`, `q_h`.
    curves : DataFrame
        Theory, one row per d, γ, seed and α: `nmse`, `q_h`, `tail`, `m_scaling`, `d1`.
    spectra : DataFrame
        All eigenvalues of Ĉ at each α: `alpha`, `n`, `eigenvalue`, `leading`, `teacher_weight`.
    density : DataFrame
        Predicted density of the bulk at the same α: `alpha`, `eigenvalue`, `density`.
    outliers : DataFrame
        Predicted outliers at the same α: `alpha`, `position`; may be empty.
    d_spectrum : int
        Input dimension of the teacher of panel C.
    predicted : sequence of int
        Values of d that are not measured: theory alone.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    figure, axes = style.panels(style.THREE_PANELS, 2.7, 3)
    entries = panels.families(axes[:2], runs, curves, by="d", symbol="d", predicted=predicted)
    largest = panels.Spectra(spectra, density, outliers).at(alpha := spectra["alpha"].max())
    marks, _ = panels.spectrum(axes[2], largest, panels.spectrum_bins(largest.measured))
    axes[2].set(xlabel=r"eigenvalue of $\hat{C}$")
    axes[2].set_title(f"d = {d_spectrum}, α = {alpha:g}", loc="right")
    panels.legend_below(figure, [*entries, *marks], columns=3)
    return figure
