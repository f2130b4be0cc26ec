"""Put the tables of all runs of an experiment together."""

import pandas as pd
from job import start_log, write_csv

start_log(snakemake.log[0])
tables = [pd.read_csv(path) for path in snakemake.input.tables]
write_csv(pd.concat(tables, ignore_index=True), snakemake.output[0])
