"""The link g as a least-squares fit sees it: its values and slopes at the scores of the samples."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy.interpolate import CubicSpline

from ..model.links import Link

KNOTS = (0.02, 0.15, 0.4, 0.6, 0.85, 0.98)  # quantiles of the score
STEP = 1e-5  # of a difference quotient, relative to the score


class LinkModel(Protocol):
    """A link that is given, or that is fitted to every score anew."""

    def at(self, u: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values and slopes at scores u (n,) whose labels are y (n,)."""

    def predict(self, u: np.ndarray) -> np.ndarray:
        """Values at scores u (n,)."""


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
        values, slopes : ndarray of shape (n,)
            Values g(u) and slopes g'(u).
        """
        step = STEP * (1 + np.abs(u))
        return self.function(u), (self.function(u + step) - self.function(u - step)) / (2 * step)

    def predict(self, u: np.ndarray) -> np.ndarray:
        """Values of the link.

        Parameters
        ----------
        u : ndarray of shape (n,)
            Scores.

        Returns
        -------
        ndarray of shape (n,)
            Values g(u).
        """
        return self.function(u)


class SplineLink:
    """A natural cubic spline of the score, straight beyond its last knots, fitted by least squares at every call.

    Its coefficients are eliminated: at each score they are the best ones, so that the slope of the objective in the
    score is that of the spline at fixed coefficients (variable projection).

    Parameters
    ----------
    u : ndarray of shape (n,)
        Scores at whose quantiles the knots stand.

    Notes
    -----
    Straight lines are among the splines, so learning a link costs an identity nothing but a few coefficients.
    """

    def __init__(self, u: np.ndarray) -> None:
        knots = np.unique(np.quantile(u, KNOTS))
        if len(knots) < 3:
            knots = np.linspace(u.min() - 1, u.max() + 1, 3)
        self._low, self._high = knots[0], knots[-1]
        self._spline = CubicSpline(knots, np.eye(len(knots)), bc_type="natural")
        self._slope = self._spline.derivative()

    def at(self, u: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Values and slopes of the spline that fits the labels best.

        Parameters
        ----------
        u : ndarray of shape (n,)
            Scores.
        y : ndarray of shape (n,)
            Labels.

        Returns
        -------
        values, slopes : ndarray of shape (n,)
            Of the fitted spline at u.
        """
        basis, slopes = self._basis(u)
        self.coefficients = np.linalg.lstsq(basis, y)[0]
        return basis @ self.coefficients, slopes @ self.coefficients

    def predict(self, u: np.ndarray) -> np.ndarray:
        """Values of the spline that was fitted last.

        Parameters
        ----------
        u : ndarray of shape (n,)
            Scores.

        Returns
        -------
        ndarray of shape (n,)
            Values at u.
        """
        return self._basis(u)[0] @ self.coefficients

    def _basis(self, u: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        inside = np.clip(u, self._low, self._high)
        slopes = self._slope(inside)
        return self._spline(inside) + slopes * (u - inside)[:, None], slopes
