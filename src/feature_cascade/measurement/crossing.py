"""Where learning curves cross each other or a level, interpolated in log n and log error."""

from __future__ import annotations

import numpy as np

AHEAD, CLEARLY_AHEAD = 0.02, 0.1  # differences of log errors


def crossings(n: np.ndarray, ours: np.ndarray, others: np.ndarray) -> tuple[float, float]:
    """Where one error gets ahead of another and where it no longer is.

    Both are looked for around the n where `ours` is furthest ahead in ratio.

    Parameters
    ----------
    n : ndarray of shape (J,)
        Ascending sample sizes.
    ours : array_like of shape (J,)
        The errors that are to be smaller.
    others : array_like of shape (J,)
        The errors that they are compared with.

    Returns
    -------
    start : float
        The n where `ours` gets ahead; NaN where there is no such crossing inside the grid.
    end : float
        The n where it no longer is; NaN where there is no such crossing inside the grid.

    Notes
    -----
    Ahead is smaller by at least 2 %, and by 10 % somewhere: two errors close to one are not told apart.
    """
    ratio = np.log(np.asarray(ours) / np.asarray(others)) + AHEAD
    best = int(np.argmin(ratio))
    if ratio[best] > AHEAD - CLEARLY_AHEAD:
        return np.nan, np.nan
    before = np.flatnonzero(ratio[:best] >= 0)
    after = np.flatnonzero(ratio[best:] >= 0)
    start = _between(n, ratio, before[-1]) if len(before) else np.nan
    return start, _between(n, ratio, best + after[0] - 1) if len(after) else np.nan


def first_below(n: np.ndarray, error: np.ndarray, level: float) -> float:
    """The first n where an error reaches a level from above, interpolated in log n and log error.

    Parameters
    ----------
    n : ndarray of shape (J,)
        Ascending sample sizes.
    error : array_like of shape (J,)
        Positive errors.
    level : float
        The level, positive.

    Returns
    -------
    float
        The crossing; NaN if there is none inside the grid.

    Examples
    --------
    >>> import numpy as np
    >>> round(first_below(np.array([100, 400]), [0.4, 0.1], 0.2), 6)  # error = 40/n
    200.0
    """
    over = np.log(np.asarray(error) / level)
    below = np.flatnonzero(over <= 0)
    return _between(n, over, below[0] - 1) if len(below) and below[0] > 0 else np.nan


def _between(n: np.ndarray, value: np.ndarray, left: int) -> float:
    """The n between neighbours `left` and `left` + 1 where a value, linear in log n, is zero."""
    low, high = value[left], value[left + 1]
    weight = low / (low - high)
    return float(np.exp((1 - weight) * np.log(n[left]) + weight * np.log(n[left + 1])))
