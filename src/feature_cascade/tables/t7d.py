"""T7d: label transforms beside the best one that a known law of the labels allows."""

from __future__ import annotations

import pandas as pd

from ..measurement.factorial import geometric_mean_interval
from ..measurement.uncertainty import mean_and_sem
from ..model.labels import OPTIMUM


def make(merits: pd.DataFrame) -> pd.DataFrame:
    """Predicted onset over that of the best transform, and overlaps, predicted and measured.

    An onset is the geometric mean over the directions. `loss` is the geometric mean over seeds of its ratio to the
    optimum's: how many times more samples the same recovery takes. Overlaps are means over seeds, the measured one with
    its SEM.

    Parameters
    ----------
    merits : DataFrame
        One row per link, d, seed and transform: `onset`, `alpha`, `overlap`, `predicted`, `predicted_finite_d`.

    Returns
    -------
    DataFrame
        One row per link, d and transform.
    """
    key = ["link", "d", "seed"]
    best = merits[merits["transform"] == OPTIMUM].set_index(key)["onset"].rename("best")
    merits = merits.join(best, on=key)
    rows = []
    for (link, d, name), group in merits.groupby(["link", "d", "transform"], sort=False):
        loss, low, high = geometric_mean_interval((group["onset"] / group["best"]).to_numpy(), f"T7d {link} {name}")
        overlap, sem = mean_and_sem(group["overlap"])
        rows.append(
            {"link": link, "d": d, "transform": name, "n_seeds": len(group), "loss": loss}
            | {"loss_low_95": low, "loss_high_95": high, "alpha": group["alpha"].iloc[0]}
            | {name: group[name].mean() for name in ("predicted", "predicted_finite_d")}
            | {"measured": overlap, "measured_sem": sem}
        )
    return pd.DataFrame(rows)
