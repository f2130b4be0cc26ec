# How far Ĉ turns the eigenvectors: measured, by first-order perturbation theory, and by Davis–Kahan.


rule perturbation:
    input:
        lib=module_files("scripts/perturb.py"),
        lock=LOCK,
    output:
        paths.PERTURBATION,
    log:
        "results/logs/perturbation/{features}.log",
    benchmark:
        "results/benchmarks/perturbation/{features}.tsv"
    wildcard_constraints:
        features="|".join(KINDS_OF_FEATURES),
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("perturbation"),
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
