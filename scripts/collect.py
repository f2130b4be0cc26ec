"""Put the tables of all runs of an experiment together, those of each kind as one."""

from job import read_tables, start_log, write_csv

start_log(snakemake.log[0])
for kind, path in snakemake.output.items():
    write_csv(read_tables(snakemake.input[kind]), path)
