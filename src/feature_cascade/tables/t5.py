"""T5: by which factor perturbation theory and Davis–Kahan are off."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..measurement.uncertainty import mean_and_sem

CELL = ["features", "d", "gamma", "sweep", "alpha", "n", "gap_factor", "direction"]
PREDICTED = {  # predictions of each measured error
    "vector_error": ("first_order", "expected", "davis_kahan"),
    "space_error": ("first_order_space", "expected_space"),
}


def make(rows: pd.DataFrame) -> pd.DataFrame:
    """Measured errors 1 − cos² of each direction, and the factors by which predictions exceed them.

    `vector_error` is that of the eigenvector of the same rank, `space_error` that of the recovered space. Factors are
    geometric means over seeds of predicted over measured, with standard errors; `factor_first_order` is that of the
    first-order prediction e itself, `factor_normalised` that of e/(1 + e). `bounded` says that no seed violates
    Davis–Kahan.

    Parameters
    ----------
    rows : DataFrame
        One row per seed and cell: errors and predictions in the sweep "n" (the teachers' own strengths at growing n) or
        "gap" (two strengths that approach each other at one n, `gap_factor` times their own distance).

    Returns
    -------
    DataFrame
        One row per cell.
    """
    return pd.DataFrame(
        [
            {
                **dict(zip(CELL, key, strict=True)),
                "n_seeds": len(group),
                "n_over_threshold": float((group["n"] / group["threshold"]).mean()),
                "gap": float(group["gap"].mean()),
                **_errors(group),
                **_factors(group),
                "bounded": bool((group["vector_error"] <= group["davis_kahan"]).all()),
            }
            for key, group in rows.groupby(CELL, sort=False)
        ]
    )


def _errors(group: pd.DataFrame) -> dict[str, float]:
    values = {}
    for measured in PREDICTED:
        values[measured], values[f"{measured}_sem"] = mean_and_sem(group[measured])
    return values


def _factors(group: pd.DataFrame) -> dict[str, float]:
    values: dict = {}
    for measured, predictions in PREDICTED.items():
        for name in predictions:
            values |= _factor(group[name], group[measured], name)
    first = group["first_order"]
    return values | _factor(first / (1 + first), group["vector_error"], "normalised")


def _factor(predicted: pd.Series, measured: pd.Series, name: str) -> dict[str, float]:
    mean, error = mean_and_sem(np.log(predicted / measured))
    return {f"factor_{name}": float(np.exp(mean)), f"factor_{name}_se": float(np.exp(mean) * error)}
