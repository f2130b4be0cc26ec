"""What the estimator is compared with: kernel ridge regression and ordinary tools, as scikit-learn regressors.

It imports `estimator` and below.
"""
