"""The label-weighted moment operator Ĉ = (1/n) Σ_μ t_μ (F_μ F_μ^T − I_D) (2.6), and its dense form for small D."""

from __future__ import annotations

import numpy as np

from ..features.stream import FeatureStream
from ..sampling.sources import n_chunks, padded_chunk
from .blas import one_blas_thread, workers

PANEL = 512  # rows of the dense form that one thread sums


class MomentOperator:
    """Ĉ = (1/n) Σ_μ t_μ (F_μ F_μ^T − I_D) as a linear map on D × k blocks (2.6).

    Parameters
    ----------
    stream : FeatureStream
        Features of n samples.
    t : ndarray of shape (n,)
        Standardised labels.

    Attributes
    ----------
    passes : int
        Number of times that the samples were read.

    Raises
    ------
    ValueError
        If t has another length than the stream.
    """

    def __init__(self, stream: FeatureStream, t: np.ndarray) -> None:
        if t.shape != (stream.n,):
            raise ValueError(f"t must have one label per sample, shape ({stream.n},), got {t.shape}")
        self.stream, self.t, self.passes = stream, t, 0
        self._mean = float(np.mean(t, dtype=np.float64))

    @property
    def D(self) -> int:
        """Dimension of the feature space.

        Returns
        -------
        int
            D.
        """
        return self.stream.features.D

    def apply(self, V: np.ndarray) -> np.ndarray:
        """Ĉ V, in float64.

        Parameters
        ----------
        V : ndarray of shape (D, k)
            Directions.

        Returns
        -------
        ndarray of shape (D, k)
            Their images.
        """
        self.passes += 1
        return self.stream.weighted_moment(self.t, V) / self.stream.n - self._mean * V

    def dense(self) -> np.ndarray:
        """Ĉ as an array, from explicit features chunk by chunk: memory 8·D² bytes.

        Returns
        -------
        ndarray of shape (D, D)
            Ĉ in float64.
        """
        stream, D = self.stream, self.D
        moment = np.zeros((D, D))

        def panel(start: int) -> None:
            rows = slice(start, start + PANEL)
            moment[rows, start:] += weighted[rows] @ features[start:].T

        with one_blas_thread(), workers(stream.threads) as pool:
            for c in range(n_chunks(stream.n)):
                features = stream.explicit(c)
                weighted = features * padded_chunk(self.t, c)
                list(pool.map(panel, range(0, D, PANEL)))
        self.passes += 1
        upper = np.triu(moment, 1)
        return (upper + upper.T + np.diag(np.diag(moment))) / stream.n - self._mean * np.eye(D)
