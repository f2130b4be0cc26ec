"""Figure 8 for the features of real inputs, whose population operator differs from the assumed one at finite d."""

from .fig8 import draw

__all__ = ["draw"]
