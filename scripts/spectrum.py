"""All eigenvalues of the moment operator of one teacher at one sample size, and what their vectors recover."""

import numpy as np
import pandas as pd
from job import start_log, write_csv

from feature_cascade.estimator.layers import FirstLayer
from feature_cascade.estimator.moment import MomentOperator
from feature_cascade.features.stream import FeatureStream
from feature_cascade.model.teacher import Teacher
from feature_cascade.sizes import sample_size

start_log(snakemake.log[0])
alpha = float(snakemake.wildcards.alpha)
teacher, _ = Teacher.load(snakemake.input.teacher[0])
first_layer = FirstLayer(**snakemake.params.first_layer)
n = sample_size(teacher.spec.d, alpha)
sample = teacher.sample("train", n, snakemake.params.link, threads=snakemake.threads)
stream = FeatureStream(first_layer.scaled(teacher.feature_map), sample.source, n, snakemake.threads)
values, vectors = np.linalg.eigh(MomentOperator(stream, first_layer.targets(stream, sample.y)).dense())
leading = np.argsort(-np.abs(values))[: teacher.spec.d1]
table = pd.DataFrame(
    {
        "alpha": alpha,
        "n": n,
        "eigenvalue": values,
        "leading": np.isin(np.arange(len(values)), leading),
        "teacher_weight": np.sum((vectors.T @ teacher.directions) ** 2, axis=1),
    }
)
write_csv(table, snakemake.output[0])
