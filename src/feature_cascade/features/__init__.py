"""Hermite features, formed on the fly: the map, the vector kernels, and the stream of features of a data set.

It imports `sampling` and below.
"""
