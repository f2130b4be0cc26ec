"""Kernel ridge regression, the baseline that sees all functions of a degree alike."""

from .functions import KERNELS, Kernel
from .regression import KernelBaseline

__all__ = ["KERNELS", "Kernel", "KernelBaseline"]
