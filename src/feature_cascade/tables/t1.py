"""T1: measured thresholds of the directions beside those of the theory."""

from __future__ import annotations

import pandas as pd

from ..metrics import RECOVERED
from .frames import RUN


def make(measured: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Measured n_i of each direction against the scaling form (2.10) and the weak-noise limit.

    `measured` has rows per experiment, d, γ, direction and sign of its strength ("all" pools the seeds; at finite d
    negative strengths are found later; `detection.threshold`), `theory` one per experiment, d, γ, direction and seed.
    Measured is the crossing of cos²θ_i = 1/2, which the weak-noise limit 1 − n_i/n puts at 2 n_i: `n_weak_noise` is
    that crossing. The ratio's standard error is the bootstrap error of log n_i times the ratio.
    """
    key = [*RUN, "direction"]
    predicted = theory.groupby(key, as_index=False)[["n_scaling", "n_weak_noise"]].mean()
    predicted["n_weak_noise"] /= 1 - RECOVERED
    table = measured.merge(predicted, on=key, validate="many_to_one").rename(columns={"n": "n_measured"})
    for theory_name in ("scaling", "weak_noise"):
        ratio = table["n_measured"] / table[f"n_{theory_name}"]
        table[f"ratio_{theory_name}"], table[f"ratio_{theory_name}_se"] = ratio, ratio * table["log_se"]
    key.append("sign")
    return table[[*key, *(column for column in table if column not in key)]]
