# Tables of the paper's claims, each as CSV, Markdown, LaTeX and HTML. TABLES says what each is made from.


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
        md="results/tables/{table}.md",
        html=report(
            "results/tables/{table}.html",
            caption="../report/{table}.rst",
            category="Tables",
            labels={"table": "{table}"},
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
