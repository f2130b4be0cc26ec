"""Fresh tables beside stored ones: which cells differ."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

TOLERANCE = 1e-4
KEYS = (
    *("experiment", "kind", "features", "link", "noise", "method", "measure", "quantity", "sweep", "gap_factor"),
    *("d", "gamma", "seed", "alpha", "limit", "ratio", "direction", "sign"),
)  # columns that say which row it is; rows that share them all are told apart by their order
TIMES = ("seconds",)  # columns that differ from run to run
MOST = 20  # differences that are spelt out


def differences(fresh: pd.DataFrame, stored: pd.DataFrame, *, part: bool = False) -> list[str]:
    """Cells in which a fresh table differs from the stored one.

    Parameters
    ----------
    fresh : DataFrame
        The fresh table.
    stored : DataFrame
        The stored one.
    part : bool
        The fresh table is a part of the whole: rows that only the stored one has are no difference.

    Returns
    -------
    list of str
        One line for each cell, with the keys of its row, its column and both values.

    Notes
    -----
    Two numbers agree if they are within 10⁻⁴ of the stored one, or of the size of its column where that is larger (but
    counted as 1 at most: a cos² of 0.00001 need not agree in its own fourth digit). All else must be equal, but for the
    time that something took.
    """
    if list(fresh.columns) != list(stored.columns):
        return [f"columns are {', '.join(fresh.columns)}, stored {', '.join(stored.columns)}"]
    fresh, stored = _by_key(fresh), _by_key(stored)
    lines = [f"{_row(fresh, key)}: not among the stored" for key in fresh.index.difference(stored.index, sort=False)]
    if not part:
        lines += [f"{_row(stored, key)}: only stored" for key in stored.index.difference(fresh.index, sort=False)]
    both = fresh.index.intersection(stored.index, sort=False)
    for column in fresh.columns.difference(TIMES, sort=False):
        ours, theirs = fresh.loc[both, column], stored.loc[both, column]
        for i in np.flatnonzero(~_agree(ours, theirs, stored[column])):
            lines.append(f"{_row(stored, both[i])}: {column} is {ours.iloc[i]}, stored {theirs.iloc[i]}")
    return lines


def file_differences(fresh: str | Path, stored: str | Path, *, part: bool = False) -> list[str]:
    """`differences` between two files.

    Parameters
    ----------
    fresh : str or Path
        File of the fresh table.
    stored : str or Path
        File of the stored one.
    part : bool
        The fresh table is a part of the whole.

    Returns
    -------
    list of str
        One line for each cell, at most 20, each beginning with the name of the fresh file.
    """
    lines = differences(pd.read_csv(fresh), pd.read_csv(stored), part=part)
    shown = lines[:MOST] + [f"and {len(lines) - MOST} more differences"] * (len(lines) > MOST)
    return [f"{fresh}: {line}" for line in shown]


def _by_key(table: pd.DataFrame) -> pd.DataFrame:
    """The table with its key columns, and a number among the rows that share them, as index; (rows, other columns)."""
    keys = [column for column in KEYS if column in table]
    number = table.groupby(keys, sort=False).cumcount() if keys else pd.Series(range(len(table)), table.index)
    return table.assign(row=number).set_index([*keys, "row"])


def _row(table: pd.DataFrame, key: tuple) -> str:
    """Name of a row."""
    key = key if isinstance(key, tuple) else (key,)
    return " ".join(f"{name}={value}" for name, value in zip(table.index.names, key, strict=True))


def _agree(ours: pd.Series, theirs: pd.Series, column: pd.Series) -> np.ndarray:
    """Which cells agree."""
    if not (pd.api.types.is_numeric_dtype(ours) and pd.api.types.is_numeric_dtype(theirs)):
        return (ours.astype(str) == theirs.astype(str)).to_numpy()
    size = min(1.0, np.sqrt(np.mean(np.square(column[np.isfinite(column)], dtype=float)))) if len(column) else 0.0
    margin = np.maximum(np.abs(theirs), size).to_numpy(float) * TOLERANCE
    ours, theirs = ours.to_numpy(float), theirs.to_numpy(float)
    with np.errstate(invalid="ignore"):  # infinities of the same sign are equal, their difference is not a number
        close = np.isfinite(theirs) & (np.abs(ours - theirs) <= margin)
    return close | (ours == theirs) | (np.isnan(ours) & np.isnan(theirs))
