"""What is measured of a fit: NMSE, overlaps and direction-wise alignments (A.2–A.4)."""

from __future__ import annotations

import numpy as np

RECOVERED = 0.5  # a direction counts as recovered when cos²θ_i reaches this


def nmse(y: np.ndarray, prediction: np.ndarray) -> float:
    """Normalised error E(ŷ − y)²/Var y on test points; the paper's figures call it MSE."""
    return float(np.mean((prediction - y) ** 2) / np.var(y))


def direction_cos2(basis: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """cos²θ_i = ‖Û^T u_i‖² of each teacher direction (D, d1) with the span of an orthonormal basis (D, k); (A.3)."""
    unit = directions / np.linalg.norm(directions, axis=0)
    return np.clip(np.sum((basis.T @ unit) ** 2, axis=0), 0.0, 1.0)


def weight_overlap(basis: np.ndarray, directions: np.ndarray) -> float:
    """Weight-space overlap (1/d1) Σ_i cos²θ_i."""
    return float(np.mean(direction_cos2(basis, directions)))


def feature_overlap(latent: np.ndarray, learned: np.ndarray) -> float:
    """q_h = (1/d1) ‖Q^T Q̂‖_F² of the column spaces of true (n, d1) and learned (n, k) features; (A.2)."""
    true, _ = np.linalg.qr(latent)
    found, _ = np.linalg.qr(learned)
    return float(np.sum((true.T @ found) ** 2) / latent.shape[1])


def angular_error(cos2: np.ndarray) -> np.ndarray:
    """1 − cos θ_i for given cos²θ_i; (A.4)."""
    return 1.0 - np.sqrt(cos2)
