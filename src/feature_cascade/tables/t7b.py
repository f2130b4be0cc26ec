"""T7b: what each remedy takes off the gap, and how two of them act together."""

from __future__ import annotations

import pandas as pd

from ..estimator.presets import JOIN, NONE, REMEDIES
from ..measurement.factorial import effects
from ..measurement.uncertainty import mean_and_sem
from .t7 import exponent


def make(gaps: pd.DataFrame) -> pd.DataFrame:
    """Main effects and pair interactions of the remedies (mean ± SEM over seeds), and their exponents in d.

    `closes` is what an effect takes off the gap to the asymptotics, `gains` what it adds to the overlap. They differ
    for a label transform, which moves the asymptotics as well. Exponents are those of `closes`.

    Parameters
    ----------
    gaps : DataFrame
        One row per link, d, seed and combination of remedies: `overlap`, `predicted`.

    Returns
    -------
    DataFrame
        One row per link, effect and d.
    """
    gaps = gaps.assign(closed=gaps["overlap"] - gaps["predicted"])
    rows = []
    for link, group in gaps.groupby("link", sort=False):
        by_size = {d: (_effects(size, "closed"), _effects(size, "overlap")) for d, size in group.groupby("d")}
        for effect in next(iter(by_size.values()))[0]:
            name = " × ".join(effect)
            fit = exponent(list(by_size), [closed[effect] for closed, _ in by_size.values()], f"T7b {link} {name}")
            for d, (closed, gained) in by_size.items():
                (closes, closes_sem), (gains, gains_sem) = mean_and_sem(closed[effect]), mean_and_sem(gained[effect])
                rows.append(
                    {"link": link, "effect": name, "d": d, "n_seeds": len(closed[effect]), "closes": closes}
                    | {"closes_sem": closes_sem, "gains": gains, "gains_sem": gains_sem, **fit}
                )
    return pd.DataFrame(rows)


def _effects(table: pd.DataFrame, column: str) -> dict:
    """Effects on one column, an array over seeds each."""
    wide = table.pivot(index="seed", columns="combination", values=column)
    return effects(list(REMEDIES), {frozenset(set(name.split(JOIN)) - {NONE}): wide[name].to_numpy() for name in wide})
