# The ledger of claims. `snakemake claims` prints it, and every verdict that differs from the stored ones.


rule ledger:
    input:
        **drawn_from(products.claims(settings)),
        **{name: path for name in products.CLAIMED for path in products.made(name)},
        stored="results/reference/claims.csv",
        lib=module_files("scripts/claims.py"),
        lock=LOCK,
    output:
        csv="results/claims.csv",
        changes="results/claims.changes.txt",
        md="results/claims.md",
        html=report(
            "results/claims.html",
            caption="../report/claims.rst",
            category="Claims",
            labels={"table": "Ledger of claims"},
        ),
    log:
        "results/logs/ledger/claims.log",
    benchmark:
        "results/benchmarks/ledger/claims.tsv"
    group:
        "summary"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("ledger"),
    params:
        tables=list(products.claims(settings)),
        numbered=list(products.CLAIMED),
    message:
        "Ledger of claims"
    script:
        "../../scripts/claims.py"


rule claims:
    input:
        rules.ledger.output.md,
        rules.ledger.output.changes,
    log:
        "results/logs/claims.log",
    conda:
        "../../environment.yml"
    message:
        "The ledger of claims"
    shell:
        "cat {input} | tee {log}"
