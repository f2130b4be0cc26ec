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
from ..estimator.spectral import AUTO, FLOATS, MIN_SAMPLES, MORE_THAN_ROOT
from ..estimator.whitening import Whitener, is_white, moments
from .advice import sentences
from .components import best_whitener
from .degree import DegreeReport
from .forecast import forecast as forecast_errors
from .forecast import measure
from .inputs import analysed, described
from .report import Diagnosis
from .spectrum import spectrum
from .strengths import strengths

PERMUTATIONS = 5


def diagnose(
    X: np.ndarray,
    y: np.ndarray,
    degree: int | Iterable[int] = (1, 2),
    *,
    preset: str = "sharp",
    whiten: bool | str = "auto",
    n_components: int | str | None = AUTO,
    permutations: int = PERMUTATIONS,
    forecast: bool = True,
    random_state: int | np.random.RandomState | None = 0,
    n_jobs: int | None = 1,
) -> Diagnosis:
    """What labels tell of quadratic features of the inputs, and what more of them would.

    Directions are counted where eigenvalues of Ĉ lie beyond the noise that these very labels and inputs make, and
    beyond what permuted labels reach. Both estimators are tried on held-out samples, and the errors that 2 to 16 times
    the labels would bring are forecast.

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
    n_components : int or {"auto"}, optional
        Number of principal components to keep; with a number inputs are whitened in any case. Else, if they are
        whitened, None keeps all, and "auto" decides by held-out error how many, and whether columns are standardised
        before.
    permutations : int
        Number of permutations of the labels.
    forecast : bool
        Whether to fit both estimators and to forecast their errors, which takes most of the time.
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

    Examples
    --------
    >>> import numpy as np
    >>> x = np.random.default_rng(0).standard_normal((2000, 6))
    >>> found = diagnose(x, x[:, 0] ** 2 - x[:, 1] ** 2, degree=1, forecast=False)
    >>> found[1].n_significant, found[1].strengths.value.round(1).tolist()
    (2, [1.0, -1.0])
    """
    refuse_text(y)
    X, y = check_X_y(X, y, dtype=FLOATS, y_numeric=True, ensure_min_samples=MIN_SAMPLES)
    degrees = sorted({degree} if isinstance(degree, int) else set(degree))
    _check(degrees, preset, whiten, n_components, permutations)
    labels = described(y)
    seed, threads = int(check_random_state(random_state).randint(2**31)), effective_n_jobs(n_jobs)
    whitener = None
    if isinstance(n_components, int):
        whitener = Whitener.fit(X, n_components)
    elif whiten is True or (whiten == AUTO and not is_white(X.shape, *moments(X))):
        chosen = n_components == AUTO
        whitener = best_whitener(X, y, degrees[0], preset, seed, threads) if chosen else Whitener.fit(X)
    seen, inputs = analysed(X, whitener)
    layer, n_values = FirstLayer.preset(preset), math.isqrt(seen.shape[1]) + MORE_THAN_ROOT
    spectra = {q: spectrum(seen, y, q, layer, n_values, permutations, seed, threads) for q in degrees}
    sizes = {q: strengths(found.found, found.stream) for q, found in spectra.items()}
    measured = {q: measure(seen, y, q, preset, seed, threads) for q in degrees} if forecast else {}
    errors = dict.fromkeys(degrees, (math.nan, math.nan)) | {q: (a.error, b.error) for q, (a, b) in measured.items()}
    reports = tuple(DegreeReport.of(spectra[q], sizes[q], errors[q]) for q in degrees)
    ahead = None
    if forecast:
        best = min(degrees, key=lambda q: min(errors[q]))
        ahead = forecast_errors(spectra[best], sizes[best], seen, y, measured[best], seed)
    return Diagnosis(inputs, labels, preset, reports, ahead, sentences(inputs, labels, preset, reports, ahead))


def _check(
    degrees: list[int], preset: str, whiten: bool | str, n_components: int | str | None, permutations: int
) -> None:
    if not degrees or not all(isinstance(q, int) and q >= 1 for q in degrees):
        raise ValueError(f"degree must hold integers from 1, got {degrees}")
    if preset not in PRESETS:
        raise ValueError(f"preset must be one of {tuple(PRESETS)}, got {preset!r}")
    if whiten not in (True, False, AUTO):
        raise ValueError(f"whiten must be True, False or 'auto', got {whiten!r}")
    if n_components is not None and n_components != AUTO and not isinstance(n_components, int):
        raise ValueError(f"n_components must be an integer, 'auto' or None, got {n_components!r}")
    if permutations < 0:
        raise ValueError(f"permutations must not be negative, got {permutations}")
