"""Where the workflow can run: its own folder, folders of results that can be written, a Python whose path is plain."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from .schema import SettingsError


def check_places(project: str | Path, *folders: str) -> None:
    """Refuse places in which Snakemake would fail later, at the first job or with a trace.

    Parameters
    ----------
    project : str or Path
        Folder of the workflow; all its paths are relative to it.
    *folders : str
        Folders of results in it; one that does not exist will be made.

    Raises
    ------
    SettingsError
        If Snakemake runs in another folder, a folder is read-only, or the path of Python holds a space.
    """
    check_working_directory(project)
    check_interpreter(sys.executable)
    check_writable(*folders)


def check_working_directory(project: str | Path) -> None:
    """Refuse another working directory than the folder of the workflow.

    Parameters
    ----------
    project : str or Path
        Folder of the workflow.

    Raises
    ------
    SettingsError
        If the two differ: `--directory`, `--snakefile`, or a `module` of a workflow that lies elsewhere.
    """
    here, there = Path.cwd().resolve(), Path(project).resolve()
    if here != there:
        raise SettingsError(
            f"Working directory: found {here}, allowed is {there}, the folder of the workflow, where its data lie."
        )


def check_interpreter(executable: str) -> None:
    """Refuse a Python in a path with a space: Snakemake does not quote it, and no job would start.

    Parameters
    ----------
    executable : str
        Path of Python.

    Raises
    ------
    SettingsError
        If it holds white space.
    """
    if len(executable.split()) > 1:
        raise SettingsError(
            f"Path of Python: found '{executable}', allowed is one without spaces: move the project, or the .venv that "
            "it uses."
        )


def check_writable(*folders: str) -> None:
    """Refuse folders of results that cannot be written: Snakemake itself would fail with a trace.

    Parameters
    ----------
    *folders : str
        The folders; one that does not exist will be made.

    Raises
    ------
    SettingsError
        If one is read-only.
    """
    for folder in map(Path, folders):
        if folder.is_dir() and not os.access(folder, os.W_OK):
            raise SettingsError(
                f"The folder {folder} is not writable: check its permissions, or whether its file system is read-only."
            )
