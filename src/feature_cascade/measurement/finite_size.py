"""How a kink is rounded at finite D: width, height at the predicted onset, data collapse, and their exponents in D.

Asymptotically cos²θ_1 is zero up to n = n_1 and grows linearly with r − 1, r = n/n_1, just after it. At finite D one
expects a critical window |r − 1| = O(D^b) inside which cos² = O(D^a), that is

    cos² = D^a f((r − 1) D^(−b)),        a = b = −1/3 for a spiked Wigner matrix.

Every function takes the seed means of all resamples at once, with the sample itself in row 0, so that an estimate and
its bootstrap are one computation. Intervals are the central 95 % of the bootstrap over seeds, resampled in each size by
itself because sizes are independent, while all ratios of a seed stay together because its samples are nested.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from ..sampling.streams import generator
from .collapse import best_exponent, best_exponents, collapse_quality
from .uncertainty import CURVE_BOOTSTRAPS, Exponent, resampled_means, standard_error, with_interval


@dataclass(frozen=True)
class SizeCurves:
    """Measured and predicted curves of one size.

    Attributes
    ----------
    D : int
        Number of features.
    cos2 : ndarray of shape (n_seeds, J)
        Measured cos²θ_1 at J ratios n/n_1.
    predicted : ndarray of shape (J,)
        Asymptotic curve at the same ratios.
    slope : float
        Slope of the predicted curve in n/n_1, just after the onset.
    """

    D: int
    cos2: np.ndarray
    predicted: np.ndarray
    slope: float


class Rounding:
    """The rounded kink at several sizes.

    Parameters
    ----------
    ratios : sequence of J floats
        Ascending n/n_1, with 1 among them and values on both sides of it.
    sizes : sequence of SizeCurves
        Curves of L ≥ 2 different D.
    name : str
        Name of the bootstrap's random stream.
    seed : int
        Seed of the bootstrap's random stream.
    bootstraps : int
        Number of resamples.

    Attributes
    ----------
    ratios : ndarray of shape (J,)
        As given.
    sizes : list of SizeCurves
        In the order of D.
    D : ndarray of shape (L,)
        Number of features of each size.
    means : ndarray of shape (1 + bootstraps, L, J)
        Means over seeds: of the sample in row 0, of the resamples in the others.
    errors : ndarray of shape (L, J)
        Standard errors of the sample's means.

    Raises
    ------
    ValueError
        If the ratios, the shapes or the number of sizes, seeds or resamples are not as described, or not finite.
    """

    def __init__(
        self,
        ratios: Sequence[float] | np.ndarray,
        sizes: Sequence[SizeCurves],
        name: str,
        seed: int = 0,
        bootstraps: int = CURVE_BOOTSTRAPS,
    ) -> None:
        self.ratios = np.asarray(ratios, dtype=float)
        _check(self.ratios, sizes, bootstraps)
        self.sizes = sorted(sizes, key=lambda size: size.D)
        self.D = np.array([size.D for size in self.sizes], dtype=float)
        drawn = [resampled_means(s.cos2, bootstraps, generator(seed, f"bootstrap {name}", s.D)) for s in self.sizes]
        self.means = np.stack(drawn, axis=1)
        self.errors = np.array([standard_error(s.cos2) for s in self.sizes])

    @property
    def heights(self) -> np.ndarray:
        """cos² at the predicted onset.

        Returns
        -------
        ndarray of shape (1 + bootstraps, L)
            One row per resample.
        """
        return self.means[..., self.ratios == 1.0][..., 0]

    @property
    def widths(self) -> np.ndarray:
        """The rounded region's width in n/n_1; see `width`.

        Returns
        -------
        ndarray of shape (1 + bootstraps, L)
            One row per resample.
        """
        return self._of_each_size(lambda size, means: width(self.ratios, means, size.slope))

    @property
    def missing(self) -> np.ndarray:
        """Share of the predicted area after the onset that is missing; see `missing`.

        Returns
        -------
        ndarray of shape (1 + bootstraps, L)
            One row per resample.
        """
        return self._of_each_size(lambda size, means: missing(self.ratios, means, size.predicted))

    def _of_each_size(self, statistic: Callable) -> np.ndarray:
        return np.stack([statistic(size, self.means[:, i]) for i, size in enumerate(self.sizes)], axis=1)

    def collapse(self, window: float) -> Exponent:
        """The one exponent a = b of the best collapse.

        Parameters
        ----------
        window : float
            All points with |r − 1| ≤ window are collapsed.

        Returns
        -------
        Exponent
            The exponent; its misfit is the quality S of the collapse.

        Raises
        ------
        ValueError
            If fewer than three ratios lie in the window.
        """
        return self._optimum(window, best_exponent)[0]

    def collapse_two(self, window: float) -> tuple[Exponent, Exponent]:
        """The exponents (a, b) of the best collapse when both are free.

        Parameters
        ----------
        window : float
            All points with |r − 1| ≤ window are collapsed.

        Returns
        -------
        a : Exponent
            That of cos².
        b : Exponent
            That of r − 1.

        Raises
        ------
        ValueError
            If fewer than three ratios lie in the window.
        """
        a, b = self._optimum(window, best_exponents)
        return a, b

    def _optimum(self, window: float, search: Callable) -> tuple[Exponent, ...]:
        inside = np.abs(self.ratios - 1) <= window + 1e-9
        if inside.sum() < 3:
            raise ValueError(f"a collapse needs three ratios with |n/n_1 − 1| ≤ {window}, found {inside.sum()}")
        x, y, errors = self.ratios[inside] - 1, self.means[..., inside], self.errors[:, inside]
        found = np.array([search(self.D, x, sample, errors) for sample in y])
        misfit = collapse_quality(self.D, x, y[0], errors, found[0, 0], found[0, -1])
        return tuple(with_interval(column, misfit) for column in found.T)


def _check(ratios: np.ndarray, sizes: Sequence[SizeCurves], bootstraps: int) -> None:
    inner = ratios[1:-1]
    if ratios.ndim != 1 or np.any(np.diff(ratios) <= 0) or not np.any(inner == 1.0):
        raise ValueError(f"ratios must ascend, with 1 between the first and the last, got {ratios.tolist()}")
    if len({size.D for size in sizes}) != len(sizes) or len(sizes) < 2:
        raise ValueError(f"at least two different sizes are needed, got D = {[size.D for size in sizes]}")
    if bootstraps < 1:
        raise ValueError(f"at least one resample is needed, got {bootstraps}")
    for size in sizes:
        if size.cos2.ndim != 2 or len(size.cos2) < 2 or size.cos2.shape[1] != len(ratios):
            raise ValueError(
                f"cos2 at D = {size.D} must have shape (at least 2 seeds, {len(ratios)}), got {size.cos2.shape}"
            )
        if size.predicted.shape != ratios.shape or not np.isfinite(size.predicted).all() or not size.slope > 0:
            raise ValueError(f"the prediction at D = {size.D} must be finite at every ratio and rise after the onset")
        if not np.isfinite(size.cos2).all() or not np.all(size.cos2.std(axis=0) > 0):
            raise ValueError(f"cos2 at D = {size.D} must be finite and differ between seeds")


def width(ratios: np.ndarray, measured: np.ndarray, slope: float) -> np.ndarray:
    """Width in n/n_1 of the rounded region, from what a curve reaches too early.

    W = 2 √(A/slope), A = ∫_{r<1} measured dr over the grid (trapezoidal rule). The asymptotic curve is zero there.

    Parameters
    ----------
    ratios : ndarray of shape (J,)
        Ascending n/n_1, with 1 among them.
    measured : ndarray of shape (..., J)
        Measured curves.
    slope : float
        Slope of the predicted curve just after the onset.

    Returns
    -------
    ndarray of shape (...)
        The width of each curve.

    Notes
    -----
    If the onset were smeared by a symmetric law with standard deviation σ, the kink would gain the area slope·σ²/4 on
    either side, so that W = σ. The side before the onset is the one where the gain is positive whatever the noise, and
    where the curvature of the asymptotic curve has no part in it.
    """
    before = ratios <= 1.0
    return 2 * np.sqrt(np.trapezoid(measured[..., before], ratios[before]) / slope)


def missing(ratios: np.ndarray, measured: np.ndarray, predicted: np.ndarray) -> np.ndarray:
    """Share of the predicted area after the onset, ∫_{r>1}, that was not reached.

    Parameters
    ----------
    ratios : ndarray of shape (J,)
        Ascending n/n_1, with 1 among them.
    measured : ndarray of shape (..., J)
        Measured curves.
    predicted : ndarray of shape (J,)
        The asymptotic curve.

    Returns
    -------
    ndarray of shape (...)
        Zero or a little below for a rounded kink at its predicted place; 1 if nothing has been recovered where the
        grid ends. Where it is not small the onset is delayed, and width and height describe no rounding.
    """
    after = ratios >= 1.0
    expected = np.trapezoid(predicted[after], ratios[after])
    return 1 - np.trapezoid(measured[..., after], ratios[after]) / expected
