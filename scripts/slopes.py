"""Predicted learning curves of the identity link far beyond what can be simulated, for one exponent γ."""

import itertools

import numpy as np
import pandas as pd
from job import start_log, write_csv

from feature_cascade.measurement.metrics import RECOVERED
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.predictions.label_laws import identity_curve
from feature_cascade.theory.names import laws_of

start_log(snakemake.log[0])
gamma, setting, tables = float(snakemake.wildcards.gamma), snakemake.params.setting, []
for d, seed in itertools.product(setting["d"], range(setting["seeds"])):
    spec = TeacherSpec(d, gamma=gamma, seed=seed)
    n = spec.D * np.geomspace(*setting["n_over_D"], setting["points"])
    for law in laws_of(spec.features):
        nmse, cos2 = identity_curve(spec, n, law)
        count = np.sum(cos2 >= RECOVERED, axis=1)
        table = pd.DataFrame({"n": n, "n_over_D": n / spec.D, "nmse": nmse, "recovered": count})
        tables.append(table.assign(d=d, gamma=gamma, seed=seed, d1=spec.d1, law=law))
write_csv(pd.concat(tables, ignore_index=True), snakemake.output[0])
