"""Write the manifest: checksums of every result and of all that it was made from, as Snakemake's own records tell."""

import json
from base64 import urlsafe_b64decode
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from job import start_log, write_text

from feature_cascade.bookkeeping import provenance

RECORDS = Path(".snakemake/metadata")  # one JSON file for each output, named by its path in base64


def all_records() -> dict[str, dict]:
    """Snakemake's record of the job that made a file, for every file that it made.

    Returns
    -------
    dict
        Records by path.
    """
    files = [file for file in RECORDS.rglob("*") if file.is_file()]
    return {urlsafe_b64decode(file.name).decode(): json.loads(file.read_text(encoding="utf-8")) for file in files}


def history(paths: list[str], records: dict[str, dict]) -> set[str]:
    """Find what files were made from, directly or through others.

    Parameters
    ----------
    paths : list of str
        The files.
    records : dict
        What `all_records` returns.

    Returns
    -------
    set of str
        The files, all that they were made from, and what the same jobs made beside them.
    """
    beside = defaultdict(list)
    for path, about in records.items():
        beside[tuple(about["log"])].append(path)  # a job has a log of its own
    found, queue = set(), list(paths)
    while queue:
        if (path := queue.pop()) in found:
            continue
        found.add(path)
        if path in records:
            queue += records[path]["input"] + beside[tuple(records[path]["log"])]
    return found


def time(seconds: float) -> str:
    """A time in UTC.

    Parameters
    ----------
    seconds : float
        Seconds since 1970.

    Returns
    -------
    str
        In ISO format.
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


start_log(snakemake.log[0])
records = all_records()
files = history(snakemake.input.results, records) | set(snakemake.input.sources)
made = {path: records[path] for path in files & records.keys()}
outputs = [path for path in files if provenance.is_result(path)]
manifest = {
    "times": {
        "started": time(min(about["starttime"] for about in made.values())),
        "ended": time(max(about["endtime"] for about in made.values())),
    },
    "git": provenance.git_state(),
    "machine": provenance.machine(),
    "software": provenance.software(),
    "configuration_sha256": provenance.configuration_hash(snakemake.params.configuration),
    "configuration": snakemake.params.configuration,
    "inputs": provenance.checksums(files - set(outputs)),
    "outputs": provenance.checksums(outputs),
    # Snakemake's end of a job is the time stamp of its output, so a later one means that something else wrote it
    "edited": sorted(path for path, about in made.items() if Path(path).stat().st_mtime > about["endtime"]),
}
write_text(json.dumps(manifest, indent=1), snakemake.output[0])
