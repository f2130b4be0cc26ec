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
        first_layer=lambda wildcards: dict(
            settings.experiments[wildcards.experiment].first_layer
        ),
    message:
        "Theory curves: {wildcards.experiment}"
    script:
        "../../scripts/theory.py"


rule paper_axes:
    input:
        lib=module_files("scripts/paper_axes.py"),
        lock=LOCK,
    output:
        paths.PAPER_AXES,
    log:
        "results/logs/paper_axes/{experiment}.log",
    benchmark:
        "results/benchmarks/paper_axes/{experiment}.tsv"
    group:
        "theory"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("paper_axes"),
    params:
        sizes=lambda wildcards: settings.axes_sizes(wildcards.experiment),
        alpha=config["paper_axes"]["alpha"],
        points=config["paper_axes"]["points"],
        family=lambda wildcards: settings.experiments[
            wildcards.experiment
        ].family.options,
        setting=lambda wildcards: {  # no size and no seed, which it does not depend on
            key: config["experiments"][wildcards.experiment][key]
            for key in ("link", "noise", "readout_degree", "gamma")
        },
        first_layer=lambda wildcards: {
            key: settings.experiments[wildcards.experiment].first_layer[key]
            for key in ("label_transform", "input_scaling", "deflate")
        },
    message:
        "Theory on the paper's axes: {wildcards.experiment}"
    script:
        "../../scripts/paper_axes.py"


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
        first_layer=lambda wildcards: dict(
            settings.experiments[wildcards.experiment].first_layer
        ),
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
        first_layer=config["first_layer"],
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
