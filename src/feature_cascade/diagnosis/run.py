"""`diagnose`: what a user's own data hold, in one call."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from joblib import effective_n_jobs
from sklearn.utils import check_random_state, check_X_y

from ..estimator.layers import FirstLayer
from ..estimator.parameters import refuse_text
from ..estimator.presets import PRESETS
from ..estimator.spectral import FLOATS, MIN_SAMPLES, MORE_THAN_ROOT
from .inputs import analysed, described
from .report import DegreeReport, Diagnosis
from .spectrum import spectrum

PERMUTATIONS = 5


def diagnose(
    X: np.ndarray,
    y: np.ndarray,
    degree: int | Iterable[int] = (1, 2),
    *,
    preset: str = "sharp",
    whiten: bool | str = "auto",
    n_components: int | None = None,
    permutations: int = PERMUTATIONS,
    random_state: int | np.random.RandomState | None = 0,
    n_jobs: int | None = 1,
) -> Diagnosis:
    """What labels tell of quadratic features of the inputs: how many directions are real.

    Parameters
    ----------
    X : array-like of shape (n, d)
        Inputs.
    y : array-like of shape (n,)
        Labels.
    degree : int or iterable of int
        Degrees q of the features that are tried; degree q sees targets of degree 2q.
    preset : {"sharp", "paper"}
        Preset of the first layer.
    whiten : {"auto"} or bool
        Whether inputs are centred and whitened first; "auto" does it if they need it.
    n_components : int, optional
        Number of principal components to analyse; None takes all.
    permutations : int
        Number of permutations of the labels.
    random_state : int or numpy.random.RandomState, optional
        Seed of the permutations.
    n_jobs : int, optional
        Threads, in joblib's sense; the result does not depend on it.

    Returns
    -------
    Diagnosis
        What was found; `print` it.

    Raises
    ------
    ValueError
        On NaN or infinite values, labels that are text or constant, too few samples, or an unknown option.
    """
    refuse_text(y)
    X, y = check_X_y(X, y, dtype=FLOATS, y_numeric=True, ensure_min_samples=MIN_SAMPLES)
    degrees = sorted({degree} if isinstance(degree, int) else set(degree))
    _check(degrees, preset, whiten, permutations)
    labels = described(y)
    seen, inputs = analysed(X, whiten, n_components)
    seed, threads = int(check_random_state(random_state).randint(2**31)), effective_n_jobs(n_jobs)
    layer, n_values = FirstLayer.preset(preset), math.isqrt(seen.shape[1]) + MORE_THAN_ROOT
    spectra = [spectrum(seen, y, q, layer, n_values, permutations, seed, threads) for q in degrees]
    return Diagnosis(inputs, labels, preset, tuple(DegreeReport.of(found) for found in spectra))


def _check(degrees: list[int], preset: str, whiten: bool | str, permutations: int) -> None:
    if not degrees or not all(isinstance(q, int) and q >= 1 for q in degrees):
        raise ValueError(f"degree must hold integers from 1, got {degrees}")
    if preset not in PRESETS:
        raise ValueError(f"preset must be one of {tuple(PRESETS)}, got {preset!r}")
    if whiten not in (True, False, "auto"):
        raise ValueError(f"whiten must be True, False or 'auto', got {whiten!r}")
    if permutations < 0:
        raise ValueError(f"permutations must not be negative, got {permutations}")
