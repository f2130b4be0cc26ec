"""Print what the jobs of the configuration cost, by a short measurement of this machine, and what breaks a limit."""

import pandas as pd
from job import start_log

from feature_cascade.bookkeeping.budget import budget, summary, warnings
from feature_cascade.bookkeeping.calibration import measure

start_log(snakemake.log[0])
machine = measure()
jobs = budget(snakemake.params.settings, machine)
table = pd.DataFrame(
    {
        "rule": one.rule,
        "of": one.of,
        "d": one.d,
        "jobs": one.count,
        "cores": one.threads,
        "hours_per_job": one.hours,
        "memory_mb": one.cost.memory_mb,
        "core_hours": one.core_hours,
    }
    for one in jobs
)
print(f"\nOne thread: {machine.flops / 1e9:.0f} GFLOP/s, {machine.coordinate_seconds * 1e9:.1f} ns per coordinate\n")
print(table.to_string(index=False, float_format=lambda value: f"{value:.3g}"))
print("\n" + "\n".join(summary(jobs)))
for sentence in warnings(jobs, snakemake.params.settings.max_runtime):
    print(f"WARNING: {sentence}")
