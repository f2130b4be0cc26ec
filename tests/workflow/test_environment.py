"""One set of pins: the lock file, environment.yml and what is imported agree."""

import re
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([A-Za-z0-9._-]+==[^\\\n]*[^\\\n ]) *\\?$", flags=re.M)


def pins_of(lock: str) -> set[str]:
    return set(PIN.findall((ROOT / lock).read_text()))


def locked() -> set[str]:
    return pins_of("requirements.lock")


def test_environment_pins_the_same_versions_as_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    pip = next(item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    assert set(pip) == locked()
    assert "python=3.11" in environment["dependencies"]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-slurm.lock"])
def test_lock_has_a_hash_for_every_pin_and_no_address(lock):
    text = (ROOT / lock).read_text()
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)
    assert "://" not in text


def test_what_a_cluster_needs_on_top_agrees_with_the_lock():
    extra = {pin for pin in pins_of("requirements-slurm.lock") if not pin.startswith("snakemake-executor-plugin-slurm")}
    assert extra <= locked()


def test_every_direct_dependency_is_locked_and_installed():
    names = [n for n in (ROOT / "requirements.in").read_text().split("\n") if n and not n.startswith("#")]
    pins = {}
    for pin in locked():
        name, _, rest = pin.partition("==")
        pins.setdefault(name, set()).add(rest.split(" ;")[0].strip())
    assert all(version(name) in pins[name] for name in names)
