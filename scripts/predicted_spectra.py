"""Predicted density of the bulk and outliers of Ĉ for one teacher at several sample sizes, by each of its laws."""

import numpy as np
import pandas as pd
from job import start_log, write_csv

from feature_cascade.model.teacher import Teacher
from feature_cascade.predictions.label_laws import label_laws
from feature_cascade.sizes import sample_size
from feature_cascade.theory.deterministic import DeterministicEquivalent
from feature_cascade.theory.names import laws_of

POINTS = 400

start_log(snakemake.log[0])
teacher, _ = Teacher.load(snakemake.input.teacher[0])
spec, params = teacher.spec, snakemake.params
densities, outliers = [], []
for law in laws_of(spec.features):
    laws = label_laws(teacher, params.link, spec.d ** max(params.alphas), params.first_layer, law=law)
    for alpha in params.alphas:
        n = sample_size(spec.d, alpha)
        spectrum = DeterministicEquivalent(laws(n), spec.D, n)
        eigenvalue = np.linspace(*spectrum.bulk_edges(), POINTS)
        key = {"law": law, "alpha": alpha}
        densities.append(pd.DataFrame(key | {"eigenvalue": eigenvalue, "density": spectrum.density(eigenvalue)}))
        found = spectrum.outliers()
        columns = {"direction": found.direction + 1, "position": found.position, "cos2": found.cos2}
        outliers.append(pd.DataFrame(key | columns | {"selected": found.selected}))
write_csv(pd.concat(densities, ignore_index=True), snakemake.output.density)
write_csv(pd.concat(outliers, ignore_index=True), snakemake.output.outliers)
