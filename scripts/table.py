"""Make one table and write it as CSV, Markdown and LaTeX."""

from job import experiment_tables, start_log, write_csv, write_text

from feature_cascade.tables import TABLES

start_log(snakemake.log[0])
inputs = {name: experiment_tables(paths) for name, paths in snakemake.input.items() if name not in ("lib", "lock")}
table = TABLES[snakemake.wildcards.table](**inputs)
write_csv(table, snakemake.output.csv)
shown = table.map(lambda value: f"{value:.4g}" if isinstance(value, float) else value)
write_text(shown.to_markdown(index=False), snakemake.output.md)
write_text(shown.to_latex(index=False), snakemake.output.tex)
