# The ledger of claims. `snakemake claims` prints it, and every verdict that differs from the stored ones.


rule ledger:
    input:
        **drawn_from(CLAIMS["tables"]),
        **{name: f"results/tables/{name}.csv" for name in CLAIMS["numbered"]},
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
            labels={"table": "ledger of claims"},
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
        mem_mb=500,
        runtime=5,
    params:
        tables=list(CLAIMS["tables"]),
        numbered=CLAIMS["numbered"],
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
