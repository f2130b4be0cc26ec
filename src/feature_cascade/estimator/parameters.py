"""What parameters of the estimators may be, as constraints of scikit-learn, and how labels are checked."""

from __future__ import annotations

from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval


class Number(Interval):
    """An interval of numbers that does not take True for 1."""

    def is_satisfied_by(self, val: object) -> bool:
        """Whether a value is a number of the interval.

        Parameters
        ----------
        val : object
            Value of a parameter.

        Returns
        -------
        bool
            Whether it is allowed.
        """
        return not isinstance(val, bool) and super().is_satisfied_by(val)


def count(low: int = 1, high: int | None = None) -> Number:
    """The integers of an interval.

    Parameters
    ----------
    low : int
        The smallest.
    high : int, optional
        The largest; None for no limit.

    Returns
    -------
    Number
        The constraint.
    """
    return Number(Integral, low, high, closed="left" if high is None else "both")


def positive(below: float | None = None) -> Number:
    """The finite positive numbers.

    Parameters
    ----------
    below : float, optional
        A bound that is not reached.

    Returns
    -------
    Number
        The constraint.
    """
    return Number(Real, 0, below, closed="neither")


N_JOBS = [count(), Number(Integral, None, -1, closed="right"), None]


def refuse_text(y: object) -> None:
    """Refuse labels that are text, which scikit-learn would try to read as numbers.

    Parameters
    ----------
    y : array-like or None
        Labels as a user gave them.

    Raises
    ------
    ValueError
        If one of them is a string.
    """
    if not hasattr(y, "__len__"):
        return
    text = [value for value in np.ravel(np.asarray(y, dtype=object)) if isinstance(value, str)]
    if text:
        raise ValueError(f"y must hold numbers, got text: {str(text[0])!r}")
