"""Sequential recovery of one teacher: the estimator on a nested grid of sample sizes, smallest first.

The samples of a smaller n are the first ones of a larger n, but no directions are handed on: eigenvectors that are not
among those of the n before would be missed. So a step does not depend on the grid.
n counts the samples of the first layer; the second layer and the readout share an independent batch of
max(2000, n/5) samples, half each.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain

import numpy as np
import pandas as pd

from ..estimator.eigen import RitzPairs
from ..estimator.layers import FirstLayer, HermiteReadout, second_features, second_layer
from ..features.stream import FeatureStream
from ..measurement.metrics import angular_error, direction_cos2, feature_overlap, nmse
from ..model.labels import standardise
from ..model.teacher import Sample, Teacher
from ..sampling.sources import ArraySource, KeptSource, SampleSource
from ..sizes import ascending, held_out_size, sample_size
from .checkpoint import Checkpoint, Progress

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Experiment:
    """What is done with a teacher: labels, first-layer options and readout.

    Attributes
    ----------
    link : dict
        {"name": ..., "coefficients": ...}; see `model.links.get_link`.
    noise : float
        Standard deviation of label noise.
    first_layer : FirstLayer
        The first layer with its options.
    readout_degree : int
        Degree of the highest Hermite polynomial of the readout.
    """

    link: dict
    noise: float = 0.0
    first_layer: FirstLayer = field(default_factory=FirstLayer)
    readout_degree: int = 3


class NotFinished(Exception):
    """A run that stopped before its time was over; its checkpoint continues it."""


class Recovery:
    """The recovery of one teacher's directions from growing prefixes of one sample.

    Parameters
    ----------
    teacher : Teacher
        What is learned.
    experiment : Experiment
        How it is learned.
    test_points : ndarray of shape (n_test, d)
        Inputs of the test points (D coordinates of their features for Gaussian features).
    n_max : int
        The largest n that will be asked for.
    threads : int
        Number of threads; results do not depend on it.
    """

    def __init__(
        self, teacher: Teacher, experiment: Experiment, test_points: np.ndarray, n_max: int, threads: int = 1
    ) -> None:
        self.teacher, self.experiment, self.threads = teacher, experiment, threads
        train = self._sample("train", n_max)
        self.train: SampleSource = train.source
        self.y = train.y
        if teacher.spec.features == "gaussian":  # D coordinates a sample, two thirds of the time of a pass to draw
            self.train = KeptSource(self.train)
        self.held_out = self._sample("second_layer", held_out_size(n_max))
        self.test = ArraySource(test_points)
        self.test_latent = teacher.latent(self.test, len(test_points), threads)
        self.y_test = teacher.labels(self.test_latent, experiment.link)

    def step(self, alpha: float, report: Callable[[int, float], None] | None = None) -> tuple[dict, list[dict]]:
        """Measurements at n = d^α.

        Parameters
        ----------
        alpha : float
            The exponent α.
        report : callable, optional
            Is told the number of passes and the largest residual after each pass of the eigensolver.

        Returns
        -------
        run : dict
            The row of the run.
        directions : list of dict
            One row per direction.
        """
        n, teacher = sample_size(self.teacher.spec.d, alpha), self.teacher
        features = self.experiment.first_layer.scaled(teacher.feature_map)
        stream = FeatureStream(features, self.train, n, self.threads)
        pairs = self.experiment.first_layer.fit(stream, self.y[:n], teacher.spec.d1, teacher.spec.seed, report)
        cos2 = direction_cos2(pairs.vectors, teacher.directions)
        learned_test = self._project(self.test, len(self.y_test), pairs)
        prediction = self._upper_layers(n, learned_test, pairs)
        where = {"alpha": alpha, "n": n}
        run = where | {
            "n_held_out": held_out_size(n),
            "nmse": nmse(self.y_test, prediction),
            "q_h": feature_overlap(self.test_latent, learned_test),
            "overlap": float(cos2.mean()),
            "passes": pairs.passes,
            "columns": pairs.columns,
            "converged": pairs.converged,
        }
        columns = {
            "direction": np.arange(1, teacher.spec.d1 + 1),
            "strength": teacher.strengths,
            "cos2": cos2,
            "angular_error": angular_error(cos2),
            "ritz_value": pairs.values,
            "residual": pairs.residuals,
        }
        rows = zip(*(values.tolist() for values in columns.values()), strict=True)
        return run, [dict(zip(columns, row, strict=True)) | where for row in rows]

    def _sample(self, purpose: str, n: int) -> Sample:
        return self.teacher.sample(purpose, n, self.experiment.link, self.experiment.noise, self.threads)

    def _project(self, source: SampleSource, n: int, pairs: RitzPairs) -> np.ndarray:
        return FeatureStream(self.teacher.feature_map, source, n, self.threads).project(pairs.vectors)

    def _upper_layers(self, n: int, learned_test: np.ndarray, pairs: RitzPairs) -> np.ndarray:
        """Fit the second layer and the readout on the held-out batch; predict the test points."""
        size = held_out_size(n)
        learned, y = self._project(self.held_out.source, size, pairs), self.held_out.y[:size]
        half = size // 2
        weights = second_layer(learned[:half], standardise(y)[:half])
        readout = HermiteReadout(self.experiment.readout_degree)
        readout.fit(second_features(learned[half:], weights), y[half:])
        return readout.predict(second_features(learned_test, weights))


def recover(
    teacher: Teacher,
    experiment: Experiment,
    test_points: np.ndarray,
    alphas: Sequence[float],
    threads: int = 1,
    checkpoint: Checkpoint | None = None,
    seconds: float = math.inf,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Measure a whole grid α_1 < α_2 < …, smallest n first.

    Progress (n, pass, residual, time left) goes to the log of this module.

    Parameters
    ----------
    teacher : Teacher
        What is learned.
    experiment : Experiment
        How it is learned.
    test_points : ndarray of shape (n_test, d)
        Inputs of the test points (D coordinates of their features for Gaussian features).
    alphas : sequence of float
        The grid.
    threads : int
        Number of threads; results do not depend on it.
    checkpoint : Checkpoint, optional
        Grid points that it holds are not computed again, and every new one is added to it.
    seconds : float, default infinity
        Wall time. After the first new grid point none is begun that would end later, if a sample takes as long as at
        the one before.

    Returns
    -------
    runs : pandas.DataFrame
        One row per grid point.
    directions : pandas.DataFrame
        One row per grid point and direction.

    Raises
    ------
    ValueError
        If the grid is empty or does not ascend, or there is a limit without a checkpoint.
    NotFinished
        If the time is over; what is finished is in the checkpoint.
    """
    started = time.monotonic()
    alphas = [float(alpha) for alpha in alphas]
    if not ascending(alphas):
        raise ValueError(f"alpha must be a non-empty ascending grid, got {alphas}")
    if checkpoint is None and math.isfinite(seconds):
        raise ValueError(f"a limit of {seconds} seconds needs a checkpoint, from which the run is continued")
    progress = checkpoint.load(alphas) if checkpoint else Progress()
    if progress.alphas:
        log.info("continuing after alpha=%.2f", progress.alphas[-1])
    left = alphas[len(progress.alphas) :]
    if left:
        sizes = [sample_size(teacher.spec.d, alpha) for alpha in left]
        recovery = Recovery(teacher, experiment, test_points, sizes[-1], threads)
        per_sample = 0.0  # the first is begun in any case: a chain of runs gets on
        for i, alpha in enumerate(left):
            begun = time.monotonic()
            if begun + per_sample * sizes[i] > started + seconds and i > 0:
                log.info("stopped before n=%d: it would not end within %.0f seconds", sizes[i], seconds)
                raise NotFinished(f"n={sizes[i]} would not end within {seconds:.0f} seconds")
            run, rows = recovery.step(alpha, partial(_log_pass, sizes[i]))
            progress.alphas.append(alpha)
            progress.runs.append(run)
            progress.directions.append(rows)
            if checkpoint:
                checkpoint.save(progress)
            per_sample = (time.monotonic() - begun) / sizes[i]
            _log_step(run, time.monotonic() - started, sum(sizes[i + 1 :]) / sum(sizes[: i + 1]))
    return pd.DataFrame(progress.runs), pd.DataFrame(list(chain.from_iterable(progress.directions)))


def _log_pass(n: int, passes: int, residual: float) -> None:
    log.info("n=%d pass=%d residual=%.2e", n, passes, residual)


def _log_step(run: dict, elapsed: float, work_left: float) -> None:
    log.info(
        "alpha={alpha:.2f} n={n} passes={passes} overlap={overlap:.3f} nmse={nmse:.3f}".format(**run)
        + f" elapsed={elapsed:.0f}s left={elapsed * work_left:.0f}s"
    )
