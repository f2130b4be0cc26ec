"""T3: how many directions are recovered."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..measurement.metrics import RECOVERED
from ..measurement.uncertainty import mean_and_sem
from ..theory.names import followed
from .frames import by_run, select

PREDICTED = ("scaling", "weak_noise", "exact")


def make(directions: pd.DataFrame, thresholds: pd.DataFrame) -> pd.DataFrame:
    """Number m(n) of directions with cos²θ_i ≥ 1/2, measured and predicted.

    Predictions are the staircase m_th(α), the weak-noise limit and the exact asymptotics: means over the teachers, as
    the measured ones.

    Parameters
    ----------
    directions : DataFrame
        Measured, one row per experiment, d, γ, seed, α and direction: `n`, `cos2`.
    thresholds : DataFrame
        Theory, one row per experiment, d, γ, seed and direction: `n_scaling`, `n_weak_noise`, `n_exact`.

    Returns
    -------
    DataFrame
        One row per experiment, d, γ and α: m (mean, SEM) and its predictions.
    """
    rows, thresholds = [], followed(thresholds)
    for (experiment, d, gamma), measured in by_run(directions):
        same = {"experiment": experiment, "d": d, "gamma": gamma}
        steps = select(thresholds, same)
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
                    **{f"m_{name}": _count(steps[f"n_{name}"] <= n, steps["seed"]) for name in PREDICTED},
                    "d1": steps["direction"].max(),
                }
            )
    return pd.DataFrame(rows)


def _count(passed: pd.Series, seed: pd.Series) -> float:
    """Mean over seeds of the number of directions past their threshold."""
    return float(passed.groupby(seed).sum().mean())
