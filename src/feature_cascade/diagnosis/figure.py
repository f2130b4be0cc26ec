"""The figure of a diagnosis: a spectrum for each degree, and the forecast."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, StrMethodFormatter

from ..figures import style
from .degree import DegreeReport
from .forecast import Forecast

PANEL, HEIGHT = 3.0, 2.8  # of a panel, inches
ROOM = 1.6  # height of a spectrum's panel over that of the bulk, for the legend
DECADE = 0.1  # an error below which the axis of errors is logarithmic


@style.styled
def draw(degrees: tuple[DegreeReport, ...], forecast: Forecast | None) -> Figure:
    """Spectra with bulk, edges and spikes, and the forecast.

    Parameters
    ----------
    degrees : tuple of DegreeReport
        One panel each.
    forecast : Forecast or None
        The last panel, if there is one.

    Returns
    -------
    Figure
        The figure.
    """
    count = len(degrees) + (forecast is not None)
    figure = Figure(figsize=(PANEL * count, HEIGHT), layout="constrained")
    axes = figure.subplots(1, count, squeeze=False)[0]
    for panel, report in zip(axes, degrees, strict=False):
        _spectrum(panel, report)
    if forecast is not None:
        _forecast(axes[-1], forecast)
    return figure


def _spectrum(panel: Axes, report: DegreeReport) -> None:
    x, density = report.density
    top = float(density.max()) or 1.0
    panel.fill_between(x, density, color=style.GREY, alpha=0.4, linewidth=0, label="predicted bulk")
    for i, edge in enumerate(report.edges):
        panel.axvline(edge, color="black", linewidth=0.6, linestyle=":", label="edges" if i == 0 else None)
    if len(report.null):
        null = report.null.ravel()
        panel.plot(null, np.full(len(null), -0.06 * top), "|", color=style.GREEN, label="permuted labels")
    for kind, colour, label in ((True, style.VERMILLION, "significant"), (False, style.BLUE, "noise")):
        values = report.ritz_values[report.significant == kind]
        if len(values):
            panel.vlines(values, 0, 0.25 * top, color=colour, linewidth=1.0, label=f"{label}: {len(values)}")
    panel.set_ylim(top=ROOM * top)
    panel.set_xlabel(f"eigenvalues of Ĉ, degree {report.degree}")
    panel.set_ylabel("density")
    panel.legend(loc="upper center", ncols=2, handlelength=1.5)


def _forecast(panel: Axes, forecast: Forecast) -> None:
    table = forecast.table
    for column, colour, marker, label in (
        ("spectral", style.BLUE, "o", "SpectralHierarchy"),
        ("cascade", style.VERMILLION, "s", "FeatureCascade"),
    ):
        panel.plot(table["n"], table[column], marker + "-", color=colour, label=label)
    if forecast.noise > 0:
        panel.axhline(forecast.noise, color="black", linewidth=0.6, linestyle=":", label="noise")
    panel.set_xscale("log")
    panel.xaxis.set_major_locator(FixedLocator(table["n"].tolist()))
    panel.xaxis.set_minor_locator(NullLocator())
    panel.xaxis.set_major_formatter(StrMethodFormatter("{x:.3g}"))
    if table[["spectral", "cascade"]].to_numpy().min() < DECADE:
        panel.set_yscale("log")
    else:
        panel.set_ylim(0, 1.05)
    panel.set_xlabel(f"labels, degree {forecast.degree}")
    panel.set_ylabel("error / variance of y")
    panel.legend(loc="best")
