"""What is measured of a fit: NMSE, overlaps and direction-wise alignments (A.2–A.4)."""

from __future__ import annotations

import numpy as np

RECOVERED = 0.5  # a direction counts as recovered when cos²θ_i reaches this


def nmse(y: np.ndarray, prediction: np.ndarray) -> float:
    """Normalised error E(ŷ − y)²/Var y on test points; the paper's figures call it MSE.

    Parameters
    ----------
    y : ndarray of shape (n_test,)
        Labels of the test points.
    prediction : ndarray of shape (n_test,)
        Predictions ŷ of them.

    Returns
    -------
    float
        The error: 0 for an exact prediction, 1 for the mean of the labels.

    Examples
    --------
    >>> import numpy as np
    >>> nmse(np.array([-1.0, 1.0]), np.zeros(2))
    1.0
    """
    return float(np.mean((prediction - y) ** 2) / np.var(y))


def direction_cos2(basis: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """cos²θ_i = ‖Û^T u_i‖² of each teacher direction with a learned space (A.3).

    Parameters
    ----------
    basis : ndarray of shape (D, k)
        Orthonormal basis Û of the learned space.
    directions : ndarray of shape (D, d1)
        The teacher's directions u_i, of any length.

    Returns
    -------
    ndarray of shape (d1,)
        Alignments between 0 and 1.
    """
    unit = directions / np.linalg.norm(directions, axis=0)
    return np.clip(np.sum((basis.T @ unit) ** 2, axis=0), 0.0, 1.0)


def weight_overlap(basis: np.ndarray, directions: np.ndarray) -> float:
    """Weight-space overlap (1/d1) Σ_i cos²θ_i.

    Parameters
    ----------
    basis : ndarray of shape (D, k)
        Orthonormal basis of the learned space.
    directions : ndarray of shape (D, d1)
        The teacher's directions, of any length.

    Returns
    -------
    float
        The mean alignment, between 0 and 1.
    """
    return float(np.mean(direction_cos2(basis, directions)))


def feature_overlap(latent: np.ndarray, learned: np.ndarray) -> float:
    """q_h = (1/d1) ‖Q^T Q̂‖_F², the overlap of true and learned features (A.2).

    Parameters
    ----------
    latent : ndarray of shape (n, d1)
        True features of n points; Q is an orthonormal basis of their column space.
    learned : ndarray of shape (n, k)
        Learned features of the same points; Q̂ is an orthonormal basis of their column space.

    Returns
    -------
    float
        The overlap, between 0 and 1.
    """
    true, _ = np.linalg.qr(latent)
    found, _ = np.linalg.qr(learned)
    return float(np.sum((true.T @ found) ** 2) / latent.shape[1])


def angular_error(cos2: np.ndarray) -> np.ndarray:
    """Angular errors 1 − cos θ_i (A.4).

    Parameters
    ----------
    cos2 : ndarray of shape (d1,)
        Alignments cos²θ_i.

    Returns
    -------
    ndarray of shape (d1,)
        The errors, between 0 and 1.
    """
    return 1.0 - np.sqrt(cos2)
