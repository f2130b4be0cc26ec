"""T7: the gap to the asymptotics with every combination of remedies."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pandas as pd

from ..measurement.factorial import power_law_in_d
from ..measurement.uncertainty import mean_and_sem

FIT = {"value": "exponent", "low": "exponent_low_95", "high": "exponent_high_95"}


def make(gaps: pd.DataFrame, samples: pd.DataFrame) -> pd.DataFrame:
    """Predicted − measured overlap (mean ± SEM over seeds), and the exponent of its power law in d.

    The exponent is one number per link and combination, with its bootstrap interval.

    Parameters
    ----------
    gaps : DataFrame
        One row per link, d, seed and combination of remedies: `alpha`, `n`, `overlap`, and `predicted` for the labels
        as they are transformed by the Gaussian equivalent, `predicted_finite_d` with the radius.
    samples : DataFrame
        The same for presets, at several α: the preset "sharp" at the α of the others is one more combination.

    Returns
    -------
    DataFrame
        One row per link, combination and d: predicted and measured overlap, their gap, the exponent.
    """
    sharp = samples[(samples["preset"] == "sharp") & np.isclose(samples["alpha"], gaps["alpha"].iloc[0])]
    gaps = pd.concat([gaps, sharp.assign(combination="sharp")], ignore_index=True)
    gaps = gaps.assign(gap=gaps["predicted"] - gaps["overlap"])
    rows = []
    for link in gaps["link"].unique():
        for name in gaps["combination"].unique():
            mine = gaps[(gaps["link"] == link) & (gaps["combination"] == name)]
            sizes = {d: group for d, group in mine.groupby("d")}
            fit = exponent(list(sizes), [group["gap"].to_numpy() for group in sizes.values()], f"T7 {link} {name}")
            for d, group in sizes.items():
                gap, sem = mean_and_sem(group["gap"])
                rows.append(
                    {"link": link, "combination": name, "d": d, "alpha": group["alpha"].iloc[0]}
                    | {"n": group["n"].iloc[0], "n_seeds": len(group), "predicted": group["predicted"].mean()}
                    | {"predicted_finite_d": group["predicted_finite_d"].mean(), "measured": group["overlap"].mean()}
                    | {"gap": gap, "gap_sem": sem, **fit}
                )
    return pd.DataFrame(rows)


def exponent(d: list[int], values: list[np.ndarray], name: str) -> dict[str, float]:
    """The columns of a fitted exponent in d.

    Parameters
    ----------
    d : list of int
        Sizes, ascending.
    values : list of ndarray
        The values of each seed at each d.
    name : str
        Names the random numbers of the bootstrap.

    Returns
    -------
    dict of str to float
        `exponent` and the ends of its 95 % interval.
    """
    law = asdict(power_law_in_d(d, values, name))
    return {column: law[field] for field, column in FIT.items()}
