"""A bad configuration stops Snakemake before any job, with one sentence; tests/unit/test_settings.py has all cases."""

import pytest
import yaml
from project import SCHEMA, configuration, merge

BAD = {
    "against the schema": ({"first_layer": {"tolerence": 0.1}}, ["first_layer", "tolerence", "tolerance"]),
    "against another key": ({"teachers": {"paper": {"eps": 3.0}}}, ["teachers.paper.eps", "d1", "D ="]),
    "where rules use it first": ({"spectra": {"alpha": 2.0}}, ["spectra.alpha", "2.0", "a list"]),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_configuration_stops_before_any_job(copy, case):
    changes, expected = BAD[case]
    config = merge(configuration("smoke.yaml"), changes)
    (copy.path / "bad.yaml").write_text(yaml.safe_dump(config))
    run = copy.snakemake("-n", config="bad.yaml")
    assert run.returncode != 0
    message = next(line for line in run.stdout.splitlines() if line.startswith("Configuration key"))
    assert all(part in message for part in expected), message
    assert "Job stats" not in run.stdout and "Traceback" not in run.stdout
    assert not (copy.path / "results/teachers").exists()


@pytest.mark.parametrize("config", ["config/config.yaml", "config/smoke.yaml", "config/paper.yaml"])
def test_shipped_configurations_are_valid(copy, config):
    run = copy.snakemake("-n", "--quiet", config=config)
    assert run.returncode == 0, run.stdout


def test_nested_values_of_the_command_line_are_numbers_and_any_number_has_a_path(copy):
    """Snakemake reads the inside of such a value as texts."""
    nested = ["first_layer={tolerance: 2e-2, deflate: true}", "experiments={exponents: {gamma: [0.401, 0.404, 0.8]}}"]
    targets = [f"results/recovery/exponents/d12_g{gamma}_s0.runs.csv" for gamma in ("0.401", "0.404", "0.80")]
    run = copy.snakemake("-n", *targets, "--config", *nested)
    assert run.returncode == 0, run.stdout
    for gamma in ("0.401", "0.404", "0.80"):
        assert f"Recovery exponents: d=12, gamma={gamma}, seed=0" in run.stdout
    missing = copy.snakemake("-n", "results/recovery/exponents/d12_g0.800_s0.runs.csv")
    assert missing.returncode != 0, "a number has one path"


def test_every_key_is_documented(copy):
    text = (copy.path / "config/README.md").read_text()

    def keys(node):
        if isinstance(node, dict):
            for name, value in node.items():
                if name == "properties" and isinstance(value, dict):
                    yield from value
                yield from keys(value)

    missing = {key for key in keys(SCHEMA) if f"`{key}`" not in text}
    assert not missing
