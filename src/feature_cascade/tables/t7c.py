"""T7c: how many samples each preset needs for an overlap of 1/2."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..estimator.presets import PRESETS
from ..measurement.factorial import geometric_mean_interval
from ..measurement.thresholds import crossing


def make(samples: pd.DataFrame) -> pd.DataFrame:
    """Measured and predicted n for an overlap of 1/2, and the ratio of both presets.

    Each seed has its own crossing, interpolated in log n; n and the ratio are geometric means over the seeds that reach
    1/2 with both presets (`n_reached` of `n_seeds`), the interval is a bootstrap over them. A seed that does not reach
    it inside the grid is left out: the ratio is then too small.

    Parameters
    ----------
    samples : DataFrame
        One row per link, d, seed, preset and α: `n`, `overlap`, `n_half_predicted_finite_d`.

    Returns
    -------
    DataFrame
        One row per link and d.
    """
    rows = []
    for (link, d), group in samples.groupby(["link", "d"], sort=False):
        wide = pd.DataFrame([_of_seed(table) | {"seed": seed} for seed, table in group.groupby("seed")])
        both = wide.dropna()
        row = {"link": link, "d": d, "n_seeds": len(wide), "n_reached": len(both)}
        for preset in PRESETS:
            row[f"n_{preset}"] = _geometric_mean(both[preset])
            row[f"n_{preset}_predicted"] = _geometric_mean(both[f"{preset}_predicted"])
        ratio = geometric_mean_interval((both["paper"] / both["sharp"]).to_numpy(), f"T7c {link} {d}")
        row |= dict(zip(("ratio", "ratio_low_95", "ratio_high_95"), ratio, strict=True))
        rows.append(row | {"ratio_predicted": _geometric_mean(both["paper_predicted"] / both["sharp_predicted"])})
    return pd.DataFrame(rows)


def _of_seed(table: pd.DataFrame) -> dict:
    """n for an overlap of 1/2, measured (NaN outside the grid) and predicted, with each preset."""
    found = {}
    for preset in PRESETS:
        mine = table[table["preset"] == preset].sort_values("n")
        found[preset] = crossing(mine["n"].to_numpy(), mine["overlap"].to_numpy())[0]
        found[f"{preset}_predicted"] = mine["n_half_predicted_finite_d"].iloc[0]
    return found


def _geometric_mean(values: pd.Series) -> float:
    return float(np.exp(np.log(values).mean()))
