# The stored tables of a finished default run: `snakemake store_reference` keeps them, `snakemake compare` tells how a
# fresh run differs from them. `--config source=reference` draws from them. None of the two has an output in the DAG.


rule store_reference:
    input:
        tables=products.computed(settings),
        claims=rules.ledger.output.csv,
    log:
        "results/logs/store_reference.log",
    conda:
        "../../environment.yml"
    params:
        configuration=config,
        stored=paths.STORED_RUN,
        twins=[products.stored_twin(path) for path in products.computed(settings)],
    message:
        "Tables of this run stored in {params.stored}"
    script:
        "../../scripts/store_reference.py"


rule compare:
    input:
        tables=fresh_tables,
    log:
        "results/logs/compare.log",
    conda:
        "../../environment.yml"
    params:
        twins=[products.stored_twin(path) for path in products.computed(settings)],
    message:
        "Every table of this run beside the stored one"
    script:
        "../../scripts/compare.py"
