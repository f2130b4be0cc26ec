"""T4: exponents of the rounding of the onset at finite D."""

from __future__ import annotations

import pandas as pd

from .frames import CASE

QUANTITIES = {"width": "width", "height": "cos² at the onset", "collapse": "data collapse"}
WIGNER, GUESSED = -1 / 3, -1 / 2  # a spiked Wigner matrix; guessed elsewhere for this model


def make(exponents: pd.DataFrame, sizes: pd.DataFrame) -> pd.DataFrame:
    """Exponents in D of width, cos² at the predicted onset and best collapse, beside −1/3 and −1/2.

    `missing` is the share of the predicted area after the onset that was not reached at the largest D: where it is not
    small, the onset is delayed and nothing in the row describes a rounded kink. `misfit` is χ² per degree of freedom of
    a power law, or the quality S of a collapse; 1 is good.

    Parameters
    ----------
    exponents : DataFrame
        Of `rounding.make`: `quantity`, `exponent` with interval, `misfit`, `sizes`, `seeds` of each case.
    sizes : DataFrame
        Of `rounding.make`: `D`, `missing` of each case.

    Returns
    -------
    DataFrame
        One row per case and quantity: the exponent, and whether −1/3 and −1/2 are inside its interval.
    """
    largest = sizes.loc[sizes.groupby(CASE)["D"].idxmax(), [*CASE, "missing"]]
    table = exponents[exponents["quantity"].isin(QUANTITIES)].merge(largest, on=CASE, validate="many_to_one")
    for name, value in (("wigner", WIGNER), ("guessed", GUESSED)):
        table[name], table[f"{name}_inside"] = value, table["low_95"].le(value) & table["high_95"].ge(value)
    table["quantity"] = table["quantity"].map(QUANTITIES)
    columns = ["quantity", "exponent", "low_95", "high_95", "misfit", "wigner", "wigner_inside", "guessed"]
    return table[[*CASE, *columns, "guessed_inside", "missing", "sizes", "seeds"]]
