"""How rules and findings spell the numbers that decide: a text is made from the number, so the two cannot differ."""

from __future__ import annotations

from math import isnan

COUNTS = ("no", "one", "two", "three", "four", "five", "six")


def count(number: int) -> str:
    """A small number in words.

    Parameters
    ----------
    number : int
        From 0 to 6.

    Returns
    -------
    str
        The word.

    Examples
    --------
    >>> count(3)
    'three'
    """
    return COUNTS[number]


def seeds(number: int) -> str:
    """How many seeds.

    Parameters
    ----------
    number : int
        Their number.

    Returns
    -------
    str
        With its noun.

    Examples
    --------
    >>> seeds(1), seeds(3)
    ('1 seed', '3 seeds')
    """
    return f"{number} seed" if number == 1 else f"{number} seeds"


def mean_with_error(mean: float, sem: float) -> str:
    """A mean and its standard error.

    Parameters
    ----------
    mean : float
        The mean.
    sem : float
        The standard error; NaN for a single value, which has none.

    Returns
    -------
    str
        Both with three decimals, or the mean alone.

    Examples
    --------
    >>> mean_with_error(1.05, 0.0134), mean_with_error(1.05, float("nan"))
    ('1.050 ± 0.013', '1.050')
    """
    return f"{mean:.3f}" if isnan(sem) else f"{mean:.3f} ± {sem:.3f}"


def times(factor: float) -> str:
    """How many times something.

    Parameters
    ----------
    factor : float
        The factor.

    Returns
    -------
    str
        The factor, 2 in a word.

    Examples
    --------
    >>> times(2), times(1.5)
    ('twice', '1.5 times')
    """
    return "twice" if factor == 2 else f"{factor:g} times"


def decades(length: float) -> str:
    """A length on a logarithmic axis.

    Parameters
    ----------
    length : float
        Its decimal logarithm.

    Returns
    -------
    str
        The length, 1 and 1/2 in words.

    Examples
    --------
    >>> decades(1), decades(0.5), decades(2)
    ('a decade', 'half a decade', '2 decades')
    """
    return {1: "a decade", 0.5: "half a decade"}.get(length, f"{length:g} decades")


def signed(number: object) -> str:
    """A number in prose, with a true minus sign.

    Parameters
    ----------
    number : int, float or Fraction
        The number.

    Returns
    -------
    str
        The number as Python prints it, its hyphen replaced.

    Examples
    --------
    >>> signed(-1)
    '−1'
    """
    return str(number).replace("-", "−")


def interval(value: float, low: float, high: float) -> str:
    """An estimate and its interval.

    Parameters
    ----------
    value : float
        The estimate.
    low : float
        Lower end of the interval.
    high : float
        Upper end of the interval.

    Returns
    -------
    str
        All three with two decimals.

    Examples
    --------
    >>> interval(-0.335, -0.4, -0.27)
    '-0.34 [-0.40, -0.27]'
    """
    return f"{value:.2f} [{low:.2f}, {high:.2f}]"
