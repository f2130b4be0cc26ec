"""Mean curves, widths, heights and exponents of the rounded onset, from the seed-level tables."""

from job import read_tables, start_log, write_csv

from feature_cascade.tables.rounding import make

start_log(snakemake.log[0])
measured, predicted = read_tables(snakemake.input.measured), read_tables(snakemake.input.predicted)
for name, table in make(measured, predicted, snakemake.params.window).items():
    write_csv(table, snakemake.output[name])
