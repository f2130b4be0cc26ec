"""The look of all figures: sizes, colours, markers and line styles, and files that are the same byte for byte.

An ordered quantity (d, γ, direction) gets viridis from dark to light and a marker, so that it can be told apart without
colour; kinds of things (recovered or not, ours or the authors') get colours of Okabe and Ito.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import matplotlib.style
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator, NullLocator

from ..files import whole

THREE_PANELS, TWO_PANELS = 7.0, 5.5  # width in inches
BLUE, VERMILLION, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#999999"
MARKERS = "osD^vPX*"
THEORY: dict[str, Any] = {"linewidth": 0.9, "zorder": 2}
SCALING: dict[str, Any] = {"linewidth": 0.7, "linestyle": (0, (4, 2)), "alpha": 0.8, "zorder": 1}
PREDICTED: dict[str, Any] = {
    "color": "black",
    "marker": "|",
    "markersize": 7,
    "markeredgewidth": 1.0,
    "linestyle": "",
    "zorder": 4,
}
DATA: dict[str, Any] = {"linewidth": 0.6, "elinewidth": 0.9, "markeredgewidth": 0.8, "zorder": 3}

RC = {
    "font.family": "DejaVu Sans",
    "mathtext.fontset": "dejavusans",
    "font.size": 8,
    "axes.titlesize": 8,
    "axes.labelsize": 8,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "legend.fontsize": 7,
    "legend.frameon": False,
    "legend.handlelength": 3.6,
    "axes.linewidth": 0.6,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 0.9,
    "lines.markersize": 3.8,
    "errorbar.capsize": 1.5,
    "savefig.dpi": 200,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",  # the same look where DejaVu Sans is not installed
    "svg.hashsalt": "feature-cascade",
}
METADATA = {"pdf": {"CreationDate": None}, "svg": {"Date": None}, "png": {"Software": None}}


@dataclass(frozen=True)
class Look:
    """How one curve is told from the others.

    Attributes
    ----------
    color : str or tuple
        Colour, as matplotlib takes it.
    marker : str
        Marker, as matplotlib takes it.
    """

    color: str | tuple
    marker: str


def looks(values: Iterable) -> dict:
    """A look for each value of an ordered quantity, dark to light in ascending order.

    Parameters
    ----------
    values : iterable
        The values, in any order; repeats are allowed.

    Returns
    -------
    dict of value to Look
        The looks in ascending order of their values.
    """
    values = sorted(set(values))
    shades = colormaps["viridis"]([0.86 * i / max(len(values) - 1, 1) for i in range(len(values))])
    return {
        value: Look(tuple(shade), MARKERS[i % len(MARKERS)])
        for i, (value, shade) in enumerate(zip(values, shades, strict=True))
    }


def styled(draw: Callable[..., Figure]) -> Callable[..., Figure]:
    """Run a drawing function with the shared style, whatever the user's own matplotlib settings are.

    Parameters
    ----------
    draw : callable
        Function that returns a figure.

    Returns
    -------
    callable
        The same function in this style.

    Notes
    -----
    Minor ticks have no labels in any figure, and on logarithmic axes they stand at 2 and 5 alone: each one, with its
    empty label, takes a millisecond of the layout, and there would be hundreds.
    """

    @wraps(draw)
    def _in_style(*args, **kwargs) -> Figure:
        with matplotlib.style.context(["default", RC]):
            figure = draw(*args, **kwargs)
            for axes in figure.axes:
                axes.tick_params(which="minor", labelbottom=False, labelleft=False)
                for axis in (axes.xaxis, axes.yaxis):
                    if isinstance(axis.get_minor_locator(), LogLocator):
                        axis.set_minor_locator(LogLocator(subs=(2, 5)))
            return figure

    return _in_style


def panels(width: float, height: float, count: int) -> tuple[Figure, Sequence[Axes]]:
    """A figure with panels A, B, … side by side.

    Parameters
    ----------
    width : float
        In inches.
    height : float
        In inches.
    count : int
        Number of panels.

    Returns
    -------
    figure : Figure
        The figure.
    axes : sequence of Axes
        Its panels, from left to right.
    """
    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(1, count, squeeze=False)[0]
    for letter, panel in zip("ABCDEF", axes, strict=False):
        letter_panel(panel, letter)
    return figure, axes


def letter_panel(axes: Axes, letter: str) -> None:
    """The bold letter by which a caption names the panel.

    Parameters
    ----------
    axes : Axes
        The panel.
    letter : str
        The letter.
    """
    axes.set_title(letter, loc="left", fontweight="bold", fontsize=9)


def log_y(axes: Axes) -> None:
    """A logarithmic y axis with plain numbers between the decades too.

    Parameters
    ----------
    axes : Axes
        The panel.

    Notes
    -----
    Most curves span little more than one decade.
    """
    axes.set_yscale("log")
    plain_numbers(axes.yaxis)


def plain_numbers(axis: Axis) -> None:
    """Plain numbers on a logarithmic axis, between the decades too unless it spans three.

    Parameters
    ----------
    axis : Axis
        A logarithmic axis.
    """
    low, high = axis.get_view_interval()
    subs = (1,) if high > 1000 * low else (1, 2, 5) if high > 10 * low else (1, 2, 3, 5, 7)
    axis.set_major_locator(LogLocator(subs=subs))
    axis.set_major_formatter("{x:g}")


def sizes_axis(axes: Axes, sizes: Iterable[float]) -> None:
    """A logarithmic x axis with ticks at the sizes themselves.

    Parameters
    ----------
    axes : Axes
        The panel.
    sizes : iterable of float
        The sizes; repeats are allowed.
    """
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(FixedLocator(sorted(set(sizes))))
    axes.xaxis.set_major_formatter("{x:g}")
    axes.xaxis.set_minor_locator(NullLocator())


def alpha_axis(axes: Axes) -> None:
    """α on the x axis, at round numbers.

    Parameters
    ----------
    axes : Axes
        The panel.
    """
    axes.set_xlabel("α = log n / log d")
    axes.xaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 5, 10]))


def save(figure: Figure, paths: Iterable[str | Path]) -> None:
    """Write a figure to each path, with no date in it, whole or not at all.

    Parameters
    ----------
    figure : Figure
        Figure to write.
    paths : iterable of str or Path
        Files; the suffix (pdf, svg, png) is the format.
    """
    for path in map(Path, paths):
        kind = path.suffix.removeprefix(".")
        # ticks and fonts are resolved when the file is written
        with whole(path) as part, matplotlib.style.context(["default", RC]):
            figure.savefig(part, format=kind, metadata=METADATA[kind])
            figure.set_layout_engine(None)  # found once, the same in all files: it takes longer than writing one
