"""What `diagnose` advises on arrays that scikit-learn ships, beside cross-validated errors of all methods.

    python -m benchmarks.own_data

prints the table of docs/own-data.md; it takes some ten minutes on one core.
"""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.base import BaseEstimator
from sklearn.compose import TransformedTargetRegressor
from sklearn.decomposition import PCA
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.kernel_ridge import KernelRidge
from sklearn.linear_model import RidgeCV
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from feature_cascade import FeatureCascade, SpectralHierarchy, diagnose
from feature_cascade.diagnosis.inputs import Inputs
from feature_cascade.diagnosis.report import Diagnosis

FOLDS, DEGREES = 5, (1, 2)
RIDGES = np.logspace(-3, 4, 15)
KERNEL_GRID = {"kernelridge__alpha": np.logspace(-3, 1, 5), "kernelridge__gamma": np.logspace(-3, 0, 7)}


def arrays() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Inputs and labels by name; classes are 0 and 1.

    Returns
    -------
    dict of (ndarray, ndarray)
        Four arrays of real measurements.
    """
    X, digit = datasets.load_digits(return_X_y=True)
    wine, cultivar = datasets.load_wine(return_X_y=True)
    return {
        "digits, ≥ 5": (X, (digit >= 5).astype(float)),
        "diabetes": datasets.load_diabetes(return_X_y=True),
        "breast cancer": tuple(part.astype(float) for part in datasets.load_breast_cancer(return_X_y=True)),
        "wine, cultivar 1": (wine, (cultivar == 1).astype(float)),
    }


def methods(inputs: Inputs) -> dict[str, BaseEstimator]:
    """All methods; those of this package see inputs whitened in the way that `diagnose` chose.

    Parameters
    ----------
    inputs : Inputs
        What it says of the inputs.

    Returns
    -------
    dict of estimator
        Regressors by name.
    """
    kernel = make_pipeline(StandardScaler(), KernelRidge(kernel="rbf"))
    found: dict[str, BaseEstimator] = {
        "ridge": make_pipeline(StandardScaler(), RidgeCV(RIDGES)),
        "kernel ridge": TransformedTargetRegressor(
            GridSearchCV(kernel, KERNEL_GRID, cv=3), transformer=StandardScaler()
        ),
        "boosting": HistGradientBoostingRegressor(random_state=0),
    }
    for q in DEGREES:
        for name, model in (
            (f"SpectralHierarchy, q = {q}", SpectralHierarchy("auto", q, preset="sharp", random_state=0)),
            (f"FeatureCascade, q = {q}", FeatureCascade(q, random_state=0)),
        ):
            scaler = StandardScaler() if inputs.standardised else "passthrough"
            whiten = PCA(inputs.dimension, whiten=True, random_state=0)
            found[name] = make_pipeline(scaler, whiten, model)
    return found


def errors(X: np.ndarray, y: np.ndarray, inputs: Inputs) -> dict[str, float]:
    """Cross-validated errors relative to the variance of y.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        Inputs.
    y : ndarray of shape (n,)
        Labels.
    inputs : Inputs
        What `diagnose` says of the inputs.

    Returns
    -------
    dict of float
        Errors by method.
    """
    folds = KFold(FOLDS, shuffle=True, random_state=0)
    scores = {
        name: cross_val_score(model, X, y, cv=folds, scoring="neg_mean_squared_error")
        for name, model in methods(inputs).items()
    }
    return {name: float(-score.mean() / np.var(y)) for name, score in scores.items()}


def advised(found: Diagnosis) -> str:
    """The method with the smallest held-out error in a diagnosis.

    Parameters
    ----------
    found : Diagnosis
        The diagnosis.

    Returns
    -------
    str
        Its name, as in `methods`.
    """
    held_out = {
        f"{name}, q = {report.degree}": error
        for report in found.degrees
        for name, error in (("SpectralHierarchy", report.spectral_error), ("FeatureCascade", report.cascade_error))
    }
    return min(held_out, key=held_out.__getitem__)


def main() -> None:
    """Print the table, and what each diagnosis says."""
    rows = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for name, (X, y) in arrays().items():
            found = diagnose(X, y, DEGREES)
            print(f"\n== {name}\n{found}", flush=True)
            kept = {"n": len(y), "columns": X.shape[1], "components": found.inputs.dimension}
            counts = {f"directions, q = {report.degree}": report.n_significant for report in found.degrees}
            rows[name] = kept | counts | errors(X, y, found.inputs) | {"advised": advised(found)}
    table = pd.DataFrame(rows)
    print("\n" + table.map(lambda v: f"{v:.2f}" if isinstance(v, float) else str(v)).to_markdown())


if __name__ == "__main__":
    main()
