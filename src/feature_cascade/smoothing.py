"""Recovery close to an onset, on many small teachers: cos²θ_i at n = r·n_1 for a nested grid of ratios r.

The asymptotic cos²θ_1(n) has a kink at its onset n_1; at finite D it is rounded. Seeing how needs many seeds of moderate
D rather than one large one, and there the D × D matrix is the cheapest way: it grows with n, each n adds only its new
samples, and a few leading eigenvectors are read off at every grid point. The onset itself is a prediction that the
caller brings: nothing here knows a theory.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy.linalg.blas import ssymv, ssyrk
from scipy.sparse.linalg import LinearOperator, eigsh
from threadpoolctl import threadpool_limits

from .eigen import dense_eigenpairs
from .metrics import direction_cos2
from .moment import FeatureStream
from .stream import CHUNK, generator
from .teacher import Teacher, TeacherSpec

DENSE_UP_TO = 64  # below this D a full diagonalisation takes no longer than Lanczos
TOLERANCE = 1e-4  # of Lanczos: it leaves errors of 1e-5 in cos², a thousandth of the spread between seeds


@dataclass(frozen=True)
class Family:
    """Teachers of one kind and size that differ only in their seed; all strengths are positive.

    One sign, because the bulk of Ĉ is not symmetric at finite D/n: a spike on its shorter side is selected by magnitude
    only after it has passed the longer one, which is a jump at another place than the onset. With one sign all spikes
    are on the longer side, and every seed has the same onset.

    Attributes
    ----------
    name : of the kind, part of the name of the random streams; d, q, gamma, eps, features : as in `TeacherSpec`.
    """

    name: str
    d: int
    q: int
    gamma: float
    eps: float
    features: str

    def teacher(self, index: int) -> Teacher:
        """Teacher number `index`.

        Its seed is drawn from a stream of this kind and size. Small seeds in common would give all sizes the same
        leading coordinates, and their curves must be independent.
        """
        purpose = f"smoothing {self.name} {self.features} d={self.d}"
        seed = int(generator(index, purpose).integers(2**32))
        spec = TeacherSpec(self.d, self.q, self.gamma, self.eps, seed, features=self.features)
        teacher = Teacher.draw(spec)
        return replace(teacher, strengths=np.abs(teacher.strengths))


def near_onset(
    family: Family, link: dict, onset: float, ratios: Sequence[float], seeds: int, threads: int = 1
) -> pd.DataFrame:
    """cos²θ_i (A.3) of every direction at n = r·n_1, rounded, for each ratio r and seed.

    Parameters
    ----------
    family : the teachers; link : see `links.get_link`; onset : the predicted n_1; ratios : ascending n/n_1;
    seeds : number of teachers; threads : used to evaluate features, results do not depend on it.

    Returns
    -------
    One row per seed, ratio and direction: seed, ratio, n, direction, cos2.

    Raises
    ------
    ValueError
        If the ratios do not give ascending n ≥ 2, or fewer than one seed is asked for.
    """
    if seeds < 1:
        raise ValueError(f"at least one seed is needed, got {seeds}")
    sizes = [round(ratio * onset) for ratio in ratios]
    if not sizes or sizes[0] < 2 or np.any(np.diff(sizes) <= 0):
        raise ValueError(f"ratios must give ascending n of at least 2, got n = {sizes} for the onset {onset:.4g}")
    rows = []
    with threadpool_limits(1, "blas"):  # threaded BLAS could sum in another order on another number of threads
        for seed in range(seeds):
            curves = alignments(family.teacher(seed), link, sizes, threads)
            for ratio, n, cos2 in zip(ratios, sizes, curves, strict=True):
                where = {"seed": seed, "ratio": ratio, "n": n}
                rows += [where | {"direction": i, "cos2": value} for i, value in enumerate(cos2.tolist(), start=1)]
    return pd.DataFrame(rows)


def alignments(teacher: Teacher, link: dict, sizes: Sequence[int], threads: int = 1) -> Iterator[np.ndarray]:
    """cos²θ_i of the d1 leading eigenvectors of Ĉ with the teacher's directions, shape (d1,), at each n of `sizes`."""
    y = teacher.draw_labels("train", sizes[-1], link, threads=threads)
    stream = FeatureStream(teacher.feature_map, teacher.source("train"), sizes[-1], threads)
    start = generator(teacher.spec.seed, "start vector").standard_normal(teacher.spec.D)
    for moment in growing_moments(stream, y, sizes):
        yield direction_cos2(leading_vectors(moment, teacher.spec.d1, start), teacher.directions)


def growing_moments(stream: FeatureStream, y: np.ndarray, sizes: Sequence[int]) -> Iterator[np.ndarray]:
    """Ĉ = (1/n) Σ_μ t_μ (F_μ F_μ^T − I_D) (2.6) of the first n samples, for each n of `sizes`.

    The labels are standardised over the n samples of each matrix, t = (y − ȳ)/std(y), so two sums grow: of F F^T and
    of y F F^T. Each sample is added once. Yields float32 (D, D) of which only the upper triangle is computed: that
    halves the work, and float32 sums of some thousand terms are exact to far less than the noise in them.

    Raises
    ------
    ValueError
        If the sizes do not ascend, start below 2 or exceed the number of samples or labels.
    """
    limit = min(stream.n, len(y))
    if len(sizes) == 0 or sizes[0] < 2 or np.any(np.diff(sizes) <= 0) or sizes[-1] > limit:
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
    """The k eigenvectors with the largest |eigenvalue| of a symmetric matrix given by its upper triangle, (D, k).

    Lanczos from the vector `start` (D,) in float32, because it is limited by memory bandwidth; small matrices are
    diagonalised in float64.
    """
    if len(upper) <= DENSE_UP_TO:
        return dense_eigenpairs(upper.T.astype(float), k).vectors  # which reads the lower triangle
    product = LinearOperator(upper.shape, matvec=lambda v: ssymv(1.0, upper, v), dtype=np.float32)
    return eigsh(product, k, which="LM", v0=start.astype(np.float32), tol=TOLERANCE)[1]
