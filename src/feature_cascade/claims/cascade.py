"""The claim that the smooth power law belongs to the algorithm, not to the target: where and how it is decided.

Its rule is in `decisions.CLAIMS`, made from the constants of this module.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from .ledger import FAILS, HOLDS, LIMITED, UNREACHABLE, Finding, Tables
from .wording import seeds

EXACT_AT = 2.0  # n/(d1 D) at which both are compared
EXACT = 1e-3  # largest NMSE of what counts as the whole target
NOT_LEARNED = 0.5  # smallest NMSE of what counts as hardly anything of it
STEEPEST = 0.5  # γ below which the paper's law has its transition at n ≍ d1 D
LINKS = ("identity", "tanh")
TOGETHER, ALONE = "cascade", "paper"


def law_of_the_algorithm(tables: Tables) -> Finding:
    """Errors of the cascade and of the preset paper from the same labels, without noise.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `cascade` is read.

    Returns
    -------
    Finding
        The largest error of the cascade over seeds and the smallest of the preset paper, for each d and link.
    """
    table = tables["cascade"]
    table = table[(table["noise"] == 0) & (table["gamma"] < STEEPEST) & np.isclose(table["ratio"], EXACT_AT)]
    predicted = f"≤ {EXACT:g} against > {NOT_LEARNED:g}"
    errors = table[table["method"].isin([TOGETHER, ALONE])].pivot_table(
        index=["d", "link"], columns="method", values="nmse", aggfunc=["max", "min", "count"]
    )
    sizes = sorted(set(table["d"]))
    complete = [d for d in sizes if _complete(errors, d)]
    if not complete:
        return Finding(predicted, f"no d with both links and methods at n = {EXACT_AT:g} d1 D", UNREACHABLE)
    found = errors.loc[complete]
    together, alone, counts = found["max"][TOGETHER], found["min"][ALONE], found["count"][TOGETHER]
    measured = "; ".join(
        f"d={d} {link}: {together[d, link]:.0e} against {alone[d, link]:.2f} ({seeds(int(counts[d, link]))})"
        for d, link in found.index
    )
    exact, missed = together <= EXACT, alone > NOT_LEARNED
    if exact.all() and missed.all():
        return Finding(predicted, measured, HOLDS)
    if not exact.groupby("link").any().all():
        return Finding(predicted, measured, FAILS)
    limit = "; ".join(
        [f"not exact at {_named(exact)}"] * (not exact.all())
        + [f"paper has learned at {_named(missed)}"] * (not missed.all())
    )
    return Finding(predicted, measured, LIMITED, limit)


def _complete(errors: pd.DataFrame, d: int) -> bool:
    """Whether both methods were run at a size with either link."""
    if not {TOGETHER, ALONE} <= set(errors["count"].columns if len(errors) else ()):
        return False
    counts = errors["count"].loc[d]
    return set(LINKS) <= set(counts.index) and bool(counts[[TOGETHER, ALONE]].notna().all(axis=None))


def _named(true: pd.Series) -> str:
    """Sizes and links for which something is not so."""
    return ", ".join(f"d={d} ({link})" for (d, link), value in true.items() if not value)
