"""Pack the run as a Workflow Run RO-Crate."""

import json
from pathlib import Path

from job import start_log

from feature_cascade import __version__
from feature_cascade.bookkeeping.crate import run_crate
from feature_cascade.files import whole

start_log(snakemake.log[0])
path = snakemake.input.manifest
crate = run_crate(json.loads(Path(path).read_text(encoding="utf-8")), path, __version__)
with whole(snakemake.output[0]) as part:
    crate.write_zip(part)
