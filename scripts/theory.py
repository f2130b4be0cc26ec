"""Theory of an experiment: curves on a fine grid of α, alignments and thresholds of every direction."""

import numpy as np
import pandas as pd
from job import run_of, start_log, write_csv

from feature_cascade.links import get_link
from feature_cascade.teacher import Teacher
from feature_cascade.theory.scaling import WeakNoise, alpha_thresholds, staircase, tail_sum

STEP = 0.02

start_log(snakemake.log[0])
grids = {size["d"]: size["alpha"] for size in snakemake.params.sizes}
link = get_link(**snakemake.params.link)
curves, directions, thresholds = [], [], []
for path in snakemake.input.teachers:
    run = run_of(path)
    spec = (teacher := Teacher.load(path)[0]).spec
    low, high = grids[spec.d][0], grids[spec.d][-1]
    alpha = np.append(np.arange(low, high, STEP), high)
    n = spec.d**alpha
    theory = WeakNoise(teacher.amplitudes, link, spec.D, snakemake.params.readout_degree)
    cos2 = theory.cos2(n)
    alpha_i = alpha_thresholds(spec.d, spec.d1, spec.gamma, spec.eps, spec.q)
    count = staircase(alpha, alpha_i)
    index = np.arange(1, spec.d1 + 1)
    curves.append(
        pd.DataFrame(
            {
                **run,
                "alpha": alpha,
                "n": n,
                "q_h": cos2.mean(axis=1),
                "nmse": theory.nmse(cos2),
                "m_weak_noise": np.sum(cos2 >= 0.5, axis=1),
                "m_scaling": count,
                "d1": spec.d1,
                "tail": tail_sum(teacher.strengths, count),
            }
        )
    )
    directions.append(
        pd.DataFrame(
            {
                **run,
                "alpha": np.repeat(alpha, spec.d1),
                "direction": np.tile(index, len(alpha)),
                "cos2": cos2.ravel(),
            }
        )
    )
    thresholds.append(
        pd.DataFrame(
            {
                **run,
                "direction": index,
                "strength": teacher.strengths,
                "spike": theory.spikes,
                "n_scaling": spec.d**alpha_i,
                "n_weak_noise": theory.thresholds,
            }
        )
    )
for tables, path in ((curves, "curves"), (directions, "directions"), (thresholds, "thresholds")):
    write_csv(pd.concat(tables, ignore_index=True), snakemake.output[path])
