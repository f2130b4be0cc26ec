"""Predicted test errors of the spectral estimator and of kernels on the same n labels; nothing is fitted.

n counts all labels, as in `baselines`: the first layer of the spectral estimator sees all but those that it holds out.
A kernel has the best ridge of a grid, and predicts the mean where that is better still, as with a very large ridge.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from ..baselines.kernels import Kernel
from ..baselines.regressors import Setting, kernels
from ..estimator.presets import PRESETS, first_layer_options
from ..estimator.spectral import SpectralHierarchy
from ..measurement.crossing import crossings, first_below
from ..model.links import get_link
from ..model.spec import TeacherSpec
from ..model.teacher import Teacher, draw_strengths
from ..theory.kernel_risk import radial_rule
from ..theory.names import FINITE_D, laws_of
from ..theory.radial_risk import RadialRisk
from .energies import degree_energies, quartic_profiles, sector_profiles, target_of
from .teacher import teacher_prediction

MAX_DEGREE = 6  # of a simulated target's profiles; what is beyond goes to the last even one, which no kernel reaches
PAIRS = 2**15  # of simulated points
LATENT_DEGREE = 4  # of the link's Hermite expansion in the latent features, twice that in x
POINTS_PER_DECADE = 5
BEST_RIDGES = np.logspace(-4, 2, 7)  # where n is far beyond any run, smaller ones than those of the runs count


def spectral_nmse(
    spec: TeacherSpec, link: dict, preset: str, readout_degree: int, n: np.ndarray, law: str = FINITE_D
) -> np.ndarray:
    """NMSE of the spectral estimator at each n by the exact asymptotics.

    Parameters
    ----------
    spec : TeacherSpec
        Spec of the teacher, of which only strengths are drawn.
    link : dict
        Name and coefficients of the link, see `get_link`.
    preset : str
        Preset of the first layer.
    readout_degree : int
        Degree of the readout.
    n : ndarray of shape (N,)
        Numbers of labels, those held out included.
    law : {"finite_d", "gaussian"}
        By which law.

    Returns
    -------
    ndarray of shape (N,)
        The errors.

    Raises
    ------
    ValueError
        If there is no such preset or link.
    """
    teacher = Teacher(spec, np.empty((0, spec.d1)), draw_strengths(spec))
    setting = {"link": link, "noise": 0.0, "readout_degree": readout_degree}
    theory = teacher_prediction(teacher, setting, float(np.max(n)), first_layer_options(preset), law)
    held_out = SpectralHierarchy().holdout * np.asarray(n, dtype=float)
    return theory.weak_noise.nmse(theory.cos2(n - held_out), held_out / 2)


def kernel_nmse(
    kernel: Kernel, d: int, profiles: np.ndarray, ridges: Sequence[float] | np.ndarray, n: np.ndarray
) -> np.ndarray:
    """NMSE of a kernel with the best of some ridges, or of the mean, at each n; see `RadialRisk`.

    Parameters
    ----------
    kernel : Kernel
        The kernel.
    d : int
        Dimension.
    profiles : ndarray of shape (L + 1, R, R)
        Profiles of the target, see `RadialRisk`.
    ridges : sequence of float
        Ridges to choose from.
    n : ndarray of shape (N,)
        Numbers of samples.

    Returns
    -------
    ndarray of shape (N,)
        The errors, at most 1.
    """
    risk = RadialRisk(kernel.of_products, d, profiles)
    return np.minimum(1.0, np.min([risk.nmse(n, ridge) for ridge in ridges], axis=0))


def teacher_profiles(teacher: Teacher, link: dict) -> np.ndarray:
    """Profiles c_l(r_i, r_j) of a teacher's target.

    Parameters
    ----------
    teacher : Teacher
        The teacher.
    link : dict
        Name and coefficients of the link, see `get_link`.

    Returns
    -------
    ndarray of shape (L + 1, R, R)
        The profiles at the radii of `radial_rule`: exact with L = 4 for g = identity and q = 2, else with L =
        `MAX_DEGREE` by simulation; see `energies`.
    """
    spec = teacher.spec
    radii, weights = radial_rule(spec.d)
    if link["name"] == "identity" and spec.q == 2:
        return quartic_profiles(teacher, radii)
    return sector_profiles(target_of(teacher, link), spec.d, radii, weights, MAX_DEGREE, PAIRS, spec.seed)


def limit_profiles(spec: TeacherSpec, link: dict) -> np.ndarray:
    """Profiles c_l(r_i, r_j) of a target at large d from its strengths alone, q = 2.

    Parameters
    ----------
    spec : TeacherSpec
        Spec of the teacher.
    link : dict
        Name and coefficients of the link, see `get_link`.

    Returns
    -------
    ndarray of shape (2·LATENT_DEGREE + 1, R, R)
        The profiles at the radii of `radial_rule`.

    Raises
    ------
    ValueError
        If q is not 2.

    Notes
    -----
    The latent features of two points with correlation ρ per coordinate have the correlation ρ². So the energy of g(h2)
    in Hermite degree j of h is that of degree 2j in x, where it is spread over the harmonics of that degree.

    To first order in 1/d, degree two in h has a part of degree two in x, 4 x^T (Σ_i a_i V_i²) x with V_i² ≈ I/(2d) on
    average. Its energies are 8 (Σ a_i)²/d in |x|² and 8 Σ a_i²/d in the harmonics of degree two, relative to 2 Σ a_i².
    """
    if spec.q != 2:
        raise ValueError(f"the limit is that of features of degree q = 2, got {spec.q}")
    d, (radii, _) = spec.d, radial_rule(spec.d)
    a, g = Teacher(spec, np.empty((0, spec.d1)), draw_strengths(spec)).amplitudes, get_link(**link)
    energies = np.zeros(LATENT_DEGREE + 1)
    if link["name"] == "identity":
        energies[2] = 2 * np.sum(a**2)
    else:
        energies = degree_energies(lambda h: g((h**2 - 1) @ a), spec.d1, LATENT_DEGREE, seed=spec.seed)
    profiles = np.zeros((2 * LATENT_DEGREE + 1, len(radii), len(radii)))
    for j in range(2, LATENT_DEGREE + 1):
        moment = math.prod(d + 2 * k for k in range(2 * j))  # E|x|^4j
        profiles[2 * j] = energies[j] * np.outer(radii, radii) ** (2 * j) / moment
    share = energies[2] / (2 * np.sum(a**2))
    radius = (radii**2 - d) / math.sqrt(2 * d)
    profiles[0] = share * 8 * np.sum(a) ** 2 / d * np.outer(radius, radius)
    profiles[2] = share * 8 * np.sum(a**2) / d * np.outer(radii, radii) ** 2 / (d * (d + 2))
    return profiles


def predicted_curves(teacher: Teacher, link: dict, setting: Setting) -> pd.DataFrame:
    """NMSE of both presets and of all kernels on a grid of n from 10 d to D².

    Parameters
    ----------
    teacher : Teacher
        The teacher.
    link : dict
        Name and coefficients of the link, see `get_link`.
    setting : Setting
        What the methods are built with; its readout degree and ridges are used.

    Returns
    -------
    DataFrame
        One row for each method, law and n, columns method, law, n and nmse. Kernels have the finite-d law alone.
    """
    spec = teacher.spec
    n, profiles = sample_grid(10 * spec.d, spec.D**2), teacher_profiles(teacher, link)
    found = {
        (preset, law): spectral_nmse(spec, link, preset, setting.readout_degree, n, law)
        for preset in PRESETS
        for law in laws_of(spec.features)
    }
    for name, kernel in kernels(spec.q).items():
        found[name, FINITE_D] = kernel_nmse(kernel, spec.d, profiles, setting.ridges, n)
    return pd.concat([pd.DataFrame({"method": m, "law": law, "n": n, "nmse": e}) for (m, law), e in found.items()])


def predicted_crossings(spec: TeacherSpec, link: dict, setting: Setting, level: float = 0.5) -> pd.DataFrame:
    """Where the estimator is ahead of the best kernel, and where each reaches a level of NMSE, at large d.

    Parameters
    ----------
    spec : TeacherSpec
        Spec of the teacher, q = 2.
    link : dict
        Name and coefficients of the link, see `get_link`.
    setting : Setting
        What the methods are built with; its readout degree is used.
    level : float, default 0.5
        Level of the NMSE.

    Returns
    -------
    DataFrame
        One row for each preset and law, columns preset, law, n_start and n_catch_up (see `crossings`), n_half of the
        estimator and n_half_kernel of the kernels.

    Raises
    ------
    ValueError
        If q is not 2.
    """
    n, profiles = sample_grid(spec.D / 2, 30 * spec.D**2), limit_profiles(spec, link)
    found = [kernel_nmse(k, spec.d, profiles, BEST_RIDGES, n) for k in kernels(spec.q).values()]
    best, rows = np.min(found, axis=0), []
    for preset, law in itertools.product(PRESETS, laws_of(spec.features)):
        error = spectral_nmse(spec, link, preset, setting.readout_degree, n, law)
        start, catch_up = crossings(n, error, best)
        half = {"n_half": first_below(n, error, level), "n_half_kernel": first_below(n, best, level)}
        rows.append({"preset": preset, "law": law, "n_start": start, "n_catch_up": catch_up, **half})
    return pd.DataFrame(rows)


def sample_grid(low: float, high: float) -> np.ndarray:
    """Sample sizes evenly spaced in the logarithm, at least `POINTS_PER_DECADE` in each decade.

    Parameters
    ----------
    low : float
        Smallest size.
    high : float
        Largest size.

    Returns
    -------
    ndarray of shape (N,)
        The sizes, both ends included.
    """
    return np.geomspace(low, high, 1 + math.ceil(POINTS_PER_DECADE * math.log10(high / low)))
