"""Sections of the configuration as objects, each with the relations between its own keys.

A section is built once from what its schema allows; whoever wants a teacher asks a family for it, so that the number
of directions and of features has one formula.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..estimator.presets import first_layer_options
from ..model.links import get_link
from ..model.spec import TeacherSpec
from ..sizes import sample_size
from .schema import SettingsError

DECIMALS = 6  # of α and other grids: tables of theory keep no more
DIGITS = 10  # of a number in a table
NEAR = 1e-9  # a ratio this close to the end of a window lies in it
Q_OF_LIMIT = 2  # the degree for which the baselines' theory at large d is known


@dataclass(frozen=True)
class Family:
    """Teachers that differ in d, γ and seed.

    Attributes
    ----------
    name : str
        Its key under `teachers`.
    options : mapping
        Arguments of `TeacherSpec` that all of them share.
    n_test : int
        Test points per teacher.
    """

    name: str
    options: Mapping[str, Any]
    n_test: int

    @classmethod
    def _from_config(cls, name: str, section: Mapping) -> Family:
        """Build a family from its section of the configuration."""
        return cls(name, {key: value for key, value in section.items() if key != "n_test"}, section["n_test"])

    def spec(self, d: int, **options: Any) -> TeacherSpec:
        """Return what defines one of the teachers.

        Parameters
        ----------
        d : int
            Input dimension.
        **options : Any
            Its γ and seed, or other arguments of `TeacherSpec`.

        Returns
        -------
        TeacherSpec
            The teacher's definition.

        Raises
        ------
        ValueError
            If there is no such teacher.
        """
        return TeacherSpec(d, **{**self.options, **options})

    def check(self, key: str, d: int, gammas: Sequence[float]) -> None:
        """Refuse a size at which this family has no teachers, and a γ that its strengths do not have.

        Parameters
        ----------
        key : str
            Key of the section that wants them.
        d : int
            Input dimension.
        gammas : sequence of float
            Exponents γ.

        Raises
        ------
        SettingsError
            With the reason that `TeacherSpec` gives.
        """
        try:
            self.spec(d)  # the default γ exists in every family, so that what is wrong here is d1
        except ValueError as error:
            raise SettingsError.at(f"teachers.{self.name}.eps", f"{error}, at d={d} of {key}") from None
        for gamma in gammas:
            try:
                self.spec(d, gamma=gamma)
            except ValueError as error:
                raise SettingsError.at(f"{key}.gamma", f"{error}, for teachers.{self.name}") from None


@dataclass(frozen=True)
class Size:
    """One size of an experiment.

    Attributes
    ----------
    d : int
        Input dimension.
    alpha : tuple of float
        Ascending grid of α = log n / log d.
    """

    d: int
    alpha: tuple[float, ...]


@dataclass(frozen=True)
class Seeds:
    """One size of a study.

    Attributes
    ----------
    d : int
        Input dimension.
    seeds : int
        Number of seeds 0, 1, ….
    """

    d: int
    seeds: int


@dataclass(frozen=True)
class Run:
    """A teacher of an experiment.

    Attributes
    ----------
    d : int
        Input dimension.
    gamma : float
        Exponent γ of its strengths.
    seed : int
        Its seed.
    """

    d: int
    gamma: float
    seed: int


@dataclass(frozen=True)
class Experiment:
    """Recovery runs of one family of teachers with one link.

    Attributes
    ----------
    name : str
        Its key under `experiments`.
    family : Family
        The teachers.
    gamma : tuple of float
        Exponents γ of their strengths.
    seeds : int
        Number of seeds 0, 1, ….
    sizes : tuple of Size
        What is measured, every d once.
    predicted : tuple of Size
        What theory alone is computed for.
    stored : bool
        Whether its tables are those in results/reference.
    first_layer : mapping
        Options of `estimator.layers.FirstLayer`, those of the preset included.
    """

    name: str
    family: Family
    gamma: tuple[float, ...]
    seeds: int
    sizes: tuple[Size, ...]
    predicted: tuple[Size, ...]
    stored: bool
    first_layer: Mapping[str, Any]

    @classmethod
    def _from_config(
        cls, name: str, section: Mapping, families: Mapping[str, Family], first_layer: Mapping[str, Any]
    ) -> Experiment:
        """Build an experiment: teacher and link exist, one size is measured, every d is there once, grids ascend.

        `first_layer` is the section of that name, whose options hold unless the experiment has its own.
        """
        key = f"experiments.{name}"
        _check_link(key, section["link"])
        family, gamma = _family(key, section, families), tuple(section["gamma"])
        _check_digits(f"{key}.gamma", gamma)
        _check_once(f"{key}.sizes", [size["d"] for size in section["sizes"]])
        for size in section["sizes"]:
            _check_grid(key, size["d"], size["alpha"])
            family.check(key, size["d"], gamma)
        sizes, predicted = (
            tuple(
                Size(size["d"], tuple(size["alpha"]))
                for size in section["sizes"]
                if size.get("measured", True) == is_so
            )
            for is_so in (True, False)
        )
        if not sizes:
            raise SettingsError.at(f"{key}.sizes", "found none that is measured, allowed is at least one")
        options = first_layer_options(**{**first_layer, **section.get("first_layer", {})})
        stored = section.get("stored", False)
        return cls(name, family, gamma, section["seeds"], sizes, predicted, stored, options)

    def runs(self, predicted: bool = False) -> Iterator[Run]:
        """List the runs.

        Parameters
        ----------
        predicted : bool
            Whether to add the teachers that theory alone is computed for.

        Yields
        ------
        Run
            One for each d, γ and seed.
        """
        for size in (*self.sizes, *(self.predicted if predicted else ())):
            for gamma in self.gamma:
                for seed in range(self.seeds):
                    yield Run(size.d, gamma, seed)

    def size(self, d: int) -> Size:
        """Return the measured size of input dimension d.

        Parameters
        ----------
        d : int
            Input dimension.

        Returns
        -------
        Size
            The size.
        """
        return next(size for size in self.sizes if size.d == d)


@dataclass(frozen=True)
class Spectra:
    """Whole spectra of one teacher.

    Attributes
    ----------
    family : Family
        Family of the teacher.
    d : int
        Its input dimension.
    gamma : float
        Exponent γ of its strengths.
    seed : int
        Its seed.
    alpha : tuple of float
        Grid of α.
    """

    family: Family
    d: int
    gamma: float
    seed: int
    alpha: tuple[float, ...]

    @classmethod
    def _from_config(cls, section: Mapping, families: Mapping[str, Family]) -> Spectra:
        """Build the section `spectra`."""
        _check_link("spectra", section["link"])
        family = _family("spectra", section, families)
        _check_digits("spectra.gamma", [section["gamma"]])
        _check_grid("spectra", section["d"], section["alpha"])
        family.check("spectra", section["d"], [section["gamma"]])
        return cls(family, section["d"], section["gamma"], section["seed"], tuple(section["alpha"]))


@dataclass(frozen=True)
class Drawn:
    """What a figure draws of an experiment.

    Attributes
    ----------
    directions : sequence of int
        Indices of directions, from 1.
    d : int
        Input dimension.
    d_staircase : int or None
        Input dimension of the panel with the staircase.
    """

    directions: Sequence[int]
    d: int
    d_staircase: int | None = None


@dataclass(frozen=True)
class Slopes:
    """Predicted learning curves.

    Attributes
    ----------
    gamma : tuple of float
        Exponents γ.
    d : tuple of int
        Input dimensions.
    seeds : int
        Number of seeds.
    """

    gamma: tuple[float, ...]
    d: tuple[int, ...]
    seeds: int

    @classmethod
    def _from_config(cls, section: Mapping) -> Slopes:
        """Build the section `slopes`."""
        _check_digits("slopes.gamma", section["gamma"])
        low, high = section["n_over_D"]
        if low >= high:
            raise SettingsError.at("slopes.n_over_D", f"must ascend, found {[low, high]}")
        return cls(tuple(section["gamma"]), tuple(section["d"]), section["seeds"])


@dataclass(frozen=True)
class Perturbation:
    """Eigenvectors beside perturbation theory.

    Attributes
    ----------
    family : Family
        The teachers.
    d : int
        Input dimension.
    seeds : int
        Number of seeds.
    directions : tuple of int
        Directions that figure 8 draws.
    pair : int
        Index k of the strengths k and k + 1 that approach each other.
    """

    family: Family
    d: int
    seeds: int
    directions: tuple[int, ...]
    pair: int

    @classmethod
    def _from_config(cls, section: Mapping, families: Mapping[str, Family]) -> Perturbation:
        """Build the section `perturbation`: orthonormal directions, and a pair of strengths that exists."""
        key, d = "perturbation", section["d"]
        _check_link(key, section["link"])
        family = _family(key, section, families)
        _check_grid(key, d, section["alpha"])
        family.check(key, d, [section["gamma"]])
        for option, value in {"orthonormal": True, "strength_scale": "unit"}.items():
            if family.options[option] != value:
                found = f"'{family.name}' has {option} {family.options[option]}, allowed is {value}"
                raise SettingsError.at(f"{key}.teacher", found)
        pair, directions, d1 = section["gap"]["pair"], tuple(section["directions"]), family.spec(d).d1
        if pair >= d1 or max(directions) > d1:
            problem = (
                f"found pair {pair} and directions {list(directions)}, allowed are those among the d1 = {d1} of d={d}, "
                "the pair below d1"
            )
            raise SettingsError.at(key, problem)
        return cls(family, d, section["seeds"], directions, pair)


@dataclass(frozen=True)
class Smoothing:
    """Seeds around an onset.

    Attributes
    ----------
    families : mapping
        Teachers by kind.
    features : tuple of str
        What the estimator sees: "gaussian", "hermite" or "sphere".
    sizes : tuple of Seeds
        Every d once.
    window : float
        Distance of n/n_1 from 1 up to which curves are collapsed.
    """

    families: Mapping[str, Family]
    features: tuple[str, ...]
    sizes: tuple[Seeds, ...]
    window: float

    @classmethod
    def _from_config(cls, section: Mapping) -> Smoothing:
        """Build the section `smoothing`: teachers exist, ratios lie around the onset, enough of them in the window."""
        _check_link("smoothing", section["link"])
        ratio, window = section["ratio"], section["window"]
        if not _ascends(ratio) or 1 not in ratio[1:-1]:
            problem = f"must ascend with 1 between the first and the last, found {ratio}"
            raise SettingsError.at("smoothing.ratio", problem)
        _check_digits("smoothing.ratio", ratio)
        if sum(abs(r - 1) <= window + NEAR for r in ratio) < 3:
            raise SettingsError.at(
                "smoothing.window", f"found {window}, but at least three ratios must lie within that distance of 1"
            )
        _check_once("smoothing.sizes", [size["d"] for size in section["sizes"]])
        families = {
            name: Family(f"smoothing.kinds.{name}", {"q": section["q"], **kind}, 0)
            for name, kind in section["kinds"].items()
        }
        sizes = tuple(Seeds(**size) for size in section["sizes"])
        for size in sizes if "rank_one" in families else ():
            if (d1 := families["rank_one"].spec(size.d).d1) != 1:
                problem = f"found d1 = d^eps = {d1} at d={size.d}, allowed is 1 direction"
                raise SettingsError.at("smoothing.kinds.rank_one.eps", problem)
        return cls(families, tuple(section["features"]), sizes, window)

    def size(self, d: int) -> Seeds:
        """Return the size of input dimension d.

        Parameters
        ----------
        d : int
            Input dimension.

        Returns
        -------
        Seeds
            The size.
        """
        return next(size for size in self.sizes if size.d == d)


@dataclass(frozen=True)
class Departures:
    """The finite-size gap and its remedies.

    Attributes
    ----------
    family : Family
        The teachers.
    gamma : float
        Exponent γ.
    alpha : float
        The α at which the gap is measured.
    sizes : tuple of Seeds
        Every d once.
    d_transforms : int
        Size at which label transforms are compared.
    """

    family: Family
    gamma: float
    alpha: float
    sizes: tuple[Seeds, ...]
    d_transforms: int

    @classmethod
    def _from_config(cls, section: Mapping, families: Mapping[str, Family]) -> Departures:
        """Build the section `departures`: remedies at one α of the grid, label transforms at one of the sizes."""
        key = "departures"
        family = _family(key, section, families)
        _check_digits(f"{key}.gamma", [section["gamma"]])
        sizes = tuple(Seeds(**size) for size in section["sizes"])
        _check_once(f"{key}.sizes", [size.d for size in sizes])
        for size in sizes:
            _check_grid(key, size.d, section["alpha_half"], "alpha_half")
            family.check(key, size.d, [section["gamma"]])
        check_among(f"{key}.alpha", section["alpha"], section["alpha_half"])
        check_among(f"{key}.d_transforms", section["d_transforms"], [size.d for size in sizes])
        return cls(family, section["gamma"], section["alpha"], sizes, section["d_transforms"])


@dataclass(frozen=True)
class StudySize:
    """One size of a comparison.

    Attributes
    ----------
    d : int
        Input dimension.
    links : tuple of str
        Link functions.
    n : tuple of int
        Labelled samples, ascending.
    n_max : mapping
        Largest n of each method that takes part.
    """

    d: int
    links: tuple[str, ...]
    n: tuple[int, ...]
    n_max: Mapping[str, int]

    @property
    def grids(self) -> dict[str, list[int]]:
        """The n of each method, up to its largest.

        Returns
        -------
        dict
            Methods without any n are left out.
        """
        grids = {method: [n for n in self.n if n <= n_max] for method, n_max in self.n_max.items()}
        return {method: grid for method, grid in grids.items() if grid}


@dataclass(frozen=True)
class Study:
    """A comparison of methods.

    Attributes
    ----------
    name : str
        Its key under `baselines.studies`.
    seeds : int
        Number of seeds.
    stored : bool
        Whether its table is the one in results/reference.
    sizes : tuple of StudySize
        Every d once.
    """

    name: str
    seeds: int
    stored: bool
    sizes: tuple[StudySize, ...]

    @classmethod
    def _from_config(cls, name: str, section: Mapping) -> Study:
        """Build one of the `baselines.studies`: every d once, ascending n, no method without any."""
        key = f"baselines.studies.{name}.sizes"
        _check_once(key, [size["d"] for size in section["sizes"]])
        for size in section["sizes"]:
            n, d = size["n"], size["d"]
            if not _ascends(n):
                raise SettingsError.at(f"{key}.n", f"must ascend at d={d}, found {n}")
            if (smallest := min(size["n_max"].values())) < n[0]:
                problem = f"found {smallest} at d={d}, allowed is at least the smallest n, {n[0]}"
                raise SettingsError.at(f"{key}.n_max", problem)
        sizes = tuple(StudySize(s["d"], tuple(s["links"]), tuple(s["n"]), s["n_max"]) for s in section["sizes"])
        return cls(name, section["seeds"], section["stored"], sizes)

    def size(self, d: int) -> StudySize:
        """Return the size of input dimension d.

        Parameters
        ----------
        d : int
            Input dimension.

        Returns
        -------
        StudySize
            The size.
        """
        return next(size for size in self.sizes if size.d == d)


@dataclass(frozen=True)
class Baselines:
    """Other methods on the estimator's samples.

    Attributes
    ----------
    family : Family
        The teachers.
    gamma : float
        Exponent γ.
    studies : mapping
        Comparisons by name.
    """

    family: Family
    gamma: float
    studies: Mapping[str, Study]

    @classmethod
    def _from_config(cls, section: Mapping, families: Mapping[str, Family]) -> Baselines:
        """Build the section `baselines`: teachers exist at every d of its studies and of its theory."""
        family, gamma = _family("baselines", section, families), section["gamma"]
        _check_digits("baselines.gamma", [gamma])
        if (q := family.options["q"]) != Q_OF_LIMIT:
            problem = f"'{family.name}' has q = {q}, allowed is {Q_OF_LIMIT}, for which theory has a limit at large d"
            raise SettingsError.at("baselines.teacher", problem)
        studies = {name: Study._from_config(name, study) for name, study in section["studies"].items()}
        for d in [*(size.d for study in studies.values() for size in study.sizes), *section["crossings"]["d"]]:
            family.check("baselines", d, [gamma])
        return cls(family, gamma, studies)


def sections_of(configuration: Mapping) -> dict[str, Any]:
    """Build all sections of a configuration that its schema allows.

    Parameters
    ----------
    configuration : mapping
        The whole configuration.

    Returns
    -------
    dict
        Sections by name, as `settings.Settings` takes them.

    Raises
    ------
    SettingsError
        If two keys of a section do not go together, or it names a teacher that does not exist.
    """
    families = {name: Family._from_config(name, family) for name, family in configuration["teachers"].items()}
    return {
        "source": configuration["source"],
        "first_layer": first_layer_options(**configuration["first_layer"]),
        "experiments": {
            name: Experiment._from_config(name, section, families, configuration["first_layer"])
            for name, section in configuration["experiments"].items()
        },
        "spectra": Spectra._from_config(configuration["spectra"], families),
        "figure4": Drawn(**configuration["figure4"]),
        "figure6": Drawn(**configuration["figure6"]),
        "slopes": Slopes._from_config(configuration["slopes"]),
        "perturbation": Perturbation._from_config(configuration["perturbation"], families),
        "smoothing": Smoothing._from_config(configuration["smoothing"]),
        "departures": Departures._from_config(configuration["departures"], families),
        "baselines": Baselines._from_config(configuration["baselines"], families),
        "threads": configuration["threads"],
        "max_runtime": configuration.get("max_runtime"),
    }


def _family(key: str, section: Mapping, families: Mapping[str, Family]) -> Family:
    """The family that a section names."""
    if (name := section["teacher"]) not in families:
        raise SettingsError.at(f"{key}.teacher", f"found '{name}', allowed are {sorted(families)}")
    return families[name]


def _check_link(key: str, link: Mapping) -> None:
    """A link exists, with coefficients if and only if it is a polynomial."""
    try:
        get_link(**link)
    except ValueError as error:
        raise SettingsError.at(f"{key}.link", str(error)) from None


def _check_grid(key: str, d: int, alpha: Sequence[float], name: str = "alpha") -> None:
    """A grid of α ascends, and so do its sample sizes; tables of theory tell its values apart."""
    if not _ascends(alpha):
        raise SettingsError.at(f"{key}.{name}", f"must ascend at d={d}, found {list(alpha)}")
    for value in alpha:
        if round(value, DECIMALS) != value:
            raise SettingsError.at(f"{key}.{name}", f"found {value}, allowed are at most {DECIMALS} decimals")
    n = [sample_size(d, value) for value in alpha]
    if n[0] < 2 or not _ascends(n):
        problem = f"n = d^alpha must ascend from at least 2 at d={d}, found n = {n} for {list(alpha)}"
        raise SettingsError.at(f"{key}.{name}", problem)


def _ascends(values: Sequence[float]) -> bool:
    """Whether every value is larger than the one before."""
    return all(a < b for a, b in itertools.pairwise(values))


def _check_digits(key: str, values: Sequence[float]) -> None:
    """Tables keep so many digits of a number: with more, two different runs would look like seeds of one."""
    for value in values:
        if float(f"{value:.{DIGITS}g}") != value or round(value, DIGITS) != value:
            raise SettingsError.at(key, f"found {value}, allowed are at most {DIGITS} digits and decimals")


def _check_once(key: str, found: Sequence[int]) -> None:
    """A size that is there twice would hide one of its grids."""
    if len(set(found)) < len(found):
        raise SettingsError.at(key, f"every d once, found {list(found)}")


def check_among(key: str, found: float | None, allowed: Sequence[float], what: str = "") -> None:
    """Refuse a value that is not one of those that are computed.

    Parameters
    ----------
    key : str
        Dotted name of the key.
    found : float or None
        Its value.
    allowed : sequence of float
        Values that are computed.
    what : str
        What they are.

    Raises
    ------
    SettingsError
        If it is none of them.
    """
    if found not in allowed:
        raise SettingsError.at(key, f"found {found}, allowed are {what}{list(allowed)}")
