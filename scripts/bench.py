"""Measure speed and memory beside their references, and write them as CSV, Markdown and a plot."""

from dataclasses import asdict
from pathlib import Path

import pandas as pd
from job import start_log, write_csv, write_text

from feature_cascade import benchmark
from feature_cascade.figures import benchmarks, style

start_log(snakemake.log[0])
rows = benchmark.run(snakemake.threads)
points = benchmark.scaling(snakemake.threads)
fitted = benchmark.slopes(points)
for name, slope in benchmark.SLOPES.items():
    gap = abs(fitted[name] - slope)
    rows.append(benchmark.row(f"slope in {name}", fitted[name], "", slope, "expected", gap, "<= 0.15"))
rows.append(benchmark.workflow_minutes(Path.cwd(), snakemake.threads))
table = pd.DataFrame(map(asdict, rows))
write_csv(table, snakemake.output.csv)
write_text(table.to_markdown(index=False, floatfmt=".3g"), snakemake.output.md)
style.save(benchmarks.draw(points, fitted, benchmark.SLOPES), [snakemake.output.png])
print(table.to_string(index=False))
