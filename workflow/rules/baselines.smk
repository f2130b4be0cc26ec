# Kernels and other methods on the same samples as the spectral estimator, and what theory says of both.


rule baselines:
    input:
        teacher=lambda wildcards: expand(
            TEACHER, teacher=config["baselines"]["teacher"], **wildcards
        ),
        lib=module_files("scripts/baselines.py"),
        lock=LOCK,
    output:
        BASELINES,
    log:
        "results/logs/baselines/{study}_{link}_d{d}_g{gamma}_s{seed}.log",
    benchmark:
        "results/benchmarks/baselines/{study}_{link}_d{d}_g{gamma}_s{seed}.tsv"
    wildcard_constraints:
        link="identity|tanh",
        study="[a-z]+",
    priority: 10
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards: baselines_memory(wildcards.study, wildcards.d),
        runtime=lambda wildcards: baselines_minutes(wildcards.study, wildcards.d),
    params:
        sizes=lambda wildcards: method_sizes(wildcards.study, wildcards.d),
        options=lambda wildcards: baselines_options(wildcards.link),
    message:
        "Methods side by side ({wildcards.study}), {wildcards.link}: d={wildcards.d}, gamma={wildcards.gamma}, seed={wildcards.seed}"
    script:
        "../../scripts/baselines.py"


rule collect_baselines:
    input:
        tables=lambda wildcards: baseline_runs(wildcards.study),
        lib=module_files("scripts/collect.py"),
        lock=LOCK,
    output:
        tables="results/baselines/{study}.csv",
    log:
        "results/logs/collect_baselines/{study}.log",
    benchmark:
        "results/benchmarks/collect_baselines/{study}.tsv"
    wildcard_constraints:
        study="[a-z]+",
    group:
        "summary"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    message:
        "Seed-level table of all methods: {wildcards.study}"
    script:
        "../../scripts/collect.py"


rule baseline_theory:
    input:
        teachers=lambda wildcards: baseline_teachers(wildcards.d),
        lib=module_files("scripts/baseline_theory.py"),
        lock=LOCK,
    output:
        BASELINE_THEORY,
    log:
        "results/logs/baseline_theory/{link}_d{d}.log",
    benchmark:
        "results/benchmarks/baseline_theory/{link}_d{d}.tsv"
    wildcard_constraints:
        link="identity|tanh",
    group:
        "theory"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        options=lambda wildcards: baselines_options(wildcards.link),
    message:
        "Learning curves of kernels and estimator, predicted, {wildcards.link}: d={wildcards.d}"
    script:
        "../../scripts/baseline_theory.py"


rule crossings:
    input:
        lib=module_files("scripts/crossings.py"),
        lock=LOCK,
    output:
        "results/baselines/crossings/{link}.csv",
    log:
        "results/logs/crossings/{link}.log",
    benchmark:
        "results/benchmarks/crossings/{link}.tsv"
    wildcard_constraints:
        link="identity|tanh",
    group:
        "theory"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=20,
    params:
        options=lambda wildcards: baselines_options(wildcards.link),
        spec=baseline_spec(),
        setting=config["baselines"]["crossings"],
    message:
        "Where estimator and kernels cross, predicted: {wildcards.link}"
    script:
        "../../scripts/crossings.py"


rule figure10:
    input:
        files_of(["T6"], ["fig10"]),
