"""What stands in a cell of a printed table: a quantity with its error or interval, with the digits that they allow."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from .columns import LABELS, error_of

NONE, THIN = "–", "\u2009"  # no number; space between groups of three digits
LARGE = 1e6  # from here on with a power of ten
DIGITS, ERROR_DIGITS = 3, 2  # significant digits of a number, and of its error
MOST_DECIMALS = 4
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class Quantity:
    """A column and those of its error or interval.

    Attributes
    ----------
    name : str
        Name of its column.
    errors : dict of str to str
        The column that holds each kind of error, a key of `columns.ERRORS`.
    """

    name: str
    errors: dict[str, str] = field(default_factory=dict)


def quantities(names: list[str]) -> list[Quantity]:
    """Columns of a table with their errors, which follow them.

    Parameters
    ----------
    names : list of str
        All columns.

    Returns
    -------
    list of Quantity
        In the order of the table.
    """
    found: list[Quantity] = []
    for name in names:
        if kind := error_of(name):
            found[-1].errors[kind] = name
        else:
            found.append(Quantity(name))
    return found


def texts(table: pd.DataFrame, quantity: Quantity) -> list[str]:
    """The cells of one quantity.

    Parameters
    ----------
    table : DataFrame
        Table with the columns of the quantity.
    quantity : Quantity
        The quantity.

    Returns
    -------
    list of str
        A text for each row: 0.19, 0.195 ± 0.005, −0.47 [−0.79, −0.14], yes, – (no number).
    """
    column = table[quantity.name]
    if column.dtype == bool:
        return ["yes" if value else "no" for value in column]
    if not pd.api.types.is_numeric_dtype(column):
        return [NONE if pd.isna(value) else _grouped_text(str(value)) for value in column]
    if quantity.name in LABELS or pd.api.types.is_integer_dtype(column):
        return [number(value, 0) if float(value).is_integer() else f"{value:g}" for value in column]
    usual = decimals_of(column.to_numpy(float))
    errors = {kind: table[name].to_numpy(float) for kind, name in quantity.errors.items()}
    rows = [{kind: values[i] for kind, values in errors.items()} for i in range(len(table))]
    return [_with_error(value, row, usual) for value, row in zip(column.to_numpy(float), rows, strict=True)]


def number(value: float, decimals: int) -> str:
    """A number in print.

    Parameters
    ----------
    value : float
        The number.
    decimals : int
        Number of decimals; below zero, tens, hundreds and so on are rounded.

    Returns
    -------
    str
        With a true minus sign and groups of three digits, from a million on with a power of ten.

    Examples
    --------
    >>> number(-0.4651, 2), number(1.746e6, 0), number(np.nan, 2)
    ('−0.47', '1.75×10⁶', '–')
    """
    if np.isnan(value):
        return NONE
    sign = "−" if value < 0 else ""
    if np.isinf(value):
        return f"{sign}∞"
    if abs(value) >= LARGE:
        mantissa, power = f"{abs(value):.{DIGITS - 1}e}".split("e")
        return f"{sign}{mantissa}×10{str(int(power)).translate(SUPERSCRIPTS)}"
    text = f"{round(abs(value), decimals):,.{max(decimals, 0)}f}".replace(",", THIN)
    return (sign if text.strip("0.") else "") + text


def decimals_of(values: np.ndarray) -> int:
    """Decimals with which a typical value of a column has three significant digits.

    Parameters
    ----------
    values : ndarray of shape (n_rows,)
        The column; numbers that are not finite do not count.

    Returns
    -------
    int
        From 0 to 4.
    """
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    return int(np.clip(_decimals(float(np.median(sizes)), DIGITS), 0, MOST_DECIMALS)) if len(sizes) else 0


def _decimals(size: float, digits: int) -> int:
    """Decimals with which a number of this size has so many significant digits."""
    return digits - 1 - int(np.floor(np.log10(size)))


def _with_error(value: float, errors: dict[str, float], usual: int) -> str:
    """A value with what is known of its error; `usual` decimals where the error does not say how many."""
    error = errors.get("sem", errors.get("se", np.nan))
    relative = errors.get("relative_sem", errors.get("log_se", np.nan))
    error = value * relative if np.isfinite(relative) else error
    low, high = errors.get("low_95", np.nan), errors.get("high_95", np.nan)
    spread = (high - low) / 2 if np.isfinite(high - low) else error
    decimals = min(_decimals(spread, ERROR_DIGITS), MOST_DECIMALS) if np.isfinite(spread) and spread > 0 else usual
    text = number(value, decimals)
    if np.isnan(value):
        return text
    if np.isfinite(error):
        text += f" ± {number(error, decimals)}"
    return f"{text} [{number(low, decimals)}, {number(high, decimals)}]" if np.isfinite(high - low) else text


def _grouped_text(text: str) -> str:
    """A text with a true minus sign; a number alone or after a sign, as "≥ 64000", has its digits in groups."""
    if text == "-":
        return "−"
    *before, last = text.split(" ")
    return text if len(before) > 1 or not last.isdigit() else " ".join([*before, number(int(last), 0)])
