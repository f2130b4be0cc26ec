# What was made from what: a manifest of checksums, `snakemake verify` that checks it, and a Workflow Run RO-Crate.
from feature_cascade.bookkeeping import provenance
from feature_cascade.bookkeeping.history import history


rule manifest:
    input:
        results=[*rules.paper.input, *rules.beyond.input, *rules.ledger.output],
        sources=provenance.workflow_files(),
        lib=module_files("scripts/manifest.py"),
        lock=LOCK,
    output:
        "results/manifest.json",
    log:
        "results/logs/manifest/manifest.log",
    benchmark:
        "results/benchmarks/manifest/manifest.tsv"
    localrule: True  # asks for all jobs, which only the process that started them knows
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("manifest"),
    params:
        configuration=config,
        # `input` as an argument: a history is no setting, a change of which would be a reason to run again
        history=lambda wildcards, input: history(input.results, workflow.dag.jobs),
    message:
        "Manifest: checksums of all results and of what they were made from"
    script:
        "../../scripts/manifest.py"


rule verify:
    log:
        "results/logs/verify.log",
    conda:
        "../../environment.yml"
    params:
        manifest=rules.manifest.output[0],  # no input: else an edited result would be taken for a new one first
    message:
        "Every file beside the manifest"
    script:
        "../../scripts/verify.py"


rule crate:
    input:
        manifest=rules.manifest.output[0],
        lib=module_files("scripts/crate.py"),
        lock=LOCK,
    output:
        "results/crate.zip",
    log:
        "results/logs/crate/crate.log",
    benchmark:
        "results/benchmarks/crate/crate.tsv"
    localrule: True
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("crate"),
    message:
        "The run as a Workflow Run RO-Crate"
    script:
        "../../scripts/crate.py"
