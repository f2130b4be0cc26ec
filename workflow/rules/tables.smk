# Tables of the paper's claims, each as CSV, Markdown and LaTeX. TABLES says what each is made from.


rule table:
    input:
        unpack(lambda wildcards: drawn_from(TABLES[wildcards.table])),
        lib=lambda wildcards: module_files(
            "scripts/table.py",
            f"src/feature_cascade/tables/{wildcards.table.lower()}.py",
        ),
        lock=LOCK,
    output:
        csv="results/tables/{table}.csv",
        tex="results/tables/{table}.tex",
        md=report(
            "results/tables/{table}.md",
            caption="../report/{table}.rst",
            category="Tables",
        ),
    log:
        "results/logs/table/{table}.log",
    benchmark:
        "results/benchmarks/table/{table}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=500,
        runtime=5,
    message:
        "Table {wildcards.table}"
    script:
        "../../scripts/table.py"
