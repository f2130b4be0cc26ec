"""Draw one figure from its tables."""

import gc
from importlib import import_module

import matplotlib
from job import input_tables, start_log

from feature_cascade.figures import style

gc.disable()  # a drawing is made of objects that live to its end: looking for garbage takes a tenth of its time
matplotlib.use("Agg")
start_log(snakemake.log[0])
tables = input_tables(snakemake.input)
module = import_module(f"feature_cascade.figures.{snakemake.params.figure}")
style.save(module.draw(**tables, **snakemake.params.options), list(snakemake.output))
