"""Test errors of every method of the comparison on one teacher and link, each at its own grid of n."""

from job import run_of, start_log, with_run, write_csv

from feature_cascade.baselines.regressors import setting_of
from feature_cascade.experiments.comparison import learning_curves
from feature_cascade.model.teacher import Teacher

start_log(snakemake.log[0])
teacher, test_points = Teacher.load(snakemake.input.teacher[0])
link = snakemake.wildcards.link
setting = setting_of(teacher.spec, threads=snakemake.threads, **snakemake.params.options)
table = learning_curves(teacher, {"name": link}, test_points, snakemake.params.sizes, setting)
run = {"link": link, **run_of(snakemake.output[0])}
write_csv(with_run(table, run), snakemake.output[0])
