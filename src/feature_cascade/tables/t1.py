"""T1: measured thresholds of the directions beside those of the theory."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..theory.names import followed
from .frames import RUN

PREDICTED = ["n_scaling", "n_weak_noise", "n_exact"]


def make(measured: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Measured threshold of each direction beside the predicted ones.

    Predictions are the scaling form (2.10), the weak-noise limit and the exact asymptotics. Measured and predicted is
    the crossing of cos²θ_i = 1/2, predicted in geometric mean over the teachers. The ratio's standard error is the
    bootstrap error of log n_i times the ratio.

    Parameters
    ----------
    measured : DataFrame
        One row per experiment, d, γ, direction and sign of its strength (`threshold`): `n`, `log_se`, `status`,
        `n_seeds`.
    theory : DataFrame
        One row per experiment, d, γ, direction and seed: `strength`, `n_scaling`, `n_weak_noise`, `n_exact`.

    Returns
    -------
    DataFrame
        The rows of `measured` with the predictions and their ratios; no ratio to a threshold at infinity.

    Notes
    -----
    The sign "all" pools the seeds. At finite d negative strengths are found later, so rows of one sign stand beside it.
    """
    theory, key = followed(theory), [*RUN, "direction", "sign"]
    signed = [theory.assign(sign="all"), theory.assign(sign=np.where(theory["strength"] > 0, "+", "-"))]
    logs = pd.concat(signed).assign(**{name: lambda t, name=name: np.log(t[name]) for name in PREDICTED})
    predicted = np.exp(logs.groupby(key)[PREDICTED].mean()).reset_index()
    table = measured.merge(predicted, on=key, validate="one_to_one").rename(columns={"n": "n_measured"})
    for name in PREDICTED:
        # no ratio to a threshold at infinity
        ratio = (table["n_measured"] / table[name]).where(np.isfinite(table[name]))
        suffix = name.removeprefix("n_")
        table[f"ratio_{suffix}"], table[f"ratio_{suffix}_se"] = ratio, ratio * table["log_se"]
    return table[[*key, *(column for column in table if column not in key)]]
