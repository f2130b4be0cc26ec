"""T9: where on the n axis the asymptotic exponent of the error is reached, and where it is not."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..theory.scaling import local_exponent, mse_exponent

CLOSE = 0.05  # a local exponent this near the asymptotic one counts as reached


def make(curves: pd.DataFrame) -> pd.DataFrame:
    """Local exponents d ln NMSE / d ln n of predicted curves against −1 + 1/(2γ), for each γ, d and law.

    The mean over seeds is taken. The window goes from the first n with a recovered direction to the last with one
    missing; `window_exponent` is the slope from end to end, `nearest` the local exponent in the window that comes
    nearest to the asymptotic one, at n = `nearest_n`; `reached_decades` is the length in log10 n of that part of the
    window where they differ by at most 0.05.

    Parameters
    ----------
    curves : DataFrame
        Theory, one row per γ, d, law, seed and n, on the same n/D for every seed: `nmse`, `recovered`, `d1`.

    Returns
    -------
    DataFrame
        One row per γ, d and law; NaN where the window has fewer than two points.
    """
    rows = []
    for (gamma, d, law), group in curves.groupby(["gamma", "d", "law"]):
        mean = group.groupby("n")[["nmse", "recovered", "d1"]].mean()
        n, nmse, recovered = mean.index.to_numpy(), mean["nmse"].to_numpy(), mean["recovered"].to_numpy()
        inside = (recovered >= 1) & (recovered <= mean["d1"].to_numpy() - 1)
        row = {"gamma": gamma, "d": d, "law": law, "d1": int(mean["d1"].iloc[0]), "n_seeds": group["seed"].nunique()}
        rows.append(row | _in_window(n[inside], nmse[inside], local_exponent(n, nmse)[inside], mse_exponent(gamma)))
    return pd.DataFrame(rows)


def _in_window(n: np.ndarray, nmse: np.ndarray, local: np.ndarray, paper: float) -> dict:
    if len(n) < 2:
        names = ("window_low", "window_high", "window_exponent", "nearest", "nearest_n", "reached_decades")
        return dict.fromkeys(names, np.nan) | {"paper": paper}
    best = int(np.argmin(np.abs(local - paper)))
    return {
        "window_low": n[0],
        "window_high": n[-1],
        "window_exponent": np.log(nmse[-1] / nmse[0]) / np.log(n[-1] / n[0]),
        "nearest": local[best],
        "nearest_n": n[best],
        "reached_decades": float(np.sum(np.gradient(np.log10(n))[np.abs(local - paper) <= CLOSE])),
        "paper": paper,
    }
