"""What results were made from, as the workflow's jobs tell, and when, as far as Snakemake's records tell."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

RECORDS = ".snakemake/metadata"  # one JSON file for each output, named by its path in base64


class Job(Protocol):
    """What is needed of a job of Snakemake.

    Attributes
    ----------
    input : iterable of str
        Files that it reads.
    output : iterable of str
        Files that it makes.
    """

    input: Iterable[str]
    output: Iterable[str]


@dataclass(frozen=True)
class Record:
    """When a job ran.

    Attributes
    ----------
    started : float
        Its start, in seconds since 1970.
    ended : float
        Its end, which Snakemake takes from the time stamp of the output.
    """

    started: float
    ended: float


def history(results: Iterable[str], jobs: Iterable[Job]) -> list[str]:
    """Find what files were made from, directly or through others.

    Parameters
    ----------
    results : iterable of str
        The files.
    jobs : iterable of Job
        All jobs of the workflow, those that had nothing to do included.

    Returns
    -------
    list of str
        The files, all that they were made from, and what the same jobs made beside them; sorted.

    Notes
    -----
    Snakemake's records would tell the same, but they can be lost (`--drop-metadata`), and the history with them.
    """
    makers = {str(path): job for job in jobs for path in job.output}
    found: set[str] = set()
    queue = [str(path) for path in results]
    while queue:
        if (path := queue.pop()) in found:
            continue
        found.add(path)
        if path in makers:
            queue += map(str, (*makers[path].input, *makers[path].output))
    return sorted(found)


def record(path: str, root: str | Path = ".") -> Record | None:
    """Return Snakemake's record of the job that made a file.

    Parameters
    ----------
    path : str
        The file, relative to the project.
    root : str or Path
        Folder of the project.

    Returns
    -------
    Record or None
        None if the record is lost or cannot be read.
    """
    file = Path(root) / RECORDS / urlsafe_b64encode(path.encode()).decode()
    try:
        about = json.loads(file.read_text(encoding="utf-8"))
        return Record(float(about["starttime"]), float(about["endtime"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def dates(outputs: Iterable[str], root: str | Path = ".") -> dict:
    """Return when results were made, for the manifest.

    Parameters
    ----------
    outputs : iterable of str
        The results.
    root : str or Path
        Folder of the project.

    Returns
    -------
    dict
        `times` with the first start and the last end in UTC, None if no record is left; `edited`, results that
        something else wrote after their job; `unrecorded`, results of which neither is known.
    """
    records = {path: record(path, root) for path in sorted(outputs)}
    known = {path: found for path, found in records.items() if found}
    return {
        "times": {
            "started": _utc(min((found.started for found in known.values()), default=None)),
            "ended": _utc(max((found.ended for found in known.values()), default=None)),
        },
        "edited": [path for path, found in known.items() if (Path(root) / path).stat().st_mtime > found.ended],
        "unrecorded": [path for path, found in records.items() if not found],
    }


def _utc(seconds: float | None) -> str | None:
    """A time in UTC, in ISO format."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
