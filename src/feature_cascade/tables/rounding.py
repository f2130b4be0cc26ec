"""The rounded onset of every kind of teacher and features: mean curves, width, height and exponents in D."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from ..measurement.finite_size import Rounding, SizeCurves
from ..measurement.uncertainty import CURVE_BOOTSTRAPS, LEVELS, Exponent, power_law_in_D

MEASURES = {"span": "cos2", "own vector": "own_cos2"}  # with one direction both are the same
STATISTICS = ("width", "height", "missing")


def make(
    measured: pd.DataFrame, predicted: pd.DataFrame, window: float, bootstraps: int = CURVE_BOOTSTRAPS
) -> dict[str, pd.DataFrame]:
    """Tables `curves`, `sizes` and `exponents` of the first direction, a case being a kind, features and a measure.

    Parameters
    ----------
    measured : DataFrame
        One row per kind, features, d, seed, ratio and direction: `cos2`, `own_cos2`.
    predicted : DataFrame
        Theory, one row per kind, features, d and ratio, at all measured ratios and more: `D`, `d1`, `onset`, `slope`,
        `cos2`.
    window : float
        Of n/n_1 − 1, in which curves are collapsed.
    bootstraps : int, default BOOTSTRAPS
        Number of resamples of the seeds.

    Returns
    -------
    dict of str to DataFrame
        `curves`: mean and standard error per ratio; `sizes`: width, height at the onset and missing share of each D
        with bootstrap intervals; `exponents`: of width and height in D, of the collapse with one exponent (a = b) and
        with two.
    """
    tables: dict[str, list] = {"curves": [], "sizes": [], "exponents": []}
    first = measured[measured["direction"] == 1]
    for case, rounding, sizes in _cases(first, predicted, bootstraps):
        tables["curves"] += [case | row for row in _curves(rounding, sizes)]
        tables["sizes"] += [case | row for row in _sizes(rounding, sizes)]
        tables["exponents"] += [case | row for row in _exponents(rounding, window)]
    return {name: pd.DataFrame(rows) for name, rows in tables.items()}


def _cases(
    first: pd.DataFrame, predicted: pd.DataFrame, bootstraps: int
) -> Iterator[tuple[dict, Rounding, list[dict]]]:
    """Each case with its rounded kink and what is known of its sizes, in ascending D."""
    for (kind, features), rows in first.groupby(["kind", "features"], sort=False):
        theory = predicted[(predicted["kind"] == kind) & (predicted["features"] == features)]
        several = theory["d1"].max() > 1
        for measure, column in MEASURES.items():
            if measure != "span" and not several:
                continue
            ratios, sizes, curves = np.sort(rows["ratio"].unique()), [], []
            for d, size in rows.groupby("d"):
                mine = theory[theory["d"] == d].sort_values("ratio")
                about = mine[["d", "D", "d1", "onset", "slope"]].iloc[0].to_dict()
                values = size.pivot(index="seed", columns="ratio", values=column).to_numpy()
                expected = np.interp(ratios, mine["ratio"], mine["cos2"])
                sizes.append({key: int(about[key]) for key in ("d", "D", "d1")} | {"onset": about["onset"]})
                curves.append(SizeCurves(int(about["D"]), values, expected, about["slope"]))
            yield (
                {"kind": kind, "features": features, "measure": measure},
                Rounding(ratios, curves, f"{kind} {features}", bootstraps=bootstraps),
                sizes,
            )


def _curves(rounding: Rounding, sizes: list[dict]) -> Iterator[dict]:
    for i, (size, measured) in enumerate(zip(sizes, rounding.sizes, strict=True)):
        for j, ratio in enumerate(rounding.ratios):
            yield size | {
                "ratio": ratio,
                "n_seeds": len(measured.cos2),
                "cos2": rounding.means[0, i, j],
                "sem": rounding.errors[i, j],
            }


def _sizes(rounding: Rounding, sizes: list[dict]) -> Iterator[dict]:
    values = dict(zip(STATISTICS, (rounding.widths, rounding.heights, rounding.missing), strict=True))
    for i, (size, measured) in enumerate(zip(sizes, rounding.sizes, strict=True)):
        row = size | {"slope": measured.slope, "n_seeds": len(measured.cos2)}
        for name, samples in values.items():
            low, high = np.percentile(samples[1:, i], LEVELS)
            row |= {name: samples[0, i], f"{name}_low_95": low, f"{name}_high_95": high}
        yield row


def _exponents(rounding: Rounding, window: float) -> Iterator[dict]:
    a, b = rounding.collapse_two(window)
    fits = {
        "width": power_law_in_D(rounding.D, rounding.widths),
        "height": power_law_in_D(rounding.D, rounding.heights),
        "collapse": rounding.collapse(window),
        "collapse, height": a,
        "collapse, width": b,
    }
    sizes = " ".join(f"{size.D}" for size in rounding.sizes)
    seeds = " ".join(f"{len(size.cos2)}" for size in rounding.sizes)
    for quantity, fit in fits.items():
        yield {"quantity": quantity} | _row(fit) | {"sizes": sizes, "seeds": seeds}


def _row(fit: Exponent) -> dict:
    row = {"exponent": fit.value, "low_95": fit.low, "high_95": fit.high}
    return row | {"misfit": fit.misfit, "prefactor": fit.prefactor}
