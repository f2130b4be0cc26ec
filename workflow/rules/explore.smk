# An experiment of a user's own: `snakemake --cores 2 explore/NAME` makes a folder with its figures, its table and a page.


rule explore:
    input:
        **drawn_from(
            {
                name: [pattern]
                for name, pattern in {
                    **paths.COLLECTED,
                    "curves": paths.THEORY["curves"],
                    "theory_directions": paths.THEORY["directions"],
                }.items()
            }
        ),
        lib=module_files("scripts/explore.py"),
        lock=LOCK,
    output:
        directory(paths.EXPLORED),
    log:
        "results/logs/explore/{experiment}.log",
    benchmark:
        "results/benchmarks/explore/{experiment}.tsv"
    group:
        "summary"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("explore"),
    params:
        experiment=lambda wildcards: config["experiments"][wildcards.experiment],
        teacher=lambda wildcards: config["teachers"][
            config["experiments"][wildcards.experiment]["teacher"]
        ],
        first_layer=lambda wildcards: dict(
            settings.experiments[wildcards.experiment].first_layer
        ),
        kinds=paths.FIGURE_KINDS,
    message:
        "Figures and table of {wildcards.experiment}"
    script:
        "../../scripts/explore.py"
