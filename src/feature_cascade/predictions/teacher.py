"""Every prediction for the teacher of an experiment."""

from __future__ import annotations

from ..model.links import get_link
from ..model.teacher import Teacher
from ..theory.prediction import Prediction
from ..theory.scaling import alpha_thresholds
from ..theory.weak_noise import WeakNoise
from .label_laws import label_laws


def teacher_prediction(teacher: Teacher, setting: dict, n_max: float, label_transform: str = "identity") -> Prediction:
    """Exact asymptotics, weak-noise limit and scaling form for one teacher.

    Parameters
    ----------
    teacher : Teacher
        Its amplitudes and seed are used.
    setting : dict
        Link, noise and readout_degree of an experiment.
    n_max : float
        Largest n that will be asked for.
    label_transform : str, default "identity"
        One of `model.labels.LABEL_TRANSFORMS`.

    Returns
    -------
    Prediction
        The theory.

    Raises
    ------
    KeyError
        If there is no such label transform.
    """
    spec, link = teacher.spec, setting["link"]
    return Prediction(
        label_laws(teacher, link, n_max, label_transform, setting["noise"]),
        WeakNoise(teacher.amplitudes, get_link(**link), spec.D, setting["readout_degree"]),
        alpha_thresholds(spec.d, spec.d1, spec.gamma, spec.eps, spec.q),
        teacher.strengths,
        spec.d,
        spec.D,
    )
