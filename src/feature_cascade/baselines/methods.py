"""The methods of the comparison: their names in tables, their labels in legends, their families."""

from __future__ import annotations

from dataclasses import dataclass

from ..estimator.presets import PRESETS

SPECTRAL, JOINT, KERNEL, TOOL = "spectral", "joint", "kernel", "tool"


@dataclass(frozen=True)
class Method:
    """How a method is called and what it is.

    Attributes
    ----------
    label : str
        Name in legends.
    family : {"spectral", "joint", "kernel", "tool"}
        The spectral estimator, all directions together, a kernel, or another ordinary tool.
    """

    label: str
    family: str


METHODS: dict[str, Method] = {
    **{preset: Method(f"spectral, {preset}", SPECTRAL) for preset in PRESETS},
    "cascade": Method("FeatureCascade", JOINT),
    "polynomial": Method("polynomial kernel", KERNEL),
    "gaussian": Method("Gaussian kernel", KERNEL),
    "ntk2": Method("NTK, depth 2", KERNEL),
    "ntk3": Method("NTK, depth 3", KERNEL),
    "quadratic": Method("ridge, degree-2 features", TOOL),
    "relu": Method("ridge, random ReLU features", TOOL),
    "trees": Method("gradient-boosted trees", TOOL),
    "mlp2": Method("MLP, two layers, untuned", TOOL),
    "mlp3": Method("MLP, three layers, untuned", TOOL),
}
KERNEL_METHODS = tuple(name for name, method in METHODS.items() if method.family == KERNEL)
# Of the study of all directions together, where the link is given to all but one
TOGETHER: dict[str, Method] = {
    **{preset: METHODS[preset] for preset in PRESETS},
    "cascade": Method("FeatureCascade, link given", JOINT),
    "learned": Method("FeatureCascade, link learned", JOINT),
    "random": Method("least squares, random start", JOINT),
}
