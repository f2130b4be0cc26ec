"""What to do next, in plain sentences that follow from the numbers of a diagnosis."""

from __future__ import annotations

import math

from .degree import DegreeReport
from .forecast import Forecast
from .inputs import Inputs, Labels

WORTH = 0.05  # relative gain in error that counts
FAR_RADIUS = 3.0  # variance of |x|², over the Gaussian one, from which the asymptotics of the bulk are off
SURE = 4.0  # standard errors at which a linear part is there
USELESS = 0.98  # an error that is hardly below that of the mean


def sentences(
    inputs: Inputs, labels: Labels, preset: str, degrees: tuple[DegreeReport, ...], forecast: Forecast | None
) -> tuple[str, ...]:
    """One sentence each on inputs, degree, preset, estimator and number of labels.

    Parameters
    ----------
    inputs : Inputs
        The inputs.
    labels : Labels
        The labels.
    preset : str
        Preset of the first layer.
    degrees : tuple of DegreeReport
        One report for each degree.
    forecast : Forecast or None
        Errors that more labels would bring.

    Returns
    -------
    tuple of str
        The sentences.
    """
    best = min(degrees, key=lambda report: (report.error if report.error == report.error else 1.0, report.degree))
    found = [_inputs(inputs), _degree(degrees, best), _preset(labels, preset)]
    if forecast is not None:
        found += [_estimator(best), _labels(best, forecast)]
    return tuple(sentence for sentence in found if sentence)


def _inputs(inputs: Inputs) -> str:
    sentence = ""
    if inputs.dimension < inputs.d:
        scaled = " of standardised columns" if inputs.standardised else ""
        sentence = f"Whiten the inputs and keep {inputs.dimension} principal components{scaled}, as was done here."
    elif not inputs.white:
        sentence = (
            "Whiten the inputs, as was done here (whiten=True)."
            if inputs.whitened
            else "Whiten the inputs (whiten=True): the edges of the noise hold for white ones alone."
        )
    if inputs.radius > FAR_RADIUS:
        sentence += (
            f" |x|² varies {inputs.radius:.2g} times as much as that of Gaussian inputs, so believe the permuted "
            "labels rather than the edges."
        )
    return sentence.strip()


def _degree(degrees: tuple[DegreeReport, ...], best: DegreeReport) -> str:
    if not any(report.n_significant for report in degrees):
        sentence = "No direction stands out from the noise at any degree that was tried"
        seen = [report for report in degrees if report.linear > SURE * report.linear_error]
        if not seen:
            return f"{sentence}."
        parts = ", ".join(f"{report.linear:.2g} of the variance at degree {report.degree}" for report in seen)
        return f"{sentence}, but labels have a part that is linear in the features ({parts}): FeatureCascade fits it."
    if math.isnan(best.error):
        counts = ", ".join(f"{report.n_significant} at degree {report.degree}" for report in degrees)
        return f"Directions stand out: {counts}."
    return f"Take degree={best.degree}: its error on held-out samples is {best.error:.3g} of the variance of y."


def _preset(labels: Labels, preset: str) -> str:
    if preset == "sharp":
        return ""
    reason = (
        f"the labels have heavy tails (kurtosis {labels.kurtosis:.3g})" if labels.heavy else "it needs fewer labels"
    )
    return f"Take preset='sharp' for SpectralHierarchy: {reason}."


def _estimator(best: DegreeReport) -> str:
    spectral, cascade = best.spectral_error, best.cascade_error
    if min(spectral, cascade) > USELESS:
        return "Neither estimator predicts held-out labels better than their mean does."
    if cascade < (1 - WORTH) * spectral:
        return f"Take FeatureCascade: its error is {cascade:.3g}, that of SpectralHierarchy {spectral:.3g}."
    if spectral < (1 - WORTH) * cascade:
        return f"Take SpectralHierarchy: its error is {spectral:.3g}, that of FeatureCascade {cascade:.3g}."
    return f"Both estimators do equally well ({spectral:.3g} and {cascade:.3g})."


def _labels(best: DegreeReport, forecast: Forecast) -> str:
    table = forecast.table.set_index("factor")
    now, then = (float(table.loc[factor, ["spectral", "cascade"]].min()) for factor in (1, 4))  # leaves out NaN
    if then < (1 - WORTH) * now:
        return f"Four times the labels would bring the error from about {now:.3g} to about {then:.3g}."
    if best.error > USELESS:
        return "Whether more labels would help cannot be told: nothing was learned from these."
    return f"More labels would hardly help: with four times as many the error stays at about {then:.3g}."
