"""What the estimators assume of inputs and labels, measured: mean, covariance, radius, tails."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ..estimator.whitening import Whitener, is_white, moments
from ..model.labels import standardise

GAUSSIAN_KURTOSIS = 3.0


@dataclass(frozen=True)
class Inputs:
    """Inputs as they were given, and as they were analysed.

    Attributes
    ----------
    n : int
        Number of samples.
    d : int
        Number of columns.
    mean : float
        |mean| of the inputs.
    condition : float
        Largest over smallest standard deviation along the principal axes; infinite for columns that depend on others.
    white : bool
        Whether mean and covariance are close enough to 0 and I.
    whitened : bool
        Whether the inputs were whitened before the analysis.
    dimension : int
        Number of columns that were analysed.
    radius : float
        Variance of |x|²/d over that of Gaussian inputs, of the columns that were analysed.
    """

    n: int
    d: int
    mean: float
    condition: float
    white: bool
    whitened: bool
    dimension: int
    radius: float


@dataclass(frozen=True)
class Labels:
    """Tails of the labels.

    Attributes
    ----------
    kurtosis : float
        E[t⁴] of standardised labels: 3 for Gaussian ones.
    largest : float
        Largest |t|.
    distinct : int
        Number of distinct values.
    """

    kurtosis: float
    largest: float
    distinct: int

    @property
    def heavy(self) -> bool:
        """Whether single labels dominate their variance.

        Returns
        -------
        bool
            True for a kurtosis of more than twice the Gaussian one.
        """
        return self.kurtosis > 2 * GAUSSIAN_KURTOSIS


def analysed(X: np.ndarray, whiten: bool | str, n_components: int | None) -> tuple[np.ndarray, Inputs]:
    """The inputs that are analysed, and what there is to say of them.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Inputs as given.
    whiten : {"auto"} or bool
        Whether to whiten them; "auto" does it if they need it.
    n_components : int, optional
        Number of principal components to keep, which whitens as well; None keeps all.

    Returns
    -------
    X : ndarray of shape (n, k)
        Inputs to analyse.
    inputs : Inputs
        The description.
    """
    mean, smallest, largest = moments(X)
    white = is_white(X.shape, mean, smallest, largest)
    needed = n_components is not None or (whiten is True or (whiten == "auto" and not white))
    seen = Whitener.fit(X, n_components).apply(X) if needed else np.asarray(X, dtype=float)
    square = np.einsum("na,na->n", seen, seen)
    dimension = seen.shape[1]
    return seen, Inputs(
        n=len(X),
        d=X.shape[1],
        mean=mean,
        condition=largest / smallest if smallest > 1e-6 * largest else math.inf,
        white=white,
        whitened=needed,
        dimension=dimension,
        radius=float(np.var(square / dimension) * dimension / 2),
    )


def described(y: np.ndarray) -> Labels:
    """Tails of labels.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels, not constant.

    Returns
    -------
    Labels
        The description.
    """
    t = standardise(y)
    return Labels(float(np.mean(t**4)), float(np.abs(t).max()), len(np.unique(y)))
