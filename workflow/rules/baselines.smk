# Kernels and other methods on the same samples as the spectral estimator, and what theory says of both.


rule baselines:
    input:
        teacher=lambda wildcards: expand(
            paths.TEACHER, teacher=settings.baselines.family.name, **wildcards
        ),
        lib=module_files("scripts/baselines.py"),
        lock=LOCK,
    output:
        paths.BASELINES,
    log:
        "results/logs/baselines/{study}_{link}_d{d}_g{gamma}_s{seed}.log",
    benchmark:
        "results/benchmarks/baselines/{study}_{link}_d{d}_g{gamma}_s{seed}.tsv"
    wildcard_constraints:
        link="|".join(LINKS),
        study="[a-z]+",
    priority: 10
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("baselines"),
    params:
        sizes=lambda wildcards: settings.baselines.studies[wildcards.study]
        .size(int(wildcards.d))
        .grids,
        options=lambda wildcards: {
            "readout_degree": config["baselines"]["readout_degree"][wildcards.link],
            "ridges": config["baselines"]["ridges"],
            "tolerance": config["first_layer"]["tolerance"],
            "max_passes": config["first_layer"]["max_passes"],
        },
    message:
        "Methods side by side ({wildcards.study}), {wildcards.link}: d={wildcards.d}, gamma={wildcards.gamma}, seed={wildcards.seed}"
    script:
        "../../scripts/baselines.py"


rule collect_baselines:
    input:
        tables=lambda wildcards: paths.of_study(settings, wildcards.study),
        lib=module_files("scripts/collect.py"),
        lock=LOCK,
    output:
        tables=paths.STUDY,
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
        **resources_of("collect_baselines"),
    message:
        "Seed-level table of all methods: {wildcards.study}"
    script:
        "../../scripts/collect.py"


rule baseline_theory:
    input:
        teachers=lambda wildcards: paths.baseline_teachers(settings, wildcards.d),
        lib=module_files("scripts/baseline_theory.py"),
        lock=LOCK,
    output:
        paths.BASELINE_THEORY,
    log:
        "results/logs/baseline_theory/{link}_d{d}.log",
    benchmark:
        "results/benchmarks/baseline_theory/{link}_d{d}.tsv"
    wildcard_constraints:
        link="|".join(LINKS),
    group:
        "theory"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("baseline_theory"),
    params:
        options=lambda wildcards: {
            "readout_degree": config["baselines"]["readout_degree"][wildcards.link],
            "ridges": config["baselines"]["ridges"],
            "tolerance": config["first_layer"]["tolerance"],
            "max_passes": config["first_layer"]["max_passes"],
        },
    message:
        "Learning curves of kernels and estimator, predicted, {wildcards.link}: d={wildcards.d}"
    script:
        "../../scripts/baseline_theory.py"


rule crossings:
    input:
        lib=module_files("scripts/crossings.py"),
        lock=LOCK,
    output:
        paths.CROSSINGS,
    log:
        "results/logs/crossings/{link}.log",
    benchmark:
        "results/benchmarks/crossings/{link}.tsv"
    wildcard_constraints:
        link="|".join(LINKS),
    group:
        "theory"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("crossings"),
    params:
        options=lambda wildcards: {
            "readout_degree": config["baselines"]["readout_degree"][wildcards.link],
            "ridges": config["baselines"]["ridges"],
            "tolerance": config["first_layer"]["tolerance"],
            "max_passes": config["first_layer"]["max_passes"],
        },
        spec=dict(settings.baselines.family.options, gamma=settings.baselines.gamma),
        setting=config["baselines"]["crossings"],
    message:
        "Where estimator and kernels cross, predicted: {wildcards.link}"
    script:
        "../../scripts/crossings.py"


rule figure10:
    input:
        products.renderings(settings, "T6", "fig10"),
