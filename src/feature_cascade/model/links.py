"""Link functions g of the readout y = g(h2) (2.5)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

Link = Callable[[np.ndarray], np.ndarray]


def identity(h2: np.ndarray) -> np.ndarray:
    """The link g(u) = u.

    Parameters
    ----------
    h2 : ndarray of shape (n,)
        Second-layer features u.

    Returns
    -------
    ndarray of shape (n,)
        The same array.
    """
    return h2


def polynomial(coefficients: Sequence[float]) -> Link:
    """The link g(u) = Σ_k c_k u^k.

    Parameters
    ----------
    coefficients : sequence of float
        The numbers c_k, from the constant up.

    Returns
    -------
    callable
        The link.

    Examples
    --------
    >>> float(polynomial([-1, 1, 1])(2.0))
    5.0
    """
    return np.polynomial.Polynomial(coefficients)


LINKS: dict[str, Link] = {"identity": identity, "tanh": np.tanh}
BOUNDED = ("tanh",)  # links whose labels have no tails


def get_link(name: str, coefficients: Sequence[float] | None = None) -> Link:
    """The link of a name.

    Parameters
    ----------
    name : str
        One of identity, tanh and polynomial.
    coefficients : sequence of float, optional
        Those of a polynomial, from the constant up.

    Returns
    -------
    callable
        The link.

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
