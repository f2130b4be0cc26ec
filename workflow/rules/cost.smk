# What the chosen configuration would cost on this machine, printed before anything runs: `snakemake cost --cores 1`.


rule cost:
    input:
        lib=module_files("scripts/cost.py"),
    log:
        "results/logs/cost.log",
    conda:
        "../../environment.yml"
    params:
        settings=settings,
    message:
        "Cost of all jobs but those of seconds; the machine is measured for ten seconds first"
    script:
        "../../scripts/cost.py"
