"""The label law of a teacher, which is all that the deterministic equivalent needs to know.

Two laws: "finite_d" lets in the radius |x| and the bulk of E Ĉ, as real features have them; "gaussian" is the Gaussian
equivalent, the limit d → ∞, exact for teachers whose own features are Gaussian. Of unbounded labels, and of labels
times ρ², the largest decide where the spectrum of Ĉ ends, and they grow with n: the law at n is that of a typical
sample of n labels. If the teacher's own features are Gaussian it is that of its own training labels, conditional on
which the equivalent is exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ..estimator.presets import PRESETS
from ..model.labels import LABEL_TRANSFORMS, transformed
from ..model.links import BOUNDED, get_link
from ..model.spec import TeacherSpec
from ..model.teacher import Teacher, draw_strengths
from ..theory.label_draws import RadialLaw
from ..theory.label_law import LabelLaw
from ..theory.layered_error import LayeredError
from ..theory.leading import leading_curve
from ..theory.names import FINITE_D, GAUSSIAN
from ..theory.weak_noise import identity_nmse

LARGEST = 2**19  # own labels of a law: more of them change cos² by less than the figures show


def label_laws(
    teacher: Teacher,
    link: dict,
    n_max: float,
    first_layer: dict = PRESETS["paper"],
    noise: float = 0.0,
    law: str = GAUSSIAN,
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
    first_layer : dict
        The label_transform, input_scaling and deflate of the first layer, as `first_layer_options` gives them. The
        Gaussian equivalent knows the transform alone.
    noise : float, default 0.0
        Standard deviation of the label noise.
    law : {"gaussian", "finite_d"}
        Which law.

    Returns
    -------
    callable
        Maps n to a `LabelLaw`.

    Raises
    ------
    KeyError
        If there is no such label transform.
    ValueError
        If the finite-d law is asked for a teacher with Gaussian features.
    """
    name = first_layer["label_transform"]
    own = teacher.spec.features == "gaussian"
    if law == GAUSSIAN and (name != "identity" or (link["name"] in BOUNDED and noise == 0)):
        transform = LABEL_TRANSFORMS[name]
        population = LabelLaw.population(teacher.amplitudes, get_link(**link), transform, noise=noise)
        return lambda n: population
    if not (own and law == GAUSSIAN):
        return radial_law(teacher, link, first_layer, noise, law).law
    size = min(math.ceil(n_max), LARGEST)
    latent = teacher.latent(teacher.source("train"), size)
    y, latent2 = teacher.labels(latent, link, noise), latent.astype(float) ** 2

    @lru_cache(maxsize=8)
    def law_of(size: int) -> LabelLaw:
        return LabelLaw.sample(transformed(y[:size], name), latent2[:size])

    return lambda n: law_of(min(int(n), LARGEST))


def radial_law(
    teacher: Teacher, link: dict, first_layer: dict = PRESETS["paper"], noise: float = 0.0, law: str = FINITE_D
) -> RadialLaw:
    """The law of n labels for any n, with the radius or, for the Gaussian equivalent, at d = ∞.

    Parameters
    ----------
    teacher : Teacher
        Its amplitudes and seed are used.
    link : dict
        Name and coefficients of the link, see `get_link`.
    first_layer : dict
        The label_transform, input_scaling and deflate of the first layer.
    noise : float, default 0.0
        Standard deviation of the label noise.
    law : {"finite_d", "gaussian"}
        Which law.

    Returns
    -------
    RadialLaw
        The law.

    Raises
    ------
    ValueError
        If the finite-d law is asked for a teacher with Gaussian features.
    """
    spec = teacher.spec
    if law == FINITE_D and spec.features == "gaussian":
        raise ValueError(f"law must be '{GAUSSIAN}' for a teacher with Gaussian features, got '{law}'")
    return RadialLaw(
        teacher.amplitudes,
        get_link(**link),
        spec.d if law == FINITE_D else math.inf,
        spec.q,
        LABEL_TRANSFORMS[first_layer["label_transform"]],
        noise,
        first_layer["input_scaling"] == "sphere",
        first_layer["deflate"],
    )


def identity_curve(spec: TeacherSpec, n: np.ndarray, law: str = GAUSSIAN) -> tuple[np.ndarray, np.ndarray]:
    """NMSE and cos²θ_i predicted for g = identity from the strengths alone.

    Parameters
    ----------
    spec : TeacherSpec
        Spec of the teacher, which may be too large to be drawn.
    n : ndarray of shape (N,)
        Numbers of samples.
    law : {"gaussian", "finite_d"}
        Which law.

    Returns
    -------
    nmse : ndarray of shape (N,)
        The errors, with a second layer of very many samples.
    cos2 : ndarray of shape (N, d1)
        The alignments.

    Notes
    -----
    No direction is drawn, so d may be far beyond what can be simulated.
    """
    strengths = draw_strengths(spec)
    teacher = Teacher(spec, np.empty((0, spec.d1)), strengths)
    radial = radial_law(teacher, {"name": "identity"}, law=law)
    cos2 = leading_curve(radial.law, spec.D, n)
    if law == GAUSSIAN:
        return identity_nmse(strengths, cos2), cos2
    error = LayeredError(teacher.amplitudes, lambda h2: h2, spec.d, spec.q, 1, radial.spikes, np.empty(0))
    return error.nmse(cos2), cos2
