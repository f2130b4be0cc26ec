# What the chosen configuration would cost on this machine, printed before anything runs: `snakemake cost --cores 1`.

from dataclasses import asdict


rule cost:
    input:
        lib=module_files("scripts/cost.py"),
    log:
        "results/logs/cost.log",
    conda:
        "../../environment.yml"
    params:
        runs=[
            {"experiment": name, "gamma": run.gamma}
            | asdict(job_costs.recovery_cost(experiment, run.d))
            for name, experiment in settings.experiments.items()
            if not experiment.stored
            for run in experiment.runs()
        ],
        threads=settings.threads,
    message:
        "Cost of every recovery run; the machine is measured for ten seconds first"
    script:
        "../../scripts/cost.py"
