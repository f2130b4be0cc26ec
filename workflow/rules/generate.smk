# Teachers and their test points: one file shared by recovery, theory and figures.


rule generate:
    input:
        lib=module_files("scripts/generate.py"),
        lock=LOCK,
    output:
        paths.TEACHER,
    log:
        "results/logs/generate/{teacher}_d{d}_g{gamma}_s{seed}.log",
    benchmark:
        "results/benchmarks/generate/{teacher}_d{d}_g{gamma}_s{seed}.tsv"
    group:
        "teachers"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("generate"),
    params:
        spec=lambda wildcards: config["teachers"][wildcards.teacher],
    message:
        "Teacher {wildcards.teacher}: d={wildcards.d}, gamma={wildcards.gamma}, seed={wildcards.seed}"
    script:
        "../../scripts/generate.py"
