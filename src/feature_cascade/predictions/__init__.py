"""Theory of a given teacher: its label law, alignments, errors and learning curves.

It imports `theory`, `estimator`, `baselines` and below; it runs no estimator.
"""
