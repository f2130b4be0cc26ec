# How the onset of the first direction is rounded at finite D: many seeds around its prediction, and exponents.


rule smoothing:
    input:
        lib=module_files("scripts/smoothing.py"),
        lock=LOCK,
    output:
        **paths.SMOOTHING,
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
        **resources_of("smoothing"),
    params:
        family=lambda wildcards: settings.smoothing.families[wildcards.kind].options,
        link=config["smoothing"]["link"],
        ratios=config["smoothing"]["ratio"],
        seeds=lambda wildcards: settings.smoothing.size(int(wildcards.d)).seeds,
    message:
        "Seeds around the onset: {wildcards.kind}, {wildcards.features} features, d={wildcards.d}"
    script:
        "../../scripts/smoothing.py"


rule rounding:
    input:
        **{
            name: paths.of_smoothing(settings, pattern)
            for name, pattern in paths.SMOOTHING.items()
        },
        lib=module_files("scripts/rounding.py"),
        lock=LOCK,
    output:
        **paths.ROUNDING,
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
        **resources_of("rounding"),
    params:
        window=config["smoothing"]["window"],
    message:
        "Width, height and collapse of the rounded onset"
    script:
        "../../scripts/rounding.py"
