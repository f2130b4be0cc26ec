"""What defines a teacher, as plain values: the standard library is all that is needed to read or check it."""

from __future__ import annotations

from dataclasses import dataclass

from ..sizes import D1_ROUNDING, n_features, n_latent

STRENGTH_SCALES = ("unit", "authors_code")
FEATURE_KINDS = ("hermite", "gaussian")


@dataclass(frozen=True)
class TeacherSpec:
    """Everything that defines a teacher.

    Attributes
    ----------
    d : int
        Input dimension.
    q : int
        Degree of the features.
    gamma : float
        Exponent of the strengths, γ ≥ 0.
    eps : float
        Exponent ε of the number d1 = ⌊d^ε⌋ of latent features.
    seed : int
        Names the random streams.
    orthonormal : bool
        Whether the directions are exactly orthonormal, else independent unit vectors.
    strength_scale : {"unit", "authors_code"}
        The amplitudes of `Teacher.amplitudes`: "unit" for Σλ² = 1, or those of the authors' code.
    features : {"hermite", "gaussian"}
        The features F(x), or F ~ N(0, I_D) drawn directly.
    d1_rounding : {"floor", "round"}
        How d1 is rounded: floor as in the paper, or round as in its authors' code.

    Raises
    ------
    ValueError
        On any value outside its range, d1 > D included.
    """

    d: int
    q: int = 2
    gamma: float = 0.4
    eps: float = 0.5
    seed: int = 0
    orthonormal: bool = True
    strength_scale: str = "unit"
    features: str = "hermite"
    d1_rounding: str = "floor"

    def __post_init__(self) -> None:
        if self.d < 1 or self.q < 1:
            raise ValueError(f"d and q must be at least 1, got d={self.d}, q={self.q}")
        if not self.gamma >= 0:
            raise ValueError(f"gamma must not be negative, got {self.gamma}")
        if self.strength_scale not in STRENGTH_SCALES:
            raise ValueError(f"strength_scale must be one of {STRENGTH_SCALES}, got {self.strength_scale!r}")
        if self.strength_scale == "authors_code" and not 0 < self.gamma <= 0.5:
            raise ValueError(f"strength_scale 'authors_code' is defined for 0 < gamma <= 0.5, got {self.gamma}")
        if self.features not in FEATURE_KINDS:
            raise ValueError(f"features must be one of {FEATURE_KINDS}, got {self.features!r}")
        if self.d1_rounding not in D1_ROUNDING:
            raise ValueError(f"d1_rounding must be one of {sorted(D1_ROUNDING)}, got {self.d1_rounding!r}")
        if not 1 <= self.d1 <= self.D:
            raise ValueError(f"d1 = d^eps = {self.d1} must lie between 1 and D = {self.D}; change eps ({self.eps})")

    @property
    def D(self) -> int:
        """Number of degree-q features.

        Returns
        -------
        int
            The number D.
        """
        return n_features(self.d, self.q)

    @property
    def d1(self) -> int:
        """Number of latent features, d^ε rounded.

        Returns
        -------
        int
            The number d1; a float just below an integer counts as that integer.
        """
        return n_latent(self.d, self.eps, self.d1_rounding)
