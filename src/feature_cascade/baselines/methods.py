"""The methods of the comparison: their names in tables, their labels in legends, their families."""

from __future__ import annotations

from dataclasses import dataclass

from ..estimator.presets import PRESETS

SPECTRAL, KERNEL, TOOL = "spectral", "kernel", "tool"


@dataclass(frozen=True)
class Method:
    """How a method is called and what it is.

    Attributes
    ----------
    label : str
        Name in legends.
    family : {"spectral", "kernel", "tool"}
        The spectral estimator, a kernel, or another ordinary tool.
    """

    label: str
    family: str


METHODS: dict[str, Method] = {
    **{preset: Method(f"spectral, {preset}", SPECTRAL) for preset in PRESETS},
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
