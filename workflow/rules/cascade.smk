# All directions together (FeatureCascade) beside the spectral estimator and a random start, and the limits of all.


rule cascade:
    input:
        teacher=lambda wildcards: expand(
            paths.TEACHER, teacher=settings.cascade.family.name, **wildcards
        ),
        lib=module_files("scripts/cascade.py"),
        lock=LOCK,
    output:
        paths.CASCADE,
    log:
        "results/logs/cascade/{link}_z{noise}_d{d}_g{gamma}_s{seed}.log",
    benchmark:
        "results/benchmarks/cascade/{link}_z{noise}_d{d}_g{gamma}_s{seed}.tsv"
    wildcard_constraints:
        link="|".join(LINKS),
        noise=paths.NUMBER,
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("cascade"),
    params:
        grids=lambda wildcards: settings.cascade.case(
            int(wildcards.d),
            float(wildcards.gamma),
            wildcards.link,
            float(wildcards.noise),
        ).grids,
        options=lambda wildcards: {
            "readout_degree": config["cascade"]["readout_degree"][wildcards.link],
            "ridges": [],
            "tolerance": config["first_layer"]["tolerance"],
            "max_passes": config["first_layer"]["max_passes"],
        },
        checkpoint=paths.CASCADE_CHECKPOINT,
    message:
        "Cascade, {wildcards.link}, noise {wildcards.noise}: d={wildcards.d}, gamma={wildcards.gamma}, seed={wildcards.seed}"
    script:
        "../../scripts/cascade.py"


rule collect_cascade:
    input:
        tables=paths.of_cascade(settings, paths.CASCADE),
        lib=module_files("scripts/collect.py"),
        lock=LOCK,
    output:
        tables=paths.CASCADE_RUNS,
    log:
        "results/logs/collect_cascade/cascade.log",
    benchmark:
        "results/benchmarks/collect_cascade/cascade.tsv"
    group:
        "summary"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("collect_cascade"),
    message:
        "Seed-level table of the cascade"
    script:
        "../../scripts/collect.py"


rule limits:
    input:
        teachers=[path for path, *_ in paths.limits_of_cascade(settings)],
        lib=module_files("scripts/limits.py"),
        lock=LOCK,
    output:
        **paths.LIMITS,
    log:
        "results/logs/limits/limits.log",
    benchmark:
        "results/benchmarks/limits/limits.tsv"
    group:
        "theory"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("limits"),
    params:
        cases=[case for _, *case in paths.limits_of_cascade(settings)],
    message:
        "Limits of what can be learned"
    script:
        "../../scripts/limits.py"
