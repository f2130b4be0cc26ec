# How far Ĉ turns the eigenvectors: measured, by first-order perturbation theory, and by Davis–Kahan.


rule perturbation:
    input:
        lib=module_files("scripts/perturb.py"),
        lock=LOCK,
    output:
        "results/perturbation/{features}.csv",
    log:
        "results/logs/perturbation/{features}.log",
    benchmark:
        "results/benchmarks/perturbation/{features}.tsv"
    wildcard_constraints:
        features="gaussian|hermite",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=60,
    params:
        spec=lambda wildcards: {
            **config["teachers"][config["perturbation"]["teacher"]],
            **{key: config["perturbation"][key] for key in ("d", "gamma")},
            "features": wildcards.features,
        },
        link=config["perturbation"]["link"],
        seeds=config["perturbation"]["seeds"],
        alpha=config["perturbation"]["alpha"],
        gap=config["perturbation"]["gap"],
    message:
        "Perturbation of the eigenvectors: {wildcards.features} features"
    script:
        "../../scripts/perturb.py"
