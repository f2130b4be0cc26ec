"""Recovery close to an onset, on many small teachers: cos²θ_i at n = r·n_1 for a nested grid of ratios r.

The asymptotic cos²θ_1(n) has a kink at its onset n_1; at finite D it is rounded. To see how takes many seeds of
moderate D rather than one large one, and there the D × D matrix is the cheapest way: it grows with n, each n adds only
its new samples, and a few leading eigenvectors are read off at every grid point. The onset itself is a prediction that
the caller brings: nothing here knows a theory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.linalg.blas import ssymv, ssyrk
from scipy.sparse.linalg import LinearOperator, eigsh

from ..estimator.blas import one_blas_thread
from ..estimator.eigen import dense_eigenpairs
from ..features.hermite import HermiteFeatures
from ..features.stream import FeatureStream
from ..measurement.metrics import direction_cos2
from ..model.spec import TeacherSpec
from ..model.teacher import Teacher
from ..sampling.sources import CHUNK
from ..sampling.streams import generator
from ..sizes import ascending

FEATURES_AND_SCALING = {  # name: the teacher's features, and how the estimator scales its inputs
    "gaussian": ("gaussian", "none"),
    "hermite": ("hermite", "none"),
    "sphere": ("hermite", "sphere"),
}
DENSE_UP_TO = 64  # below this D a full diagonalisation takes no longer than Lanczos
LANCZOS_TOLERANCE = 1e-4  # it leaves errors of 1e-5 in cos², a thousandth of the spread between seeds


@dataclass(frozen=True)
class Family:
    """Teachers of one kind and size that differ only in their seed; all strengths are positive.

    Attributes
    ----------
    kind : str
        A name, part of the names of the random streams.
    d : int
        As in `TeacherSpec`.
    q : int
        As in `TeacherSpec`.
    gamma : float
        As in `TeacherSpec`.
    eps : float
        As in `TeacherSpec`.
    features : str
        "gaussian" for F ~ N(0, I_D), "hermite" for F(x), "sphere" for F(x) of which the estimator sees F(x·√d/|x|).

    Raises
    ------
    ValueError
        If the features are unknown.

    Notes
    -----
    Strengths have one sign, because the bulk of Ĉ is not symmetric at finite D/n: a spike on its shorter side is
    selected by magnitude only after it has passed the longer one, which is a jump at another place than the onset. With
    one sign all spikes are on the longer side, and every seed has the same onset.
    """

    kind: str
    d: int
    q: int
    gamma: float
    eps: float
    features: str

    def __post_init__(self) -> None:
        if self.features not in FEATURES_AND_SCALING:
            raise ValueError(f"features must be one of {sorted(FEATURES_AND_SCALING)}, got {self.features!r}")

    def teacher(self, index: int) -> Teacher:
        """One teacher of the family.

        Parameters
        ----------
        index : int
            Number of the teacher.

        Returns
        -------
        Teacher
            The teacher, all its strengths positive.

        Notes
        -----
        The seed is drawn from a stream of this kind and size. Small seeds in common would give teachers of different
        sizes the same leading coordinates, but their curves must be independent.
        """
        purpose = f"smoothing {self.kind} {self.features} d={self.d}"
        seed = int(generator(index, purpose).integers(2**32))
        features, _ = FEATURES_AND_SCALING[self.features]
        teacher = Teacher.draw(TeacherSpec(self.d, self.q, self.gamma, self.eps, seed, features=features))
        return replace(teacher, strengths=np.abs(teacher.strengths))

    def feature_map(self, teacher: Teacher) -> HermiteFeatures:
        """The features that the estimator sees of a teacher's samples.

        Parameters
        ----------
        teacher : Teacher
            A teacher of the family.

        Returns
        -------
        HermiteFeatures
            The teacher's features, with the input scaling of the estimator.
        """
        return replace(teacher.feature_map, input_scaling=FEATURES_AND_SCALING[self.features][1])


def near_onset(
    family: Family, link: dict, onset: float, ratios: Sequence[float], seeds: int, threads: int = 1
) -> pd.DataFrame:
    """cos²θ_i (A.3) of every direction at n = r·n_1, rounded, for each ratio r and seed.

    Parameters
    ----------
    family : Family
        The teachers.
    link : dict
        {"name": ..., "coefficients": ...}; see `model.links.get_link`.
    onset : float
        The predicted n_1.
    ratios : sequence of float
        Ascending n/n_1.
    seeds : int
        Number of teachers.
    threads : int
        Number of threads that evaluate features; results do not depend on it.

    Returns
    -------
    pandas.DataFrame
        One row per seed, ratio and direction: seed, ratio, n, direction, cos2 (with the span of the d1 leading
        vectors), own_cos2 (with the i-th leading vector alone, which at the onset of the first direction is the only
        one that has left the bulk).

    Raises
    ------
    ValueError
        If the ratios do not give ascending n ≥ 2, or fewer than one seed is asked for.
    """
    if seeds < 1:
        raise ValueError(f"at least one seed is needed, got {seeds}")
    sizes = [round(ratio * onset) for ratio in ratios]
    if not ascending(sizes) or sizes[0] < 2:
        raise ValueError(f"ratios must give ascending n of at least 2, got n = {sizes} for the onset {onset:.4g}")
    rows = []
    with one_blas_thread():
        for seed in range(seeds):
            teacher = family.teacher(seed)
            sample = teacher.sample("train", sizes[-1], link, threads=threads)
            stream = FeatureStream(family.feature_map(teacher), sample.source, sizes[-1], threads)
            vectors = growing_vectors(teacher, stream, sample.y, sizes)
            for ratio, n, basis in zip(ratios, sizes, vectors, strict=True):
                cos2 = direction_cos2(basis, teacher.directions)
                own = np.sum(basis * teacher.directions, axis=0) ** 2
                rows += [(seed, ratio, n, i + 1, cos2[i], own[i]) for i in range(teacher.spec.d1)]
    return pd.DataFrame(rows, columns=["seed", "ratio", "n", "direction", "cos2", "own_cos2"])


def growing_vectors(
    teacher: Teacher, stream: FeatureStream, y: np.ndarray, sizes: Sequence[int]
) -> Iterator[np.ndarray]:
    """The d1 leading eigenvectors of Ĉ at each of several n.

    Parameters
    ----------
    teacher : Teacher
        Its number of directions and its seed are used.
    stream : FeatureStream
        The features that the estimator sees.
    y : ndarray of shape (n,)
        Labels.
    sizes : sequence of int
        Ascending n.

    Yields
    ------
    ndarray of shape (D, d1)
        The eigenvectors, in the order of falling |eigenvalue|.
    """
    start = generator(teacher.spec.seed, "start vector").standard_normal(teacher.spec.D)
    for upper in growing_moments(stream, y, sizes):
        yield leading_vectors(upper, teacher.spec.d1, start)


def growing_moments(stream: FeatureStream, y: np.ndarray, sizes: Sequence[int]) -> Iterator[np.ndarray]:
    """Ĉ = (1/n) Σ_μ t_μ (F_μ F_μ^T − I_D) (2.6) of the first n samples, for each of several n.

    Parameters
    ----------
    stream : FeatureStream
        The features F.
    y : ndarray of shape (n_max,)
        Their labels.
    sizes : sequence of int
        Ascending n.

    Yields
    ------
    ndarray of shape (D, D), float32
        The matrix at each n, of which only the upper triangle is computed.

    Raises
    ------
    ValueError
        If the sizes do not ascend, start below 2 or exceed the number of samples or labels.

    Notes
    -----
    The labels are standardised over the n samples of each matrix, t = (y − ȳ)/std(y), so two sums grow: of F F^T and
    of y F F^T. Each sample is added once. One triangle halves the work, and float32 sums of some thousand terms are
    exact to far less than the noise in them.
    """
    limit = min(stream.n, len(y))
    if not ascending(sizes) or sizes[0] < 2 or sizes[-1] > limit:
        raise ValueError(f"sizes must ascend from at least 2 to at most {limit}, got {list(sizes)}")
    shape = (stream.features.D, stream.features.D)
    plain, weighted = (np.zeros(shape, dtype=np.float32, order="F") for _ in range(2))
    stops = sorted({*sizes, *range(CHUNK, sizes[-1], CHUNK)})
    for start, stop in zip([0, *stops], stops, strict=False):
        first = start % CHUNK
        if first == 0:
            features = stream.explicit(start // CHUNK)
        part, labels = features[:, first : first + stop - start], y[start:stop]
        _add_product(part, 1.0, plain)
        for sign in (1.0, -1.0):
            chosen = sign * labels > 0
            _add_product(part[:, chosen] * np.sqrt(np.abs(labels[chosen]), dtype=np.float32), sign, weighted)
        if stop in sizes:
            mean, spread = y[:stop].mean(), y[:stop].std()
            yield (weighted - np.float32(mean) * plain) * np.float32(1 / (stop * spread))


def _add_product(features: np.ndarray, sign: float, total: np.ndarray) -> None:
    """total += sign · Σ_μ F_μ F_μ^T for features (D, n), in place and in the upper triangle only."""
    if features.shape[1]:
        ssyrk(sign, np.ascontiguousarray(features).T, beta=1.0, c=total, trans=1, overwrite_c=1)


def leading_vectors(upper: np.ndarray, k: int, start: np.ndarray) -> np.ndarray:
    """The k eigenvectors with the largest |eigenvalue| of a matrix that is given by its upper triangle.

    Parameters
    ----------
    upper : ndarray of shape (D, D), float32
        The matrix; what is below the diagonal is not read.
    k : int
        Number of eigenvectors.
    start : ndarray of shape (D,)
        Start vector of Lanczos.

    Returns
    -------
    ndarray of shape (D, k)
        The eigenvectors, in the order of falling |eigenvalue|.

    Notes
    -----
    Lanczos runs in float32, because it is limited by memory bandwidth. Small matrices are diagonalised in float64.
    """
    if len(upper) <= DENSE_UP_TO:
        return dense_eigenpairs(upper.T.astype(float), k).vectors  # which reads the lower triangle
    product = LinearOperator(upper.shape, matvec=lambda v: ssymv(1.0, upper, v), dtype=np.float32)
    values, vectors = eigsh(product, k, which="LM", v0=start.astype(np.float32), tol=LANCZOS_TOLERANCE)
    return vectors[:, np.argsort(-np.abs(values), kind="stable")]
