"""`make wheelhouse`, and the installation from its folder with the network off: with a few pins in place of all."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# What builds the package; the pin that is no wheel and has to be built; one of those for Slurm. None needs another
PINS = {
    "requirements.lock": ("setuptools", "packaging", "connection-pool"),
    "requirements-slurm.lock": ("argparse-dataclass",),
}
NO_NETWORK = ["unshare", "--net"]


def blocks(lock: str) -> dict[str, str]:
    """The lines of a lock file on each package."""
    found = re.split(r"^(?=[A-Za-z0-9])", (ROOT / lock).read_text(), flags=re.M)
    return {block.partition("==")[0]: block for block in found if "==" in block}


def run(folder: Path, *command: str, **environment: str) -> subprocess.CompletedProcess:
    clean = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "PYTHONPATH")}
    options = {"cwd": folder, "env": clean | environment, "text": True}
    return subprocess.run(command, **options, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def network_can_be_cut() -> bool:
    return bool(shutil.which("unshare")) and subprocess.run([*NO_NETWORK, "true"], capture_output=True).returncode == 0


@pytest.fixture
def project(tmp_path) -> Path:
    """What the installation needs, with short locks, and their wheelhouse."""
    for name in ("Makefile", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for lock, names in PINS.items():
        (tmp_path / lock).write_text("".join(blocks(lock)[name] for name in names))
    made = run(tmp_path, "make", "wheelhouse", f"PYTHON={sys.executable}")
    if made.returncode:
        pytest.skip(f"needs an index of packages: {made.stdout.splitlines()[-2:]}")
    return tmp_path


def test_installation_from_a_wheelhouse_needs_no_network(project):
    found = sorted(path.name for path in (project / "wheels").iterdir())
    assert len(found) == 5 and any(name.endswith(".tar.gz") for name in found), found
    off = NO_NETWORK if network_can_be_cut() else []
    offline = {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(project / "wheels")}
    made = run(project, *off, "make", ".venv/installed", f"PYTHON={sys.executable}", **offline)
    assert made.returncode == 0, made.stdout
    pip = [*off, ".venv/bin/pip", "install", "--require-hashes", "-r", "requirements-slurm.lock"]
    assert (slurm := run(project, *pip, **offline)).returncode == 0, slurm.stdout
    asks = "import argparse_dataclass, connection_pool, feature_cascade; print(feature_cascade.__file__)"
    answer = run(project, *off, ".venv/bin/python", "-c", asks)
    assert answer.stdout.strip() == str(project / "src/feature_cascade/__init__.py")
    (project / "wheels").rename(project / "elsewhere")
    assert run(project, *off, *pip[len(off) :], "--force-reinstall", **offline).returncode != 0, "from the folder alone"
