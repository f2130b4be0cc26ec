"""Mean curves, widths, heights and exponents of the rounded onset, from the seed-level tables."""

import pandas as pd
from job import start_log, write_csv

from feature_cascade.tables.rounding import make

start_log(snakemake.log[0])
measured, predicted = (
    pd.concat([pd.read_csv(path) for path in paths], ignore_index=True)
    for paths in (snakemake.input.measured, snakemake.input.predicted)
)
for name, table in make(measured, predicted, snakemake.params.window).items():
    write_csv(table, snakemake.output[name])
