"""Errors that more labels would bring, and the labels that the next direction needs.

Where `FeatureCascade` has recovered the target, its directions and the user's labels tell the rest: how well the
spectral estimator aligns with each of them from n samples, by the deterministic equivalent of their joint law, and what
its upper layers, fitted to projections ĥ_i = cosθ_i h_i + sinθ_i ρ ξ_i of as many samples as it holds out, then
predict. The error of least squares is that of Cramér and Rao, noise · (1 + parameters/n).

Where it has not, only what stands out from the noise is known. The forecast of the spectral estimator counts these
directions alone, takes labels to be linear in their squares, and what else there is for noise; that of the cascade
prolongs its measured learning curve.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from ..estimator.cascade import FeatureCascade
from ..estimator.layers import HermiteReadout, second_features, second_layer
from ..estimator.spectral import SpectralHierarchy
from ..model.labels import standardise
from ..sampling.streams import generator
from ..theory.limits import counting_wall
from .held_out import HeldOut, cascade, held_out, learning_curve, spectral
from .latent import Latent, of_cascade, of_spectrum
from .spectrum import Spectrum
from .strengths import Strengths

FACTORS = (1, 2, 4, 8, 16)  # of the number of labels
ABOVE_THE_WALL = 1.3  # labels for each parameter, from which least squares recovers a target without noise
AS_EXPECTED, SLACK = 1.3, 0.02  # factor and addition by which a held-out error may exceed what was expected
DRAWS = 6  # of the upper layers, over which an error is averaged
MOST_ROWS = 50_000  # samples of an upper layer that are drawn
REACH = 5  # times as many samples as were measured: how far a learning curve is prolonged
FARTHEST, STEP = 1024, 1.1  # times as many labels among which the next direction is looked for, and the grid's step
BY_DIRECTIONS = "from the directions that FeatureCascade recovered"
BY_SPIKES = "from the directions that stand out alone, and roughly: others are hidden as yet"
BY_COUNTING = "Cramér–Rao: noise · (1 + parameters/n)"
BY_CURVE = "a power law through measured errors at fewer labels, which knows neither noise nor transitions"
BY_NOTHING = "no direction stands out: the error of the mean"


@dataclass(frozen=True)
class Forecast:
    """Expected errors, relative to the variance of the labels, with noise in the test labels too.

    Attributes
    ----------
    degree : int
        Degree of the features.
    table : DataFrame
        Columns factor, n, spectral and cascade; NaN where nothing is said.
    spectral_basis : str
        What the forecast of `SpectralHierarchy` rests on.
    cascade_basis : str
        What the forecast of `FeatureCascade` rests on.
    noise : float
        Share of the labels' variance that is noise; NaN where the target was not recovered.
    next_direction : float
        Labels from which `SpectralHierarchy` sees one direction more; NaN if none is known.
    """

    degree: int
    table: pd.DataFrame
    spectral_basis: str
    cascade_basis: str
    noise: float
    next_direction: float


def forecast(
    spectrum: Spectrum,
    strengths: Strengths,
    X: np.ndarray,
    y: np.ndarray,
    measured: tuple[HeldOut, HeldOut],
    seed: int,
) -> Forecast:
    """Errors at 1 to 16 times the labels.

    Parameters
    ----------
    spectrum : Spectrum
        The spectrum of Ĉ at one degree.
    strengths : Strengths
        Strengths of the significant directions.
    X : ndarray of shape (n, d)
        White inputs.
    y : ndarray of shape (n,)
        Labels.
    measured : tuple of HeldOut
        The spectral estimator and the cascade on held-out samples.
    seed : int
        Seed.

    Returns
    -------
    Forecast
        The forecast.
    """
    q, threads, n = spectrum.found.features.q, spectrum.stream.threads, len(y)
    sizes = n * np.array(FACTORS)
    noise, latent, basis = math.nan, None, BY_NOTHING
    if measured[1].error < min(measured[0].error, 1.0) and (known := _recovered(measured[1], X, y)) is not None:
        fitted, noise, parameters = known
        latent, basis, how = of_cascade(fitted, spectrum, X, y), BY_DIRECTIONS, BY_COUNTING
        least_squares = noise * (1 + parameters / sizes)
    else:
        how = BY_CURVE
        least_squares = prolonged(*learning_curve(cascade(q, seed, threads), X, y, seed, measured[1].error), sizes)
        if len(strengths.value):
            latent, basis = of_spectrum(spectrum, strengths, X, y, seed), BY_SPIKES
    predicted = [1.0 if latent is None else spectral_error(latent, size, seed) for size in sizes]
    table = pd.DataFrame({"factor": FACTORS, "n": sizes, "spectral": predicted, "cascade": least_squares})
    return Forecast(q, table, basis, how, noise, math.nan if latent is None else _next_direction(latent, n))


def spectral_error(latent: Latent, n: float, seed: int) -> float:
    """Expected error of `SpectralHierarchy` with as many directions as stand out, relative to the variance of y.

    Parameters
    ----------
    latent : Latent
        The law.
    n : float
        Number of labels, those included that the estimator holds out.
    seed : int
        Seed of the projections that are drawn.

    Returns
    -------
    float
        The error, 1 if nothing stands out.
    """
    model = SpectralHierarchy()
    cos2 = latent.alignments((1 - model.holdout) * n)
    rows = int(np.clip(model.holdout * n / 2, 8, MOST_ROWS))
    if not np.any(cos2 > 0):
        return 1.0
    return _drawn_error(latent, cos2, rows, model.readout_degree, generator(seed, "upper layers"))


def _drawn_error(latent: Latent, cos2: np.ndarray, rows: int, degree: int, rng: np.random.Generator) -> float:
    """Error of upper layers that are fitted to drawn projections."""
    found, t, errors = cos2 > 0, standardise(latent.y), []
    c = cos2[found]

    def learned(index: np.ndarray) -> np.ndarray:
        rest = rng.standard_normal((len(index), len(c))) * np.sqrt(latent.plain_norm2[index])[:, None]
        return np.sqrt(c) * latent.plain[index][:, found] + np.sqrt(1 - c) * rest

    for _ in range(DRAWS):
        second, last, test = (rng.integers(len(t), size=size) for size in (rows, rows, min(len(t), MOST_ROWS)))
        weights = second_layer(learned(second), t[second])
        readout = HermiteReadout(degree).fit(second_features(learned(last), weights), t[last])
        errors.append(np.mean((readout.predict(second_features(learned(test), weights)) - t[test]) ** 2))
    return float(np.mean(errors))


def prolonged(n: np.ndarray, error: np.ndarray, sizes: np.ndarray) -> np.ndarray:
    """A power law through measured errors, prolonged from the last one as far as it reached back.

    Parameters
    ----------
    n : ndarray of shape (k,)
        Numbers of training samples.
    error : ndarray of shape (k,)
        Measured errors.
    sizes : ndarray of shape (m,)
        Numbers of training samples to forecast.

    Returns
    -------
    ndarray of shape (m,)
        The errors, at most 1; NaN beyond `REACH` times the largest number of samples.

    Notes
    -----
    The exponent lies between 0 and −1, that of an efficient estimator.
    """
    slope = float(np.clip(np.polyfit(np.log(n), np.log(np.clip(error, 1e-12, 1.0)), 1)[0], -1.0, 0.0))
    return np.where(sizes <= REACH * n[-1], np.minimum(error[-1] * (sizes / n[-1]) ** slope, 1.0), np.nan)


def _recovered(measured: HeldOut, X: np.ndarray, y: np.ndarray) -> tuple[FeatureCascade, float, int] | None:
    """A cascade, its noise and its number of parameters, if it has recovered the target.

    There must be enough samples for each parameter, and its error on held-out samples must be what noise and parameters
    make: it is more where the target has another form.
    """
    model, n = measured.model, len(measured.train)
    if model is None or not model.n_directions_ or n < ABOVE_THE_WALL * _parameters(model):
        return None
    X, y, parameters = X[measured.train], y[measured.train], _parameters(model)
    noise = float(np.mean((model.predict(X) - y) ** 2) / np.var(y)) / (1 - parameters / n)
    enough = measured.error < AS_EXPECTED * noise * (1 + parameters / n) + SLACK
    return (model, noise, parameters) if enough else None


def _parameters(model: FeatureCascade) -> int:
    k, D = model.components_.shape
    return counting_wall(k, D) + 1 + (D if model.linear_.any() else 0)


def _next_direction(latent: Latent, n: int) -> float:
    """The labels from which one direction more stands out than at n, on a grid; NaN if the law has no more."""
    share = 1 - SpectralHierarchy().holdout
    now = int(np.sum(latent.alignments(share * n) > 0))
    if now == latent.plain.shape[1]:
        return math.nan
    size = float(n)
    while size <= FARTHEST * n:
        size *= STEP
        if np.sum(latent.alignments(share * size) > 0) > now:
            return round(size, -int(math.log10(size)) + 1)
    return math.inf


def measure(X: np.ndarray, y: np.ndarray, degree: int, preset: str, seed: int, threads: int) -> tuple[HeldOut, HeldOut]:
    """Both estimators on held-out samples.

    Parameters
    ----------
    X : ndarray of shape (n, d)
        White inputs.
    y : ndarray of shape (n,)
        Labels.
    degree : int
        Degree of the features.
    preset : str
        Preset of the first layer.
    seed : int
        Seed.
    threads : int
        Number of threads.

    Returns
    -------
    spectral : HeldOut
        `SpectralHierarchy`.
    cascade : HeldOut
        `FeatureCascade`.
    """
    first, second = spectral(degree, preset, seed, threads), cascade(degree, seed, threads)
    return held_out(first, X, y, seed), held_out(second, X, y, seed)
