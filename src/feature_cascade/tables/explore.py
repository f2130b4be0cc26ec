"""An experiment of a user's own as a table: means over seeds at each d, γ and α, and the theory beside them."""

from __future__ import annotations

import pandas as pd

from ..measurement.metrics import RECOVERED

CELL = ["d", "gamma", "alpha"]


def make(runs: pd.DataFrame, directions: pd.DataFrame, curves: pd.DataFrame) -> pd.DataFrame:
    """Error, overlap and number of recovered directions, measured and predicted.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per d, γ, seed and α: `n`, `nmse`, `q_h`.
    directions : DataFrame
        Measured, one row per d, γ, seed, α and direction: `cos2`.
    curves : DataFrame
        Theory, one row per d, γ, seed and α: `nmse`, `q_h`, `m_exact`.

    Returns
    -------
    DataFrame
        One row per d, γ and α: d, gamma, alpha, n, seeds, and of each quantity the mean over seeds, its standard error
        (`_sem`) and the mean of its prediction (`_theory`).
    """
    recovered = directions.assign(m=directions["cos2"] >= RECOVERED).groupby([*CELL, "seed"])["m"].sum()
    measured = runs.merge(recovered.reset_index(), on=[*CELL, "seed"])
    cells = measured.groupby(CELL)
    table = cells.agg(n=("n", "first"), seeds=("seed", "nunique"))
    predicted = curves.rename(columns={"m_exact": "m"}).groupby(CELL)
    for quantity in ("nmse", "q_h", "m"):
        table[quantity], table[f"{quantity}_sem"] = cells[quantity].mean(), cells[quantity].sem()
        table[f"{quantity}_theory"] = predicted[quantity].mean()
    return table.reset_index()
