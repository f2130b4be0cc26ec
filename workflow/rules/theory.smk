# Theory for the teachers of an experiment: curves, thresholds, spectra; nothing here reads a measurement.


rule theory:
    input:
        teachers=lambda wildcards: paths.of_experiment(
            settings, wildcards.experiment, paths.TEACHER, predicted=True
        ),
        lib=module_files("scripts/theory.py"),
        lock=LOCK,
    output:
        curves=paths.THEORY["curves"],
        directions=paths.THEORY["directions"],
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
        **resources_of("theory"),
    params:
        setting=lambda wildcards: config["experiments"][wildcards.experiment],
        label_transform=config["first_layer"]["label_transform"],
    message:
        "Theory curves: {wildcards.experiment}"
    script:
        "../../scripts/theory.py"


rule predicted_thresholds:
    input:
        teachers=lambda wildcards: paths.of_experiment(
            settings, wildcards.experiment, paths.TEACHER, predicted=True
        ),
        lib=module_files("scripts/predicted_thresholds.py"),
        lock=LOCK,
    output:
        paths.THEORY["thresholds"],
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
        **resources_of("predicted_thresholds"),
    params:
        setting=lambda wildcards: config["experiments"][wildcards.experiment],
        label_transform=config["first_layer"]["label_transform"],
    message:
        "Predicted thresholds: {wildcards.experiment}"
    script:
        "../../scripts/predicted_thresholds.py"


rule predicted_spectra:
    input:
        teacher=[paths.spectra_teacher(settings)],
        lib=module_files("scripts/predicted_spectra.py"),
        lock=LOCK,
    output:
        **paths.PREDICTED_SPECTRA,
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
        **resources_of("predicted_spectra"),
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
        paths.SLOPES,
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
        **resources_of("slopes"),
    params:
        setting=config["slopes"],
    message:
        "Predicted learning curves at large d: gamma={wildcards.gamma}"
    script:
        "../../scripts/slopes.py"
