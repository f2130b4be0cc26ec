"""Errors of the eigenvectors of Ĉ beside perturbation theory and Davis–Kahan, as n grows and as a gap closes."""

import logging

import numpy as np
import pandas as pd
from job import start_log, write_csv

from feature_cascade.experiments.perturbation import deviations, with_gap
from feature_cascade.model.links import get_link
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher
from feature_cascade.sizes import sample_size
from feature_cascade.theory.perturbation import davis_kahan, expected_first_order, first_order, gaps
from feature_cascade.theory.quasi_random import gaussian_latent
from feature_cascade.theory.weak_noise import WeakNoise

start_log(snakemake.log[0])
link, closing = snakemake.params.link, snakemake.params.gap
spec = {key: value for key, value in snakemake.params.spec.items() if key != "n_test"}


def rows(teacher, alphas, **labels):
    """One row for each α and direction."""
    spec, g = teacher.spec, get_link(**link)
    theory = WeakNoise(teacher.amplitudes, g, spec.D, degree=1)
    sizes = [sample_size(spec.d, alpha) for alpha in alphas]
    latent = gaussian_latent(spec.d1)
    expected = expected_first_order(latent, g(teacher.h2(latent)), theory.spikes, spec.D, sizes)
    found = deviations(teacher, theory.spikes, link, sizes, snakemake.threads)
    for m, (alpha, deviation) in enumerate(zip(alphas, found, strict=True)):
        predicted = first_order(deviation.shift, teacher.directions, theory.spikes)
        yield pd.DataFrame(
            {
                "features": spec.features,
                **{"d": spec.d, "gamma": spec.gamma, "seed": spec.seed, "alpha": alpha, "n": deviation.n},
                **labels,
                "direction": np.arange(1, spec.d1 + 1),
                "spike": theory.spikes,
                "gap": gaps(theory.spikes),
                "threshold": theory.thresholds,
                "norm": deviation.norm,
                "vector_error": deviation.vector_error,
                "space_error": deviation.space_error,
                "first_order": predicted.total,
                "first_order_space": predicted.outside,
                "expected": expected.total[m],
                "expected_space": expected.outside[m],
                "davis_kahan": davis_kahan(deviation.norm, gaps(theory.spikes)),
            }
        )


tables, k = [], closing["pair"]
for seed in range(snakemake.params.seeds):
    teacher = Teacher.draw(TeacherSpec(**spec, seed=seed))
    tables += rows(teacher, snakemake.params.alpha, sweep="n", gap_factor=1.0)
    own = abs(teacher.strengths[k - 1]) - abs(teacher.strengths[k])
    for factor in closing["factors"]:
        close = rows(with_gap(teacher, k, factor * own), [closing["alpha"]], sweep="gap", gap_factor=factor)
        tables += [table[table["direction"].isin([k, k + 1])] for table in close]
    logging.info("seed %d of %d", seed + 1, snakemake.params.seeds)
write_csv(pd.concat(tables, ignore_index=True), snakemake.output[0])
