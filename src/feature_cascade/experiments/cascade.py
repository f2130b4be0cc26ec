"""All directions together beside one look at a matrix: errors, overlaps and times of one teacher on a grid of n/(d1 D).

n counts all labels that a method sees, held-out ones included. Errors are those of the target, without the noise of
test labels. All methods but one are told the link; the spectral presets and the random start are told the number of
directions too.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator

from ..baselines.random_start import RandomStart
from ..baselines.regressors import Setting, build
from ..estimator.blas import one_thread
from ..estimator.cascade import FeatureCascade
from ..estimator.presets import PRESETS
from ..measurement.metrics import nmse, weight_overlap
from ..model.teacher import Sample, Teacher
from ..sampling.sources import ArraySource
from ..sampling.streams import generator
from .checkpoint import Checkpoint, Progress

log = logging.getLogger(__name__)

WARM_UP = (100, 3)  # samples and inputs of the fits that load compiled code before anything is timed


def method(name: str, link: str, setting: Setting) -> BaseEstimator:
    """The regressor of a method.

    Parameters
    ----------
    name : str
        One of the `baselines.methods.TOGETHER`.
    link : str
        The teacher's link, which all but `learned` are told.
    setting : Setting
        What it is built with.

    Returns
    -------
    sklearn.base.BaseEstimator
        The regressor, not fitted.
    """
    if name in PRESETS:
        return build(name, setting)
    options: dict = {"degree": setting.degree, "random_state": setting.seed, "n_jobs": setting.threads}
    if name == "random":
        return RandomStart(setting.n_directions, link=link, **options)
    return FeatureCascade(link=link if name == "cascade" else name, **options)


def found_overlap(components: np.ndarray, directions: np.ndarray) -> float:
    """Mean cos² of the teacher's directions with the space of those that were found.

    Parameters
    ----------
    components : ndarray of shape (k, D)
        Orthonormal rows; k may be zero.
    directions : ndarray of shape (D, d1)
        The teacher's directions.

    Returns
    -------
    float
        The overlap, between 0 and 1.
    """
    return weight_overlap(components.T, directions) if len(components) else 0.0


class Study:
    """One teacher, link and noise, learned by several methods from growing prefixes of one sample.

    Parameters
    ----------
    teacher : Teacher
        What is learned.
    link : str
        Its link, "identity" or "tanh".
    noise : float
        Standard deviation of label noise.
    test_points : ndarray of shape (n_test, d)
        Inputs of the test points.
    setting : Setting
        What the methods are built with.
    n_max : int
        The largest n that will be asked for.
    """

    def __init__(
        self, teacher: Teacher, link: str, noise: float, test_points: np.ndarray, setting: Setting, n_max: int
    ) -> None:
        self.teacher, self.link, self.noise, self.setting = teacher, link, noise, setting
        self.test_points = test_points
        latent = teacher.latent(ArraySource(test_points), len(test_points))
        self.y_test = teacher.labels(latent, {"name": link})
        self.sample: Sample = teacher.sample("train", n_max, {"name": link}, noise)

    @cached_property
    def X(self) -> np.ndarray:
        """Inputs of the training samples.

        Returns
        -------
        ndarray of shape (n_max, d)
            The inputs, float32.
        """
        return self.sample.source.rows(len(self.sample.y))

    def step(self, name: str, ratio: float) -> dict:
        """Fit one method at n = ratio·d1·D.

        Parameters
        ----------
        name : str
            One of the `baselines.methods.TOGETHER`.
        ratio : float
            Labels over d1·D.

        Returns
        -------
        dict
            The row of the table. Seconds are processor seconds of the fit.
        """
        spec = self.teacher.spec
        n = labels(ratio, spec.d1, spec.D)
        model = method(name, self.link, self.setting)
        with one_thread(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # too few samples, which the table says better
            began = time.process_time()
            model.fit(self.X[:n], self.sample.y[:n])
            seconds = time.process_time() - began
            error = nmse(self.y_test, model.predict(self.test_points))
        return {
            "method": name,
            "ratio": ratio,
            "n": n,
            "d1": spec.d1,
            "D": spec.D,
            "delta": self.noise**2 / float(np.var(self.y_test)),
            "nmse": error,
            "overlap": found_overlap(model.components_, self.teacher.directions),
            "found": len(model.components_),
            "seconds": seconds,
        }


def labels(ratio: float, d1: int, D: int) -> int:
    """Number n of labels, rounded.

    Parameters
    ----------
    ratio : float
        Labels over d1·D.
    d1 : int
        Number of directions.
    D : int
        Number of features.

    Returns
    -------
    int
        The number.
    """
    return round(ratio * d1 * D)


def learn(
    teacher: Teacher,
    link: str,
    noise: float,
    test_points: np.ndarray,
    grids: Mapping[str, Sequence[float]],
    setting: Setting,
    checkpoint: Checkpoint | None = None,
) -> pd.DataFrame:
    """Fit every method at each of its n, smallest n first.

    Parameters
    ----------
    teacher : Teacher
        What is learned.
    link : str
        Its link.
    noise : float
        Standard deviation of label noise.
    test_points : ndarray of shape (n_test, d)
        Inputs of the test points.
    grids : mapping of str to sequence of float
        Labels over d1·D of each method.
    setting : Setting
        What the methods are built with.
    checkpoint : Checkpoint, optional
        Fits that it holds are not repeated, and every new one is added to it.

    Returns
    -------
    pandas.DataFrame
        One row per fit, see `Study.step`.
    """
    points = sorted((ratio, name) for name, grid in grids.items() for ratio in grid)
    progress = checkpoint.load([list(point) for point in points]) if checkpoint else Progress()
    if progress.points:
        log.info("continuing after n/(d1 D)=%g %s", *progress.points[-1])
    left = points[len(progress.points) :]
    if left:
        n_max = labels(points[-1][0], teacher.spec.d1, teacher.spec.D)
        study = Study(teacher, link, noise, test_points, setting, n_max)
        warm_up(sorted({name for _, name in left}), link, setting)
    for ratio, name in left:
        row = study.step(name, ratio)
        progress.add([ratio, name], row)
        if checkpoint:
            checkpoint.save(progress)
        log.info("{method} n/(d1 D)={ratio:g} nmse={nmse:.2e} overlap={overlap:.3f} {seconds:.1f}s".format(**row))
    return pd.DataFrame(progress.results)


def warm_up(names: Sequence[str], link: str, setting: Setting) -> None:
    """Fit every method to a few samples, so that loading compiled code counts for none of them.

    Parameters
    ----------
    names : sequence of str
        Methods.
    link : str
        The link.
    setting : Setting
        What the methods are built with.
    """
    X = generator(setting.seed, "warm up").standard_normal(WARM_UP)
    with one_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in names:
            method(name, link, replace(setting, n_directions=1)).fit(X, X[:, 0] ** 2)
