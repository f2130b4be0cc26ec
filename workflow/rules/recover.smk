# Spectral recovery of each teacher on its nested grid of sample sizes, and what is read off the measured curves.


rule recover:
    input:
        teacher=lambda wildcards: expand(
            paths.TEACHER,
            teacher=settings.experiments[wildcards.experiment].family.name,
            **wildcards,
        ),
        lib=module_files("scripts/recover.py"),
        lock=LOCK,
    output:
        **paths.RECOVERY,
    log:
        "results/logs/recover/{experiment}_d{d}_g{gamma}_s{seed}.log",
    benchmark:
        "results/benchmarks/recover/{experiment}_d{d}_g{gamma}_s{seed}.tsv"
    retries: job_costs.recovery_retries(settings) if workflow.is_main_process else 0  # a job does not retry in its own time
    conda:
        "../../environment.yml"
    threads:
        lambda wildcards: job_costs.recovery_threads(
            settings, wildcards.experiment, int(wildcards.d)
        )
    resources:
        **resources_of("recover"),
    params:
        alphas=lambda wildcards: list(
            settings.experiments[wildcards.experiment].size(int(wildcards.d)).alpha
        ),
        first_layer=lambda wildcards: dict(
            settings.experiments[wildcards.experiment].first_layer
        ),
        experiment=lambda wildcards: {
            key: config["experiments"][wildcards.experiment][key]
            for key in ("link", "noise", "readout_degree")
        },
        checkpoint=paths.CHECKPOINT,
    message:
        "Recovery {wildcards.experiment}: d={wildcards.d}, gamma={wildcards.gamma}, seed={wildcards.seed}"
    script:
        "../../scripts/recover.py"


rule collect:
    input:
        **{
            kind: lambda wildcards, pattern=pattern: paths.of_experiment(
                settings, wildcards.experiment, pattern
            )
            for kind, pattern in paths.RECOVERY.items()
        },
        lib=module_files("scripts/collect.py"),
    output:
        **paths.COLLECTED,
    log:
        "results/logs/collect/{experiment}.log",
    benchmark:
        "results/benchmarks/collect/{experiment}.tsv"
    group:
        "summary"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("collect"),
    message:
        "Seed-level tables: {wildcards.experiment}"
    script:
        "../../scripts/collect.py"


rule thresholds:
    input:
        directions=paths.COLLECTED["directions"],
        lib=module_files("scripts/thresholds.py"),
        lock=LOCK,
    output:
        paths.THRESHOLDS,
    log:
        "results/logs/thresholds/{experiment}.log",
    benchmark:
        "results/benchmarks/thresholds/{experiment}.tsv"
    group:
        "summary"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("thresholds"),
    message:
        "Measured thresholds: {wildcards.experiment}"
    script:
        "../../scripts/thresholds.py"


rule spectrum:
    input:
        teacher=[paths.spectra_teacher(settings)],
        lib=module_files("scripts/spectrum.py"),
        lock=LOCK,
    output:
        paths.SPECTRUM,
    log:
        "results/logs/spectrum/a{alpha}.log",
    benchmark:
        "results/benchmarks/spectrum/a{alpha}.tsv"
    group:
        "spectra"
    conda:
        "../../environment.yml"
    threads: config["threads"]
    resources:
        **resources_of("spectrum"),
    params:
        link=config["spectra"]["link"],
        first_layer=config["first_layer"],
    message:
        "Whole spectrum of the moment operator: alpha={wildcards.alpha}"
    script:
        "../../scripts/spectrum.py"
