"""The theory, for a law of labels and a number of features: nothing of the simulation.

It imports `measurement` and `sizes`.
"""
