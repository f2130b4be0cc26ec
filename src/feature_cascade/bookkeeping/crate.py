"""A run as a Workflow Run RO-Crate: one archive with the workflow, what it read and what it made.

Profile: Workflow Run Crate 0.5 (https://w3id.org/ro/wfrun/workflow/0.5), which extends Process Run Crate 0.5 and
Workflow RO-Crate 1.0, on RO-Crate 1.1.
"""

from __future__ import annotations

import json
import mimetypes
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from rocrate.model.contextentity import ContextEntity
from rocrate.rocrate import ROCrate

PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": "Process Run Crate",
    "https://w3id.org/ro/wfrun/workflow/0.5": "Workflow Run Crate",
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": "Workflow RO-Crate",
}
CONTEXT = "https://w3id.org/ro/terms/workflow-run/context"
LICENSE = "https://spdx.org/licenses/MIT"
TITLE = "Feature Cascade: scaling laws from sequential feature recovery"
DRAWN_AGAIN = ".npz"  # teachers: large, and the same numbers come from their seed; the manifest has their checksums
WORKFLOW = "Snakefile"
TIMES = {"started": "startTime", "ended": "endTime"}
JSON = "application/json"
CONFIGURATION = "config/run.json"  # of the run, in the crate alone
MORE = ("LICENSE", "README.md", "CITATION.cff", "Makefile", "environment.yml", "pyproject.toml", "requirements.lock")
FOLDERS = (
    *("config/*", "workflow/**/*", "profiles/*/*", "scripts/*.py", "benchmarks/*.py", "src/**/*.py"),
    "results/reference/**/*",
)  # what the workflow needs beside that to run again, whatever its configuration


def needed_files(root: str | Path = ".") -> list[str]:
    """List the project's files without which the workflow does not run.

    Parameters
    ----------
    root : str or Path
        Folder of the project.

    Returns
    -------
    list of str
        Paths relative to the project, sorted.
    """
    found = {file for pattern in FOLDERS for file in Path(root).glob(pattern) if file.is_file()}
    paths = {*MORE, *(file.relative_to(root).as_posix() for file in found)}
    return sorted(paths - {CONFIGURATION})


def run_crate(manifest: dict, manifest_path: str, version: str, root: str | Path = ".") -> ROCrate:
    """The crate of the run that a manifest describes; `write_zip` writes it.

    Parameters
    ----------
    manifest : dict
        What `results/manifest.json` holds.
    manifest_path : str
        Where it is, relative to `root`; it becomes part of the crate.
    version : str
        Version of the workflow.
    root : str or Path
        Folder of the project.

    Returns
    -------
    ROCrate
        The crate.

    Raises
    ------
    FileNotFoundError
        If a file that the manifest names does not exist.
    """
    crate = ROCrate(version="1.1")
    crate.metadata.extra_contexts.append(CONTEXT)
    times = {name: time for name, time in manifest["times"].items() if time}  # none is known if records were lost
    ended = times.get("ended", "")
    properties = {"name": TITLE, "version": version, "license": {"@id": LICENSE}, "url": {"@id": WORKFLOW}}
    workflow = crate.add_workflow(
        Path(root) / WORKFLOW,
        WORKFLOW,
        main=True,
        lang="snakemake",
        lang_version=manifest["software"]["snakemake"],
        properties=properties,
    )
    crate.add(ContextEntity(crate, LICENSE, properties={"@type": "CreativeWork", "name": "MIT License"}))
    crate.root_dataset["license"] = {"@id": LICENSE}
    crate.name = TITLE
    crate.description = "Every figure and table of the paper arXiv 2605.14567, with what they were made from."
    crate.root_dataset["datePublished"] = ended or datetime.now(UTC).isoformat(timespec="seconds")
    for identifier, name in PROFILES.items():
        entity = {"@type": "CreativeWork", "name": name, "version": identifier.rsplit("/", 1)[1]}
        crate.add(ContextEntity(crate, identifier, properties=entity))
    crate.root_dataset["conformsTo"] = [{"@id": identifier} for identifier in PROFILES]

    def add(path: str, checksum: str | None = None):
        """Add a file of the project to the crate.

        Parameters
        ----------
        path : str
            Path of the file, relative to the project.
        checksum : str, optional
            Its SHA-256.

        Returns
        -------
        File
            The part of the crate.

        Raises
        ------
        FileNotFoundError
            If it does not exist.
        """
        if not (file := Path(root) / path).is_file():
            raise FileNotFoundError(f"{path} is in the manifest but does not exist.")
        about = {"name": path, "contentSize": str(file.stat().st_size)} | ({"sha256": checksum} if checksum else {})
        if kind := mimetypes.guess_type(path)[0]:
            about["encodingFormat"] = kind
        return crate.add_file(file, path, properties=about)

    inputs = [add(*item) for item in manifest["inputs"].items() if item[0] != WORKFLOW]
    outputs = [add(*item) for item in manifest["outputs"].items() if not item[0].endswith(DRAWN_AGAIN)]
    for path in needed_files(root):
        if path not in manifest["inputs"]:
            add(path)
    text = json.dumps(manifest["configuration"], indent=1) + "\n"
    crate.add_file(StringIO(text), CONFIGURATION, properties={"name": CONFIGURATION, "encodingFormat": JSON})
    git = manifest["git"] or {"commit": "not known", "dirty": False}
    values = {
        "configuration_sha256": manifest["configuration_sha256"],
        "commit": git["commit"] + (", with changes" if git["dirty"] else ""),
        **manifest["machine"],
    }
    settings = [
        crate.add(ContextEntity(crate, f"#{name}", {"@type": "PropertyValue", "name": name, "value": str(value)}))
        for name, value in values.items()
    ]
    action = crate.add_action(
        workflow,
        f"urn:uuid:{uuid5(NAMESPACE_URL, manifest['configuration_sha256'] + ended)}",
        object=[*inputs, *settings],
        result=outputs,
        properties={
            "name": "Run of the workflow",
            "description": f"snakemake --configfile {CONFIGURATION}",
            **{TIMES[name]: time for name, time in times.items()},
            "actionStatus": {"@id": "http://schema.org/CompletedActionStatus"},
        },
    )
    crate.root_dataset["mentions"] = [action]
    trace = add(manifest_path)
    trace["about"] = action
    return crate
