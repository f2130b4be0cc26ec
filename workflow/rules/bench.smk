# Speed and memory beside their references (half an hour, on an otherwise idle machine): `snakemake bench --cores 2`.


rule bench:
    input:
        lib=module_files("scripts/bench.py"),
        lock=LOCK,
    output:
        csv="results/benchmarks.csv",
        md="results/benchmarks.md",
        png="figures/benchmarks.png",
    log:
        "results/logs/bench.log",
    conda:
        "../../environment.yml"
    threads: 2
    resources:
        mem_mb=8000,
        runtime=60,
    message:
        "Benchmarks, each beside its reference"
    script:
        "../../scripts/bench.py"
