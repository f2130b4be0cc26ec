"""Make one table and write it as CSV, Markdown, LaTeX and HTML."""

from importlib import import_module

from job import input_tables, start_log, write_csv, write_text
from page import write_page

start_log(snakemake.log[0])
table = import_module(f"feature_cascade.tables.{snakemake.params.table.lower()}").make(**input_tables(snakemake.input))
write_csv(table, snakemake.output.csv)
shown = table.map(lambda value: f"{value:.4g}" if isinstance(value, float) else value)
write_text(shown.to_markdown(index=False), snakemake.output.md)
write_text(shown.to_latex(index=False), snakemake.output.tex)
write_page(snakemake.output.html, **{snakemake.params.table: shown})
