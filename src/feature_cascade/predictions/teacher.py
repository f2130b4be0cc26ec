"""Every prediction for the teacher of an experiment.

Tables of theory have a column `law`: "finite_d" for the law with the radius and the bulk of E Ĉ, "gaussian" for the
Gaussian equivalent. Teachers with Hermite features have rows of both, those with Gaussian features of "gaussian"
alone. Who reads them takes `theory.names.followed`, the law that the features of an experiment follow, or
`theory.names.gaussian_equivalent`.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..estimator.presets import PRESETS
from ..model.links import get_link
from ..model.teacher import Teacher
from ..theory.layered_error import LayeredError
from ..theory.names import FINITE_D, GAUSSIAN, laws_of
from ..theory.prediction import Prediction
from ..theory.scaling import alpha_thresholds
from ..theory.weak_noise import WeakNoise
from .label_laws import label_laws, radial_law


def teacher_predictions(
    teacher: Teacher, setting: dict, n_max: float, first_layer: dict = PRESETS["paper"]
) -> Iterator[tuple[str, Prediction]]:
    """The predictions for one teacher by each of its laws.

    Parameters
    ----------
    teacher : Teacher
        Its amplitudes and seed are used.
    setting : dict
        Link, noise and readout_degree of an experiment.
    n_max : float
        Largest n that will be asked for.
    first_layer : dict
        The label_transform, input_scaling and deflate of the first layer.

    Yields
    ------
    law : str
        Value of the column `law`.
    prediction : Prediction
        The theory.
    """
    for law in laws_of(teacher.spec.features):
        yield law, teacher_prediction(teacher, setting, n_max, first_layer, law)


def teacher_prediction(
    teacher: Teacher, setting: dict, n_max: float, first_layer: dict = PRESETS["paper"], law: str = GAUSSIAN
) -> Prediction:
    """Exact asymptotics, weak-noise limit and scaling form for one teacher.

    Parameters
    ----------
    teacher : Teacher
        Its amplitudes and seed are used.
    setting : dict
        Link, noise and readout_degree of an experiment.
    n_max : float
        Largest n that will be asked for.
    first_layer : dict
        The label_transform, input_scaling and deflate of the first layer, as `first_layer_options` gives them.
    law : {"gaussian", "finite_d"}
        Which law.

    Returns
    -------
    Prediction
        The theory.

    Raises
    ------
    KeyError
        If there is no such label transform.
    ValueError
        If the finite-d law is asked for a teacher with Gaussian features.
    """
    spec, link, noise, degree = teacher.spec, setting["link"], setting["noise"], setting["readout_degree"]
    about = alpha_thresholds(spec.d, spec.d1, spec.gamma, spec.eps, spec.q), teacher.strengths, spec.d, spec.D
    g = get_link(**link)
    if law == GAUSSIAN:
        laws = label_laws(teacher, link, n_max, first_layer, noise)
        return Prediction(laws, WeakNoise(teacher.amplitudes, g, spec.D, degree), *about)
    radial = radial_law(teacher, link, first_layer, noise, FINITE_D)
    thresholds = spec.D * radial.weak_noise_thresholds()
    error = LayeredError(teacher.amplitudes, g, spec.d, spec.q, degree, radial.spikes, thresholds, noise)
    return Prediction(radial.law, error, *about)
