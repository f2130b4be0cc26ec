"""Draw a teacher and its test points."""

from job import start_log

from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher

start_log(snakemake.log[0])
wildcards, spec = snakemake.wildcards, dict(snakemake.params.spec)
n_test = spec.pop("n_test")
teacher = Teacher.draw(TeacherSpec(d=int(wildcards.d), gamma=float(wildcards.gamma), seed=int(wildcards.seed), **spec))
teacher.save(snakemake.output[0], teacher.source("test").rows(n_test))
