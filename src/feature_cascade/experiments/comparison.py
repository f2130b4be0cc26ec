"""Test errors of every method of the comparison on one teacher, and how each fit ended."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.model_selection import GridSearchCV

from ..baselines.kernels import KernelBaseline
from ..baselines.regressors import Setting, build
from ..estimator.blas import one_thread
from ..estimator.cascade import FeatureCascade
from ..estimator.spectral import SpectralHierarchy
from ..measurement.metrics import nmse
from ..model.teacher import Teacher
from ..sampling.sources import ArraySource

log = logging.getLogger(__name__)


def learning_curves(
    teacher: Teacher, link: dict, test_points: np.ndarray, sizes: Mapping[str, Sequence[int]], setting: Setting
) -> pd.DataFrame:
    """Test error of each method at each of its n.

    Parameters
    ----------
    teacher : Teacher
        What is learned.
    link : dict
        Link of the labels, see `get_link`.
    test_points : ndarray of shape (n_test, d)
        Inputs of the test samples.
    sizes : mapping of str to sequence of int
        Ascending n of each method by name, the first n samples of one stream.
    setting : Setting
        What the methods are built with.

    Returns
    -------
    pandas.DataFrame
        Columns method, n, nmse and how the fit ended (`ending`).
    """
    n_max = max(max(grid) for grid in sizes.values())
    train = teacher.sample("train", n_max, link, threads=setting.threads)
    X, y = train.source.rows(n_max), train.y
    y_test = teacher.labels(teacher.latent(ArraySource(test_points), len(test_points)), link)
    rows = []
    for name, grid in sizes.items():
        for n in grid:
            started = time.monotonic()
            with one_thread():
                model = build(name, setting).fit(X[:n], y[:n])
                row = {"method": name, "n": n, "nmse": nmse(y_test, model.predict(test_points)), **ending(model)}
            log.info("%s n=%d nmse=%.3f elapsed=%.1fs", name, n, row["nmse"], time.monotonic() - started)
            rows.append(row)
    return pd.DataFrame(rows)


def ending(model: BaseEstimator) -> dict:
    """How a fit ended.

    Parameters
    ----------
    model : sklearn.base.BaseEstimator
        A fitted method of the comparison.

    Returns
    -------
    dict
        The ridge that was chosen (`ridge`), steps and residual of an iterative solver (`steps`, `solver_residual`),
        NaN where there is none, and whether it converged (`converged`); boosting and networks end by early stopping
        or at their largest number of steps, the cascade by held-out error after so many rounds.
    """
    last = model[-1] if hasattr(model, "steps") else model
    found: tuple
    if isinstance(last, SpectralHierarchy):
        found = (np.nan, last.n_passes_, float(np.max(last.residuals_)), last.converged_)
    elif isinstance(last, FeatureCascade):
        found = (np.nan, len(last.rounds_), np.nan, True)
    elif isinstance(last, KernelBaseline):
        found = (last.ridge_, last.n_iter_, last.residual_, last.converged_)
    elif isinstance(last, GridSearchCV):
        found = (last.best_params_["alpha"], np.nan, np.nan, True)
    else:
        found = (np.nan, last.n_iter_, np.nan, last.n_iter_ < last.max_iter)
    return dict(zip(("ridge", "steps", "solver_residual", "converged"), found, strict=True))
