"""A bad configuration stops before any job, with one sentence that names the key and what is allowed."""

import copy as copies

import pytest
import yaml

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


@pytest.mark.parametrize("case", BAD)
def test_bad_configuration_stops_before_any_job(copy, case):
    keys, value, expected = BAD[case]
    config = copies.deepcopy(yaml.safe_load((copy.path / "config/smoke.yaml").read_text()))
    place = config
    for key in keys[:-1]:
        place = place.setdefault(key, {})
    place[keys[-1]] = value
    (copy.path / "bad.yaml").write_text(yaml.safe_dump(config))
    run = copy.snakemake("-n", config="bad.yaml")
    assert run.returncode != 0
    message = next(line for line in run.stdout.splitlines() if line.startswith("Configuration key"))
    assert all(part in message for part in expected), message
    assert "Job stats" not in run.stdout
    assert not (copy.path / "results/teachers").exists()


@pytest.mark.parametrize("config", ["config/config.yaml", "config/smoke.yaml", "config/paper.yaml"])
def test_shipped_configurations_are_valid(copy, config):
    run = copy.snakemake("-n", "--quiet", config=config)
    assert run.returncode == 0, run.stdout


def test_every_key_is_documented(copy):
    text = (copy.path / "config/README.md").read_text()
    schema = yaml.safe_load((copy.path / "workflow/schemas/config.schema.yaml").read_text())

    def keys(node):
        if isinstance(node, dict):
            for name, value in node.items():
                if name == "properties" and isinstance(value, dict):
                    yield from value
                yield from keys(value)

    missing = {key for key in keys(schema) if f"`{key}`" not in text}
    assert not missing
