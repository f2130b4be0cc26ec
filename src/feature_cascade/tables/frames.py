"""What several tables need of their data frames."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

RUN = ["experiment", "d", "gamma"]
CASE = ["kind", "features", "measure"]  # of the study of finite-size smoothing


def by_run(table: pd.DataFrame) -> Iterator[tuple[tuple, pd.DataFrame]]:
    """Each experiment, d and γ with its rows.

    Parameters
    ----------
    table : DataFrame
        Table with columns `experiment`, `d` and `gamma`.

    Yields
    ------
    run : tuple
        Experiment, d and γ.
    rows : DataFrame
        Their rows.
    """
    yield from table.groupby(RUN)


def select(table: pd.DataFrame, values: dict) -> pd.DataFrame:
    """Rows with the given values.

    Parameters
    ----------
    table : DataFrame
        Table to select from.
    values : dict
        Value of each column.

    Returns
    -------
    DataFrame
        The rows; none if no row has the values.
    """
    return table[np.logical_and.reduce([table[column] == value for column, value in values.items()])]


def curves_of(table: pd.DataFrame, value: str) -> tuple[np.ndarray, np.ndarray]:
    """The grid of n and one row per seed of a measured or predicted curve.

    Parameters
    ----------
    table : DataFrame
        One row per seed and n: `seed`, `n` and the value.
    value : str
        Column with the curve.

    Returns
    -------
    n : ndarray of shape (n_sizes,)
        The grid of n.
    curves : ndarray of shape (n_seeds, n_sizes)
        The curve of each seed.
    """
    wide = table.pivot(index="seed", columns="n", values=value)
    return wide.columns.to_numpy(), wide.to_numpy()
