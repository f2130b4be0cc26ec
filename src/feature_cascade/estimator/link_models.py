"""The link g as a least-squares fit sees it: its values and slopes at the scores of the samples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import CubicSpline

from ..model.links import Link

TAIL = 0.02  # share of the scores beyond the last knots, on each side
FEWEST_KNOTS = 3
STEP = 1e-5  # of a difference quotient, relative to the score


def slope(u: np.ndarray, y: np.ndarray) -> float:
    """Slope of the line that fits labels to scores.

    Parameters
    ----------
    u : ndarray of shape (n,)
        Scores.
    y : ndarray of shape (n,)
        Labels.

    Returns
    -------
    float
        The slope; 1 if it is not positive, so that a score can be multiplied by it.
    """
    centred = u - u.mean()
    found = float(centred @ y), float(centred @ centred)
    return found[0] / found[1] if min(found) > 0 else 1.0


class GivenLink:
    """A link that is known.

    Parameters
    ----------
    function : callable
        The link g, smooth, of an array.
    """

    def __init__(self, function: Link) -> None:
        self.function = function

    def at(self, u: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values and slopes of the link; the slope is a central difference.

        Parameters
        ----------
        u : ndarray of shape (n,)
            Scores.
        y : ndarray of shape (n,)
            Labels, which a given link ignores.

        Returns
        -------
        values : ndarray of shape (n,)
            Values g(u).
        slopes : ndarray of shape (n,)
            Slopes g'(u).
        """
        step = STEP * (1 + np.abs(u))
        return self.function(u), (self.function(u + step) - self.function(u - step)) / (2 * step)


class SplineLink:
    """g(u) = u + c + s(u), s a natural cubic spline, straight beyond its last knots, fitted by least squares.

    The coefficients of c and s are eliminated: at each score they are the best ones, so that the slope of the
    objective in the score is that of the link at fixed coefficients (variable projection).

    Parameters
    ----------
    u : ndarray of shape (n,)
        Scores at whose quantiles the knots stand, not all equal.
    n_knots : int
        Number of knots.

    Notes
    -----
    On the scores u, s has neither a mean nor a slope. So the identity is among the links, and the link can hardly grow
    while the score shrinks, which would escape every penalty on the score; `renewed` takes back what it did.
    """

    def __init__(self, u: np.ndarray, n_knots: int) -> None:
        self.n_knots = n_knots
        knots = np.unique(np.quantile(u, np.linspace(TAIL, 1 - TAIL, n_knots)))
        if len(knots) < FEWEST_KNOTS:
            knots = np.linspace(u.min() - 1, u.max() + 1, FEWEST_KNOTS)
        self._splines = CubicSpline(knots, np.eye(len(knots)), bc_type="natural")
        values, _ = self._natural(u)
        lines = np.column_stack([np.ones_like(u), u])
        self._lines = np.linalg.lstsq(lines, values)[0]
        *_, axes = np.linalg.svd(values - lines @ self._lines, full_matrices=False)
        self._axes = axes[: len(knots) - lines.shape[1]].T  # as many combinations are straight lines on u as there are

    def at(self, u: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values and slopes of the link that fits the labels best.

        Parameters
        ----------
        u : ndarray of shape (n,)
            Scores.
        y : ndarray of shape (n,)
            Labels.

        Returns
        -------
        values : ndarray of shape (n,)
            Values of the fitted link.
        slopes : ndarray of shape (n,)
            Its slopes.
        """
        basis, slopes = self._basis(u)
        coefficients = _coefficients(basis, y - u)
        return u + basis @ coefficients, 1 + slopes @ coefficients

    def fitted(self, u: np.ndarray, y: np.ndarray) -> Link:
        """The link that fits the labels best.

        Parameters
        ----------
        u : ndarray of shape (n,)
            Scores.
        y : ndarray of shape (n,)
            Labels.

        Returns
        -------
        callable
            The function g.
        """
        return FittedSpline(self, _coefficients(self._basis(u)[0], y - u), (y.min(), y.max()))

    def renewed(self, u: np.ndarray, y: np.ndarray) -> tuple[float, SplineLink]:
        """The links whose knots stand at the quantiles of other scores, and a factor that brings them to slope one.

        Parameters
        ----------
        u : ndarray of shape (n,)
            Scores.
        y : ndarray of shape (n,)
            Labels.

        Returns
        -------
        factor : float
            Slope of the labels on the scores, by which the score is to be multiplied.
        links : SplineLink
            The links of the longer score.
        """
        factor = slope(u, y)
        return factor, SplineLink(factor * u, self.n_knots)

    def _natural(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values and slopes of all natural splines, (n, number of knots)."""
        inside = np.clip(u, self._splines.x[0], self._splines.x[-1])
        slopes = self._splines(inside, 1)
        return self._splines(inside) + slopes * (u - inside)[:, None], slopes

    def _basis(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values and slopes of the constant and of the splines without mean and slope."""
        values, slopes = self._natural(u)
        constant, tilt = self._lines
        curved = (values - constant - u[:, None] * tilt) @ self._axes
        ones = np.ones((len(u), 1))
        return np.hstack([ones, curved]), np.hstack([0 * ones, (slopes - tilt) @ self._axes])


@dataclass(frozen=True)
class FittedSpline:
    """A `SplineLink` with its coefficients, which stays within the range of the labels that it was fitted to.

    Attributes
    ----------
    family : SplineLink
        The links among which it is.
    coefficients : ndarray of shape (k,)
        Of the constant and of the splines.
    limits : (float, float)
        Smallest and largest label.

    Notes
    -----
    Beyond its knots a spline is a straight line, and the score a square of the features: without the limits one input
    in the tail of its distribution could decide the error of all.
    """

    family: SplineLink
    coefficients: np.ndarray
    limits: tuple[float, float]

    def __call__(self, u: np.ndarray) -> np.ndarray:
        """Values g(u) at scores u (n,)."""
        return np.clip(u + self.family._basis(u)[0] @ self.coefficients, *self.limits)


@dataclass(frozen=True)
class ScaledLink:
    """A link in other units, c·g(u/a).

    Attributes
    ----------
    link : callable
        The link g.
    score_unit : float
        The unit a of the score.
    label_unit : float
        The unit c of the labels.
    """

    link: Link
    score_unit: float
    label_unit: float

    def __call__(self, u: np.ndarray) -> np.ndarray:
        """Values c·g(u/a) at scores u (n,)."""
        return self.label_unit * self.link(u / self.score_unit)


LinkModel = GivenLink | SplineLink


def _coefficients(basis: np.ndarray, target: np.ndarray) -> np.ndarray:
    return np.linalg.lstsq(basis, target)[0]
