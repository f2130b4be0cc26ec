"""Predicted density of the bulk and outliers of Ĉ for one teacher at several sample sizes."""

import numpy as np
import pandas as pd
from job import start_log, write_csv

from feature_cascade.model.teacher import Teacher
from feature_cascade.predictions.label_laws import label_laws
from feature_cascade.sizes import sample_size
from feature_cascade.theory.deterministic import DeterministicEquivalent

POINTS = 400

start_log(snakemake.log[0])
teacher, _ = Teacher.load(snakemake.input.teacher[0])
spec, alphas = teacher.spec, snakemake.params.alphas
laws = label_laws(teacher, snakemake.params.link, spec.d ** max(alphas), snakemake.params.first_layer)
densities, outliers = [], []
for alpha in alphas:
    n = sample_size(spec.d, alpha)
    spectrum = DeterministicEquivalent(laws(n), spec.D, n)
    eigenvalue = np.linspace(*spectrum.bulk_edges(), POINTS)
    density = spectrum.density(eigenvalue)
    densities.append(pd.DataFrame({"alpha": alpha, "eigenvalue": eigenvalue, "density": density}))
    found = spectrum.outliers()
    columns = {"direction": found.direction + 1, "position": found.position, "cos2": found.cos2}
    outliers.append(pd.DataFrame({"alpha": alpha, **columns, "selected": found.selected}))
write_csv(pd.concat(densities, ignore_index=True), snakemake.output.density)
write_csv(pd.concat(outliers, ignore_index=True), snakemake.output.outliers)
