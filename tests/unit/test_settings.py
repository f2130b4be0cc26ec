"""A bad configuration is refused with one sentence that names the key, what was found and what is allowed."""

import pytest
import yaml
from project import SCHEMA, configuration, merge

from feature_cascade.bookkeeping import paths, products
from feature_cascade.bookkeeping.schema import SettingsError, check, read_texts
from feature_cascade.bookkeeping.settings import CONTROL, Settings, checked
from feature_cascade.figures import style
from feature_cascade.sizes import n_features, n_latent

BAD = {
    "misspelt key": (["first_layer", "tolerence"], 0.1, ["first_layer", "tolerence", "tolerance"]),
    "misspelt key of an experiment": (["experiments", "tanh", "gama"], [0.4], ["experiments.tanh", "gama", "gamma"]),
    "wrong type": (["experiments", "tanh", "seeds"], "three", ["experiments.tanh.seeds", "three", "integer"]),
    "negative gamma": (["experiments", "tanh", "gamma"], [-0.1], ["experiments.tanh.gamma[0]", "-0.1", "minimum of 0"]),
    "more directions than features": (["teachers", "paper", "eps"], 3.0, ["teachers.paper.eps", "d1", "D ="]),
    "descending alpha": (
        ["experiments", "tanh", "sizes"],
        [{"d": 10, "alpha": [2.5, 1.5]}],
        ["experiments.tanh.alpha", "must ascend", "[2.5, 1.5]"],
    ),
    "unknown link": (
        ["experiments", "tanh", "link"],
        {"name": "sine"},
        ["experiments.tanh.link.name", "sine", "'identity', 'tanh', 'polynomial'"],
    ),
    "polynomial without coefficients": (
        ["experiments", "tanh", "link"],
        {"name": "polynomial"},
        ["experiments.tanh.link", "coefficients"],
    ),
    "unknown teacher": (["experiments", "tanh", "teacher"], "pupil", ["experiments.tanh.teacher", "pupil", "paper"]),
    "gamma outside the authors' scale": (
        ["experiments", "authors", "gamma"],
        [0.8],
        ["experiments.authors.gamma", "0.8", "0.5"],
    ),
    "no ratio at the onset": (["smoothing", "ratio"], [0.5, 0.9, 1.5], ["smoothing.ratio", "with 1 between", "0.9"]),
    "narrow window": (["smoothing", "window"], 0.01, ["smoothing.window", "0.01", "three ratios"]),
    "a size twice": (
        ["smoothing", "sizes"],
        [{"d": 5, "seeds": 4}, {"d": 5, "seeds": 4}],
        ["smoothing.sizes", "every d once", "[5, 5]"],
    ),
    "no gap to close": (
        ["perturbation", "gamma"],
        0.0,
        ["perturbation.gamma", "0.0", "than or equal to the minimum of 0"],
    ),
    "a pair beyond the last strength": (["perturbation", "gap"], {"pair": 3}, ["perturbation", "pair 3", "d1 = 3"]),
    "teacher without eigenvectors": (
        ["perturbation", "teacher"],
        "authors",
        ["perturbation.teacher", "'authors'", "strength_scale authors_code", "unit"],
    ),
    "unknown preset": (["first_layer", "preset"], "blunt", ["first_layer.preset", "blunt", "'paper', 'sharp'"]),
    "gap outside its grid": (["departures", "alpha"], 2.55, ["departures.alpha", "2.55", "2.5"]),
    "transforms at no size": (["departures", "d_transforms"], 11, ["departures.d_transforms", "11", "[10, 12]"]),
    "unknown label transform": (
        ["first_layer", "label_transform"],
        "log",
        ["first_layer.label_transform", "log", "'tanh'"],
    ),
}
SIZE = {"d": 10, "alpha": [1.5, 2.5]}
RELATIONS = {  # that a figure, a table or a path needs
    "coefficients merged onto a link without any": (
        ["experiments", "tanh", "link"],
        {"coefficients": [0.0, 1.0]},
        ["experiments.tanh.link", "'tanh'", "[0.0, 1.0]", "'polynomial'"],
    ),
    "the same in the spectra": (["spectra", "link"], {"coefficients": [0, 1]}, ["spectra.link", "'identity'"]),
    "the same in the smoothing": (["smoothing", "link"], {"coefficients": [0, 1]}, ["smoothing.link", "'tanh'"]),
    "the same in the perturbation": (["perturbation", "link"], {"name": "polynomial"}, ["perturbation.link", "None"]),
    "two sizes in figure 3": (
        ["experiments", "exponents", "sizes"],
        [SIZE, {"d": 12, "alpha": [1.5, 2.5]}],
        ["experiments.exponents.sizes", "[10, 12]", "one size", "figure 3"],
    ),
    "two sizes beside the authors' run": (
        ["experiments", "authors", "sizes"],
        [{"d": 10, "alpha": [2.4]}, {"d": 12, "alpha": [2.4]}],
        ["experiments.authors.sizes", "[10, 12]", "one size"],
    ),
    "two γ in figure 5": (
        ["experiments", "tanh", "gamma"],
        [0.401, 0.404],
        ["experiments.tanh.gamma", "[0.401, 0.404]", "one value", "figure 5"],
    ),
    "no γ whose exponent is fitted": (
        ["experiments"],
        {"exponents": {"gamma": [0.0, 0.5]}, "steep": {"gamma": [0.5]}},
        ["experiments.exponents.gamma", "[0.0, 0.5, 0.5]", "above 0.5", "T2"],
    ),
    "a size twice in an experiment": (
        ["experiments", "tanh", "sizes"],
        [SIZE, SIZE],
        ["experiments.tanh.sizes", "every d once", "[10, 10]"],
    ),
    "an experiment without a measurement": (
        ["experiments", "tanh", "sizes"],
        [{**SIZE, "measured": False}],
        ["experiments.tanh.sizes", "none that is measured", "at least one"],
    ),
    "a size twice in the departures": (
        ["departures", "sizes"],
        [{"d": 10, "seeds": 1}, {"d": 10, "seeds": 2}],
        ["departures.sizes", "every d once", "[10, 10]"],
    ),
    "a size twice in a study": (
        ["baselines", "studies", "curves", "sizes"],
        [{"d": 6, "links": ["tanh"], "n": [100], "n_max": {"paper": 100}}] * 2,
        ["baselines.studies.curves.sizes", "every d once", "[6, 6]"],
    ),
    "a d of the slopes twice": (["slopes", "d"], [50, 200, 50], ["slopes.d", "[50, 200, 50]", "once"]),
    "a d of the crossings twice": (["baselines", "crossings", "d"], [20, 20], ["crossings.d", "[20, 20]", "once"]),
    "a ridge twice": (["baselines", "ridges"], [1.0, "1"], ["baselines.ridges", "[1.0, 1]", "once"]),
    "a direction twice": (["figure4", "directions"], [1, 1], ["figure4.directions", "[1, 1]", "once"]),
    "a ratio twice": (["smoothing", "ratio"], [0.9, 1.0, 1.0, 1.1], ["smoothing.ratio", "must ascend", "1.0, 1.0"]),
    "an α of the remedies twice": (
        ["departures", "alpha_half"],
        [2.0, 2.5, 2.5],
        ["departures.alpha_half", "must ascend", "[2.0, 2.5, 2.5]"],
    ),
    "an α of the eigenvectors twice": (
        ["perturbation", "alpha"],
        [2.0, 2.0],
        ["perturbation.alpha", "must ascend", "[2.0, 2.0]"],
    ),
    "a γ of the remedies with more digits than tables keep": (
        ["departures", "gamma"],
        0.40000000001,
        ["departures.gamma", "0.40000000001", "10 digits"],
    ),
    "an n twice": (
        ["baselines", "studies", "curves", "sizes"],
        [{"d": 6, "links": ["tanh"], "n": [100, 100], "n_max": {"paper": 100}}],
        ["baselines.studies.curves.sizes.n", "must ascend", "[100, 100]"],
    ),
    "a method without any n": (
        ["baselines", "studies", "curves", "sizes"],
        [{"d": 6, "links": ["tanh"], "n": [100, 200], "n_max": {"paper": 100, "trees": 50}}],
        ["baselines.studies.curves.sizes.n_max", "50", "100"],
    ),
    "a γ twice": (["experiments", "exponents", "gamma"], [0.8, 0.80], ["exponents.gamma", "[0.8, 0.8]", "once"]),
    "a γ of the slopes twice": (["slopes", "gamma"], [1, 1.0], ["slopes.gamma", "[1, 1.0]", "once"]),
    "an α twice": (
        ["experiments", "tanh", "sizes"],
        [{"d": 10, "alpha": [1.5, 1.5]}],
        ["experiments.tanh.alpha", "must ascend", "[1.5, 1.5]"],
    ),
    "an α of the spectra twice": (["spectra", "alpha"], [2.0, 2.0, 3.0], ["spectra.alpha", "must ascend"]),
    "an n twice by two α": (
        ["experiments", "tanh", "sizes"],
        [{"d": 10, "alpha": [1.5, 1.501]}],
        ["experiments.tanh.alpha", "n = [32, 32]", "ascend"],
    ),
    "a single sample": (["spectra", "alpha"], [0.1, 2.0, 3.0], ["spectra.alpha", "at least 2", "n = [1, 144, 1728]"]),
    "more digits of α than tables keep": (
        ["spectra", "alpha"],
        [2.0, 2.5, 3.0000001],
        ["spectra.alpha", "3.0000001", "6 decimals"],
    ),
    "more digits of γ than tables keep": (
        ["baselines", "gamma"],
        0.12345678901,
        ["baselines.gamma", "0.12345678901", "10 digits"],
    ),
    "directions beyond d1 in figure 4": (
        ["figure4", "directions"],
        [1, 2, 50],
        ["figure4.directions", "[1, 2, 50]", "d1 = 3", "d=12"],
    ),
    "directions beyond d1 in figure 6": (["figure6", "directions"], [1, 4], ["figure6.directions", "d1 = 3"]),
    "directions beyond d1 in figure 8": (["perturbation", "directions"], [1, 4], ["perturbation", "[1, 4]", "d1 = 3"]),
    "figure 4 at no size": (["figure4", "d"], 11, ["figure4.d", "11", "[10, 12]", "experiments.identity"]),
    "its staircase at no size": (["figure4", "d_staircase"], 11, ["figure4.d_staircase", "11", "[10, 12]"]),
    "figure 6 at no size": (["figure6", "d"], 12, ["figure6.d", "12", "[10]", "gaussian_identity"]),
    "other features than figure 6 names": (
        ["experiments", "gaussian_tanh", "teacher"],
        "paper",
        ["experiments.gaussian_tanh.teacher", "hermite", "gaussian", "figure 6"],
    ),
    "one seed in figure 6": (
        ["experiments"],
        {name: {"seeds": 1} for name in CONTROL},
        ["experiments.gaussian_identity.seeds", "found 1", "at least 2"],
    ),
    "different numbers of seeds in figure 6": (
        ["experiments", "hermite_tanh", "seeds"],
        3,
        ["experiments.hermite_tanh.seeds", "found 3", "same number"],
    ),
    "no α in common in table T8": (
        ["experiments", "hermite_tanh", "sizes"],
        [{"d": 10, "alpha": [2.5]}, {"d": 12, "alpha": [2.6]}],
        ["experiments.hermite_tanh.sizes", "[10, 12]", "T8"],
    ),
    "two directions of rank one": (
        ["smoothing", "kinds"],
        {"rank_one": {"eps": 1.0}},
        ["smoothing.kinds.rank_one.eps", "5 at d=5", "1 direction"],
    ),
    "a grid of predicted n that descends": (["slopes", "n_over_D"], [10, 1], ["slopes.n_over_D", "[10, 1]", "ascend"]),
    "features without a limit": (["baselines", "teacher"], "cubic", ["baselines.teacher", "'cubic'", "q = 3", "2"]),
    "no teacher at the d of a study": (
        ["baselines", "teacher"],
        "wide",
        ["teachers.wide.eps", "d1", "D = 21", "d=6 of baselines"],
    ),
}
MALFORMED = {
    "a number for a list": (["spectra", "alpha"], 2.0, ["spectra.alpha", "2.0", "a list"]),
    "a text for a number": (["spectra", "gamma"], "x", ["spectra.gamma", "'x'", "a finite number"]),
    "a text for a section": (["spectra"], "x", ["spectra", "'x'", "keys with values"]),
    "an empty section": (["spectra"], None, ["spectra", "null", "keys with values"]),
    "an empty experiment": (["experiments", "tanh"], None, ["experiments.tanh", "null"]),
    "an empty list": (["experiments", "tanh", "gamma"], [], ["experiments.tanh.gamma", "[]", "at least 1 values"]),
    "d with a decimal point": (["spectra", "d"], 60.0, ["spectra.d", "60.0", "an integer", "write 60"]),
    "half a seed": (["experiments", "tanh", "seeds"], 2.5, ["experiments.tanh.seeds", "2.5", "an integer."]),
    "γ not a number": (["experiments", "tanh", "gamma"], [float("nan")], ["tanh.gamma[0]", "nan", "finite"]),
    "infinite noise": (["experiments", "tanh", "noise"], float("inf"), ["tanh.noise", "inf", "finite"]),
    "truth for a number": (["threads"], True, ["threads", "true", "an integer"]),
    "a number for truth": (["first_layer", "deflate"], 1, ["first_layer.deflate", "1", "true or false"]),
    "more d than there are": (["spectra", "d"], 10**400, ["spectra.d", "maximum of 1000000"]),
    "two spectra": (["spectra", "alpha"], [2.0, 3.0], ["spectra.alpha", "[2.0, 3.0]", "at least 3 values"]),
    "more directions than markers": (
        ["perturbation", "directions"],
        list(range(1, 10)),
        ["perturbation.directions", "at most 8 values"],
    ),
}
PAPER = configuration()["teachers"]["paper"]
OTHERS = {"teachers": {"cubic": PAPER | {"q": 3}, "wide": PAPER | {"eps": 1.9}}}


def smoke(keys, value) -> dict:
    """The smoke configuration with one value changed, or merged if it is a section."""
    changes = value
    for key in reversed(keys):
        changes = {key: changes}
    return merge(merge(configuration("smoke.yaml"), OTHERS), changes)


def settings(keys=(), value=None, **changes) -> Settings:
    return checked(smoke(keys, value) if keys else merge(configuration("smoke.yaml"), changes), SCHEMA)[1]


@pytest.mark.parametrize("case", [*BAD, *RELATIONS, *MALFORMED])
def test_bad_configuration_is_refused_with_a_sentence(case):
    keys, value, expected = (BAD | RELATIONS | MALFORMED)[case]
    with pytest.raises(SettingsError) as caught:
        checked(smoke(keys, value), SCHEMA)
    message = str(caught.value)
    assert message.startswith("Configuration key '") and message.endswith(".") and "\n" not in message
    assert all(part in message for part in expected), message


@pytest.mark.parametrize("section", list(configuration()))
@pytest.mark.parametrize("value", [None, 3, "text", [], {}])
def test_a_malformed_section_never_ends_in_a_trace(section, value):
    config = configuration("smoke.yaml")
    config[section] = value
    try:
        checked(config, SCHEMA)
    except SettingsError as error:
        assert f"'{section}" in str(error)
    else:
        assert section == "threads" and value == 3


@pytest.mark.parametrize("files", [[], ["smoke.yaml"], ["paper.yaml"]])
def test_shipped_configurations_are_as_they_are_read(files):
    config = configuration(*files)
    read, _ = checked(config, SCHEMA)
    layer = read.pop("first_layer")
    assert read == {key: value for key, value in config.items() if key != "first_layer"}
    assert layer == {"tolerance": 0.01, "max_passes": 100, "method": "auto"} | {
        "label_transform": "identity",
        "input_scaling": "none",
        "deflate": False,
    }


def test_texts_are_read_where_the_schema_wants_something_else():
    nested = yaml.load("{tolerance: 0.02, max_passes: 7, deflate: true, preset: sharp}", yaml.BaseLoader)
    lists = yaml.load("{exponents: {gamma: [0.4, 1e0], seeds: 2}}", yaml.BaseLoader)
    changes = {"first_layer": nested, "experiments": lists}
    read, found = checked(merge(configuration("smoke.yaml"), changes), SCHEMA)
    assert found.first_layer == {"tolerance": 0.02, "max_passes": 7, "method": "auto"} | {
        "label_transform": "normal_scores",
        "input_scaling": "sphere",
        "deflate": True,
    }
    assert read["first_layer"] == found.first_layer
    assert found.experiments["exponents"].gamma == (0.4, 1.0) and found.experiments["exponents"].seeds == 2


def test_a_number_that_yaml_takes_for_a_text_is_one():
    assert yaml.safe_load("1e-2") == "1e-2"
    assert settings(first_layer={"tolerance": "1e-2"}).first_layer["tolerance"] == 0.01
    for text in ("nan", "inf", "1e999", "two"):
        with pytest.raises(SettingsError, match=r"first_layer.tolerance.*finite number"):
            settings(first_layer={"tolerance": text})
    assert read_texts("true", {"type": "string"}) == "true"


def test_any_number_of_few_digits_is_a_run_of_its_own():
    found = settings(experiments={"exponents": {"gamma": [0.401, 0.404, 0.8]}})
    gammas = {run.gamma for run in found.experiments["exponents"].runs()}
    assert gammas == {0.401, 0.404, 0.8}


def test_a_gamma_that_is_nearly_another_is_run_as_it_is():
    found = settings(experiments={"tanh": {"gamma": [0.404]}}, baselines={"gamma": 0.404})
    assert [run.gamma for run in found.experiments["tanh"].runs()] == [0.404, 0.404]  # two seeds
    runs = paths.of_experiment(found, "tanh", paths.RECOVERY["runs"])
    assert runs == [f"results/recovery/tanh/d10_g0.404_s{seed}.runs.csv" for seed in (0, 1)]
    assert found.baselines.gamma == 0.404
    assert all("_g0.404_" in path for path in [*paths.of_study(found, "curves"), *paths.baseline_teachers(found, 6)])


def test_spectra_at_nearly_the_same_alpha_have_files_of_their_own():
    found = settings(spectra={"alpha": [2.004, 2.5, 3.0]})
    assert found.spectra.alpha == (2.004, 2.5, 3.0)
    assert products.spectrum_tables(found)["spectra"] == [
        f"results/spectra/a{a}.csv" for a in ("2.004", "2.50", "3.00")
    ]


def test_a_window_holds_the_ratios_at_its_ends():
    assert 1.3 - 1 > 0.3  # in floating point
    assert settings(["smoothing", "window"], 0.3).smoothing.window == 0.3


@pytest.mark.parametrize("files", [[], ["smoke.yaml"], ["paper.yaml"]])
def test_numbers_of_features_come_from_sizes(files):
    config = configuration(*files)
    found = checked(config, SCHEMA)[1]
    for name, experiment in found.experiments.items():
        family = config["teachers"][config["experiments"][name]["teacher"]]
        for size in experiment.sizes:
            spec = experiment.family.spec(size.d)
            assert spec.d1 == n_latent(size.d, family["eps"], family["d1_rounding"])
            assert n_features(size.d, family["q"]) == spec.D


def test_figure_8_has_a_marker_for_every_direction():
    directions = SCHEMA["properties"]["perturbation"]["properties"]["directions"]
    assert directions["maxItems"] == len(style.MARKERS)


def test_check_names_the_top_level():
    with pytest.raises(SettingsError, match=r"'top level'.*'threads' is a required property"):
        check({key: value for key, value in configuration().items() if key != "threads"}, SCHEMA)
