"""The target as a matrix of low rank, u = ⟨M, F F^T − I⟩ with M = Σ_k s_k B_k B_k^T, fitted by least squares.

One evaluation of the objective reads the samples twice, with the products of the moment operator: memory grows with
n·k + D·k, never with n·D or D².
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from ..features.stream import FeatureStream
from .link_models import LinkModel

MEMORY = 20  # pairs of steps and gradients that L-BFGS keeps


@dataclass(frozen=True)
class LowRank:
    """The score u(x) = Σ_k s_k (⟨B_k, F⟩² − |B_k|²) + ⟨b, F⟩ + c.

    Attributes
    ----------
    vectors : ndarray of shape (D, k)
        The columns B_k.
    signs : ndarray of shape (k,)
        Signs s_k, 1 or −1.
    linear : ndarray of shape (D, 1) or (D, 0)
        The column b, if there is a part of degree q.
    offset : float
        The constant c.
    """

    vectors: np.ndarray
    signs: np.ndarray
    linear: np.ndarray
    offset: float = 0.0

    @property
    def rank(self) -> int:
        """Number k of directions.

        Returns
        -------
        int
            The number.
        """
        return len(self.signs)

    @property
    def eigenvalues(self) -> np.ndarray:
        """Signed |B_k|²: the eigenvalues of M once the columns are orthogonal.

        Returns
        -------
        ndarray of shape (k,)
            The numbers s_k |B_k|².
        """
        return self.signs * np.sum(self.vectors**2, axis=0)

    def score(self, stream: FeatureStream) -> np.ndarray:
        """The score u of every sample of a stream.

        Parameters
        ----------
        stream : FeatureStream
            Features of n samples.

        Returns
        -------
        ndarray of shape (n,)
            The score, in float64.
        """
        return self._score(self._project(stream))

    def orthogonal(self, smallest: float = 0.0) -> LowRank:
        """The same M with orthogonal columns: its eigenvectors, largest |eigenvalue| first.

        Parameters
        ----------
        smallest : float
            Eigenvalues below this fraction of the largest are left out.

        Returns
        -------
        LowRank
            At most as many directions as before.
        """
        if not self.rank:
            return self
        basis, triangle = np.linalg.qr(self.vectors)
        values, rotation = np.linalg.eigh((triangle * self.signs) @ triangle.T)
        order = np.argsort(-np.abs(values), kind="stable")
        order = order[np.abs(values[order]) > smallest * np.abs(values).max()]
        values, vectors = values[order], basis @ rotation[:, order]
        return replace(self, vectors=vectors * np.sqrt(np.abs(values)), signs=np.sign(values))

    def scaled(self, factor: float) -> LowRank:
        """The model whose score is a multiple of this one's.

        Parameters
        ----------
        factor : float
            The multiple, positive.

        Returns
        -------
        LowRank
            With the same directions and signs.
        """
        vectors = self.vectors * np.sqrt(factor)
        return replace(self, vectors=vectors, linear=self.linear * factor, offset=self.offset * factor)

    def leading(self, k: int) -> LowRank:
        """The first k directions alone.

        Parameters
        ----------
        k : int
            Number of directions.

        Returns
        -------
        LowRank
            Of rank k at most.
        """
        return replace(self, vectors=self.vectors[:, :k], signs=self.signs[:k])

    def _project(self, stream: FeatureStream) -> np.ndarray:
        columns = np.hstack([self.vectors, self.linear])
        return stream.project(columns).astype(float) if columns.shape[1] else np.empty((stream.n, 0))

    def _score(self, projected: np.ndarray) -> np.ndarray:
        squares = projected[:, : self.rank] ** 2 - np.sum(self.vectors**2, axis=0)
        return squares @ self.signs + projected[:, self.rank :].sum(axis=1) + self.offset


class LeastSquares:
    """min (1/2n) Σ_μ (g(u_μ) − y_μ)²/Var y + Σ_k w_k |B_k|², over B, b and c, by L-BFGS.

    A ridge on the factors B_k is a weighted nuclear norm of M: equal weights μ give μ times the sum of |eigenvalues|.

    Parameters
    ----------
    stream : FeatureStream
        Features of the n training samples.
    y : ndarray of shape (n,)
        Labels, not constant.
    link : LinkModel
        The link g.
    """

    def __init__(self, stream: FeatureStream, y: np.ndarray, link: LinkModel) -> None:
        self.stream, self.y, self.link = stream, y, link
        self.evaluations = 0
        self._scale = 1.0 / (stream.n * np.var(y))

    def minimise(
        self, start: LowRank, weights: np.ndarray, iterations: int, gain: float = 1e-14
    ) -> tuple[LowRank, float]:
        """A minimum near a start.

        Parameters
        ----------
        start : LowRank
            Where to begin; its signs stay.
        weights : ndarray of shape (k,)
            Weight w_k of each direction.
        iterations : int
            Largest number of steps.
        gain : float
            The decrease of the objective in one step below which to stop.

        Returns
        -------
        LowRank
            The minimum, its columns not orthogonal in general.
        float
            The normalised mean square error on the training samples, without the penalty.
        """
        found = minimize(
            self._value_and_gradient,
            _flat(start),
            args=(start, weights),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": iterations, "maxcor": MEMORY, "ftol": max(gain, 1e-15), "gtol": 1e-9},
        )
        model = _unflat(found.x, start)
        return model, 2 * (found.fun - float(weights @ np.sum(model.vectors**2, axis=0)))

    def _value_and_gradient(self, x: np.ndarray, shape: LowRank, weights: np.ndarray) -> tuple[float, np.ndarray]:
        self.evaluations += 1
        model = _unflat(x, shape)
        projected = model._project(self.stream)
        prediction, slope = self.link.at(model._score(projected), self.y)
        residual = prediction - self.y
        slopes = self._scale * residual * slope
        weights_of = [2 * model.signs * projected[:, : model.rank], np.ones((len(residual), model.linear.shape[1]))]
        factors = slopes[:, None] * np.hstack(weights_of)
        sums = self.stream.weighted_sum(factors) if factors.shape[1] else np.empty_like(model.vectors)
        vectors = sums[:, : model.rank] - 2 * model.vectors * (slopes.sum() * model.signs - weights)
        value = 0.5 * self._scale * float(residual @ residual) + float(weights @ np.sum(model.vectors**2, axis=0))
        return value, np.concatenate([vectors.ravel(), sums[:, model.rank :].ravel(), [slopes.sum()]])


def _flat(model: LowRank) -> np.ndarray:
    return np.concatenate([model.vectors.ravel(), model.linear.ravel(), [model.offset]])


def _unflat(x: np.ndarray, shape: LowRank) -> LowRank:
    size = shape.vectors.size
    return LowRank(
        x[:size].reshape(shape.vectors.shape), shape.signs, x[size:-1].reshape(shape.linear.shape), float(x[-1])
    )
