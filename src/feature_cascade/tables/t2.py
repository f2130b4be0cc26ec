"""T2: exponents of the learning curve."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..measurement.metrics import RECOVERED
from ..measurement.thresholds import PowerLaw, power_law
from ..theory.names import followed
from ..theory.scaling import mse_exponent
from .frames import by_run, curves_of, select


def make(runs: pd.DataFrame, directions: pd.DataFrame, curves: pd.DataFrame, thresholds: pd.DataFrame) -> pd.DataFrame:
    """Fitted exponent of NMSE in n for γ > 1/2 against −1 + 1/(2γ) (2.15).

    The window is where directions are being recovered: from the first n with one of them (seed mean) to the last n that
    still misses one. The curve of the exact asymptotics is fitted in its own such window, from the first to the last
    threshold, which shows what a finite number of directions does to the exponent. Fewer than two points in a window
    leave NaN.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per experiment, d, γ, seed and n: `nmse`.
    directions : DataFrame
        Measured, one row per experiment, d, γ, seed, n and direction: `cos2`.
    curves : DataFrame
        Theory, one row per experiment, d, γ, seed and n: `nmse`.
    thresholds : DataFrame
        Theory, one row per experiment, d, γ, seed and direction: `n_exact`.

    Returns
    -------
    DataFrame
        One row per experiment, d and γ > 1/2: window, exponent with interval, exponent of the theory, the paper's.
    """
    rows, curves, thresholds = [], followed(curves), followed(thresholds)
    for (experiment, d, gamma), measured in by_run(runs):
        if gamma <= 0.5:
            continue
        same = {"experiment": experiment, "d": d, "gamma": gamma}
        fit = _fit(measured, _recovery_window(select(directions, same)), "")
        steps = select(thresholds, same).groupby("direction")["n_exact"].mean()
        theory = _fit(select(curves, same), (float(steps.min()), float(steps.max())), "exact_")
        rows.append(same | fit | {"exact_exponent": theory["exact_exponent"], "paper": mse_exponent(gamma)})
    return pd.DataFrame(rows)


def _recovery_window(directions: pd.DataFrame) -> tuple[float, float]:
    """First n at which the seed-mean number of recovered directions reaches 1, last n at which one is missing."""
    recovered = (directions["cos2"] >= RECOVERED).groupby([directions["n"], directions["seed"]]).sum()
    count, d1 = recovered.groupby("n").mean(), directions["direction"].max()
    started, unfinished = count.index[count >= 1], count.index[count <= d1 - 1]
    return (float(min(started, default=np.inf)), float(max(unfinished, default=-np.inf)))


def _fit(table: pd.DataFrame, window: tuple[float, float], prefix: str) -> dict:
    n, curves = curves_of(table, "nmse")
    inside = int(np.sum((n >= window[0]) & (n <= window[1])))
    missing = PowerLaw(np.nan, np.nan, np.nan, np.nan, inside, len(curves))
    law = power_law(n, curves, window) if inside >= 2 else missing
    values = {"window_low": window[0], "window_high": window[1], "n_points": law.n_points, "n_seeds": law.n_seeds}
    values |= {"exponent": law.exponent, "low_95": law.low, "high_95": law.high}
    return {prefix + name: value for name, value in values.items()}
