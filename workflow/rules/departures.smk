# Where the finite-size gap comes from: every combination of remedies, and what the best of them saves.


rule departures:
    input:
        teacher=lambda wildcards: expand(
            TEACHER, teacher=config["departures"]["teacher"], **wildcards
        ),
        lib=module_files("scripts/departures.py"),
        lock=LOCK,
    output:
        **DEPARTURES,
    log:
        "results/logs/departures/{link}_d{d}_g{gamma}_s{seed}.log",
    benchmark:
        "results/benchmarks/departures/{link}_d{d}_g{gamma}_s{seed}.tsv"
    wildcard_constraints:
        link="identity|tanh",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards: math.ceil(
            1.25 * departures_cost(wildcards.d).memory_mb()
        ),
        runtime=lambda wildcards: math.ceil(
            2 + 4 * departures_cost(wildcards.d).seconds(Machine()) / 60
        ),
    params:
        setting={key: config["departures"][key] for key in ("alpha", "alpha_half")},
        tolerance=config["first_layer"]["tolerance"],
    message:
        "Remedies, {wildcards.link}: d={wildcards.d}, gamma={wildcards.gamma}, seed={wildcards.seed}"
    script:
        "../../scripts/departures.py"


rule transforms:
    input:
        teachers=departure_files(TEACHER, d=config["departures"]["d_transforms"]),
        lib=module_files("scripts/transforms.py"),
        lock=LOCK,
    output:
        merits="results/departures/transforms.csv",
        shapes="results/departures/shapes.csv",
    log:
        "results/logs/transforms/transforms.log",
    benchmark:
        "results/benchmarks/transforms/transforms.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=20,
    params:
        links=LINKS,
        alpha=config["departures"]["alpha"],
        tolerance=config["first_layer"]["tolerance"],
    message:
        "Label transforms beside the best one"
    script:
        "../../scripts/transforms.py"
