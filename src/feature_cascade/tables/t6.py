"""T6: how many labels each method needs for an error of 1/2, and how that number grows with d."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..baselines.methods import METHODS, SPECTRAL
from ..measurement.crossing import first_below
from ..measurement.thresholds import power_law
from ..measurement.uncertainty import mean_and_sem
from ..theory.names import followed

LEVEL = 0.5
FARTHEST = 4.0  # of the sizes of `crossings`, those within this factor of the largest give its exponent


def make(measured: pd.DataFrame, predicted: pd.DataFrame, crossings: pd.DataFrame) -> pd.DataFrame:
    """Labels for NMSE ≤ 1/2 and exponents in d, one row per link, d and method.

    Each seed has its own crossing, interpolated in log n: `n_half` is their geometric mean with its relative standard
    error if every seed reaches 1/2, and `found` is "≥ n_max" otherwise. `exponent` is that of n_half in d over the
    sizes where all seeds do, with a 95 % interval (Student's t over seeds), `exponent_predicted` that of the predicted
    n_half over all sizes, `exponent_large_d` over the largest sizes of `crossings` (for kernels, that of the best of
    them).

    Parameters
    ----------
    measured : DataFrame
        Measured, one row per link, d, seed, method and n: `nmse`.
    predicted : DataFrame
        Theory, one row per link, d, seed, method and n: `nmse`.
    crossings : DataFrame
        Theory at large d, one row per link, d, seed and preset: `n_half`, `n_half_kernel`.

    Returns
    -------
    DataFrame
        One row per link, method and d.
    """
    predicted, crossings = followed(predicted), followed(crossings)
    measured = measured.drop_duplicates(["link", "d", "seed", "method", "n"])
    rows = []
    for link, of_link in measured.groupby("link"):
        far = far_exponents(crossings[crossings["link"] == link])
        for method in METHODS:
            sizes = [_size(group) for _, group in of_link[of_link["method"] == method].groupby("d")]
            expected = _predicted(predicted[(predicted["link"] == link) & (predicted["method"] == method)])
            fit = _exponent({size["d"]: size.pop("halves") for size in sizes})
            fit |= {"exponent_predicted": slope(expected), "exponent_large_d": _far(far, method, expected)}
            rows += [
                {"link": link, "method": method} | size | {"n_half_predicted": expected.get(size["d"], np.nan)} | fit
                for size in sizes
            ]
    return pd.DataFrame(rows)


def half(curve: pd.DataFrame) -> float:
    """The n at which one curve first reaches 1/2.

    Parameters
    ----------
    curve : DataFrame
        One row per n: `n`, `nmse`.

    Returns
    -------
    float
        The n; NaN if the curve does not reach 1/2.
    """
    curve = curve.sort_values("n")
    return first_below(curve["n"].to_numpy(), curve["nmse"].to_numpy(), LEVEL)


def slope(n_half: dict[int, float]) -> float:
    """Exponent of n_half in d.

    Parameters
    ----------
    n_half : dict of int to float
        Its value at each d; NaN where it is not known.

    Returns
    -------
    float
        The exponent; NaN with fewer than two sizes that have an n_half.
    """
    known = {d: n for d, n in n_half.items() if np.isfinite(n)}
    return float(np.polyfit(np.log(list(known)), np.log(list(known.values())), 1)[0]) if len(known) > 1 else np.nan


def far_exponents(crossings: pd.DataFrame) -> dict[str, float]:
    """Exponent of the predicted n_half of each preset and of the best kernel at the largest sizes.

    Parameters
    ----------
    crossings : DataFrame
        Rows of one link: `d`, `preset`, `n_half`, `n_half_kernel`.

    Returns
    -------
    dict of str to float
        The exponent of each preset, and of the best kernel under "kernel".
    """
    large = crossings[crossings["d"] * FARTHEST >= crossings["d"].max()]
    columns = {"kernel": large.assign(n_half=large["n_half_kernel"])}
    columns |= {preset: rows for preset, rows in large.groupby("preset")}
    return {
        name: slope(np.exp(np.log(rows["n_half"]).groupby(rows["d"]).mean()).to_dict())
        for name, rows in columns.items()
    }


def _far(far: dict[str, float], method: str, expected: dict) -> float:
    """Tools have no theory."""
    return far[method if METHODS[method].family == SPECTRAL else "kernel"] if expected else np.nan


def _size(group: pd.DataFrame) -> dict:
    """One method at one d: each seed's n_half and what is said of them."""
    halves = np.array([half(rows) for _, rows in group.groupby("seed")])
    reached, n_max = np.isfinite(halves), int(group["n"].max())
    row: dict = {"d": int(group["d"].iloc[0]), "n_seeds": len(halves), "n_reached": int(reached.sum()), "n_max": n_max}
    last = group[group["n"] == n_max]["nmse"]
    row |= {"nmse_at_n_max": last.mean(), "halves": halves}
    if not reached.all():
        return row | {"found": f"≥ {n_max}", "n_half": np.nan, "n_half_relative_sem": np.nan}
    mean, sem = mean_and_sem(np.log(halves))
    return row | {"found": f"{np.exp(mean):.0f}", "n_half": float(np.exp(mean)), "n_half_relative_sem": sem}


def _predicted(curves: pd.DataFrame) -> dict[int, float]:
    """Predicted n_half at each d, the geometric mean over teachers; empty for a method without theory."""
    return {
        int(d): float(np.exp(np.mean([np.log(half(rows)) for _, rows in group.groupby("seed")])))
        for d, group in curves.groupby("d")
    }


def _exponent(halves: dict[int, np.ndarray]) -> dict[str, float]:
    """Fitted exponent in d over the sizes where every seed reaches 1/2, one slope per seed; NaN with fewer than two."""
    known = {d: values for d, values in halves.items() if np.isfinite(values).all()}
    names = ("exponent", "exponent_low_95", "exponent_high_95")
    if len(known) < 2 or len({len(values) for values in known.values()}) > 1:
        return dict.fromkeys(names, np.nan)
    law = power_law(np.array(list(known)), np.stack(list(known.values()), axis=1), (0, np.inf))
    return dict(zip(names, (law.exponent, law.low, law.high), strict=True))
