"""What features of one degree hold, in numbers that do not grow with the sample."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..theory.deterministic import DeterministicEquivalent
from ..theory.label_law import LabelLaw
from .power_law import Exponent, exponent
from .spectrum import Spectrum
from .strengths import Strengths

POINTS = 200  # of the density
BEYOND = 1.15  # how far beyond the edges the density is computed


@dataclass(frozen=True, repr=False)
class DegreeReport:
    """What the features of one degree hold.

    Attributes
    ----------
    degree : int
        Degree q of the features; the target is then of degree 2q.
    n_features : int
        Number D of features.
    ritz_values : ndarray of shape (k,)
        Leading eigenvalues of Ĉ, largest in magnitude first.
    edges : tuple of float
        Predicted edges of the bulk.
    thresholds : tuple of float
        What an eigenvalue must be below or above to count as a direction.
    null : ndarray of shape (P, 2)
        Lowest and highest eigenvalue for each permutation of the labels.
    significant : ndarray of shape (k,), bool
        Which eigenvalues count as directions.
    strengths : Strengths
        Strengths of these, strongest first.
    exponent : Exponent or None
        Exponent γ of the strengths, if enough directions stand out.
    linear, linear_error : float
        Share of the variance of transformed labels that is linear in the features, and its standard error under noise.
    density : ndarray of shape (2, N)
        Points of the spectrum's axis and the predicted density of the bulk there.
    spectral_error, cascade_error : float
        Errors of `SpectralHierarchy` and `FeatureCascade` on held-out samples, relative to the variance of y; NaN if
        they were not measured.
    """

    degree: int
    n_features: int
    ritz_values: np.ndarray
    edges: tuple[float, float]
    thresholds: tuple[float, float]
    null: np.ndarray
    significant: np.ndarray
    strengths: Strengths
    exponent: Exponent | None
    linear: float
    linear_error: float
    density: np.ndarray
    spectral_error: float
    cascade_error: float

    @classmethod
    def of(cls, spectrum: Spectrum, strengths: Strengths, errors: tuple[float, float]) -> DegreeReport:
        """The report of a spectrum.

        Parameters
        ----------
        spectrum : Spectrum
            What was computed.
        strengths : Strengths
            Strengths of its significant directions.
        errors : tuple of float
            Errors of the spectral estimator and of the cascade on held-out samples.

        Returns
        -------
        DegreeReport
            Its numbers, without arrays of the size of the sample.
        """
        found = spectrum.found
        edges = found.bulk.low.position, found.bulk.high.position
        return cls(
            degree=found.features.q,
            n_features=found.features.D,
            ritz_values=found.pairs.values,
            edges=edges,
            thresholds=spectrum.thresholds,
            null=spectrum.null,
            significant=found.significant,
            strengths=strengths,
            exponent=exponent(strengths),
            linear=spectrum.linear,
            linear_error=spectrum.linear_error,
            density=_density(spectrum, edges),
            spectral_error=errors[0],
            cascade_error=errors[1],
        )

    @property
    def n_significant(self) -> int:
        """Number of directions that are no noise.

        Returns
        -------
        int
            The number.
        """
        return int(self.significant.sum())

    @property
    def error(self) -> float:
        """The smaller one of both errors.

        Returns
        -------
        float
            The error; NaN if none was measured.
        """
        return min(self.spectral_error, self.cascade_error)

    def to_frame(self) -> pd.DataFrame:
        """Leading eigenvalues as a table; see `Diagnosis.to_frame`.

        Returns
        -------
        DataFrame
            One row for each eigenvalue.
        """
        columns = {name: np.full(len(self.ritz_values), np.nan) for name in ("value", "low", "high", "cos2")}
        for name, column in columns.items():
            column[self.strengths.index] = getattr(self.strengths, name)
        return pd.DataFrame(
            {
                "degree": self.degree,
                "rank": np.arange(1, len(self.ritz_values) + 1),
                "ritz_value": self.ritz_values,
                "significant": self.significant,
                "strength": columns["value"],
                "strength_low": columns["low"],
                "strength_high": columns["high"],
                "cos2": columns["cos2"],
            }
        )


def _density(spectrum: Spectrum, edges: tuple[float, float]) -> np.ndarray:
    """The bulk of the sample's own law, without what the directions spread: (2, POINTS)."""
    bulk = spectrum.found.bulk
    law = LabelLaw.sample(bulk.T, np.empty((len(bulk.T), 0)))
    theory = DeterministicEquivalent(law, 1, 1 / bulk.c)
    x = np.linspace(BEYOND * edges[0], BEYOND * edges[1], POINTS)
    return np.array([x, theory.density(x - bulk.shift)])
