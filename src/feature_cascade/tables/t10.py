"""T10: how many labels each method needs for an error of 1/2, 1/10 and 1/1000, and the time to get there."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..baselines.methods import TOGETHER
from ..measurement.crossing import first_below
from ..measurement.uncertainty import mean_and_sem

LEVELS = {"half": 1 / 2, "tenth": 1 / 10, "thousandth": 1 / 1000}
CASE = ["link", "noise", "gamma", "d"]


def make(runs: pd.DataFrame) -> pd.DataFrame:
    """Labels over d1·D for each level of the error and processor seconds of the first fit there, one row per method.

    Each seed has its own crossing, interpolated in log n and log error; `labels_…` is their geometric mean with its
    relative standard error, and missing unless every seed gets there. A seed that is there at the smallest n counts
    with that n.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per link, noise, γ, d, seed, method and ratio: `d1`, `nmse`, `seconds`.

    Returns
    -------
    DataFrame
        One row per link, noise, γ, d and method.
    """
    rows = []
    for case, of_case in runs.groupby(CASE):
        for method in TOGETHER:
            mine = of_case[of_case["method"] == method]
            if len(mine):
                rows.append(dict(zip(CASE, case, strict=True)) | {"method": method} | _method(mine))
    return pd.DataFrame(rows)


def reach(curve: pd.DataFrame, level: float) -> tuple[float, float]:
    """Where a curve first reaches a level, and what the first fit there took.

    Parameters
    ----------
    curve : DataFrame
        One row per ratio: `ratio`, `nmse`, `seconds`.
    level : float
        The error.

    Returns
    -------
    ratio : float
        The crossing, or the smallest ratio if the error is that small there; NaN if the curve does not get there.
    seconds : float
        Of the fit at the first ratio that is there; NaN likewise.
    """
    curve = curve.sort_values("ratio")
    there = curve[curve["nmse"] <= level]
    if there.empty:
        return np.nan, np.nan
    ratio, seconds = there[["ratio", "seconds"]].iloc[0]
    crossing = first_below(curve["ratio"].to_numpy(), curve["nmse"].to_numpy(), level)
    return (crossing if np.isfinite(crossing) else float(ratio)), float(seconds)


def _method(rows: pd.DataFrame) -> dict:
    """One method of one case."""
    seeds = [curve for _, curve in rows.groupby("seed")]
    row: dict = {"d1": int(rows["d1"].iloc[0]), "n_seeds": len(seeds)}
    row |= {"smallest": rows["ratio"].min(), "largest": rows["ratio"].max()}
    for name, level in LEVELS.items():
        ratios, seconds = np.array([reach(curve, level) for curve in seeds]).T
        mean, sem = mean_and_sem(np.log(ratios))
        row |= {f"labels_{name}": float(np.exp(mean)), f"labels_{name}_relative_sem": sem}
        row |= {f"seconds_{name}": float(seconds.mean())}
    return row
