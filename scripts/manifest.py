"""Write the manifest: checksums of every result and of all that it was made from, and when it was made."""

import json
from pathlib import Path

from job import start_log, write_text

from feature_cascade.bookkeeping import provenance
from feature_cascade.bookkeeping.history import dates

start_log(snakemake.log[0])
files = {*snakemake.params.history, *snakemake.input.sources}
results = {path for path in files if provenance.is_result(path)}
outputs = {path for path in results if Path(path).is_file()}
manifest = {
    **dates(outputs),
    "git": provenance.git_state(),
    "machine": provenance.machine(),
    "software": provenance.software(),
    "configuration_sha256": provenance.configuration_hash(snakemake.params.configuration),
    "configuration": snakemake.params.configuration,
    "inputs": provenance.checksums(files - results),
    "outputs": provenance.checksums(outputs),
    "absent": sorted(results - outputs),  # deleted since others were made from them, which Snakemake allows
}
write_text(json.dumps(manifest, indent=1), snakemake.output[0])
