"""The joint law of the label T and the squared latent features h_i², as weighted atoms.

This is all that the deterministic equivalent needs to know of the target. A law is either that of the population (for
bounded labels) or that of a sample's own labels: conditional on them the equivalent holds as well, and for labels with
heavy tails it is the only sensible one, because there the largest labels decide where the spectrum ends. Samples of
millions of labels are compressed: the largest and smallest stay atoms of their own, the rest go into narrow bins.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from scipy import sparse

from .population_bulk import NONE, population_bulk
from .quasi_random import QUASI_RANDOM_POWER, gaussian_latent

BINS = 1500  # of equal width, for the labels between the two tails
TAIL = 200  # labels kept one by one at either end: far beyond those that leave the bulk of the spectrum
ROWS_AT_ONCE = 2**18  # in double precision


@dataclass(frozen=True)
class LabelLaw:
    """Atoms of the joint law of (T, h_1²..h_d1²).

    Attributes
    ----------
    T : ndarray of shape (N,)
        Labels.
    weights : ndarray of shape (N,)
        Their probabilities, summing to 1.
    latent2 : ndarray of shape (N, d1)
        Mean of h_i² in each atom.
    isolated : ndarray of shape (N,), bool
        True where an atom stands alone rather than for a stretch of a continuous law; by default everywhere.
    shift : float, default 0.0
        Added to every position of the spectrum: E[tρ²] − E[t].
    bulk : ndarray of shape (k, 2)
        The bulk of E Ĉ itself, see `population_bulk`; by default none.

    Raises
    ------
    ValueError
        On shapes that do not match, values that are not finite, negative h², weights that are not probabilities, or
        labels that are all zero.

    Notes
    -----
    Gaps of the spectrum are looked for only next to isolated atoms.

    Real features have |F|² = ρ² D with a ρ² that fluctuates. Then T stands for t ρ² and latent2 for h_i²/ρ², with t the
    labels as the first layer sees them and ρ as it sees the features: Ĉ = (1/n) Σ (t ρ²) G G^T − E[t] with Gaussian G.
    """

    T: np.ndarray
    weights: np.ndarray
    latent2: np.ndarray
    isolated: np.ndarray = None  # type: ignore[assignment] # everywhere, see __post_init__
    shift: float = 0.0
    bulk: np.ndarray = field(default_factory=lambda: NONE)

    def __post_init__(self) -> None:
        T, weights, latent2 = (np.asarray(a, dtype=float) for a in (self.T, self.weights, self.latent2))
        isolated = np.ones(T.shape, dtype=bool) if self.isolated is None else np.asarray(self.isolated, dtype=bool)
        _check_pairs(T, latent2)
        if weights.shape != T.shape or isolated.shape != T.shape:
            raise ValueError(
                f"weights and isolated must have the shape of T, {T.shape}, got {weights.shape}, {isolated.shape}"
            )
        if not (np.all(weights >= 0) and abs(weights.sum() - 1) < 1e-9):
            raise ValueError(f"weights must be non-negative and sum to 1, got the sum {weights.sum():.9g}")
        bulk = np.asarray(self.bulk, dtype=float)
        if bulk.ndim != 2 or bulk.shape[1] != 2 or not np.all(bulk[:, 1] > 0):
            raise ValueError(f"bulk must have rows (τ, a) with a > 0, got the shape {bulk.shape}")
        object.__setattr__(self, "bulk", bulk)
        for name, value in (("T", T), ("weights", weights), ("latent2", latent2), ("isolated", isolated)):
            object.__setattr__(self, name, value)

    @property
    def spikes(self) -> np.ndarray:
        """Spike strengths s_i = E[T (h_i² − 1)].

        Returns
        -------
        ndarray of shape (d1,)
            The strengths, E[t (h_i² − ρ²)] at finite d.
        """
        return (self.weights * self.T) @ (self.latent2 - 1)

    def with_bulk(self, d: float, q: int, deflated: bool = False) -> LabelLaw:
        """The same law with the bulk of E Ĉ that features of degree q in dimension d have.

        Parameters
        ----------
        d : float
            Input dimension.
        q : int
            Degree of the features.
        deflated : bool, default False
            Whether the part of degree q has been taken from the labels.

        Returns
        -------
        LabelLaw
            The law.
        """
        return replace(self, bulk=population_bulk(self.spikes, d, q, deflated))

    @classmethod
    def sample(
        cls,
        T: np.ndarray,
        latent2: np.ndarray,
        rho2: np.ndarray | None = None,
        bins: int = BINS,
        tail: int = TAIL,
    ) -> LabelLaw:
        """The law of a sample's own labels, compressed.

        Parameters
        ----------
        T : ndarray of shape (n,)
            Labels t as the first layer sees them.
        latent2 : ndarray of shape (n, d1)
            Squared latent features h_i².
        rho2 : ndarray of shape (n,), optional
            Ratios ρ² = |F|²/D; 1 by default.
        bins : int, default BINS
            Number of bins between the tails.
        tail : int, default TAIL
            Labels kept one by one at either end.

        Returns
        -------
        LabelLaw
            The law. A sample of at most `bins` + 2·`tail` labels is kept as it is.

        Raises
        ------
        ValueError
            On shapes that do not match, values that are not finite, negative h², or labels that are all zero.

        Notes
        -----
        The `tail` largest and smallest labels stay isolated atoms. The others share `bins` bins of equal width, each at
        its mean T and mean h².
        """
        T, shift = np.asarray(T), 0.0
        if rho2 is not None:
            shift = float(np.mean(T * rho2) - np.mean(T))
            T, latent2 = T * rho2, latent2 / np.asarray(rho2)[:, None]
        _check_pairs(T, latent2)
        if len(T) <= bins + 2 * tail:
            return cls(T, np.full(len(T), 1 / len(T)), latent2, shift=shift)
        return replace(_compress(T, latent2, bins, tail, isolated_tails=True), shift=shift)

    @classmethod
    def population(
        cls,
        amplitudes: np.ndarray,
        link: Callable[[np.ndarray], np.ndarray],
        transform: Callable[[np.ndarray], np.ndarray] | None = None,
        scramble: int = 0,
        power: int = QUASI_RANDOM_POWER,
        noise: float = 0.0,
    ) -> LabelLaw:
        """The law of standardised labels y = g(Σ a_i (h_i² − 1)) + noise·N(0, 1), by quasi-random points.

        Parameters
        ----------
        amplitudes : ndarray of shape (d1,)
            Amplitudes a_i.
        link : callable
            Link g, elementwise.
        transform : callable, optional
            Applied to the standardised labels, which are then standardised again.
        scramble : int, default 0
            Number of the quasi-random sequence, see `standard_error`.
        power : int, default QUASI_RANDOM_POWER
            Binary logarithm of the number of points.
        noise : float, default 0.0
            Standard deviation of the label noise.

        Returns
        -------
        LabelLaw
            The law.

        Raises
        ------
        ValueError
            If the labels are constant.

        Notes
        -----
        Meant for bounded labels: of an unbounded label the points know no more than a sample of 2^power labels would.
        """
        d1 = len(amplitudes)
        points = gaussian_latent(d1 + (noise > 0), scramble, power)
        latent2 = points[:, :d1] ** 2
        y = link((latent2 - 1) @ np.asarray(amplitudes))
        if noise > 0:
            y = y + noise * points[:, d1]
        T = _standardise(y) if transform is None else _standardise(transform(_standardise(y)))
        if len(np.unique(T)) <= BINS:  # a discrete law is exact as it stands
            return _compress(T, latent2, 1, len(T), isolated_tails=True)
        return _compress(T, latent2, BINS, TAIL, isolated_tails=False)


def standard_error(
    predict: Callable[[LabelLaw], np.ndarray], law: Callable[[int], LabelLaw], scrambles: int = 8
) -> tuple[np.ndarray, np.ndarray]:
    """Mean and standard error of a prediction over independent quasi-random sequences.

    Parameters
    ----------
    predict : callable
        Maps a law to an array, say cos².
    law : callable
        Maps the number of the sequence to a law, say `LabelLaw.population(a, g, scramble=k)`.
    scrambles : int, default 8
        Number of sequences.

    Returns
    -------
    mean : ndarray
        The mean, of the prediction's shape.
    error : ndarray
        Its standard error, of the same shape.
    """
    values = np.array([predict(law(k)) for k in range(scrambles)])
    return values.mean(axis=0), values.std(axis=0, ddof=1) / np.sqrt(scrambles)


def _check_pairs(T: np.ndarray, latent2: np.ndarray) -> None:
    if T.ndim != 1 or latent2.ndim != 2 or len(latent2) != len(T) or len(T) == 0:
        raise ValueError(f"T and latent2 must have shapes (N,) and (N, d1), N ≥ 1, got {T.shape} and {latent2.shape}")
    if not (np.all(np.isfinite(T)) and np.all(np.isfinite(latent2))):
        raise ValueError("T and latent2 must be finite, got a NaN or an infinity")
    if not np.min(latent2, initial=0.0) >= 0:
        raise ValueError(f"latent2 holds squares and must not be negative, got {np.min(latent2):.6g}")
    if not np.any(T):
        raise ValueError("T must not be zero everywhere")


def _standardise(y: np.ndarray) -> np.ndarray:
    if not np.ptp(y) > 0:
        raise ValueError(f"the labels must not be constant, got {y[0]:.6g} at every point")
    return (y - y.mean()) / y.std()


def _compress(labels: np.ndarray, latent2: np.ndarray, bins: int, tail: int, isolated_tails: bool) -> LabelLaw:
    """Atoms for the distinct labels among the `tail` smallest and largest, bins of equal width between them."""
    n, tail = len(labels), min(tail, len(labels) // 2)
    low, high = np.partition(labels, (tail - 1, n - tail))[[tail - 1, n - tail]]
    between = (labels > low) & (labels < high)
    atom = np.empty(n, dtype=np.int32)
    middle = labels[between]
    atom[between] = np.minimum((middle - low) * (bins / max(high - low, np.finfo(float).tiny)), bins - 1)
    values, position = np.unique(labels[~between], return_inverse=True)
    atom[~between] = bins + position
    count = np.bincount(atom, minlength=bins + len(values))
    used = count > 0
    T = np.bincount(atom, labels, len(count))[used] / count[used]
    squares = _sums(atom, latent2, len(count))[used] / count[used, None]
    isolated = (np.arange(len(count)) >= bins) & isolated_tails
    return LabelLaw(T, count[used] / n, squares, isolated[used])


def _sums(atom: np.ndarray, values: np.ndarray, atoms: int) -> np.ndarray:
    """Sums of the rows of `values` that share an atom, (atoms, d1); a product with the sparse matrix of membership."""
    total = np.zeros((atoms, values.shape[1]))
    for first in range(0, len(atom), ROWS_AT_ONCE):
        column = atom[first : first + ROWS_AT_ONCE]
        rows = np.arange(len(column) + 1, dtype=np.int32)
        member = sparse.csr_array((np.ones(len(column)), column, rows), shape=(len(column), atoms))
        total += member.T @ values[first : first + ROWS_AT_ONCE]
    return total
