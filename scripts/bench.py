"""Measure speed and memory beside their references, and write them as CSV, Markdown and a plot."""

import logging
from dataclasses import asdict
from pathlib import Path

import pandas as pd
from job import start_log, write_csv, write_text

from benchmarks import plot, speed
from feature_cascade.figures import style

start_log(snakemake.log[0])
points = speed.scaling(snakemake.threads)
fitted = speed.slopes(points)
rows = []
for row in speed.run(snakemake.threads, fitted, Path.cwd()):
    logging.info("%s", row)  # a run of half an hour that is ended early has not been for nothing
    rows.append(row)
table = pd.DataFrame(map(asdict, rows))
write_csv(table, snakemake.output.csv)
write_text(table.to_markdown(index=False, floatfmt=".3g"), snakemake.output.md)
style.save(plot.draw(points, fitted, speed.SLOPES), [snakemake.output.png])
print(table.to_string(index=False))
