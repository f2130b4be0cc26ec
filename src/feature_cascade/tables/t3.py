"""T3: how many directions are recovered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..detection import mean_and_sem
from ..metrics import RECOVERED
from .frames import by_run, select


def make(directions: pd.DataFrame, thresholds: pd.DataFrame) -> pd.DataFrame:
    """Number m(n) of directions with cos²θ_i ≥ 1/2 against the staircase m_th(α) and the weak-noise limit."""
    rows = []
    for (experiment, d, gamma), measured in by_run(directions):
        same = {"experiment": experiment, "d": d, "gamma": gamma}
        steps = select(thresholds, same).groupby("direction")[["n_scaling", "n_weak_noise"]].mean()
        for (alpha, n), group in measured.groupby(["alpha", "n"]):
            counts = group.groupby("seed")["cos2"].apply(lambda cos2: int(np.sum(cos2 >= RECOVERED)))
            mean, sem = mean_and_sem(counts.to_numpy())
            rows.append(
                same
                | {
                    "alpha": alpha,
                    "n": n,
                    "n_seeds": len(counts),
                    "m_measured": mean,
                    "m_sem": sem,
                    "m_staircase": int(np.sum(steps["n_scaling"] <= n)),
                    "m_weak_noise": int(np.sum(steps["n_weak_noise"] <= (1 - RECOVERED) * n)),
                    "d1": len(steps),
                }
            )
    return pd.DataFrame(rows)
