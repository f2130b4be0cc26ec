"""Where results come from: checksums, configuration, version, machine; and whether files are still what they were."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("snakemake", "numpy", "scipy", "numba", "pandas", "scikit-learn", "matplotlib")
DRAWING = re.compile(
    "source|threads|max_runtime|figure[0-9]+"
)  # keys of the configuration that change no seed-level table
WORKFLOW = ("Snakefile", "workflow/rules/*.smk", "workflow/schemas/*.yaml", "workflow/report/*.rst")
FOLDERS = ("results", "figures")
NOT_RESULTS = (
    "results/.gitkeep",
    "results/reference/",
    "results/manifest.json",
    "results/crate.zip",
    "results/logs/",
    "results/checkpoints/",
    "results/benchmarks",  # how long jobs took, and what `make bench` writes
    "figures/benchmarks",
    "figures/.gitkeep",
)


def sha256(path: str | Path) -> str:
    """SHA-256 of a file's bytes.

    Parameters
    ----------
    path : str or Path
        The file.

    Returns
    -------
    str
        In hexadecimal digits.
    """
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def configuration_hash(configuration: dict) -> str:
    """SHA-256 of a configuration, whatever the order of its keys.

    Parameters
    ----------
    configuration : dict
        The configuration.

    Returns
    -------
    str
        In hexadecimal digits.
    """
    return hashlib.sha256(json.dumps(configuration, sort_keys=True).encode()).hexdigest()


def changed_keys(ours: object, theirs: object, key: str = "") -> list[str]:
    """Keys in which two configurations differ, but for those that only concern the drawing.

    Parameters
    ----------
    ours : object
        A configuration, or a value in it.
    theirs : object
        The other one.
    key : str
        Dotted name of the value, empty for a whole configuration.

    Returns
    -------
    list of str
        Dotted names of the keys.
    """
    if not (isinstance(ours, dict) and isinstance(theirs, dict)):
        return [] if ours == theirs else [key]
    names = [name for name in {**ours, **theirs} if key or not DRAWING.fullmatch(name)]
    return [
        changed
        for name in names
        for changed in changed_keys(ours.get(name), theirs.get(name), f"{key}.{name}".removeprefix("."))
    ]


def git_state(root: str | Path = ".") -> dict | None:
    """Commit of the project and whether files differ from it.

    Parameters
    ----------
    root : str or Path
        Folder of the project.

    Returns
    -------
    dict or None
        Keys `commit` and `dirty`; None where the project is no repository of its own.
    """

    def _git(*arguments: str) -> str:
        """Run git and return what it prints."""
        command = ["git", "-C", str(root), *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    try:
        if Path(_git("rev-parse", "--show-toplevel")).resolve() != Path(root).resolve():
            return None
        return {"commit": _git("rev-parse", "HEAD"), "dirty": bool(_git("status", "--porcelain"))}
    except (OSError, subprocess.CalledProcessError):
        return None


def machine() -> dict:
    """What computed. No host name: results are published.

    Returns
    -------
    dict
        System, processor and number of cores.
    """
    processor = platform.processor()
    with suppress(OSError, TypeError):  # not Linux, or a processor without a name
        names = re.findall(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
        processor = names[0] if names else processor
    return {"system": platform.platform(), "processor": processor, "cores": os.cpu_count()}


def software() -> dict[str, str]:
    """Versions of what results depend on most; requirements.lock has all.

    Returns
    -------
    dict
        Of Python and of packages by name.
    """
    return {"python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def checksums(paths: Iterable[str]) -> dict[str, str]:
    """SHA-256 of each file.

    Parameters
    ----------
    paths : iterable of str
        The files.

    Returns
    -------
    dict
        Checksums by path, in the order of the paths.
    """
    return {path: sha256(path) for path in sorted(paths)}


def is_result(path: str) -> bool:
    """Whether a path is of a result: made by a rule, and the same in every run.

    Parameters
    ----------
    path : str
        Relative to the project.

    Returns
    -------
    bool
        True of a result.
    """
    return path.startswith(tuple(f"{folder}/" for folder in FOLDERS)) and not path.startswith(NOT_RESULTS)


def found_results(root: str | Path = ".") -> list[str]:
    """Every result that lies in the project's folders.

    Parameters
    ----------
    root : str or Path
        Folder of the project.

    Returns
    -------
    list of str
        Paths relative to the project, sorted.
    """
    files = [file for folder in FOLDERS for file in (Path(root) / folder).rglob("*") if file.is_file()]
    return sorted(path for file in files if is_result(path := file.relative_to(root).as_posix()))


def workflow_files(root: str | Path = ".") -> list[str]:
    """List what the workflow itself is made of: rules, the schema of the configuration, captions of the report.

    Parameters
    ----------
    root : str or Path
        Folder of the project.

    Returns
    -------
    list of str
        Paths relative to the project, sorted.
    """
    files = [file for pattern in WORKFLOW for file in Path(root).glob(pattern)]
    return sorted(file.relative_to(root).as_posix() for file in files)


def problems(manifest: dict, root: str | Path = ".") -> list[str]:
    """What is not as the manifest says.

    Parameters
    ----------
    manifest : dict
        What `results/manifest.json` holds.
    root : str or Path
        Folder of the project.

    Returns
    -------
    list of str
        One line for each file that is missing, changed or not in it.
    """
    lines = []
    for kind in ("inputs", "outputs"):
        for path, expected in manifest[kind].items():
            file = Path(root) / path
            if not file.is_file():
                lines.append(f"missing: {path}")
            elif sha256(file) != expected:
                lines.append(f"changed: {path}")
    lines += [f"changed after the job that made it: {path}" for path in manifest["edited"]]
    expected = {*manifest["outputs"], *manifest["absent"]}
    lines += [f"unexpected: {path}" for path in found_results(root) if path not in expected]
    return lines
