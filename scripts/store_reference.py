"""Keep the tables of a finished run in results/reference, and write down where they come from."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
from job import start_log, write_text

from feature_cascade.bookkeeping import provenance

start_log(snakemake.log[0])
stored = Path(snakemake.params.stored)
state = provenance.git_state()  # before the tables that are stored here change it
shutil.rmtree(stored, ignore_errors=True)
for path, twin in zip(snakemake.input.tables, snakemake.params.twins, strict=True):
    Path(twin).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, twin)
shutil.copyfile(snakemake.input.claims, stored.parent / "claims.csv")
jobs = [
    pd.read_csv(job, sep="\t", na_values="-", encoding="utf-8") for job in Path("results/benchmarks").rglob("*.tsv")
]
about = {
    "stored": datetime.now(UTC).isoformat(timespec="seconds"),
    "git": state,
    "configuration_sha256": provenance.configuration_hash(snakemake.params.configuration),
    "machine": provenance.machine(),
    "software": provenance.software(),
    "core_minutes": round(sum(job["cpu_time"].sum() for job in jobs) / 60, 1),
    "tables": provenance.checksums(str(path) for path in stored.rglob("*.csv")),
    "configuration": snakemake.params.configuration,
}
write_text(json.dumps(about, indent=1), f"{stored}.json")
