# How the onset of the first direction is rounded at finite D: many seeds around its prediction, and exponents.


rule smoothing:
    input:
        lib=module_files("scripts/smoothing.py"),
        lock=LOCK,
    output:
        **SMOOTHING,
    log:
        "results/logs/smoothing/{kind}_{features}_d{d}.log",
    benchmark:
        "results/benchmarks/smoothing/{kind}_{features}_d{d}.tsv"
    wildcard_constraints:
        kind=r"[a-z_]+",
        features="gaussian|hermite|sphere",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=lambda wildcards: math.ceil(
            400 + 30 * smoothing_features(wildcards.d) ** 2 / 1e6
        ),
        runtime=lambda wildcards: math.ceil(
            3
            + smoothing_seeds(wildcards.d)
            * smoothing_features(wildcards.d) ** 3
            / 5e10
        ),
    params:
        family=lambda wildcards: smoothing_family(wildcards.kind),
        link=config["smoothing"]["link"],
        ratios=config["smoothing"]["ratio"],
        seeds=lambda wildcards: smoothing_seeds(wildcards.d),
    message:
        "Seeds around the onset: {wildcards.kind}, {wildcards.features} features, d={wildcards.d}"
    script:
        "../../scripts/smoothing.py"


rule rounding:
    input:
        **{kind: smoothing_runs(pattern) for kind, pattern in SMOOTHING.items()},
        lib=module_files("scripts/rounding.py"),
        lock=LOCK,
    output:
        **ROUNDING,
    log:
        "results/logs/rounding/rounding.log",
    benchmark:
        "results/benchmarks/rounding/rounding.tsv"
    group:
        "summary"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=10,
    params:
        window=config["smoothing"]["window"],
    message:
        "Width, height and collapse of the rounded onset"
    script:
        "../../scripts/rounding.py"
