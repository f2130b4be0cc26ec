"""The Gaussian equivalent of a teacher: its label law, which is all that the deterministic equivalent needs to know.

Bounded labels have the law of the population. Of unbounded ones the largest decide where the spectrum of Ĉ ends, and
they grow with n: the law at n is that of n labels of Gaussian-equivalent data from a stream of their own.
"""

from __future__ import annotations

from collections.abc import Callable

from .layers import LABEL_TRANSFORMS, FirstLayer
from .links import BOUNDED, get_link
from .stream import GaussianSource
from .teacher import Teacher
from .theory.label_law import LabelLaw

LARGEST = 2**19  # labels of a law: more of them change cos² by less than the figures show


def label_laws(
    teacher: Teacher, link: dict, n_max: float, first_layer: FirstLayer | None = None, noise: float = 0.0
) -> Callable[[float], LabelLaw]:
    """The law of (T, h_i²) at each n ≤ n_max, T the labels as the first layer sees them.

    Parameters
    ----------
    teacher : its amplitudes and seed are used; link : see `links.get_link`; n_max : largest n that will be asked for;
    first_layer : its label transform (default: none); noise : standard deviation of the label noise.
    """
    first_layer = first_layer or FirstLayer()
    transform = LABEL_TRANSFORMS[first_layer.label_transform]
    if first_layer.label_transform != "identity" or (link["name"] in BOUNDED and noise == 0):
        law = LabelLaw.population(teacher.amplitudes, get_link(**link), transform, noise=noise)
        return lambda n: law
    latent = GaussianSource(teacher.spec.d1, teacher.spec.seed, "equivalent").rows(min(int(n_max), LARGEST))
    y, latent2 = teacher.labels(latent, link, noise, "equivalent"), latent.astype(float) ** 2

    def law_of(n: float) -> LabelLaw:
        size = min(int(n), LARGEST)
        return LabelLaw.sample(first_layer.transform(y[:size]), latent2[:size])

    return law_of
