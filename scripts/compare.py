"""Compare every table of a fresh run with the stored one, and name the cells that differ."""

import sys

from job import start_log

from feature_cascade.bookkeeping.reference import file_differences

start_log(snakemake.log[0])
pairs = list(zip(snakemake.input.tables, snakemake.params.twins, strict=True))
lines = [line for fresh, stored in pairs for line in file_differences(fresh, stored)]
if lines:
    sys.exit("\n".join(["Tables that differ from the stored ones:", *lines]))
print(f"All {len(pairs)} tables agree with the stored ones.")
