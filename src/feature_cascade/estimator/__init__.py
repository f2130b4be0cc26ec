"""The layer-wise spectral estimator: moment operator, eigensolver, the three layers, presets, scikit-learn's interface.

It imports `model` and below.
"""
