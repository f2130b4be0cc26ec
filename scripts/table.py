"""Make one table and write it as CSV, Markdown, LaTeX and HTML."""

from importlib import import_module

from job import input_tables, start_log, write_csv, write_text
from page import write_page

from feature_cascade.bookkeeping.titles import title
from feature_cascade.tables.columns import legend
from feature_cascade.tables.latex import to_latex

start_log(snakemake.log[0])
name = snakemake.params.table
table = import_module(f"feature_cascade.tables.{name.lower()}").make(**input_tables(snakemake.input))
write_csv(table, snakemake.output.csv)
heading, meanings = title(name), legend(name, table.columns)
shown = table.map(lambda value: f"{value:.4g}" if isinstance(value, float) else value)
explained = "\n".join(f"- `{column}`: {meaning}." for column, meaning in meanings.items())
write_text(f"# {heading}\n\n{shown.to_markdown(index=False)}\n\n{explained}", snakemake.output.md)
write_text(to_latex(name, table), snakemake.output.tex)
write_page(snakemake.output.html, **{heading: shown, "Columns": meanings})
