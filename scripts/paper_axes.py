"""Theory of an experiment on the paper's own axes: no teacher is drawn, so that no d is too large."""

import numpy as np
import pandas as pd
from job import start_log, with_run, write_csv

from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher, draw_strengths
from feature_cascade.predictions.teacher import teacher_prediction
from feature_cascade.theory.names import laws_of

start_log(snakemake.log[0])
params, tables = snakemake.params, []
(gamma,) = params.setting["gamma"]
alpha = np.round(np.linspace(*params.alpha, params.points), 6)
for d, seeds in params.sizes.items():
    for seed in range(seeds):
        spec = TeacherSpec(int(d), **params.family, gamma=gamma, seed=seed)
        teacher = Teacher(spec, np.empty((0, spec.d1)), draw_strengths(spec))
        law = laws_of(spec.features)[0]
        theory = teacher_prediction(teacher, params.setting, spec.d ** alpha[-1], params.first_layer, law)
        curves = theory.curves(alpha, theory.cos2(spec.d**alpha))
        tables.append(with_run(curves, {"law": law, "d": spec.d, "gamma": gamma, "seed": seed}))
write_csv(pd.concat(tables, ignore_index=True), snakemake.output[0])
