"""Recover a teacher's directions on its nested grid of sample sizes.

With `max_runtime`, a run that would take longer ends with exit code NOT_FINISHED, and the next one goes on after it.
"""

import math
import sys
from pathlib import Path

from job import run_of, start_log, with_run, write_csv

from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.experiments.checkpoint import Checkpoint, digest
from feature_cascade.experiments.recovery import Experiment, NotFinished, recover
from feature_cascade.model.teacher import Teacher

NOT_FINISHED = 75  # EX_TEMPFAIL: try again

start_log(snakemake.log[0])
teacher, test_points = Teacher.load(snakemake.input.teacher[0])
settings = {"first_layer": snakemake.params.first_layer, **snakemake.params.experiment}
experiment = Experiment(**settings | {"first_layer": FirstLayer(**snakemake.params.first_layer)})
key = digest([*snakemake.input.teacher, *snakemake.input.lib, snakemake.input.lock], settings)
checkpoint = Checkpoint(Path(snakemake.params.checkpoint), key)
try:
    runs, directions = recover(
        *(teacher, experiment, test_points, snakemake.params.alphas, snakemake.threads, checkpoint),
        seconds=snakemake.resources.get("seconds", math.inf),
    )
except NotFinished as stopped:
    print(f"Not finished, which is no error: {stopped}. The next run continues {checkpoint.path}.", file=sys.stderr)
    sys.exit(NOT_FINISHED)
run = run_of(snakemake.output.runs)
for table, path in ((runs, snakemake.output.runs), (directions, snakemake.output.directions)):
    write_csv(with_run(table, run), path)
