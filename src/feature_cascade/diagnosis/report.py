"""What `diagnose` returns: numbers, and how they read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from .inputs import Inputs, Labels
from .spectrum import Spectrum


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
    """

    degree: int
    n_features: int
    ritz_values: np.ndarray
    edges: tuple[float, float]
    thresholds: tuple[float, float]
    null: np.ndarray
    significant: np.ndarray

    @classmethod
    def of(cls, spectrum: Spectrum) -> DegreeReport:
        """The report of a spectrum.

        Parameters
        ----------
        spectrum : Spectrum
            What was computed.

        Returns
        -------
        DegreeReport
            Its numbers, without arrays of the size of the sample.
        """
        found = spectrum.found
        return cls(
            found.features.q,
            found.features.D,
            found.pairs.values,
            (found.bulk.low.position, found.bulk.high.position),
            spectrum.thresholds,
            spectrum.null,
            found.significant,
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

    def lines(self) -> list[str]:
        """The report as lines of text.

        Returns
        -------
        list of str
            The lines.
        """
        shown = ", ".join(f"{value:+.3g}" for value in self.ritz_values[:8])
        found = [
            f"degree {self.degree}: {self.n_significant} significant of D = {self.n_features} directions",
            f"  leading eigenvalues   {shown}",
            f"  predicted bulk edges  {self.edges[0]:+.3g} … {self.edges[1]:+.3g}",
        ]
        if len(self.null):
            found.append(f"  permuted labels       {self.null[:, 0].min():+.3g} … {self.null[:, 1].max():+.3g}")
        found.append(f"  counted beyond        {self.thresholds[0]:+.3g}, {self.thresholds[1]:+.3g}")
        return found


@dataclass(frozen=True, repr=False)
class Diagnosis:
    """What a user's own data hold; see `diagnose`.

    Attributes
    ----------
    inputs : Inputs
        The inputs.
    labels : Labels
        The labels.
    preset : str
        Preset of the first layer.
    degrees : tuple of DegreeReport
        One report for each degree.
    """

    inputs: Inputs
    labels: Labels
    preset: str
    degrees: tuple[DegreeReport, ...]

    def __getitem__(self, degree: int) -> DegreeReport:
        for report in self.degrees:
            if report.degree == degree:
                return report
        raise KeyError(f"degree must be one of {[r.degree for r in self.degrees]}, got {degree}")

    def __repr__(self) -> str:
        lines = [*self._data_lines()]
        for report in self.degrees:
            lines += ["", *report.lines()]
        return "\n".join(lines)

    def _data_lines(self) -> list[str]:
        seen, y = self.inputs, self.labels
        how = "whitened first" if seen.whitened else "taken as they are"
        return [
            f"{seen.n} samples, {seen.d} columns ({how}: {seen.dimension} analysed)",
            f"  inputs  |mean| {seen.mean:.3g}, condition {seen.condition:.3g}, "
            f"variance of |x|² {seen.radius:.3g} × that of Gaussian inputs",
            f"  labels  kurtosis {y.kurtosis:.3g} (Gaussian: 3), largest {y.largest:.3g} standard deviations, "
            f"{y.distinct} distinct",
        ]

    def to_frame(self) -> pd.DataFrame:
        """Leading eigenvalues of all degrees as a table.

        Returns
        -------
        DataFrame
            One row for each eigenvalue: degree, rank, ritz_value, significant.
        """
        return pd.concat(
            [
                pd.DataFrame(
                    {
                        "degree": report.degree,
                        "rank": np.arange(1, len(report.ritz_values) + 1),
                        "ritz_value": report.ritz_values,
                        "significant": report.significant,
                    }
                )
                for report in self.degrees
            ],
            ignore_index=True,
        )
