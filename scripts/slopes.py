"""Predicted learning curves of the identity link far beyond what can be simulated, for one exponent γ."""

import numpy as np
import pandas as pd
from job import start_log, write_csv

from feature_cascade.measurement.metrics import RECOVERED
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.predictions.label_laws import identity_curve

start_log(snakemake.log[0])
gamma, setting, tables = float(snakemake.wildcards.gamma), snakemake.params.setting, []
for d in setting["d"]:
    for seed in range(setting["seeds"]):
        spec = TeacherSpec(d, gamma=gamma, seed=seed)
        n = spec.D * np.geomspace(*setting["n_over_D"], setting["points"])
        nmse, cos2 = identity_curve(spec, n)
        count = np.sum(cos2 >= RECOVERED, axis=1)
        table = pd.DataFrame({"n": n, "n_over_D": n / spec.D, "nmse": nmse, "recovered": count})
        tables.append(table.assign(d=d, gamma=gamma, seed=seed, d1=spec.d1))
write_csv(pd.concat(tables, ignore_index=True), snakemake.output[0])
