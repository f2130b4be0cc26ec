"""The Gaussian equivalent of a teacher: its label law, which is all that the deterministic equivalent needs to know.

Bounded labels have the law of the population. Of unbounded ones the largest decide where the spectrum of Ĉ ends, and
they grow with n: the law at n is that of n labels of Gaussian-equivalent data. If the teacher's own features are
Gaussian these are its own training labels, conditional on which the equivalent is exact; else they are drawn.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ..model.labels import LABEL_TRANSFORMS, standardise, transformed
from ..model.links import BOUNDED, get_link
from ..model.spec import TeacherSpec
from ..model.teacher import Teacher, draw_strengths
from ..sampling.sources import GaussianSource
from ..theory.label_law import LabelLaw
from ..theory.leading import leading_curve
from ..theory.weak_noise import identity_nmse

FEW = 2**17  # labels where d1 is large
LARGEST = 2**19  # labels of a law: more of them change cos² by less than the figures show


def label_laws(
    teacher: Teacher, link: dict, n_max: float, label_transform: str = "identity", noise: float = 0.0
) -> Callable[[float], LabelLaw]:
    """The law of (T, h_i²) at each n ≤ n_max, T the labels as the first layer sees them.

    Parameters
    ----------
    teacher : Teacher
        Its amplitudes and seed are used; of a teacher with Gaussian features, its training labels.
    link : dict
        Name and coefficients of the link, see `get_link`.
    n_max : float
        Largest n that will be asked for.
    label_transform : str, default "identity"
        One of `model.labels.LABEL_TRANSFORMS`.
    noise : float, default 0.0
        Standard deviation of the label noise.

    Returns
    -------
    callable
        Maps n to a `LabelLaw`.

    Raises
    ------
    KeyError
        If there is no such label transform.
    """
    transform = LABEL_TRANSFORMS[label_transform]
    if label_transform != "identity" or (link["name"] in BOUNDED and noise == 0):
        law = LabelLaw.population(teacher.amplitudes, get_link(**link), transform, noise=noise)
        return lambda n: law
    own, size = teacher.spec.features == "gaussian", min(math.ceil(n_max), LARGEST)
    purpose = "train" if own else "equivalent"
    drawn = GaussianSource(teacher.spec.d1, teacher.spec.seed, purpose)
    latent = teacher.latent(teacher.source(purpose), size) if own else drawn.rows(size)
    y, latent2 = teacher.labels(latent, link, noise, purpose), latent.astype(float) ** 2

    @lru_cache(maxsize=8)
    def law_of(size: int) -> LabelLaw:
        return LabelLaw.sample(transformed(y[:size], label_transform), latent2[:size])

    return lambda n: law_of(min(int(n), LARGEST))


def identity_curve(spec: TeacherSpec, n: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """NMSE and cos²θ_i predicted for g = identity from the strengths alone.

    Parameters
    ----------
    spec : TeacherSpec
        Spec of the teacher, which may be too large to be drawn.
    n : ndarray of shape (N,)
        Numbers of samples.

    Returns
    -------
    nmse : ndarray of shape (N,)
        The errors.
    cos2 : ndarray of shape (N, d1)
        The alignments.

    Notes
    -----
    No direction is drawn, so d may be far beyond what can be simulated. The law is that of 2^17 labels.
    """
    strengths = draw_strengths(spec)
    latent2 = GaussianSource(spec.d1, spec.seed, "equivalent").rows(FEW).astype(float) ** 2
    law = LabelLaw.sample(standardise((latent2 - 1) @ strengths), latent2)
    cos2 = leading_curve(law, spec.D, n)
    return identity_nmse(strengths, cos2), cos2
