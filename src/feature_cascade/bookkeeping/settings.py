"""The whole configuration as one object, and what figures and tables need of it, checked before the first job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .schema import SettingsError, check, read_texts
from .sections import (
    Baselines,
    Departures,
    Drawn,
    Experiment,
    Perturbation,
    Slopes,
    Smoothing,
    Spectra,
    check_among,
    sections_of,
)

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
    max_runtime : int or None
        Minutes that a job may ask for.
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
    max_runtime: int | None

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
        settings = cls(**sections_of(configuration))
        _check_curves(settings)
        _check_control(settings)
        _check_directions("figure4", settings.figure4, settings.experiments["identity"])
        sizes = _dimensions(settings.experiments["identity"])
        check_among("figure4.d_staircase", settings.figure4.d_staircase, sizes, "the sizes of experiments.identity, ")
        for name in CONTROL:
            _check_directions("figure6", settings.figure6, settings.experiments[name])
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
    check_among(f"{key}.d", drawn.d, _dimensions(experiment), f"the sizes of experiments.{experiment.name}, ")
    d1 = experiment.family.spec(drawn.d).d1
    if max(drawn.directions) > d1:
        problem = (
            f"found {drawn.directions}, allowed are 1 to d1 = {d1} at d={drawn.d} of experiments.{experiment.name}"
        )
        raise SettingsError.at(f"{key}.directions", problem)


def _dimensions(experiment: Experiment) -> list[int]:
    """Every d of an experiment."""
    return [size.d for size in experiment.sizes]
