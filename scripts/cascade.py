"""Errors, overlaps and times of one teacher, link and noise, learned by each method from a growing number of labels."""

from pathlib import Path

from job import run_of, start_log, with_run, write_csv

from feature_cascade.baselines.regressors import setting_of
from feature_cascade.experiments.cascade import learn
from feature_cascade.experiments.checkpoint import Checkpoint, digest
from feature_cascade.model.teacher import Teacher

start_log(snakemake.log[0])
teacher, test_points = Teacher.load(snakemake.input.teacher[0])
link, noise = snakemake.wildcards.link, float(snakemake.wildcards.noise)
options = snakemake.params.options
key = digest([*snakemake.input.teacher, *snakemake.input.lib, snakemake.input.lock], [link, noise, options])
table = learn(
    teacher,
    link,
    noise,
    test_points,
    snakemake.params.grids,
    setting_of(teacher.spec, threads=snakemake.threads, **options),
    Checkpoint(Path(snakemake.params.checkpoint), key),
)
write_csv(with_run(table, {"link": link, "noise": noise, **run_of(snakemake.output[0])}), snakemake.output[0])
