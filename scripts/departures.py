"""Overlaps of one teacher and link with every combination of remedies, and where each preset reaches one half."""

from job import run_of, start_log, with_run, write_csv

from feature_cascade.experiments.departures import Departures
from feature_cascade.model.teacher import Teacher

start_log(snakemake.log[0])
teacher, _ = Teacher.load(snakemake.input.teacher[0])
setting, link = snakemake.params.setting, snakemake.wildcards.link
departures = Departures(teacher, {"name": link}, snakemake.params.tolerance, snakemake.threads)
run = {"link": link, **run_of(snakemake.output.gaps)}
for table, path in (
    (departures.gaps(setting["alpha"]), snakemake.output.gaps),
    (departures.samples(setting["alpha_half"], setting["alpha"]), snakemake.output.samples),
):
    write_csv(with_run(table, run), path)
