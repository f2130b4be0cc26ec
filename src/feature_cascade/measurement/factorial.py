"""What a two-level factorial design says: the effect of each factor and of each pair, and how they fall with d."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from ..sampling.streams import generator
from .uncertainty import BOOTSTRAPS, Exponent, bootstrap_interval, resampled_means, standard_error

EXPONENT_GRID = np.linspace(-3.0, 3.0, 601)  # among which the exponent of a power law is looked for


def effects(factors: Sequence[str], values: dict[frozenset[str], np.ndarray]) -> dict[tuple[str, ...], np.ndarray]:
    """Main effects and interactions of pairs in a complete two-level design.

    The effect of a factor is the mean of value(with) − value(without) over the settings of the others. The effect of a
    pair is half the difference of the one factor's effect with and without the other.

    Parameters
    ----------
    factors : sequence of str
        Names of the factors.
    values : dict of frozenset of str to ndarray
        What was measured with each set of factors on, say one number per seed; all of the same shape.

    Returns
    -------
    dict of tuple of str to ndarray
        The effect of each factor and of each pair, of the shape of the values.

    Raises
    ------
    ValueError
        If a combination of the factors is missing, or there is another.

    Examples
    --------
    >>> import numpy as np
    >>> values = {frozenset(): np.array(1.0), frozenset({"a"}): np.array(4.0)}
    >>> {name: float(effect) for name, effect in effects(["a"], values).items()}
    {('a',): 3.0}
    """
    wanted = {frozenset(itertools.compress(factors, on)) for on in itertools.product((0, 1), repeat=len(factors))}
    if set(values) != wanted:
        raise ValueError(f"the {len(wanted)} combinations of {list(factors)} are needed, got {[*map(sorted, values)]}")
    names = [*itertools.combinations(factors, 1), *itertools.combinations(factors, 2)]
    half = len(values) / 2
    return {
        name: sum((_sign(name, chosen) * value for chosen, value in values.items()), np.zeros(())) / half
        for name in names
    }


def _sign(name: tuple[str, ...], chosen: frozenset[str]) -> int:
    """Sign of a combination in an effect: minus for each of the effect's factors that is off."""
    return math.prod(1 if factor in chosen else -1 for factor in name)


def power_law_in_d(d: Sequence[float], values: Sequence[np.ndarray], name: str) -> Exponent:
    """Exponent of A d^exponent fitted to the mean over seeds of values that may scatter around zero.

    Parameters
    ----------
    d : sequence of L numbers
        The sizes.
    values : sequence of L ndarrays
        One number per seed at each size.
    name : str
        Name of the bootstrap's random stream.

    Returns
    -------
    Exponent
        The exponent, with the central 95 % of a bootstrap over seeds, each size by itself. It is NaN with fewer than
        two sizes, where the values of one size do not differ, and where the interval reaches an end of
        `EXPONENT_GRID`: then the data say nothing of the exponent, as when an effect is zero within its noise.

    Notes
    -----
    Weighted least squares act on the values themselves, not on their logarithms, so that means of either sign are
    allowed.
    """
    values = [np.asarray(v, dtype=float) for v in values]
    errors = np.array([standard_error(v) for v in values])
    if len(d) < 2 or not np.all(errors > 0):  # NaN of a single seed is not above 0 either
        return Exponent(np.nan, np.nan, np.nan, np.nan)
    means = np.column_stack(
        [
            resampled_means(v[:, None], BOOTSTRAPS, generator(0, f"bootstrap {name}", int(size)))[:, 0]
            for size, v in zip(d, values, strict=True)
        ]
    )
    scale = np.exp(np.log(d).mean())
    shapes = (np.asarray(d, dtype=float) / scale) ** EXPONENT_GRID[:, None] / errors  # (exponents, L)
    weighted = means / errors
    fitted = weighted @ shapes.T / np.sum(shapes**2, axis=1)  # amplitudes, (1 + bootstraps, exponents)
    explained = fitted * (weighted @ shapes.T)  # what each exponent takes off the sum of squares
    best = np.argmax(explained, axis=1)
    exponents = EXPONENT_GRID[best]
    left = np.sum(weighted[0] ** 2) - explained[0, best[0]]
    misfit = float(left / (len(d) - 2)) if len(d) > 2 else np.nan
    low, high = bootstrap_interval(exponents)
    if low <= EXPONENT_GRID[0] or high >= EXPONENT_GRID[-1]:
        return Exponent(np.nan, np.nan, np.nan, misfit)
    amplitude = float(fitted[0, best[0]] / scale ** exponents[0])
    return Exponent(float(exponents[0]), low, high, misfit, amplitude)


def geometric_mean_interval(ratios: np.ndarray, name: str) -> tuple[float, float, float]:
    """Geometric mean of one ratio per seed, with the central 95 % of a bootstrap over seeds.

    Parameters
    ----------
    ratios : ndarray of shape (n_seeds,)
        Positive ratios.
    name : str
        Name of the bootstrap's random stream.

    Returns
    -------
    mean : float
        The geometric mean; NaN without a ratio.
    low : float
        Lower end of the interval; NaN with fewer than two ratios.
    high : float
        Upper end of the interval; NaN with fewer than two ratios.
    """
    if not len(ratios):
        return (np.nan,) * 3
    logs = resampled_means(np.log(ratios)[:, None], BOOTSTRAPS, generator(0, f"bootstrap {name}"))[:, 0]
    low, high = bootstrap_interval(logs) if len(ratios) > 1 else (np.nan, np.nan)
    return float(np.exp(logs[0])), float(np.exp(low)), float(np.exp(high))
