"""Whole runs of the workflow in a temporary copy of the project."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".snakemake", "*.egg-info", ".*_cache"
)  # compiled code stays: else each copy compiles for itself
GENERATED = ("results", "figures")


class Copy:
    """A copy of the project without its generated files, and Snakemake in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        shutil.copytree(ROOT, path, ignore=LEFT_OUT, dirs_exist_ok=True)
        for folder in GENERATED:
            for item in (path / folder).iterdir():
                if item.is_dir() and item.name != "reference":
                    shutil.rmtree(item)
                elif item.is_file():
                    item.unlink()

    def snakemake(self, *arguments: str, config: str = "config/smoke.yaml") -> subprocess.CompletedProcess:
        """Run Snakemake with the smoke configuration; output is captured."""
        command = [sys.executable, "-m", "snakemake", *arguments, "--cores", "2", "--configfile", config]
        environment = {k: v for k, v in os.environ.items() if k != "NUMBA_DISABLE_JIT"}
        return subprocess.run(
            command, cwd=self.path, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )


@pytest.fixture
def copy(tmp_path) -> Copy:
    return Copy(tmp_path / "project")


@pytest.fixture(scope="session")
def smoke(tmp_path_factory) -> Copy:
    """A copy in which the whole smoke configuration has run."""
    finished = Copy(tmp_path_factory.mktemp("smoke") / "project")
    run = finished.snakemake()
    assert run.returncode == 0, run.stdout
    return finished
