"""The claim that the estimator learns from n at which kernels do not: where it is decided, and at which d it is not so.

Its rule is in `decisions.CLAIMS`, made from the constants of this module.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..baselines.methods import KERNEL_METHODS
from ..estimator.presets import PRESETS
from ..measurement.uncertainty import half_interval, mean_and_sem
from ..tables.frames import select
from .ledger import HOLDS, LIMITED, UNREACHABLE, Finding, Tables
from .wording import interval, seeds

SEPARATED_AT = {"link": "tanh", "d": 60}  # where kernels should be behind
SMALL_D = 20  # where they are not
LEARNS = 0.6  # a smaller NMSE shows that something was learned
LEARNS_LITTLE = 0.8  # a larger NMSE shows that hardly anything was
FEWEST_SEEDS = 3  # with fewer there is no interval to rely on
FIT = ["link", "d", "seed", "n", "method"]  # columns that name one fit of the comparison


def separation(tables: Tables) -> Finding:
    """An n at which a preset has learned and no kernel has, and what is so at small d.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `baselines` is read.

    Returns
    -------
    Finding
        The errors of both sides at the n where they are apart, or nearest to it, and at d = `SMALL_D`.
    """
    table = tables["baselines"].drop_duplicates(FIT)
    predicted, d = f"NMSE < {LEARNS:g} against > {LEARNS_LITTLE:g}", SEPARATED_AT["d"]
    cells = {
        n: rows for n, rows in select(table, SEPARATED_AT).groupby("n") if set(rows["method"]) >= set(KERNEL_METHODS)
    }
    if not cells:
        return Finding(predicted, f"no n with all kernels at d={d}", UNREACHABLE)
    found = {n: _apart(rows) for n, rows in cells.items()}
    best = min(found, key=lambda n: (not found[n][0], -n))
    separated, text = found[best]
    measured = f"d={d} {SEPARATED_AT['link']}, n={best}: {text}; {_small_d(table)}"
    if not separated:
        return Finding(predicted, measured, UNREACHABLE, f"no such n was found up to n={max(cells)}")
    ahead = _kernels_ahead(table)
    limit = f"at d={SMALL_D} a kernel is ahead of {' and '.join(ahead)}" if ahead else ""
    return Finding(predicted, measured, LIMITED if ahead else HOLDS, limit)


def _apart(rows: pd.DataFrame) -> tuple[bool, str]:
    """Whether one preset and all kernels are apart at one n, and their means with 95 % intervals."""
    errors = {name: _mean_interval(group["nmse"]) for name, group in rows.groupby("method")}
    n_seeds = rows.groupby("method")["seed"].nunique().min()
    ours = min((errors[name] for name in PRESETS if name in errors), default=(np.inf,) * 3)
    lowest = min((errors[name] for name in KERNEL_METHODS), key=lambda value: value[0])
    bottom = min(errors[name][1] for name in KERNEL_METHODS)
    apart = n_seeds >= FEWEST_SEEDS and ours[0] < LEARNS and lowest[0] > LEARNS_LITTLE and ours[2] < bottom
    return apart, f"{interval(*ours)} against {interval(*lowest)} of the best kernel ({seeds(n_seeds)})"


def _small_d(table: pd.DataFrame) -> str:
    """Mean errors at the largest n where both sides were measured at d = `SMALL_D`, for each link."""
    texts = []
    for link, n, means, best in _both_sides(table):
        ours = ", ".join(f"{means[name]:.2f} {name}" for name in PRESETS if name in means)
        texts.append(f"d={SMALL_D} {link}, n={n}: {ours}, {best:.2f} best kernel")
    return "; ".join(texts) or f"no kernel at d={SMALL_D}"


def _kernels_ahead(table: pd.DataFrame) -> list[str]:
    """ "preset (link)" where the best kernel has the smaller mean error at the largest common n at d = `SMALL_D`."""
    return [
        f"{name} ({link})"
        for link, _, means, best in _both_sides(table)
        for name in PRESETS
        if name in means and means[name] > best
    ]


def _both_sides(table: pd.DataFrame) -> list[tuple[str, int, pd.Series, float]]:
    """Per link, the largest n where a preset and a kernel were measured at small d, mean errors, the best kernel's."""
    found = []
    for link, rows in table[table["d"] == SMALL_D].groupby("link"):
        sides = [set(rows[rows["method"].isin(names)]["n"]) for names in (PRESETS, KERNEL_METHODS)]
        if common := sides[0] & sides[1]:
            means = rows[rows["n"] == max(common)].groupby("method")["nmse"].mean()
            found.append((link, max(common), means, means[means.index.isin(KERNEL_METHODS)].min()))
    return found


def _mean_interval(values: pd.Series) -> tuple[float, float, float]:
    """Mean and 95 % interval (Student's t) of one number per seed."""
    mean, sem = mean_and_sem(values.to_numpy())
    half = half_interval(sem, len(values) - 1)
    return mean, mean - half, mean + half
