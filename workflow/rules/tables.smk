# Tables of the paper's claims, each as CSV, Markdown, LaTeX and HTML: a rule for each, since each has a caption. TABLES
# says what it is made from; its module says how.

for table, parts in TABLES.items():

    rule:
        name:
            f"table_{table}"
        input:
            **drawn_from(parts),
            lib=module_files(
                "scripts/table.py", f"src/feature_cascade/tables/{table.lower()}.py"
            ),
            lock=LOCK,
        output:
            csv=f"results/tables/{table}.csv",
            tex=f"results/tables/{table}.tex",
            md=f"results/tables/{table}.md",
            html=report(
                f"results/tables/{table}.html",
                caption=f"../report/{table}.rst",
                category="Tables",
                labels={"table": table},
            ),
        log:
            f"results/logs/table/{table}.log",
        benchmark:
            f"results/benchmarks/table/{table}.tsv"
        group:
            "summary"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=500,
            runtime=5,
        params:
            table=table,
        message:
            f"Table {table}"
        script:
            "../../scripts/table.py"
