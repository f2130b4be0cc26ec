"""What a run costs, where its files are, what it was made from: used by scripts and the workflow alone.

It imports `estimator` and below.
"""
