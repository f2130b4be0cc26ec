"""A1: our run beside the authors' stored one."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..measurement.uncertainty import mean_and_sem


def make(runs: pd.DataFrame, reference: pd.DataFrame) -> pd.DataFrame:
    """Our overlap and NMSE beside the authors' stored ones, at the α that both have.

    `agrees` says whether the overlaps differ by at most max(0.04, 3 SEM), SEM that of the difference.

    Parameters
    ----------
    runs : DataFrame
        Ours, one row per seed and α: `alpha`, `overlap`, `nmse`.
    reference : DataFrame
        The authors' means, one row per α: `overlap_mean`, `overlap_sem`, `nmse_mean`, `nmse_median`.

    Returns
    -------
    DataFrame
        One row per common α: means with standard errors, theirs, and the difference of the overlaps.
    """
    rows = []
    for stored in reference.itertuples():
        ours = runs[np.isclose(runs["alpha"], stored.alpha)]
        if ours.empty:
            continue
        (overlap, overlap_sem), (nmse, nmse_sem) = (mean_and_sem(ours[name]) for name in ("overlap", "nmse"))
        difference, error = overlap - stored.overlap_mean, float(np.hypot(overlap_sem, stored.overlap_sem))
        rows.append(
            {
                "alpha": stored.alpha,
                "n_seeds": len(ours),
                "overlap": overlap,
                "overlap_sem": overlap_sem,
                "authors_overlap": stored.overlap_mean,
                "authors_overlap_sem": stored.overlap_sem,
                "difference": difference,
                "agrees": bool(abs(difference) <= max(0.04, 3 * error)),
                "nmse": nmse,
                "nmse_sem": nmse_sem,
                "authors_nmse": stored.nmse_mean,
                "authors_nmse_median": stored.nmse_median,
            }
        )
    return pd.DataFrame(rows)
