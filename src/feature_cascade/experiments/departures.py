"""Departures from the asymptotics at finite d, each with its remedy: what a teacher's overlap gains by them.

The asymptotics of Gaussian-equivalent data know no radius and no bulk that a single label distorts. Three things differ
at finite d: labels with heavy tails, the fluctuation of the radius |x|, and the part of the target that has degree q.
The remedies are options of `FirstLayer`; all their combinations are fitted to the same samples, each from the same
random start, so that none inherits what another has found. The finite-d law stands beside the asymptotics.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import cache, partial

import numpy as np
import pandas as pd

from ..estimator.layers import FirstLayer
from ..estimator.presets import PRESETS, combinations
from ..features.stream import FeatureStream
from ..measurement.metrics import RECOVERED, weight_overlap
from ..model.teacher import Teacher
from ..predictions.label_laws import label_laws
from ..sizes import sample_size
from ..theory.leading import leading_curve
from ..theory.names import FINITE_D, GAUSSIAN
from ..theory.prediction import first_half

log = logging.getLogger(__name__)

ENDINGS = {GAUSSIAN: "", FINITE_D: "_finite_d"}  # of columns with predictions


class Departures:
    """One teacher and link, fitted by first layers with different options.

    Parameters
    ----------
    teacher : Teacher
        What is learned.
    link : dict
        {"name": ..., "coefficients": ...}; see `model.links.get_link`.
    tolerance : float
        Tolerance of the eigensolver.
    threads : int
        Number of threads; results do not depend on it.
    """

    def __init__(self, teacher: Teacher, link: dict, tolerance: float, threads: int = 1) -> None:
        self.teacher, self.link, self.tolerance, self.threads = teacher, link, tolerance, threads
        self._y = np.empty(0)
        self.measure = cache(self.measure)  # type: ignore[method-assign] # a fit serves several tables

    def layer(self, **options) -> FirstLayer:
        """The first layer with some options.

        Parameters
        ----------
        **options : dict
            Options of `FirstLayer`.

        Returns
        -------
        FirstLayer
            A layer with the tolerance of this study.
        """
        return FirstLayer(tolerance=self.tolerance, **options)

    def measure(self, layer: FirstLayer, alpha: float) -> dict:
        """Overlap (1/d1) Σ cos²θ_i at n = d^α, measured and predicted, with the cost of the fit.

        Parameters
        ----------
        layer : FirstLayer
            The first layer.
        alpha : float
            The exponent α.

        Returns
        -------
        dict
            Its keys are alpha, n, those of `fit`, and the overlaps by both laws: predicted by the Gaussian equivalent,
            predicted_finite_d with the radius.
        """
        n = sample_size(self.teacher.spec.d, alpha)
        found = {"alpha": alpha, "n": n, **self.fit(layer, self.labels(n))}
        return found | {f"predicted{end}": self._predicted(layer, n, law)(n) for law, end in ENDINGS.items()}

    def fit(self, layer: FirstLayer, y: np.ndarray) -> dict:
        """Overlap of the directions that a first layer finds, with the cost of the fit.

        Parameters
        ----------
        layer : FirstLayer
            The first layer.
        y : ndarray of shape (n,)
            Labels of the first n training samples.

        Returns
        -------
        dict
            The overlap, passes over the data, columns multiplied, and whether the eigensolver converged.
        """
        teacher = self.teacher
        stream = FeatureStream(layer.scaled(teacher.feature_map), teacher.source("train"), len(y), self.threads)
        pairs = layer.fit(stream, y, teacher.spec.d1, seed=teacher.spec.seed)
        overlap = weight_overlap(pairs.vectors, teacher.directions)
        log.info("n=%d passes=%d overlap=%.3f %s", len(y), pairs.passes, overlap, layer)
        return {
            "overlap": overlap,
            "passes": pairs.passes,
            "columns": pairs.columns,
            "converged": pairs.converged,
        }

    def gaps(self, alpha: float) -> pd.DataFrame:
        """Measured and predicted overlap of every combination of remedies at n = d^α.

        Parameters
        ----------
        alpha : float
            The exponent α.

        Returns
        -------
        pandas.DataFrame
            One row per combination: its name and what `measure` returns.
        """
        return pd.DataFrame(
            [{"combination": k, **self.measure(self.layer(**v), alpha)} for k, v in combinations().items()]
        )

    def samples(self, alphas: Sequence[float], first: float) -> pd.DataFrame:
        """For each preset, overlaps on either side of 1/2, and the n at which theory has an overlap of 1/2.

        Parameters
        ----------
        alphas : sequence of float
            Ascending grid on which the crossing is looked for.
        first : float
            Where to begin, a member of the grid.

        Returns
        -------
        pandas.DataFrame
            One row per preset and visited α: preset, n_half_predicted, n_half_predicted_finite_d and what `measure`
            returns.
        """
        rows = []
        for preset, options in PRESETS.items():
            layer = self.layer(**options)
            visited = walk(partial(self._overlap, layer), alphas, first)
            n_max = sample_size(self.teacher.spec.d, alphas[-1])
            half = {f"n_half_predicted{end}": self.predicted_half(layer, n_max, law) for law, end in ENDINGS.items()}
            rows += [{"preset": preset, **half, **self.measure(layer, a)} for a in visited]
        return pd.DataFrame(rows)

    def _overlap(self, layer: FirstLayer, alpha: float) -> float:
        return self.measure(layer, alpha)["overlap"]

    def predicted_half(self, layer: FirstLayer, n_max: int, law: str = GAUSSIAN) -> float:
        """The n at which the predicted overlap reaches 1/2.

        Parameters
        ----------
        layer : FirstLayer
            The first layer.
        n_max : int
            Where the search ends.
        law : {"gaussian", "finite_d"}
            By which law.

        Returns
        -------
        float
            The n, at most n_max; NaN if the overlap does not reach 1/2.
        """
        low = self.teacher.spec.D / 10
        found = first_half(self._predicted(layer, n_max, law), np.sqrt(low * n_max), low, n_max)
        return found if np.isfinite(found) else np.nan

    def labels(self, n: int) -> np.ndarray:
        """Labels of the first n training samples.

        Parameters
        ----------
        n : int
            Number of samples.

        Returns
        -------
        ndarray of shape (n,)
            The labels.
        """
        if n > len(self._y):
            self._y = self.teacher.sample("train", n, self.link, threads=self.threads).y
        return self._y[:n]

    def _predicted(self, layer: FirstLayer, n_max: int, law: str) -> Callable[[float], float]:
        """The predicted overlap at each n ≤ n_max, for labels and inputs as the layer sees them."""
        laws, D = label_laws(self.teacher, self.link, n_max, layer.options, law=law), self.teacher.spec.D
        return lambda n: float(leading_curve(laws, D, [n]).mean())


def walk(overlap: Callable[[float], float], alphas: Sequence[float], first: float) -> list[float]:
    """Walk along a grid of α towards an overlap of 1/2 until it is passed or the grid ends.

    Parameters
    ----------
    overlap : callable
        Gives the overlap at an α; it rises with α up to noise.
    alphas : sequence of float
        Ascending grid.
    first : float
        Where to begin, a member of the grid.

    Returns
    -------
    list of float
        The values of α that were visited, ascending.

    Examples
    --------
    >>> walk(lambda alpha: alpha - 2, [2.0, 2.2, 2.4, 2.6, 2.8], 2.2)
    [2.2, 2.4, 2.6]
    """
    grid = list(alphas)
    at = grid.index(first)
    step = -1 if overlap(first) >= RECOVERED else 1
    visited = [first]
    while 0 <= (at := at + step) < len(grid):
        visited.append(grid[at])
        if (overlap(grid[at]) >= RECOVERED) == (step > 0):
            break
    return sorted(visited)
