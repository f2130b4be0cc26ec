"""The ledger of claims: what a claim is, and what decides on each.

It imports `measurement`, `theory`, `tables`, and names of the model, the estimator and the baselines.
"""
