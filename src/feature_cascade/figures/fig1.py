"""Figure 1: the hierarchical model, and spikes leaving the bulk of Ĉ one after another as n grows."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from . import panels, style

COLUMNS = {"x": 0.08, "h": 0.43, "h2": 0.76, "y": 0.96}  # of the diagram
INPUTS = (0.84, 0.70, 0.56, 0.24)
FEATURES = {"1": 0.84, "2": 0.68, "3": 0.52, "d_1": 0.24}  # label of a feature: its height
HEADROOM = 2.0  # above the highest density, on a logarithmic axis
MIDDLE, RADIUS = 0.54, 0.045
SCHEMATIC_GAMMA, LAST = 0.6, 9  # the drawn decay of the line widths, and the index it gives to the last feature


@style.styled
def draw(
    spectra: pd.DataFrame, density: pd.DataFrame, outliers: pd.DataFrame, d: int, gamma: float, link: str
) -> Figure:
    """The model beside the spectra of Ĉ of one teacher at each n, smallest first.

    Parameters
    ----------
    spectra : DataFrame
        All eigenvalues of Ĉ at each α: `alpha`, `n`, `eigenvalue`, `leading`, `teacher_weight`.
    density : DataFrame
        Predicted density of the bulk at the same α: `law`, `alpha`, `eigenvalue`, `density`.
    outliers : DataFrame
        Predicted outliers at the same α: `law`, `alpha`, `position`; may be empty.
    d : int
        Input dimension of the teacher.
    gamma : float
        Exponent γ of its strengths.
    link : str
        Name of its link function.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    all_spectra = panels.Spectra(spectra, density, outliers)
    sizes = list(spectra.groupby(["alpha", "n"]).groups)
    figure = Figure(figsize=(style.THREE_PANELS, 3.5), layout="constrained")
    grid = figure.add_gridspec(len(sizes), 2, width_ratios=(1, 1.15))
    model = figure.add_subplot(grid[:, 0])
    style.letter_panel(model, "A")
    diagram(model)
    bins, shared = panels.spectrum_bins(spectra), None
    for row, (alpha, n) in enumerate(sizes):
        shared = axes = figure.add_subplot(grid[row, 1], sharex=shared, sharey=shared)
        axes.tick_params(labelbottom=row == len(sizes) - 1)
        entries, recovered = panels.spectrum(axes, all_spectra.at(alpha), bins, panels.LAWS)
        size = f"{n:,.0f}".replace(",", "\u2009")
        axes.set_title(f"α = {alpha:g},  n = {size}", loc="right")
        axes.text(
            0.99, 0.95, rf"$m_n$ = {recovered}", transform=axes.transAxes, ha="right", va="top", color=style.VERMILLION
        )
        if row == 0:
            style.letter_panel(axes, "B")
    top = max(
        line.get_ydata(orig=False).max() for axes in figure.axes[1:] for line in axes.lines if line.get_xdata().size
    )
    axes.set_ylim(top=HEADROOM * top)  # of all panels, which share it
    d1 = all_spectra.at(alpha).measured["leading"].sum()
    axes.set_xlabel(rf"eigenvalue of $\hat{{C}}$  ({panels.setting(link, gamma=gamma, d=d)}, $d_1$ = {d1})")
    panels.legend_below(figure, entries, columns=4)
    return figure


def diagram(axes: Axes) -> None:
    """The hierarchical model as a diagram.

    x → h(1) → h(2) → y, the weight of a feature in h(2) shown by the width of its line.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    """
    axes.set(xlim=(0, 1.04), ylim=(0, 1), aspect="equal", anchor="C")
    axes.axis("off")
    for index, (label, height) in enumerate(FEATURES.items(), start=1):
        for start in INPUTS:
            line(axes, ("x", start), ("h", height), linewidth=0.35, color=style.GREY)
        strength = (index if index < len(FEATURES) else LAST) ** -SCHEMATIC_GAMMA
        line(axes, ("h", height), ("h2", MIDDLE), linewidth=4.5 * strength, color=style.VERMILLION)
        node(axes, ("h", height), rf"$h_{{{label}}}$", "#FBE3D3")
    line(axes, ("h2", MIDDLE), ("y", MIDDLE), linewidth=1.2, color="black")
    axes.annotate("$g$", ((COLUMNS["h2"] + COLUMNS["y"]) / 2, MIDDLE + 0.03), ha="center")
    for height in INPUTS:
        node(axes, ("x", height), "", "#DDDDDD", radius=0.6 * RADIUS)
    node(axes, ("h2", MIDDLE), "$h^{(2)}$", "#D3E5F2", radius=1.35 * RADIUS)
    node(axes, ("y", MIDDLE), "$y$", "white")
    for column, heights in (("x", INPUTS), ("h", tuple(FEATURES.values()))):
        axes.text(COLUMNS[column], (heights[-2] + heights[-1]) / 2, "⋮", ha="center", va="center", fontsize=11)
    annotate(axes)


def annotate(axes: Axes) -> None:
    """The formulas of the model (2.3)–(2.5) under its layers.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    """
    texts = (
        ("x", 0.97, "input\n$x \\in \\mathbb{R}^d$"),
        ("h", 0.97, "$d_1$ latent features\n$h_i = \\langle A_i, F(x) \\rangle$"),
        ("h2", 0.70, "quadratic\n$h^{(2)}$"),
        ("y", 0.70, "label\n$y = g(h^{(2)})$"),
    )
    for column, height, text in texts:
        axes.text(COLUMNS[column], height, text, ha="center", va="center", fontsize=7)
    formula = (
        r"$h^{(2)} = \frac{1}{\sqrt{2}} \sum_{i=1}^{d_1} \lambda_i\,(h_i^2 - 1),\quad |\lambda_i| \propto i^{-\gamma}$"
    )
    axes.text(0.5, 0.06, formula, ha="center", va="center", fontsize=8)


def line(axes: Axes, start: tuple[str, float], end: tuple[str, float], **options) -> None:
    """A connection between two nodes, given by column and height, behind them.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    start : tuple of (str, float)
        Column (a key of `COLUMNS`) and height of one end.
    end : tuple of (str, float)
        Column and height of the other end.
    **options
        Passed to `Axes.plot`.
    """
    axes.plot([COLUMNS[start[0]], COLUMNS[end[0]]], [start[1], end[1]], zorder=1, solid_capstyle="butt", **options)


def node(axes: Axes, at: tuple[str, float], label: str, color: str, radius: float = RADIUS) -> None:
    """A circle with its name in it.

    Parameters
    ----------
    axes : Axes
        Panel to draw in.
    at : tuple of (str, float)
        Column (a key of `COLUMNS`) and height of the centre.
    label : str
        Name of the node.
    color : str
        Colour of its face.
    radius : float, default RADIUS
        In units of the panel.
    """
    centre = (COLUMNS[at[0]], at[1])
    axes.add_patch(Circle(centre, radius, facecolor=color, edgecolor="black", linewidth=0.7, zorder=2))
    axes.text(*centre, label, ha="center", va="center", fontsize=7, zorder=3)
