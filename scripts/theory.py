"""Theory of an experiment: curves on a fine grid of α, alignments and thresholds of every direction."""

import numpy as np
import pandas as pd
from job import run_of, start_log, write_csv

from feature_cascade.equivalent import label_laws
from feature_cascade.links import get_link
from feature_cascade.teacher import Teacher
from feature_cascade.theory.prediction import Prediction
from feature_cascade.theory.scaling import alpha_thresholds
from feature_cascade.theory.weak_noise import WeakNoise

STEP = 0.05

start_log(snakemake.log[0])
setting = snakemake.params.setting
grids = {size["d"]: size["alpha"] for size in setting["sizes"]}
tables = {"curves": [], "directions": [], "thresholds": []}
for path in snakemake.input.teachers:
    run = run_of(path)
    spec = (teacher := Teacher.load(path)[0]).spec
    grid = grids[spec.d]
    alpha = np.unique(np.round([*np.arange(grid[0], grid[-1], STEP), *grid], 6))
    theory = Prediction(
        label_laws(teacher, setting["link"], spec.d ** grid[-1], snakemake.params.label_transform, setting["noise"]),
        WeakNoise(teacher.amplitudes, get_link(**setting["link"]), spec.D, setting["readout_degree"]),
        alpha_thresholds(spec.d, spec.d1, spec.gamma, spec.eps, spec.q),
        teacher.strengths,
        spec.d,
        spec.D,
    )
    cos2 = theory.cos2(spec.d**alpha)
    aligned = {
        "alpha": np.repeat(alpha, spec.d1),
        "direction": np.tile(np.arange(1, spec.d1 + 1), len(alpha)),
        "cos2": cos2.ravel(),
    }
    tables["curves"].append(theory.curves(alpha, cos2).assign(**run))
    tables["directions"].append(pd.DataFrame(aligned).assign(**run))
    tables["thresholds"].append(theory.thresholds().assign(**run))
for kind, parts in tables.items():
    table = pd.concat(parts, ignore_index=True)
    write_csv(table[[*run, *table.columns.drop(list(run))]], snakemake.output[kind])
