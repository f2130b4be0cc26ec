"""The ledger of claims as CSV, Markdown and HTML, and how its verdicts differ from the stored ones."""

from job import experiment_tables, read_csv, start_log, write_csv, write_text
from page import write_page

from feature_cascade.claims.decisions import CLAIMS
from feature_cascade.claims.ledger import changes, ledger

start_log(snakemake.log[0])
tables = {name: experiment_tables(snakemake.input[name]) for name in snakemake.params.tables}
tables |= {name: read_csv(snakemake.input[name]) for name in snakemake.params.numbered}
found = ledger(CLAIMS, tables)
write_csv(found, snakemake.output.csv)
write_text(found.to_markdown(index=False), snakemake.output.md)
write_page(snakemake.output.html, Claims=found)
different = changes(read_csv(snakemake.input.stored), found)
lines = (
    [f"Verdicts that differ from {snakemake.input.stored}:", *different] if different else ["No verdict has changed."]
)
write_text("\n".join(lines), snakemake.output.changes)
