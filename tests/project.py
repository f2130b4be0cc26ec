"""Copies of the project in which tests run the workflow."""

import os
import re
import shutil
import subprocess
import sys
from copy import deepcopy
from functools import cache
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
SCHEMA = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
# Compiled code stays, or each copy would compile for itself.
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".snakemake", "*.egg-info", ".*_cache", "site")
GENERATED = ("results", "figures")


class Copy:
    """A copy of the project without its generated files, made unless it is there, and Snakemake in it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.exists():
            shutil.copytree(ROOT, path, ignore=LEFT_OUT)
            self._clean()

    def _clean(self) -> None:
        for folder in GENERATED:
            for item in (self.path / folder).iterdir():
                if item.is_dir() and item.name != "reference":
                    shutil.rmtree(item)
                elif item.is_file():
                    item.unlink()

    def twin(self, path: Path) -> "Copy":
        """Another copy, with all that was generated in this one; times of files stay, so nothing is out of date."""
        shutil.copytree(self.path, path)
        return Copy(path)

    def snakemake(
        self, *arguments: str, config: str = "config/smoke.yaml", cores: int = 2
    ) -> subprocess.CompletedProcess:
        """Run Snakemake with the smoke configuration; output is captured."""
        command = [sys.executable, "-m", "snakemake", *arguments, "--cores", str(cores), "--configfile", config]
        environment = {k: v for k, v in os.environ.items() if k != "NUMBA_DISABLE_JIT"}
        return subprocess.run(
            command, cwd=self.path, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )


def jobs(output: str) -> set[str]:
    """Names of the rules that Snakemake announces to run, but for the target itself."""
    stats = output.split("Job stats:")[-1].split("\n\n")[0]
    return set(re.findall(r"^(\w+) +\d+$", stats, flags=re.M)) - {"all", "total"}


def configuration(*files: str) -> dict:
    """The default configuration with those of some files on top, put together as Snakemake does it."""
    found = {}
    for file in ("config.yaml", *files):
        merge(found, parsed(file))
    return found


@cache
def parsed(file: str) -> dict:
    """One of the shipped configurations."""
    return yaml.safe_load((ROOT / "config" / file).read_text())


def merge(config: dict, changes: dict) -> dict:
    """A configuration, changed in place: sections are merged, all else is replaced."""
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(config.get(key), dict):
            merge(config[key], value)
        else:
            config[key] = deepcopy(value)
    return config
