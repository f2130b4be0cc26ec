"""Figure 2: error and overlap for g = identity on the paper's axes, and the spectrum of Ĉ past the last thresholds."""

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
    link: str,
    d: Sequence[int],
    stored: Sequence[str],
    d_spectrum: int,
) -> Figure:
    """Error and overlap at the d of the theory, and one spectrum of Ĉ.

    A: NMSE, B: q_h against α, one curve per d; C: all eigenvalues at the largest α in `spectra`.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per experiment, d, γ, seed and α: `nmse`, `q_h`.
    curves : DataFrame
        Theory, one row per law, d, γ, seed and α: `nmse`, `q_h`, `tail`, `m_scaling`, `d1`.
    spectra : DataFrame
        All eigenvalues of Ĉ at each α: `alpha`, `n`, `eigenvalue`, `leading`, `teacher_weight`.
    density : DataFrame
        Predicted density of the bulk at the same α: `law`, `alpha`, `eigenvalue`, `density`.
    outliers : DataFrame
        Predicted outliers at the same α: `law`, `alpha`, `position`; may be empty.
    link : str
        Name of the link function.
    d : sequence of int
        Input dimensions of panels A and B.
    stored : sequence of str
        Experiments whose points were not measured now: open markers.
    d_spectrum : int
        Input dimension of the teacher of panel C.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    figure, axes = style.panels(style.THREE_PANELS, 2.7, 3)
    entries = panels.families(axes[:2], runs, curves, by="d", values=d, stored=stored)
    for panel in axes[:2]:
        panel.set_title(panels.setting(link, gamma=runs["gamma"].iloc[0]), loc="right")
    largest = panels.Spectra(spectra, density, outliers).at(alpha := spectra["alpha"].max())
    marks, _ = panels.spectrum(axes[2], largest, panels.spectrum_bins(largest.measured))
    axes[2].set(xlabel=r"eigenvalue of $\hat{C}$")
    axes[2].set_title(panels.setting(d=d_spectrum, alpha=alpha), loc="right")
    panels.legend_below(figure, [*entries, *marks], columns=3)
    return figure
