"""Label transforms beside the best one, for every link and teacher of one size."""

import pandas as pd
from job import run_of, start_log, write_csv

from feature_cascade.experiments.departures import Departures
from feature_cascade.experiments.label_transforms import compare
from feature_cascade.model.teacher import Teacher

start_log(snakemake.log[0])
merits, shapes = [], []
for link in snakemake.params.links:
    for path in snakemake.input.teachers:
        departures = Departures(Teacher.load(path)[0], {"name": link}, snakemake.params.tolerance, snakemake.threads)
        labels = {"link": link, **run_of(path)}
        for tables, table in zip((merits, shapes), compare(departures, snakemake.params.alpha), strict=True):
            tables.append(table.assign(**labels)[[*labels, *table.columns]])
write_csv(pd.concat(merits, ignore_index=True), snakemake.output.merits)
write_csv(pd.concat(shapes, ignore_index=True), snakemake.output.shapes)
