# Where the finite-size gap comes from: every combination of remedies, and what the best of them saves.


rule departures:
    input:
        teacher=lambda wildcards: expand(
            paths.TEACHER, teacher=settings.departures.family.name, **wildcards
        ),
        lib=module_files("scripts/departures.py"),
        lock=LOCK,
    output:
        **paths.DEPARTURES,
    log:
        "results/logs/departures/{link}_d{d}_g{gamma}_s{seed}.log",
    benchmark:
        "results/benchmarks/departures/{link}_d{d}_g{gamma}_s{seed}.tsv"
    wildcard_constraints:
        link="|".join(LINKS),
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("departures"),
    params:
        setting={key: config["departures"][key] for key in ("alpha", "alpha_half")},
        tolerance=config["first_layer"]["tolerance"],
    message:
        "Remedies, {wildcards.link}: d={wildcards.d}, gamma={wildcards.gamma}, seed={wildcards.seed}"
    script:
        "../../scripts/departures.py"


rule transforms:
    input:
        teachers=paths.of_departures(
            settings.departures, paths.TEACHER, d=settings.departures.d_transforms
        ),
        lib=module_files("scripts/transforms.py"),
        lock=LOCK,
    output:
        **paths.TRANSFORMS,
    log:
        "results/logs/transforms/transforms.log",
    benchmark:
        "results/benchmarks/transforms/transforms.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("transforms"),
    params:
        links=LINKS,
        alpha=config["departures"]["alpha"],
        tolerance=config["first_layer"]["tolerance"],
    message:
        "Label transforms beside the best one"
    script:
        "../../scripts/transforms.py"
