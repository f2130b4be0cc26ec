"""Figures, one module each: tables by name in, a matplotlib figure out.

It imports `measurement`, `theory`, and names of the model, the estimator and the baselines; no simulation.
"""
