"""The hierarchical target ("teacher"): latent features, their strengths, and labels (2.3–2.5)."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import scipy.linalg

from ..features.hermite import HermiteFeatures
from ..features.stream import FeatureStream
from ..files import whole
from ..sampling.sources import CHUNK, GaussianSource, LaterPart, SampleSource, n_chunks
from ..sampling.streams import generator
from .links import get_link
from .spec import TeacherSpec

SEGMENT = 64  # chunks whose latent features are in memory together when labels are drawn


def draw_strengths(spec: TeacherSpec) -> np.ndarray:
    """Strengths λ_i = Z_γ z_i i^(−γ) with fair signs z_i from the stream of `spec.seed` (2.4).

    Parameters
    ----------
    spec : TeacherSpec
        What defines the teacher.

    Returns
    -------
    ndarray of shape (d1,)
        The strengths, Σλ² = 1.
    """
    signs = generator(spec.seed, "signs").choice([-1.0, 1.0], size=spec.d1)
    powers = np.arange(1, spec.d1 + 1) ** -spec.gamma
    return signs * powers / np.linalg.norm(powers)


@dataclass(frozen=True)
class Sample:
    """The first n samples of one stream of a teacher, with their labels.

    Attributes
    ----------
    teacher : Teacher
        Whose samples they are.
    source : GaussianSource
        The inputs.
    y : ndarray of shape (n,)
        The labels.
    threads : int
        Number of threads; results do not depend on it.
    """

    teacher: Teacher
    source: GaussianSource
    y: np.ndarray
    threads: int = 1

    @cached_property
    def latent(self) -> np.ndarray:
        """Latent features h_i (2.3), computed when they are first asked for: n·d1 numbers may not fit in memory.

        Returns
        -------
        ndarray of shape (n, d1)
            The features, float32.
        """
        return self.teacher.latent(self.source, len(self.y), self.threads)


@dataclass(frozen=True)
class Teacher:
    """A drawn target.

    Attributes
    ----------
    spec : TeacherSpec
        What defines it.
    directions : ndarray of shape (D, d1)
        Directions A of the latent features, one a column.
    strengths : ndarray of shape (d1,)
        Strengths λ with Σλ² = 1.
    """

    spec: TeacherSpec
    directions: np.ndarray
    strengths: np.ndarray

    @classmethod
    def draw(cls, spec: TeacherSpec) -> Teacher:
        """Draw directions and signs from the streams of `spec.seed`.

        Parameters
        ----------
        spec : TeacherSpec
            What defines the teacher.

        Returns
        -------
        Teacher
            The same one for the same values.
        """
        directions = generator(spec.seed, "directions").standard_normal((spec.D, spec.d1))
        if spec.orthonormal:
            directions, triangle = scipy.linalg.qr(directions, mode="economic")
            directions = directions * np.sign(np.diag(triangle))
        else:
            directions /= np.linalg.norm(directions, axis=0)
        return cls(spec, directions, draw_strengths(spec))

    @property
    def amplitudes(self) -> np.ndarray:
        """Amplitudes a_i of h2 = Σ_i a_i (h_i² − 1).

        Returns
        -------
        ndarray of shape (d1,)
            The numbers λ_i/√2, or d1^(2γ−1) z_i i^(−γ) for ``strength_scale="authors_code"``.
        """
        if self.spec.strength_scale == "unit":
            return self.strengths / math.sqrt(2)
        powers = np.arange(1, self.spec.d1 + 1) ** -self.spec.gamma
        return np.sign(self.strengths) * powers * self.spec.d1 ** (2 * self.spec.gamma - 1)

    @property
    def feature_map(self) -> HermiteFeatures:
        """The map from samples to features.

        Returns
        -------
        HermiteFeatures
            The map; for Gaussian-equivalent data the samples are the features.
        """
        return HermiteFeatures(*((self.spec.D, 1) if self.spec.features == "gaussian" else (self.spec.d, self.spec.q)))

    def source(self, purpose: str) -> GaussianSource:
        """The stream of samples for a purpose.

        Parameters
        ----------
        purpose : str
            One of "train", "second_layer" and "test".

        Returns
        -------
        GaussianSource
            The stream.
        """
        return GaussianSource(self.feature_map.d, self.spec.seed, purpose)

    def latent(self, source: SampleSource, n: int, threads: int = 1) -> np.ndarray:
        """Latent features h_i = ⟨A_i, F(x)⟩ of the first n samples (2.3).

        Parameters
        ----------
        source : SampleSource
            The inputs.
        n : int
            Number of samples.
        threads : int
            Number of threads; results do not depend on it.

        Returns
        -------
        ndarray of shape (n, d1)
            The features, float32.
        """
        return FeatureStream(self.feature_map, source, n, threads).project(self.directions)

    def h2(self, latent: np.ndarray) -> np.ndarray:
        """The second layer h2 = Σ_i a_i (h_i² − 1) (2.4).

        Parameters
        ----------
        latent : ndarray of shape (n, d1)
            Latent features.

        Returns
        -------
        ndarray of shape (n,)
            The values of h2.
        """
        return (latent.astype(float) ** 2 - 1.0) @ self.amplitudes

    def labels(self, latent: np.ndarray, link: dict, noise: float = 0.0, purpose: str = "train") -> np.ndarray:
        """Labels y = g(h2) + noise · N(0, 1) (2.5).

        Parameters
        ----------
        latent : ndarray of shape (n, d1)
            Latent features of the first n samples of a stream.
        link : dict
            Arguments of `get_link`.
        noise : float
            Standard deviation of the label noise.
        purpose : str
            Names the stream of the noise.

        Returns
        -------
        ndarray of shape (n,)
            The labels.

        Raises
        ------
        ValueError
            If the noise is negative.
        """
        return self._link(self.h2(latent), link, noise, purpose)

    def _link(self, h2: np.ndarray, link: dict, noise: float, purpose: str) -> np.ndarray:
        if not noise >= 0:
            raise ValueError(f"noise must not be negative, got {noise}")
        y = get_link(**link)(h2)
        if noise > 0:
            chunks = range(n_chunks(len(y)))
            draws = [generator(self.spec.seed, f"noise-{purpose}", c).standard_normal(CHUNK) for c in chunks]
            y = y + noise * np.concatenate(draws)[: len(y)]
        return y

    def sample(self, purpose: str, n: int, link: dict, noise: float = 0.0, threads: int = 1) -> Sample:
        """The first n samples of the stream for a purpose, with their labels (2.5).

        Parameters
        ----------
        purpose : str
            One of "train", "second_layer" and "test".
        n : int
            Number of samples.
        link : dict
            Arguments of `get_link`.
        noise : float
            Standard deviation of the label noise.
        threads : int
            Number of threads; results do not depend on it.

        Returns
        -------
        Sample
            Inputs and labels.

        Notes
        -----
        Labels are drawn `SEGMENT` chunks at a time: latent features of all samples may not fit in memory.
        """
        source, h2 = self.source(purpose), np.empty(n)
        for first in range(0, n_chunks(n), SEGMENT):
            part = h2[first * CHUNK : (first + SEGMENT) * CHUNK]
            part[:] = self.h2(self.latent(LaterPart(source, first), len(part), threads))
        return Sample(self, source, self._link(h2, link, noise, purpose), threads)

    def save(self, path: Path, test_points: np.ndarray) -> None:
        """Write the teacher and its test points to one .npz file, whole or not at all.

        Parameters
        ----------
        path : Path
            The file.
        test_points : ndarray of shape (n_test, d)
            Inputs of the test set, kept as float32.
        """
        with whole(path) as part, open(part, "wb") as file:
            np.savez(
                file,
                spec=json.dumps(asdict(self.spec)),
                directions=self.directions,
                strengths=self.strengths,
                test_points=test_points.astype(np.float32),
            )

    @classmethod
    def load(cls, path: Path) -> tuple[Teacher, np.ndarray]:
        """Read what `save` wrote.

        Parameters
        ----------
        path : Path
            The file.

        Returns
        -------
        teacher : Teacher
            The teacher.
        test_points : ndarray of shape (n_test, d)
            Inputs of the test set, float32.

        Raises
        ------
        ValueError
            If the file is cut off or not one that `save` wrote.
        """
        try:
            with np.load(path) as file:
                spec = TeacherSpec(**json.loads(str(file["spec"])))
                return cls(spec, file["directions"], file["strengths"]), file["test_points"]
        except (BadZipFile, EOFError, KeyError, ValueError) as error:
            raise ValueError(f"{path} is cut off or no teacher ({error}): delete it and run again.") from error
