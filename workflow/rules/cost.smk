# What the chosen configuration would cost on this machine, printed before anything runs: `snakemake cost --cores 1`.


rule cost:
    input:
        lib=module_files("scripts/cost.py"),
    log:
        "results/logs/cost.log",
    conda:
        "../../environment.yml"
    params:
        runs=[
            {"experiment": name, "gamma": gamma, **run_cost(name, size["d"])}
            for name, setting in config["experiments"].items()
            if not setting.get("stored")
            for size in setting["sizes"]
            for gamma in setting["gamma"]
            for _ in range(setting["seeds"])
        ],
        threads=config["threads"],
    message:
        "Cost of every recovery run; the machine is measured for ten seconds first"
    script:
        "../../scripts/cost.py"
