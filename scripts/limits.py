"""Limits for every case of the cascade: expected errors against n, and the n at which something can be known at all."""

import numpy as np
import pandas as pd
from job import run_of, start_log, with_run, write_csv

from feature_cascade.model.teacher import Teacher
from feature_cascade.predictions.limits import limit_curves, onsets

POINTS, BEFORE, AFTER = 161, 4.0, 1.25  # of a curve, and the factors by which it goes beyond the measured ends

start_log(snakemake.log[0])
tables = {"limits": [], "onsets": []}
for path, (link, noise, low, high) in zip(snakemake.input.teachers, snakemake.params.cases, strict=True):
    teacher = Teacher.load(path)[0]
    run = {"link": link, "noise": noise, **run_of(path)}
    ratio = np.geomspace(low / BEFORE, high * AFTER, POINTS)
    tables["limits"].append(with_run(limit_curves(teacher, link, noise, ratio), run))
    tables["onsets"].append(with_run(onsets(teacher, link, noise), run))
for name, parts in tables.items():
    write_csv(pd.concat(parts), snakemake.output[name])
