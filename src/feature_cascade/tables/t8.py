"""T8: how far measured alignments are from the exact asymptotics, with Gaussian-equivalent and with real features."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..measurement.uncertainty import BOOTSTRAPS, LEVELS, Exponent, power_law_in_D, resampled_means
from ..sampling.streams import generator

KEY = ["features", "link"]


def make(measured: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Mean over directions and α of |measured − predicted| cos², seed means both, and its exponent in d.

    Rows that both tables have are compared, at the α that every d of a pair of features and link has. Intervals are the
    central 95 % of a bootstrap over seeds. `bias` is the signed mean.

    Parameters
    ----------
    measured : DataFrame
        One row per experiment (named features_link, as in "gaussian_tanh"), d, γ, seed, α and direction: `cos2`.
    theory : DataFrame
        Likewise, predicted.

    Returns
    -------
    DataFrame
        One row per features, link and d.

    Notes
    -----
    The mean of absolute values of noisy differences is never zero: `floor` is what it would be from the noise of the
    seed means alone, √(2/π) of their standard errors.
    """
    pairs = _differences(measured, theory)
    rows = []
    for (features, link), group in pairs.groupby(KEY):
        resamples, found = [], []
        for d, size in group.groupby("d"):
            values = size.pivot(index="seed", columns=["alpha", "direction"], values="difference").to_numpy()
            means = resampled_means(values, BOOTSTRAPS, generator(0, f"bootstrap T8 {features} {link}", int(d)))
            gap = np.abs(means).mean(axis=1)
            resamples.append(gap)
            low, high = np.percentile(gap[1:], LEVELS)
            error = values.std(axis=0, ddof=1) / np.sqrt(len(values))
            found.append(
                {"features": features, "link": link, "d": d, "n_seeds": len(values), "alphas": size["alpha"].nunique()}
                | {"gap": gap[0], "low_95": low, "high_95": high, "floor": np.sqrt(2 / np.pi) * error.mean()}
                | {"bias": means[0].mean()}
            )
        law = _exponent(np.array([row["d"] for row in found]), np.stack(resamples, axis=1))
        fit = {"exponent": law.value, "exponent_low_95": law.low, "exponent_high_95": law.high}
        rows += [row | fit for row in found]
    return pd.DataFrame(rows)


def _exponent(d: np.ndarray, gaps: np.ndarray) -> Exponent:
    """Of the gap in d; missing with a single size."""
    return power_law_in_D(d, gaps) if len(d) > 1 else Exponent(np.nan, np.nan, np.nan, np.nan)


def _differences(measured: pd.DataFrame, theory: pd.DataFrame) -> pd.DataFrame:
    """Measured − predicted cos² of every seed, direction and α that all d of an experiment share."""
    at = ["experiment", "d", "gamma", "seed", "alpha", "direction"]
    both = measured.assign(alpha=measured["alpha"].round(6)).merge(
        theory.assign(alpha=theory["alpha"].round(6)), on=at, suffixes=("", "_predicted"), validate="one_to_one"
    )
    sizes = both.groupby(["experiment", "alpha"])["d"].transform("nunique")
    both = both[sizes == both.groupby("experiment")["d"].transform("nunique")]
    names = both["experiment"].str.split("_", n=1, expand=True)
    return both.assign(features=names[0], link=names[1], difference=both["cos2"] - both["cos2_predicted"])
