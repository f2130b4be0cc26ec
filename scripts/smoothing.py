"""Many seeds of one kind of teacher, features and size around the predicted onset, and the predicted curve."""

import numpy as np
import pandas as pd
from job import start_log, write_csv

from feature_cascade.experiments.onset import Family, near_onset
from feature_cascade.model.links import get_link
from feature_cascade.theory.kink import kink
from feature_cascade.theory.label_law import LabelLaw

POINTS = 201  # of the predicted curve

start_log(snakemake.log[0])
wildcards, params = snakemake.wildcards, snakemake.params
family = Family(wildcards.kind, int(wildcards.d), features=wildcards.features, **params.family)
teacher = family.teacher(0)  # all have the same strengths
law = LabelLaw.population(teacher.amplitudes, get_link(**params.link))
fine = np.union1d(np.linspace(params.ratios[0], params.ratios[-1], POINTS), params.ratios)
predicted = kink(law, teacher.spec.D, fine)
measured = near_onset(family, params.link, predicted.onset, params.ratios, params.seeds, snakemake.threads)

case = {"kind": family.kind, "features": family.features, "d": family.d}
about = case | {"D": teacher.spec.D, "d1": teacher.spec.d1, "onset": predicted.onset, "slope": predicted.slope}
write_csv(measured.assign(**case)[[*case, *measured.columns]], snakemake.output.measured)
write_csv(pd.DataFrame(about | {"ratio": fine, "cos2": predicted.cos2}), snakemake.output.predicted)
