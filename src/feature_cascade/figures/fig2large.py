"""Panels A and B of figure 2 at the paper's larger sizes, from the committed seed-level tables."""

from .fig5 import draw

__all__ = ["draw"]
