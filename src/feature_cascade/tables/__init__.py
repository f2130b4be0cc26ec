"""Tables, one module each: measured and predicted tables by name in, one table out.

It imports `measurement`, `theory`, and names of the model, the estimator and the baselines; no simulation.
"""
