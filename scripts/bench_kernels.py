"""The iterative kernel solver at a size beyond an exact one, and its agreement with the exact one below it."""

import time

import numpy as np
import pandas as pd
from job import start_log, write_csv

from benchmarks.speed import own_peak_mb
from feature_cascade.baselines.kernels import KernelBaseline
from feature_cascade.measurement.metrics import nmse
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher

D, LINK = 60, {"name": "tanh"}
N_AGREE, N_LARGE, N_TEST = 8000, 100_000, 2000

start_log(snakemake.log[0])
teacher = Teacher.draw(TeacherSpec(D))
samples = teacher.sample("train", N_LARGE, LINK), teacher.sample("test", N_TEST, LINK)
(X, y), (test, y_test) = ((sample.source.rows(len(sample.y)), sample.y) for sample in samples)


def fit(n, **options):
    """One fit: its predictions on the test points, and a row of the report. Memory is the peak of the job so far."""
    started = time.monotonic()
    model = KernelBaseline("gaussian", random_state=0, n_jobs=snakemake.threads, **options).fit(X[:n], y[:n])
    row = {"solver": model.solver_, "n": n, "ridge": model.ridge_, "iterations": model.n_iter_}
    row |= {"residual": model.residual_, "converged": model.converged_, "minutes": (time.monotonic() - started) / 60}
    prediction = model.predict(test)
    row |= {"nmse": nmse(y_test, prediction)}
    return prediction, row | {"peak_gib": own_peak_mb() / 1024}


_, large = fit(N_LARGE, ridges=snakemake.params.ridges)  # first, so that its peak is its own
iterative, small = fit(N_AGREE, solver="iterative", ridge=1.0)
exact, reference = fit(N_AGREE, solver="exact", ridge=1.0)
table = pd.DataFrame([large, small, reference])
table["relative_difference"] = [np.nan, np.linalg.norm(iterative - exact) / np.linalg.norm(exact), np.nan]
write_csv(table, snakemake.output[0])
print(table.to_string(index=False))
