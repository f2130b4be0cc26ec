"""Print what every recovery run of the configuration costs, calibrated by a short measurement of this machine."""

import pandas as pd
from job import start_log

from feature_cascade.bookkeeping.calibration import measure
from feature_cascade.bookkeeping.cost import RunCost

start_log(snakemake.log[0])
machine = measure()
rows = []
for run in snakemake.params.runs:
    cost = RunCost(**{key: run[key] for key in ("d", "q", "d1", "alphas", "n_test", "features")})
    rows.append(
        {
            "experiment": run["experiment"],
            "d": cost.d,
            "gamma": run["gamma"],
            "alpha_max": cost.alphas[-1],
            "operations": cost.operations,
            "memory_mb": cost.memory_mb(snakemake.params.threads),
            "core_minutes": cost.seconds(machine) / 60,
        }
    )
jobs = pd.DataFrame(rows)
groups = jobs.groupby(["experiment", "d", "gamma", "alpha_max"], as_index=False, sort=False)
table = groups.agg(
    jobs=("d", "size"),
    operations_per_job=("operations", "first"),
    memory_mb=("memory_mb", "first"),
    core_minutes_per_job=("core_minutes", "first"),
    core_minutes=("core_minutes", "sum"),
)
print(f"\nOne thread: {machine.flops / 1e9:.0f} GFLOP/s, {machine.coordinate_seconds * 1e9:.1f} ns per coordinate\n")
print(table.to_string(index=False, float_format=lambda value: f"{value:.3g}"))
print(f"\nAll {len(jobs)} recovery runs: {jobs['core_minutes'].sum():.1f} core-minutes = "
      f"{jobs['core_minutes'].sum() / 60:.2f} core-hours\n")  # fmt: skip
