"""Link functions g of the readout y = g(h2) (2.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Link = Callable[[np.ndarray], np.ndarray]


def identity(h2: np.ndarray) -> np.ndarray:
    """g(u) = u."""
    return h2


def polynomial(coefficients: Sequence[float]) -> Link:
    """g(u) = Σ_k c_k u^k, coefficients from the constant up."""
    return np.polynomial.Polynomial(coefficients)


LINKS: dict[str, Link] = {"identity": identity, "tanh": np.tanh}
BOUNDED = ("tanh",)  # links whose labels have no tails


def get_link(name: str, coefficients: Sequence[float] | None = None) -> Link:
    """The link called `name`: identity, tanh, or polynomial with its coefficients from the constant up.

    Raises
    ------
    ValueError
        If the name is unknown, or coefficients are missing or given where none belong.
    """
    if name == "polynomial" and coefficients:
        return polynomial(coefficients)
    if name in LINKS and not coefficients:
        return LINKS[name]
    raise ValueError(
        f"link must be one of {sorted(LINKS)}, or 'polynomial' with a list of coefficients; "
        f"got {name!r} with coefficients {coefficients}"
    )
