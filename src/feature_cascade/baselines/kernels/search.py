"""The ridge of a kernel: which of the grid may be used, in which order, and what is said when a solver fails."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

if TYPE_CHECKING:
    from .regression import KernelBaseline


class GridErrors(NamedTuple):
    """How the ridges of a grid do on held-out samples.

    Attributes
    ----------
    errors : ndarray of shape (k,)
        Mean squared errors.
    residuals : ndarray of shape (k,)
        Largest relative residuals of the solver, infinite where it failed.
    converged : ndarray of shape (k,)
        Whether the solver reached its tolerance on every fold.
    """

    errors: np.ndarray
    residuals: np.ndarray
    converged: np.ndarray


def candidates(ridges: np.ndarray, found: GridErrors) -> tuple[list[float], np.ndarray]:
    """Ridges in the order in which they are tried on all samples: the best that converged, then larger ones.

    Parameters
    ----------
    ridges : ndarray of shape (k,)
        The grid.
    found : GridErrors
        What the search measured.

    Returns
    -------
    ranked : list of float
        Ridges, best first.
    errors : ndarray of shape (k,)
        Errors by which they were ranked, infinite where the solver did not converge.

    Warns
    -----
    ConvergenceWarning
        If no ridge converged, or one that did not would have been the best.
    """
    errors = np.where(found.converged, found.errors, np.inf)
    residuals = np.where(np.isnan(found.residuals), np.inf, found.residuals)
    best = np.argmin(errors if found.converged.any() else residuals)
    better = found.errors < found.errors[best]
    missed = ridges[~found.converged & np.isfinite(residuals) & better]
    if not found.converged.any():
        _warn(f"no ridge of the grid converged: the one with the smallest residual, {ridges[best]:.3g}, is used", 4)
    elif len(missed):
        _warn(f"the ridges {missed.tolist()} did not converge and were left out of the search", 4)
    return [float(ridges[best]), *sorted(float(ridge) for ridge in ridges if ridge > ridges[best])], errors


def warn_unless_converged(model: KernelBaseline) -> None:
    """Warn if the solution of a kernel did not reach its tolerance.

    Parameters
    ----------
    model : KernelBaseline
        A model that has just been fitted.
    """
    if not model.converged_:
        reached = f"the {model.solver_} solver reached a relative residual of {model.residual_:.2g}"
        advice = "a larger ridge" if model.solver_ == "exact" else "a larger max_iterations, rank or ridge"
        _warn(f"{reached}, above tolerance={model.tolerance}, with ridge={model.ridge_:.3g}: choose {advice}", 3)


def _warn(message: str, calls: int) -> None:
    """Warn at the line that calls `fit`, so many calls and scikit-learn's wrapper further out."""
    warnings.warn(message, ConvergenceWarning, stacklevel=calls + 2)
