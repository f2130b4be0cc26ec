"""Theory of an experiment by each of its laws: curves on a fine grid of α, and alignments of every direction."""

import numpy as np
import pandas as pd
from job import run_of, start_log, with_run, write_csv

from feature_cascade.model.teacher import Teacher
from feature_cascade.predictions.teacher import teacher_predictions

STEP = 0.025

start_log(snakemake.log[0])
setting = snakemake.params.setting
grids = {size["d"]: size["alpha"] for size in setting["sizes"]}
tables = {"curves": [], "directions": []}
for path in snakemake.input.teachers:
    run, teacher = run_of(path), Teacher.load(path)[0]
    spec = teacher.spec
    grid = grids[spec.d]
    alpha = np.unique(np.round([*np.arange(grid[0], grid[-1], STEP), *grid], 6))
    for law, theory in teacher_predictions(teacher, setting, spec.d ** grid[-1], snakemake.params.first_layer):
        cos2 = theory.cos2(spec.d**alpha)
        aligned = {
            "alpha": np.repeat(alpha, spec.d1),
            "direction": np.tile(np.arange(1, spec.d1 + 1), len(alpha)),
            "cos2": cos2.ravel(),
        }
        for kind, table in (("curves", theory.curves(alpha, cos2)), ("directions", pd.DataFrame(aligned))):
            tables[kind].append(with_run(table, run | {"law": law}))
for kind, parts in tables.items():
    write_csv(pd.concat(parts), snakemake.output[kind])
