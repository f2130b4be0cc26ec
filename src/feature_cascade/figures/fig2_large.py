"""Figure 2 at the paper's own sizes, from stored runs: the panels of figure 5 for another experiment."""

from .fig5 import draw

__all__ = ["draw"]
