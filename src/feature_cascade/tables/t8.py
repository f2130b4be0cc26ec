"""T8: how far measured alignments are from the finite-d law and from the Gaussian equivalent, by experiment and d."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..measurement.uncertainty import BOOTSTRAPS, LEVELS, Exponent, power_law_in_D, resampled_means, standard_error
from ..sampling.streams import generator

KEY = ["experiment", "gamma", "law"]


def make(measured: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Mean over directions and α of |measured − predicted| cos², seed means both, and its exponent in d.

    Rows that both tables have are compared. `worst` is the largest mean over directions at a single α, `bias` the
    signed mean. Intervals are the central 95 % of a bootstrap over seeds. The exponent is that of the same mean over
    the α that every d of an experiment has.

    Parameters
    ----------
    measured : DataFrame
        One row per experiment, d, γ, seed, α and direction: `cos2`.
    theory : DataFrame
        Likewise, predicted, by each `law`.

    Returns
    -------
    DataFrame
        One row per experiment, γ, law and d.

    Notes
    -----
    The mean of absolute values of noisy differences is never zero: `floor` is what it would be from the noise of the
    seed means alone, √(2/π) of their standard errors. A single seed has none.
    """
    rows = []
    for (experiment, gamma, law), group in _differences(measured, theory).groupby(KEY, sort=False):
        shared = group["d"].nunique() == group.groupby("alpha")["d"].transform("nunique")
        resamples, found = [], []
        for d, size in group.groupby("d"):
            name = f"bootstrap T8 {experiment} {gamma} {law}"
            values = size.pivot(index="seed", columns=["alpha", "direction"], values="difference")
            means = resampled_means(values.to_numpy(), BOOTSTRAPS, generator(0, name, int(d)))
            common = values.columns.get_level_values("alpha").isin(size.loc[shared[size.index], "alpha"])
            resamples.append(np.abs(means[:, common]).mean(axis=1) if common.any() else np.full(len(means), np.nan))
            found.append({"experiment": experiment, "gamma": gamma, "law": law, "d": d} | _summary(values, means))
        exponent = _exponent(np.array([row["d"] for row in found]), np.stack(resamples, axis=1))
        fit = {"exponent": exponent.value, "exponent_low_95": exponent.low, "exponent_high_95": exponent.high}
        rows += [row | fit for row in found]
    return pd.DataFrame(rows)


def _summary(values: pd.DataFrame, means: np.ndarray) -> dict:
    """Distances at one d: differences (seeds, α and direction), and their means over seeds and resamples of them."""
    gaps = np.abs(means)
    low, high = np.percentile(gaps.mean(axis=1)[1:], LEVELS)
    at_each = pd.Series(gaps[0], index=values.columns).groupby("alpha").mean()
    many = len(values) > 1
    return {
        "n_seeds": len(values),
        "alphas": len(at_each),
        "gap": gaps[0].mean(),
        "low_95": low,
        "high_95": high,
        "worst": at_each.max(),
        "floor": np.sqrt(2 / np.pi) * standard_error(values.to_numpy()).mean() if many else np.nan,
        "bias": means[0].mean(),
    }


def _exponent(d: np.ndarray, gaps: np.ndarray) -> Exponent:
    """Of the gap in d; missing with a single size, and where no α is shared."""
    nothing = Exponent(np.nan, np.nan, np.nan, np.nan)
    return power_law_in_D(d, gaps) if len(d) > 1 and np.all(np.isfinite(gaps)) else nothing


def _differences(measured: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Measured − predicted cos² of every seed, direction and α, by each law."""
    at = ["experiment", "d", "gamma", "seed", "alpha", "direction"]
    measured, theory = (table.assign(alpha=table["alpha"].round(6)) for table in (measured, theory))
    both = measured.merge(theory[[*at, "law", "cos2"]], on=at, suffixes=("", "_predicted"), validate="one_to_many")
    return both.assign(difference=both["cos2"] - both["cos2_predicted"])
