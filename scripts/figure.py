"""Draw one figure from its tables."""

from importlib import import_module

import matplotlib
import pandas as pd
from job import start_log

from feature_cascade.figures import style

matplotlib.use("Agg")
start_log(snakemake.log[0])
tables = {
    name: pd.concat([pd.read_csv(path) for path in paths], ignore_index=True)
    for name, paths in snakemake.input.items()
    if name not in ("lib", "lock")
}
module = import_module(f"feature_cascade.figures.{snakemake.wildcards.figure}")
style.save(module.draw(**tables, **snakemake.params.options), list(snakemake.output))
