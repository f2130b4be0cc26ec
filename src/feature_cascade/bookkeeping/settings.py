"""The configuration as objects: what its schema cannot say is checked here, once, before the first job."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..estimator.presets import first_layer_options
from ..model.links import get_link
from ..model.spec import TeacherSpec
from ..sizes import sample_size
from .schema import SettingsError, check, read_texts

LINKS = ("identity", "tanh")  # of departures and baselines
KINDS_OF_FEATURES = ("gaussian", "hermite")
# Experiments that tell the finite size of the features from the noise of sampling, by features and link
CONTROL = {f"{features}_{link}": features for features in KINDS_OF_FEATURES for link in LINKS}
COMPARED = ("identity", "tanh", "exponents")  # experiments whose thresholds and counts are tabulated
FITTED = ("exponents", "steep")  # experiments whose error is fitted
ONE_GAMMA = {
    **{"identity": "figures 2 and 4", "tanh": "figure 5", "large": "figure 2 at large d", "authors": "figure authors"},
    **dict.fromkeys(CONTROL, "figure 6"),
}
ONE_SIZE = {"exponents": "figure 3", "authors": "figure authors"}
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
    def from_config(cls, name: str, section: Mapping) -> Family:
        """Build a family from its section of the configuration.

        Parameters
        ----------
        name : str
            Key of the section.
        section : mapping
            The section.

        Returns
        -------
        Family
            The family.
        """
        return cls(name, {key: value for key, value in section.items() if key != "n_test"}, section["n_test"])

    def spec(self, d: int, **options: Any) -> TeacherSpec:
        """Return what defines one of the teachers.

        Parameters
        ----------
        d : int
            Input dimension.
        **options : Any
            γ and seed, or other arguments of `TeacherSpec`.

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
    """One input dimension d of an experiment, with its grid of α."""

    d: int
    alpha: tuple[float, ...]


@dataclass(frozen=True)
class Seeds:
    """One input dimension d of a study, with its number of seeds."""

    d: int
    seeds: int


@dataclass(frozen=True)
class Run:
    """A teacher of an experiment: d, γ and seed."""

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
        Every d once.
    stored : bool
        Whether its tables are those in results/reference.
    """

    name: str
    family: Family
    gamma: tuple[float, ...]
    seeds: int
    sizes: tuple[Size, ...]
    stored: bool

    @classmethod
    def from_config(cls, name: str, section: Mapping, families: Mapping[str, Family]) -> Experiment:
        """Build an experiment from its section of the configuration.

        Parameters
        ----------
        name : str
            Key of the section.
        section : mapping
            The section.
        families : mapping
            Families of teachers by name.

        Returns
        -------
        Experiment
            The experiment.

        Raises
        ------
        SettingsError
            On an unknown teacher or link, a d twice, or a grid of α that does not ascend.
        """
        key = f"experiments.{name}"
        _check_link(key, section["link"])
        family, gamma = _family(key, section, families), tuple(section["gamma"])
        _check_digits(f"{key}.gamma", gamma)
        _check_once(f"{key}.sizes", [size["d"] for size in section["sizes"]])
        for size in section["sizes"]:
            _check_grid(key, size["d"], size["alpha"])
            family.check(key, size["d"], gamma)
        sizes = tuple(Size(size["d"], tuple(size["alpha"])) for size in section["sizes"])
        return cls(name, family, gamma, section["seeds"], sizes, section.get("stored", False))

    def runs(self) -> Iterator[Run]:
        """List the runs.

        Yields
        ------
        Run
            One for each d, γ and seed.
        """
        for size in self.sizes:
            for gamma in self.gamma:
                for seed in range(self.seeds):
                    yield Run(size.d, gamma, seed)

    def size(self, d: int) -> Size:
        """Return the size of input dimension d.

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
    """Whole spectra of one teacher: its family, d, γ and seed, and the grid of α."""

    family: Family
    d: int
    gamma: float
    seed: int
    alpha: tuple[float, ...]

    @classmethod
    def from_config(cls, section: Mapping, families: Mapping[str, Family]) -> Spectra:
        """Build the section `spectra` (parameters as those of `Experiment.from_config`)."""
        _check_link("spectra", section["link"])
        family = _family("spectra", section, families)
        _check_digits("spectra.gamma", [section["gamma"]])
        _check_grid("spectra", section["d"], section["alpha"])
        family.check("spectra", section["d"], [section["gamma"]])
        return cls(family, section["d"], section["gamma"], section["seed"], tuple(section["alpha"]))


@dataclass(frozen=True)
class Drawn:
    """What a figure draws of an experiment: directions, and at which d."""

    directions: Sequence[int]
    d: int
    d_staircase: int | None = None


@dataclass(frozen=True)
class Slopes:
    """Predicted learning curves: exponents γ, input dimensions d and number of seeds."""

    gamma: tuple[float, ...]
    d: tuple[int, ...]
    seeds: int

    @classmethod
    def from_config(cls, section: Mapping) -> Slopes:
        """Build the section `slopes`."""
        _check_digits("slopes.gamma", section["gamma"])
        low, high = section["n_over_D"]
        if low >= high:
            raise SettingsError.at("slopes.n_over_D", f"must ascend, found {[low, high]}")
        return cls(tuple(section["gamma"]), tuple(section["d"]), section["seeds"])


@dataclass(frozen=True)
class Perturbation:
    """Eigenvectors beside perturbation theory: teachers, d, number of seeds, what figure 8 draws, the closing pair."""

    family: Family
    d: int
    seeds: int
    directions: tuple[int, ...]
    pair: int

    @classmethod
    def from_config(cls, section: Mapping, families: Mapping[str, Family]) -> Perturbation:
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
    """Seeds around an onset: teachers by kind, what the estimator sees, sizes with their seeds, the window."""

    families: Mapping[str, Family]
    features: tuple[str, ...]
    sizes: tuple[Seeds, ...]
    window: float

    @classmethod
    def from_config(cls, section: Mapping) -> Smoothing:
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
        """Return the size of input dimension d."""
        return next(size for size in self.sizes if size.d == d)


@dataclass(frozen=True)
class Departures:
    """The finite-size gap and its remedies: teachers, γ, α of the gap, sizes and seeds, the size of the transforms."""

    family: Family
    gamma: float
    alpha: float
    sizes: tuple[Seeds, ...]
    d_transforms: int

    @classmethod
    def from_config(cls, section: Mapping, families: Mapping[str, Family]) -> Departures:
        """Build the section `departures`: remedies at one α of the grid, label transforms at one of the sizes."""
        key = "departures"
        family = _family(key, section, families)
        _check_digits(f"{key}.gamma", [section["gamma"]])
        sizes = tuple(Seeds(**size) for size in section["sizes"])
        _check_once(f"{key}.sizes", [size.d for size in sizes])
        for size in sizes:
            _check_grid(key, size.d, section["alpha_half"], "alpha_half")
            family.check(key, size.d, [section["gamma"]])
        _check_among(f"{key}.alpha", section["alpha"], section["alpha_half"])
        _check_among(f"{key}.d_transforms", section["d_transforms"], [size.d for size in sizes])
        return cls(family, section["gamma"], section["alpha"], sizes, section["d_transforms"])


@dataclass(frozen=True)
class StudySize:
    """One input dimension of a comparison: links, and the grid of n of each method that takes part."""

    d: int
    links: tuple[str, ...]
    n: tuple[int, ...]
    n_max: Mapping[str, int]

    @property
    def grids(self) -> dict[str, list[int]]:
        """The n of each method, up to its largest; methods without any are left out."""
        grids = {method: [n for n in self.n if n <= n_max] for method, n_max in self.n_max.items()}
        return {method: grid for method, grid in grids.items() if grid}


@dataclass(frozen=True)
class Study:
    """A comparison of methods: number of seeds, sizes, and whether its table is the stored one."""

    name: str
    seeds: int
    stored: bool
    sizes: tuple[StudySize, ...]

    @classmethod
    def from_config(cls, name: str, section: Mapping) -> Study:
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
        """Return the size of input dimension d."""
        return next(size for size in self.sizes if size.d == d)


@dataclass(frozen=True)
class Baselines:
    """Other methods on the estimator's samples: teachers, γ, studies by name."""

    family: Family
    gamma: float
    studies: Mapping[str, Study]

    @classmethod
    def from_config(cls, section: Mapping, families: Mapping[str, Family]) -> Baselines:
        """Build the section `baselines`: teachers exist at every d of its studies and of its theory."""
        family, gamma = _family("baselines", section, families), section["gamma"]
        _check_digits("baselines.gamma", [gamma])
        if (q := family.options["q"]) != Q_OF_LIMIT:
            problem = f"'{family.name}' has q = {q}, allowed is {Q_OF_LIMIT}, for which theory has a limit at large d"
            raise SettingsError.at("baselines.teacher", problem)
        studies = {name: Study.from_config(name, study) for name, study in section["studies"].items()}
        for d in [*(size.d for study in studies.values() for size in study.sizes), *section["crossings"]["d"]]:
            family.check("baselines", d, [gamma])
        return cls(family, gamma, studies)


@dataclass(frozen=True)
class Settings:
    """A configuration that can be run.

    Attributes
    ----------
    source : str
        "run" or "reference": whether figures and tables are drawn from this run or from a stored one.
    first_layer : dict
        Options of `estimator.layers.FirstLayer`, those of the preset included.
    experiments : mapping
        Recovery runs by name.
    spectra : Spectra
        Whole spectra.
    figure4, figure6 : Drawn
        What these figures draw.
    slopes : Slopes
        Predicted learning curves.
    perturbation : Perturbation
        Eigenvectors beside perturbation theory.
    smoothing : Smoothing
        Seeds around an onset.
    departures : Departures
        The finite-size gap and its remedies.
    baselines : Baselines
        Other methods.
    threads : int
        Threads of one large recovery run.
    """

    source: str
    first_layer: dict[str, Any]
    experiments: Mapping[str, Experiment]
    spectra: Spectra
    figure4: Drawn
    figure6: Drawn
    slopes: Slopes
    perturbation: Perturbation
    smoothing: Smoothing
    departures: Departures
    baselines: Baselines
    threads: int

    @classmethod
    def from_config(cls, configuration: Mapping) -> Settings:
        """Build the settings from a configuration that its schema allows.

        Parameters
        ----------
        configuration : mapping
            The whole configuration.

        Returns
        -------
        Settings
            The settings.

        Raises
        ------
        SettingsError
            If two keys do not go together, or a figure or table could not be made of the results.
        """
        families = {name: Family.from_config(name, family) for name, family in configuration["teachers"].items()}
        experiments = {
            name: Experiment.from_config(name, section, families)
            for name, section in configuration["experiments"].items()
        }
        settings = cls(
            configuration["source"],
            first_layer_options(**configuration["first_layer"]),
            experiments,
            Spectra.from_config(configuration["spectra"], families),
            Drawn(**configuration["figure4"]),
            Drawn(**configuration["figure6"]),
            Slopes.from_config(configuration["slopes"]),
            Perturbation.from_config(configuration["perturbation"], families),
            Smoothing.from_config(configuration["smoothing"]),
            Departures.from_config(configuration["departures"], families),
            Baselines.from_config(configuration["baselines"], families),
            configuration["threads"],
        )
        _check_curves(settings)
        _check_control(settings)
        _check_directions("figure4", settings.figure4, experiments["identity"])
        sizes = _dimensions(experiments["identity"])
        _check_among("figure4.d_staircase", settings.figure4.d_staircase, sizes, "the sizes of experiments.identity, ")
        for name in CONTROL:
            _check_directions("figure6", settings.figure6, experiments[name])
        return settings


def checked(configuration: Mapping, schema: Mapping) -> tuple[dict[str, Any], Settings]:
    """Check a whole configuration, as a user wrote it.

    Parameters
    ----------
    configuration : mapping
        The configuration as it was read.
    schema : mapping
        Its JSON schema.

    Returns
    -------
    configuration : dict
        The same with numbers in place of texts (`schema.read_texts`), and every option of the first layer.
    settings : Settings
        The settings built from it.

    Raises
    ------
    SettingsError
        With one sentence that names key, found and allowed.
    """
    read = read_texts(configuration, schema)
    check(read, schema)
    settings = Settings.from_config(read)
    return {**read, "first_layer": settings.first_layer}, settings


def _check_curves(settings: Settings) -> None:
    """Figures with one curve per d need one γ, those with one per γ need one d; table T2 needs a γ above 1/2."""
    for name, figure in ONE_GAMMA.items():
        if len(gamma := settings.experiments[name].gamma) > 1:
            raise SettingsError.at(f"experiments.{name}.gamma", f"found {list(gamma)}, allowed is one value: {figure}")
    for name, figure in ONE_SIZE.items():
        if len(found := _dimensions(settings.experiments[name])) > 1:
            raise SettingsError.at(f"experiments.{name}.sizes", f"found d = {found}, allowed is one size: {figure}")
    gammas = [gamma for name in FITTED for gamma in settings.experiments[name].gamma]
    if max(gammas) <= 0.5:
        key, problem = "experiments.exponents.gamma", "allowed is at least one above 0.5: table T2 and figure 9"
        raise SettingsError.at(key, f"found {gammas} there and in experiments.steep, {problem}")


def _check_control(settings: Settings) -> None:
    """Figure 6 and table T8 compare features: named ones, the same number of seeds, α that all d have."""
    wanted = settings.experiments[next(iter(CONTROL))].seeds
    for name, features in CONTROL.items():
        key, experiment = f"experiments.{name}", settings.experiments[name]
        if (found := experiment.family.options["features"]) != features:
            raise SettingsError.at(f"{key}.teacher", f"found features {found}, allowed are {features}: figure 6")
        if experiment.seeds < 2 or experiment.seeds != wanted:
            problem = (
                f"found {experiment.seeds}, allowed is the same number, at least 2, in {', '.join(CONTROL)}: figure 6"
            )
            raise SettingsError.at(f"{key}.seeds", problem)
        if not set.intersection(*(set(size.alpha) for size in experiment.sizes)):
            problem = f"found no alpha that every d of {_dimensions(experiment)} has, allowed is at least one: table T8"
            raise SettingsError.at(f"{key}.sizes", problem)


def _check_directions(key: str, drawn: Drawn, experiment: Experiment) -> None:
    """A figure draws directions that exist at one of the sizes."""
    _check_among(f"{key}.d", drawn.d, _dimensions(experiment), f"the sizes of experiments.{experiment.name}, ")
    d1 = experiment.family.spec(drawn.d).d1
    if max(drawn.directions) > d1:
        problem = (
            f"found {drawn.directions}, allowed are 1 to d1 = {d1} at d={drawn.d} of experiments.{experiment.name}"
        )
        raise SettingsError.at(f"{key}.directions", problem)


def _dimensions(experiment: Experiment) -> list[int]:
    """Every d of an experiment."""
    return [size.d for size in experiment.sizes]


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


def _check_among(key: str, found: float | None, allowed: Sequence[float], what: str = "") -> None:
    """A value is one of those that are computed."""
    if found not in allowed:
        raise SettingsError.at(key, f"found {found}, allowed are {what}{list(allowed)}")
