# Tables of the paper's claims, each as CSV, Markdown, LaTeX and HTML: a rule for each, since each has a caption. `products`
# says what it is made from; its module says how.
from feature_cascade.bookkeeping.titles import sortable, title

for table in products.tables(settings):

    rule:
        name:
            f"table_{table.name}"
        input:
            **drawn_from(table.tables),
            lib=module_files(
                "scripts/table.py",
                f"src/feature_cascade/tables/{table.name.lower()}.py",
            ),
            lock=LOCK,
        output:
            csv=f"results/tables/{table.name}.csv",
            tex=f"results/tables/{table.name}.tex",
            md=f"results/tables/{table.name}.md",
            html=report(
                f"results/tables/{table.name}.html",
                caption=f"../report/{table.name}.rst",
                category="Tables",
                labels={"table": sortable(table.name)},
            ),
        log:
            f"results/logs/table/{table.name}.log",
        benchmark:
            f"results/benchmarks/table/{table.name}.tsv"
        group:
            "summary"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            **resources_of("table"),
        params:
            table=table.name,
        message:
            title(table.name)
        script:
            "../../scripts/table.py"
