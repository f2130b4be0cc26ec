# Speed and memory (on an otherwise idle machine): `snakemake bench --cores 2` takes half an hour, `bench_kernels` as long.


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
        **resources_of("bench"),
    message:
        "Benchmarks, each beside its reference"
    script:
        "../../scripts/bench.py"


rule bench_kernels:
    input:
        lib=module_files("scripts/bench_kernels.py"),
        lock=LOCK,
    output:
        "results/benchmarks.kernels.csv",
    log:
        "results/logs/bench_kernels.log",
    conda:
        "../../environment.yml"
    threads: 2
    resources:
        **resources_of("bench_kernels"),
    params:
        ridges=config["baselines"]["ridges"],
    message:
        "Iterative kernel solver at n = 100000, and beside the exact one at n = 8000"
    script:
        "../../scripts/bench_kernels.py"
