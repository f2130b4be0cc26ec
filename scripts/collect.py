"""Put the tables of all runs of an experiment together."""

from job import read_tables, start_log, write_csv

start_log(snakemake.log[0])
write_csv(read_tables(snakemake.input.tables), snakemake.output[0])
