"""How often `diagnose` is right where the answer is known: teachers, noise, and errors at four times the labels.

    python -m benchmarks.diagnosis [directions] [noise] [forecast]

prints a table for each; all of them take about a quarter of an hour on one core.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from itertools import product

import numpy as np
import pandas as pd

from feature_cascade import FeatureCascade, SpectralHierarchy, Teacher, TeacherSpec, diagnose
from feature_cascade.diagnosis.strengths import Strengths
from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.features.hermite import HermiteFeatures
from feature_cascade.features.stream import FeatureStream
from feature_cascade.measurement.metrics import nmse
from feature_cascade.sampling.sources import ArraySource
from feature_cascade.sampling.streams import generator

D, Q, PRESET = 40, 2, "sharp"
POPULATION, TEST = 200_000, 20_000  # samples that give true strengths, and test points
DIRECTIONS = [  # ε, γ, noise, link, n: every direction is above its threshold, by a factor in n of 1.5 or more
    (0.5, 0.4, 0.3, "identity", 40_000),
    (0.4, 0.8, 0.3, "identity", 40_000),
    (0.3, 1.0, 0.5, "identity", 40_000),
    (0.5, 0.4, 0.2, "tanh", 40_000),
]
NOISE = [(10, 2000), (20, 4000), (30, 8000), (40, 8000)]  # d and n
FORECAST = [(0.4, 0.4, 0.5), (0.4, 0.8, 0.5), (0.4, 0.4, 1.0)]  # ε, γ, noise
N, FACTOR = 8000, 4
SEEDS = {"directions": 10, "noise": 5, "forecast": 2}  # of each setting


def samples(teacher: Teacher, purpose: str, n: int, link: str, noise: float) -> tuple[np.ndarray, np.ndarray]:
    """Inputs and labels of a teacher.

    Parameters
    ----------
    teacher : Teacher
        The teacher.
    purpose : str
        Names the stream.
    n : int
        Number of samples.
    link : str
        Name of the link.
    noise : float
        Standard deviation of the label noise.

    Returns
    -------
    X : ndarray of shape (n, d)
        Inputs.
    y : ndarray of shape (n,)
        Labels.
    """
    sample = teacher.sample(purpose, n, {"name": link}, noise)
    return sample.source.rows(n).astype(float), sample.y


def true_strengths(teacher: Teacher, link: str, noise: float) -> np.ndarray:
    """Strengths E[t (h_i² − 1)] as the first layer sees them, from samples of their own.

    Parameters
    ----------
    teacher : Teacher
        The teacher.
    link : str
        Name of the link.
    noise : float
        Standard deviation of the label noise.

    Returns
    -------
    ndarray of shape (d1,)
        The strengths, strongest first.
    """
    X, y = samples(teacher, "test", POPULATION, link, noise)
    layer = FirstLayer.preset(PRESET)
    stream = FeatureStream(layer.scaled(HermiteFeatures(D, Q)), ArraySource(X), len(X))
    latent = stream.project(teacher.directions).astype(float)
    strengths = layer.targets(stream, y) @ (latent**2 - 1) / len(y)
    return strengths[np.argsort(-np.abs(strengths))]


def directions() -> Iterator[dict]:
    """Number, strengths and exponent on teachers whose directions are all above their thresholds.

    Yields
    ------
    dict
        One row for each teacher: the number of directions and of those found, of intervals that hold the true strength,
        and whether the interval of γ holds it.
    """
    for (eps, gamma, noise, link, n), seed in product(DIRECTIONS, range(SEEDS["directions"])):
        teacher = Teacher.draw(TeacherSpec(D, Q, gamma=gamma, eps=eps, seed=seed))
        found = diagnose(*samples(teacher, "train", n, link, noise), Q, forecast=False, random_state=seed)[Q]
        truth, estimate = true_strengths(teacher, link, noise), found.exponent
        inside = covered(found.strengths, truth)
        yield {
            **{"eps": eps, "gamma": gamma, "noise": noise, "link": link, "n": n, "seed": seed},
            **{"d1": len(truth), "found": found.n_significant, "right": len(truth) == found.n_significant},
            **{"intervals": len(inside), "covered": sum(inside)},
            "gamma_hat": estimate.value if estimate else np.nan,
            "gamma_covered": estimate.low <= gamma <= estimate.high if estimate else np.nan,
        }


def covered(found: Strengths, truth: np.ndarray) -> list[bool]:
    """Whether each interval holds the true strength of the same sign and rank.

    Parameters
    ----------
    found : Strengths
        Estimates, strongest first.
    truth : ndarray of shape (d1,)
        True strengths, strongest first.

    Returns
    -------
    list of bool
        One for each estimate that has a counterpart.
    """
    inside = []
    for sign in (1, -1):
        mine, true = np.flatnonzero(np.sign(found.value) == sign), truth[np.sign(truth) == sign]
        inside += [bool(found.low[i] <= s <= found.high[i]) for i, s in zip(mine, true, strict=False)]
    return inside


def noise() -> Iterator[dict]:
    """Directions that are found in labels of noise, Gaussian and with heavy tails.

    Yields
    ------
    dict
        One row for each data set.
    """
    for (d, n), seed in product(NOISE, range(SEEDS["noise"])):
        rng = generator(seed, "noise labels", d)
        X = rng.standard_normal((n, d))
        y = rng.standard_normal(n) if seed % 2 else rng.standard_t(4, n)
        found = diagnose(X, y, forecast=False, random_state=seed)
        counts = [report.n_significant for report in found.degrees]
        yield {"d": d, "n": n, "labels": "normal" if seed % 2 else "t4", "seed": seed, "false": sum(counts)}


def forecast() -> Iterator[dict]:
    """Errors that are forecast for four times the labels, beside those that are then measured.

    Yields
    ------
    dict
        One row for each teacher and estimator.
    """
    for (eps, gamma, noise), seed in product(FORECAST, range(SEEDS["forecast"])):
        teacher = Teacher.draw(TeacherSpec(D, Q, gamma=gamma, eps=eps, seed=seed))
        found = diagnose(*samples(teacher, "train", N, "identity", noise), Q, random_state=seed).forecast
        X, y = samples(teacher, "second_layer", FACTOR * N, "identity", noise)
        X_test, y_test = samples(teacher, "test", TEST, "identity", noise)
        ahead = found.table.set_index("factor").loc[FACTOR]
        models = {
            "spectral": SpectralHierarchy("auto", Q, preset=PRESET, random_state=seed),
            "cascade": FeatureCascade(Q, random_state=seed),
        }
        for name, model in models.items():
            measured = nmse(y_test, model.fit(X, y).predict(X_test))
            yield {
                **{"eps": eps, "gamma": gamma, "noise": noise, "n": FACTOR * N, "seed": seed, "estimator": name},
                **{"forecast": ahead[name], "measured": measured, "ratio": ahead[name] / measured},
                "basis": found.spectral_basis if name == "spectral" else found.cascade_basis,
            }


def main(names: list[str]) -> None:
    """Print the tables of some checks.

    Parameters
    ----------
    names : list of str
        Their names; none for all.
    """
    checks = {"directions": directions, "noise": noise, "forecast": forecast}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        for name in names or checks:
            table = pd.DataFrame(checks[name]())
            print(f"\n{name}\n{table.to_string(index=False, float_format='%.3g')}", flush=True)
            print(table.mean(numeric_only=True).to_string(float_format="%.3g"))


if __name__ == "__main__":
    main(sys.argv[1:])
