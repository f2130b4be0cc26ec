"""Where the spectral estimator is predicted to be ahead of all kernels, up to sizes far beyond what can be run."""

import pandas as pd
from job import start_log, write_csv

from feature_cascade.baselines.regressors import setting_of
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.predictions.learning_curves import predicted_crossings

start_log(snakemake.log[0])
link, setting, tables = snakemake.wildcards.link, snakemake.params.setting, []
for d in setting["d"]:
    for seed in range(setting["seeds"]):
        spec = TeacherSpec(d, seed=seed, **snakemake.params.spec)
        found = predicted_crossings(spec, {"name": link}, setting_of(spec, **snakemake.params.options))
        tables.append(found.assign(link=link, d=d, seed=seed))
write_csv(pd.concat(tables), snakemake.output[0])
