# Theory curves and thresholds for the teachers of an experiment; nothing here reads a measurement.


rule theory:
    input:
        teachers=lambda wildcards: runs_of(wildcards.experiment, TEACHER),
        lib=module_files("scripts/theory.py"),
        lock=LOCK,
    output:
        curves="results/theory/{experiment}.curves.csv",
        directions="results/theory/{experiment}.directions.csv",
        thresholds="results/theory/{experiment}.thresholds.csv",
    log:
        "results/logs/theory/{experiment}.log",
    benchmark:
        "results/benchmarks/theory/{experiment}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        sizes=lambda wildcards: config["experiments"][wildcards.experiment]["sizes"],
        link=lambda wildcards: config["experiments"][wildcards.experiment]["link"],
        readout_degree=lambda wildcards: config["experiments"][wildcards.experiment][
            "readout_degree"
        ],
    message:
        "Theory curves: {wildcards.experiment}"
    script:
        "../../scripts/theory.py"
