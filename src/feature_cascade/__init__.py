"""Feature Cascade: sequential feature recovery in a solvable hierarchical model.

The public names are imported on first use, so that a module that needs none of the simulation does not depend on it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # for type checkers, and for the workflow to know the files behind a public name
    from .diagnosis.run import diagnose
    from .estimator.cascade import FeatureCascade
    from .estimator.spectral import SpectralHierarchy
    from .model.spec import TeacherSpec
    from .model.teacher import Teacher

_HOME = {
    "FeatureCascade": "estimator.cascade",
    "SpectralHierarchy": "estimator.spectral",
    "Teacher": "model.teacher",
    "TeacherSpec": "model.spec",
    "diagnose": "diagnosis.run",
}
__all__ = ["FeatureCascade", "SpectralHierarchy", "Teacher", "TeacherSpec", "diagnose"]
__version__ = "0.1.0"


def __getattr__(name: str):
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOME[name]}", __name__), name)
