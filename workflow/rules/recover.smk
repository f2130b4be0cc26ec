# Spectral recovery of each teacher on its nested grid of sample sizes, and what is read off the measured curves.


rule recover:
    input:
        teacher=lambda wildcards: expand(
            TEACHER,
            teacher=config["experiments"][wildcards.experiment]["teacher"],
            **wildcards,
        ),
        lib=module_files("scripts/recover.py"),
        lock=LOCK,
    output:
        runs=RECOVERY["runs"],
        directions=RECOVERY["directions"],
    log:
        "results/logs/recover/{experiment}_d{d}_g{gamma}_s{seed}.log",
    benchmark:
        "results/benchmarks/recover/{experiment}_d{d}_g{gamma}_s{seed}.tsv"
    conda:
        "../../environment.yml"
    threads:
        lambda wildcards: (
            config["threads"]
            if recovery_cost(wildcards).seconds(Machine()) > 60
            else 1
        )
    resources:
        mem_mb=lambda wildcards, threads: math.ceil(
            1.25 * recovery_cost(wildcards).memory_mb(threads)
        ),
        runtime=lambda wildcards, threads: math.ceil(
            2 + 2 * recovery_cost(wildcards).seconds(Machine(), threads) / 60
        ),
    params:
        alphas=lambda wildcards: alphas(wildcards.experiment, wildcards.d),
        first_layer=config["first_layer"],
        experiment=lambda wildcards: {
            key: config["experiments"][wildcards.experiment][key]
            for key in ("link", "noise", "readout_degree")
        },
        checkpoint="results/checkpoints/{experiment}/d{d}_g{gamma}_s{seed}.json",
    message:
        "Recovery {wildcards.experiment}: d={wildcards.d}, gamma={wildcards.gamma}, seed={wildcards.seed}"
    script:
        "../../scripts/recover.py"


rule collect:
    input:
        **{
            kind: lambda wildcards, pattern=pattern: runs_of(
                wildcards.experiment, pattern
            )
            for kind, pattern in RECOVERY.items()
        },
        lib=module_files("scripts/collect.py"),
    output:
        **{kind: f"results/collected/{{experiment}}.{kind}.csv" for kind in RECOVERY},
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
        mem_mb=500,
        runtime=5,
    message:
        "Seed-level tables: {wildcards.experiment}"
    script:
        "../../scripts/collect.py"


rule thresholds:
    input:
        directions="results/collected/{experiment}.directions.csv",
        lib=module_files("scripts/thresholds.py"),
        lock=LOCK,
    output:
        "results/thresholds/{experiment}.csv",
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
        mem_mb=500,
        runtime=5,
    message:
        "Measured thresholds: {wildcards.experiment}"
    script:
        "../../scripts/thresholds.py"


rule spectrum:
    input:
        teacher=SPECTRA_TEACHER,
        lib=module_files("scripts/spectrum.py"),
        lock=LOCK,
    output:
        "results/spectra/a{alpha}.csv",
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
        mem_mb=2000,
        runtime=20,
    params:
        link=config["spectra"]["link"],
        first_layer=config["first_layer"],
    message:
        "Whole spectrum of the moment operator: alpha={wildcards.alpha}"
    script:
        "../../scripts/spectrum.py"
