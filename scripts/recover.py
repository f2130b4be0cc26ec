"""Recover a teacher's directions on its nested grid of sample sizes."""

from pathlib import Path

from job import run_of, start_log, with_run, write_csv

from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.experiments.checkpoint import Checkpoint, digest
from feature_cascade.experiments.recovery import Experiment, recover
from feature_cascade.model.teacher import Teacher

start_log(snakemake.log[0])
teacher, test_points = Teacher.load(snakemake.input.teacher[0])
settings = {"first_layer": snakemake.params.first_layer, **snakemake.params.experiment}
experiment = Experiment(**settings | {"first_layer": FirstLayer(**snakemake.params.first_layer)})
key = digest([*snakemake.input.teacher, *snakemake.input.lib, snakemake.input.lock], settings)
checkpoint = Checkpoint(Path(snakemake.params.checkpoint), key)
runs, directions = recover(teacher, experiment, test_points, snakemake.params.alphas, snakemake.threads, checkpoint)
run = run_of(snakemake.output.runs)
for table, path in ((runs, snakemake.output.runs), (directions, snakemake.output.directions)):
    write_csv(with_run(table, run), path)
