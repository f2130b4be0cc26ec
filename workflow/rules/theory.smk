# Theory for the teachers of an experiment: curves, thresholds, spectra; nothing here reads a measurement.


rule theory:
    input:
        teachers=lambda wildcards: runs_of(wildcards.experiment, TEACHER),
        lib=module_files("scripts/theory.py"),
        lock=LOCK,
    output:
        curves="results/theory/{experiment}.curves.csv",
        directions="results/theory/{experiment}.directions.csv",
    log:
        "results/logs/theory/{experiment}.log",
    benchmark:
        "results/benchmarks/theory/{experiment}.tsv"
    group:
        "theory"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        setting=lambda wildcards: config["experiments"][wildcards.experiment],
        label_transform=config["first_layer"]["label_transform"],
    message:
        "Theory curves: {wildcards.experiment}"
    script:
        "../../scripts/theory.py"


rule predicted_thresholds:
    input:
        teachers=lambda wildcards: runs_of(wildcards.experiment, TEACHER),
        lib=module_files("scripts/predicted_thresholds.py"),
        lock=LOCK,
    output:
        "results/theory/{experiment}.thresholds.csv",
    log:
        "results/logs/predicted_thresholds/{experiment}.log",
    benchmark:
        "results/benchmarks/predicted_thresholds/{experiment}.tsv"
    group:
        "theory"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        setting=lambda wildcards: config["experiments"][wildcards.experiment],
        label_transform=config["first_layer"]["label_transform"],
    message:
        "Predicted thresholds: {wildcards.experiment}"
    script:
        "../../scripts/predicted_thresholds.py"


rule predicted_spectra:
    input:
        teacher=SPECTRA_TEACHER,
        lib=module_files("scripts/predicted_spectra.py"),
        lock=LOCK,
    output:
        density="results/theory/spectra.density.csv",
        outliers="results/theory/spectra.outliers.csv",
    log:
        "results/logs/predicted_spectra/spectra.log",
    benchmark:
        "results/benchmarks/predicted_spectra/spectra.tsv"
    group:
        "spectra"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        alphas=config["spectra"]["alpha"],
        link=config["spectra"]["link"],
        label_transform=config["first_layer"]["label_transform"],
    message:
        "Predicted spectra"
    script:
        "../../scripts/predicted_spectra.py"


rule slopes:
    input:
        lib=module_files("scripts/slopes.py"),
        lock=LOCK,
    output:
        "results/slopes/g{gamma}.csv",
    log:
        "results/logs/slopes/g{gamma}.log",
    benchmark:
        "results/benchmarks/slopes/g{gamma}.tsv"
    group:
        "theory"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=2000,
        runtime=10,
    params:
        setting=config["slopes"],
    message:
        "Predicted learning curves at large d: gamma={wildcards.gamma}"
    script:
        "../../scripts/slopes.py"
