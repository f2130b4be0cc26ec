"""Predicted thresholds of every direction of an experiment's teachers, by each of their laws."""

import pandas as pd
from job import run_of, start_log, with_run, write_csv

from feature_cascade.model.teacher import Teacher
from feature_cascade.predictions.teacher import teacher_predictions

start_log(snakemake.log[0])
setting = snakemake.params.setting
largest = {size["d"]: size["d"] ** size["alpha"][-1] for size in setting["sizes"]}
tables = []
for path in snakemake.input.teachers:
    teacher, run = Teacher.load(path)[0], run_of(path)
    for law, theory in teacher_predictions(teacher, setting, largest[teacher.spec.d], snakemake.params.first_layer):
        tables.append(with_run(theory.thresholds(), run | {"law": law}))
write_csv(pd.concat(tables), snakemake.output[0])
