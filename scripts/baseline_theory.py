"""Predicted learning curves of kernels and estimator for every teacher of one link and size."""

import pandas as pd
from job import run_of, start_log, with_run, write_csv

from feature_cascade.baselines.regressors import setting_of
from feature_cascade.model.teacher import Teacher
from feature_cascade.predictions.learning_curves import predicted_curves

start_log(snakemake.log[0])
link, tables = snakemake.wildcards.link, []
for path in snakemake.input.teachers:
    teacher, _ = Teacher.load(path)
    run = {"link": link, **run_of(path)}
    curves = predicted_curves(teacher, {"name": link}, setting_of(teacher.spec, **snakemake.params.options))
    tables.append(with_run(curves, run))
write_csv(pd.concat(tables), snakemake.output[0])
