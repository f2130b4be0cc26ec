"""Recover a teacher's directions on its nested grid of sample sizes."""

from job import run_of, start_log, write_csv

from feature_cascade.layers import FirstLayer
from feature_cascade.recovery import Experiment, recover
from feature_cascade.teacher import Teacher

start_log(snakemake.log[0])
teacher, test_points = Teacher.load(snakemake.input.teacher[0])
experiment = Experiment(first_layer=FirstLayer(**snakemake.params.first_layer), **snakemake.params.experiment)
runs, directions = recover(teacher, experiment, test_points, snakemake.params.alphas, snakemake.threads)
run = run_of(snakemake.output.runs)
for table, path in ((runs, snakemake.output.runs), (directions, snakemake.output.directions)):
    write_csv(table.assign(**run)[[*run, *table.columns]], path)
