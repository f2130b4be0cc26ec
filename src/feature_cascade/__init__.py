"""Feature Cascade: sequential feature recovery in a solvable hierarchical model."""

from .estimator import SpectralHierarchy
from .teacher import Teacher, TeacherSpec

__all__ = ["SpectralHierarchy", "Teacher", "TeacherSpec"]
__version__ = "0.1.0"
