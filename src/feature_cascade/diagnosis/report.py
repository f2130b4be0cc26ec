"""What `diagnose` returns: numbers, and how they read."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
from matplotlib.figure import Figure

from . import figure, page
from .degree import DegreeReport
from .forecast import Forecast
from .inputs import Inputs, Labels

SHOWN, PER_LINE = 8, 4  # Ritz values in the text, and strengths on a line


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What a user's own data hold; see `diagnose`.

    Attributes
    ----------
    inputs : Inputs
        The inputs.
    labels : Labels
        The labels.
    preset : str
        Preset of the first layer.
    degrees : tuple of DegreeReport
        One report for each degree; ``diagnosis[q]`` is that of degree q.
    forecast : Forecast or None
        Errors that more labels would bring, for the degree with the smallest held-out error.
    advice : tuple of str
        One sentence each.
    """

    inputs: Inputs
    labels: Labels
    preset: str
    degrees: tuple[DegreeReport, ...]
    forecast: Forecast | None
    advice: tuple[str, ...]

    def __getitem__(self, degree: int) -> DegreeReport:
        for report in self.degrees:
            if report.degree == degree:
                return report
        raise KeyError(f"degree must be one of {[report.degree for report in self.degrees]}, got {degree}")

    def __repr__(self) -> str:
        lines = data_lines(self.inputs, self.labels)
        for report in self.degrees:
            lines += ["", *degree_lines(report)]
        if self.forecast is not None:
            lines += ["", *forecast_lines(self.forecast)]
        return "\n".join([*lines, "", "advice", *(f"  - {sentence}" for sentence in self.advice)])

    def to_frame(self) -> pd.DataFrame:
        """Leading eigenvalues of all degrees as a table.

        Returns
        -------
        DataFrame
            One row for each eigenvalue: degree, rank, ritz_value, significant; of significant ones the strength with
            the ends of its 95 % interval, strength_low and strength_high, and the estimated alignment cos2, NaN of
            others.
        """
        return pd.concat([report.to_frame() for report in self.degrees], ignore_index=True)

    def plot(self) -> Figure:
        """The spectrum of each degree with its bulk, edges and spikes, and the forecast.

        Returns
        -------
        Figure
            The figure; ``.savefig(path)`` writes it.
        """
        return figure.draw(self.degrees, self.forecast)

    def to_html(self) -> str:
        """The report as one page that needs no other file.

        Returns
        -------
        str
            HTML with the figure inside.
        """
        blocks = [("Data", data_lines(self.inputs, self.labels))]
        blocks += [(f"Degree {report.degree}", degree_lines(report)) for report in self.degrees]
        if self.forecast is not None:
            blocks.append(("Forecast", forecast_lines(self.forecast)))
        return page.render(blocks, self.advice, self.plot(), self.to_frame())


def data_lines(inputs: Inputs, labels: Labels) -> list[str]:
    """Inputs and labels in lines of text.

    Parameters
    ----------
    inputs : Inputs
        The inputs.
    labels : Labels
        The labels.

    Returns
    -------
    list of str
        The lines.
    """
    if inputs.whitened:
        of = "standardised columns" if inputs.standardised else "the columns"
        how = f"whitened: {inputs.dimension} principal components of {of}"
    else:
        how = "taken as they are"
    return [
        f"{inputs.n} samples, {inputs.d} columns ({how})",
        f"  inputs  |mean| {inputs.mean:.3g}, condition {inputs.condition:.3g}, "
        f"variance of |x|² {inputs.radius:.3g} × that of Gaussian inputs",
        f"  labels  kurtosis {labels.kurtosis:.3g} (Gaussian: 3), largest {labels.largest:.3g} standard deviations, "
        f"{labels.distinct} distinct",
    ]


def degree_lines(report: DegreeReport) -> list[str]:
    """The report of one degree in lines of text.

    Parameters
    ----------
    report : DegreeReport
        The report.

    Returns
    -------
    list of str
        The lines.
    """
    shown = ", ".join(f"{value:+.3g}" for value in report.ritz_values[:SHOWN])
    low, high = report.thresholds
    lines = [
        f"degree {report.degree}: {report.n_significant} significant of D = {report.n_features} directions",
        f"  leading eigenvalues   {shown}{', …' if len(report.ritz_values) > SHOWN else ''}",
        f"  predicted bulk edges  {report.edges[0]:+.3g} … {report.edges[1]:+.3g}",
    ]
    if len(report.null):
        lines.append(f"  permuted labels       {report.null[:, 0].min():+.3g} … {report.null[:, 1].max():+.3g}")
    lines.append(f"  counted beyond        {low:+.3g}, {high:+.3g}")
    lines.append(f"  linear in features    {report.linear:.3g} ± {report.linear_error:.2g} of the variance of t")
    if report.n_significant:
        s = report.strengths
        each = [f"{value:+.3g} [{a:+.3g}, {b:+.3g}]" for value, a, b in zip(s.value, s.low, s.high, strict=True)]
        rows = [", ".join(each[i : i + PER_LINE]) for i in range(0, min(len(each), SHOWN), PER_LINE)]
        lines.append("  strengths             " + ",\n                        ".join(rows))
    if report.exponent is not None:
        gamma = report.exponent
        lines.append(f"  exponent γ            {gamma.value:.2f} [{gamma.low:.2f}, {gamma.high:.2f}]")
    else:
        lines.append("  exponent γ            too few directions stand out to tell: three are needed")
    if not math.isnan(report.spectral_error):
        lines.append(
            f"  held-out error        SpectralHierarchy {report.spectral_error:.3g}, "
            f"FeatureCascade {report.cascade_error:.3g} (1: that of the mean)"
        )
    return lines


def forecast_lines(found: Forecast) -> list[str]:
    """The forecast in lines of text.

    Parameters
    ----------
    found : Forecast
        The forecast.

    Returns
    -------
    list of str
        The lines.
    """
    lines = [f"forecast at degree {found.degree}: error relative to the variance of y"]
    lines.append("  labels             " + "".join(f"{n:>11.3g}" for n in found.table["n"]))
    for name, column in (("SpectralHierarchy", "spectral"), ("FeatureCascade", "cascade")):
        errors = ("" if math.isnan(error) else f"{error:.3g}" for error in found.table[column])
        lines.append(f"  {name:<19}" + "".join(f"{error:>11}" for error in errors))
    lines += [f"  SpectralHierarchy: {found.spectral_basis}", f"  FeatureCascade: {found.cascade_basis}"]
    if math.isnan(found.noise):
        lines.append("  noise              not known before the target is recovered")
    else:
        lines.append(f"  noise              {found.noise:.3g} of the variance of y")
    if math.isinf(found.next_direction):
        lines.append("  next direction     not within a thousand times the labels")
    elif not math.isnan(found.next_direction):
        lines.append(f"  next direction     from about {found.next_direction:.3g} labels on")
    return lines
