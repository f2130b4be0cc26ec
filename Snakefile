# Entry point: configuration, its check, the rules, and what `snakemake` builds by default.
from snakemake.utils import min_version

min_version("9.0")


include: "workflow/rules/places.smk"


configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/generate.smk"
include: "workflow/rules/recover.smk"
include: "workflow/rules/theory.smk"
include: "workflow/rules/finite_size.smk"
include: "workflow/rules/perturbation.smk"
include: "workflow/rules/departures.smk"
include: "workflow/rules/baselines.smk"
include: "workflow/rules/tables.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/explore.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/targets.smk"
include: "workflow/rules/reference.smk"
include: "workflow/rules/provenance.smk"
include: "workflow/rules/cost.smk"
include: "workflow/rules/bench.smk"
include: "workflow/rules/progress.smk"


onstart:
    listener.start(workflow.dag)


onsuccess:
    logger.info(listener.summary())


onerror:
    logger.info(listener.summary())


rule all:
    default_target: True
    input:
        rules.paper.input,
        rules.beyond.input,
        rules.ledger.output,
        rules.manifest.output,
        rules.crate.output,
