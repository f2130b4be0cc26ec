"""What is read off measured curves: alignments, thresholds, exponents, collapses, and their uncertainty.

It imports `sampling` and `sizes`.
"""
