"""The tables of the paper's quantitative claims, from seed-level measurements and theory tables."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from .detection import mean_and_sem, power_law

RUN = ["experiment", "d", "gamma"]
RECOVERED = 0.5  # a direction counts as recovered when cos²θ_i reaches this


def thresholds_table(measured: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """T1: measured n_i of each direction against the scaling form (2.10) and the weak-noise limit.

    `measured` has one row per experiment, d, γ and direction (`detection.threshold`); `theory` one per seed as well.
    Measured is the crossing of cos²θ_i = 1/2, which the weak-noise limit 1 − n_i/n puts at 2 n_i: `n_weak_noise` is
    that crossing. The ratio's standard error is the bootstrap error of log n_i times the ratio.
    """
    key = [*RUN, "direction"]
    predicted = theory.groupby(key, as_index=False)[["n_scaling", "n_weak_noise"]].mean()
    predicted["n_weak_noise"] /= 1 - RECOVERED
    table = measured.merge(predicted, on=key, validate="one_to_one").rename(columns={"n": "n_measured"})
    for theory_name in ("scaling", "weak_noise"):
        ratio = table["n_measured"] / table[f"n_{theory_name}"]
        table[f"ratio_{theory_name}"], table[f"ratio_{theory_name}_se"] = ratio, ratio * table["log_se"]
    return table[[*key, *(column for column in table if column not in key)]]


def exponents_table(runs: pd.DataFrame, curves: pd.DataFrame, thresholds: pd.DataFrame) -> pd.DataFrame:
    """T2: fitted exponent of NMSE in n for γ > 1/2 against −1 + 1/(2γ) (2.15).

    The fit window runs from the second to the last weak-noise threshold n_i of the teacher; the same window is fitted
    on the weak-noise curve, which shows what finite d1 alone does to the exponent.
    """
    rows = []
    for (experiment, d, gamma), measured in _runs(runs):
        if gamma <= 0.5:
            continue
        same = {"experiment": experiment, "d": d, "gamma": gamma}
        steps = _select(thresholds, same).groupby("direction")["n_weak_noise"].mean()
        window = (float(steps.loc[2]), float(steps.iloc[-1]))
        fit = power_law(*_curves(measured, "nmse"), window)
        theory = power_law(*_curves(_select(curves, same), "nmse"), window)
        rows.append(
            same
            | {
                "window_low": window[0],
                "window_high": window[1],
                "n_points": fit.n_points,
                "n_seeds": fit.n_seeds,
                "exponent": fit.exponent,
                "low_95": fit.low,
                "high_95": fit.high,
                "weak_noise_same_window": theory.exponent,
                "paper": -1 + 1 / (2 * gamma),
            }
        )
    return pd.DataFrame(rows)


def counts_table(directions: pd.DataFrame, thresholds: pd.DataFrame) -> pd.DataFrame:
    """T3: number m(n) of directions with cos²θ_i ≥ 1/2 against the staircase m_th(α) and the weak-noise limit."""
    rows = []
    for (experiment, d, gamma), measured in _runs(directions):
        same = {"experiment": experiment, "d": d, "gamma": gamma}
        steps = _select(thresholds, same).groupby("direction")[["n_scaling", "n_weak_noise"]].mean()
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


TABLES = {"T1": thresholds_table, "T2": exponents_table, "T3": counts_table}


def _runs(table: pd.DataFrame) -> Iterator[tuple[tuple, pd.DataFrame]]:
    yield from table.groupby(RUN)


def _select(table: pd.DataFrame, values: dict) -> pd.DataFrame:
    return table[np.logical_and.reduce([table[column] == value for column, value in values.items()])]


def _curves(table: pd.DataFrame, value: str) -> tuple[np.ndarray, np.ndarray]:
    """The grid of n and one row per seed of a measured or predicted curve."""
    wide = table.pivot(index="seed", columns="n", values=value)
    return wide.columns.to_numpy(), wide.to_numpy()
