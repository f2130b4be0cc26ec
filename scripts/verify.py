"""Check every file against the manifest, and name those that are missing, changed or unexpected."""

import json
import sys
from pathlib import Path

from job import start_log

from feature_cascade.bookkeeping.provenance import problems

start_log(snakemake.log[0])
file = Path(snakemake.params.manifest)
if not file.is_file():
    sys.exit(f"There is no {file} yet: run `snakemake` to the end first.")
manifest = json.loads(file.read_text(encoding="utf-8"))
if lines := problems(manifest):
    advice = "Delete results that were changed or are unexpected, then run `snakemake` again."
    sys.exit("\n".join([f"What is not as {file} says ({len(lines)}):", *lines, advice]))
if unrecorded := manifest["unrecorded"]:
    print(f"When {len(unrecorded)} outputs were made is not known: Snakemake's records of their jobs are lost.")
print(f"All {len(manifest['inputs'])} inputs and {len(manifest['outputs'])} outputs are what {file} says.")
