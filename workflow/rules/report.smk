# What the report has beside figures, tables and claims. `make report` runs what is missing and writes report.html.


rule setup:
    input:
        lib=module_files("scripts/setup.py"),
        lock=LOCK,
    output:
        report(
            "results/setup.html",
            caption="../report/setup.rst",
            category="Setup",
            labels={"page": "Configuration and software"},
        ),
    log:
        "results/logs/setup/setup.log",
    benchmark:
        "results/benchmarks/setup/setup.tsv"
    group:
        "summary"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        **resources_of("setup"),
    params:
        configuration=config,
    message:
        "Configuration and software, for the report"
    script:
        "../../scripts/setup.py"
