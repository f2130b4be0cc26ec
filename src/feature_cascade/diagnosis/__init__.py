"""What a user's own data hold: how many directions, how strong, and the errors that more labels would bring.

It imports `figures.style`, `theory`, `measurement`, `estimator` and below; nothing of the package imports it but the
command line.
"""
