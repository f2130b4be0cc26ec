# Figures, each as PDF, PNG and SVG: a rule for each, since each has a caption. FIGURES says what it is drawn from; its
# module says how.

for figure, drawing in FIGURES.items():

    rule:
        name:
            f"figure_{figure}"
        input:
            **drawn_from(drawing["tables"]),
            lib=module_files(
                "scripts/figure.py", f"src/feature_cascade/figures/{figure}.py"
            ),
            lock=LOCK,
        output:
            pdf=f"figures/{figure}.pdf",
            svg=f"figures/{figure}.svg",
            png=report(
                f"figures/{figure}.png",
                caption=f"../report/{figure}.rst",
                category="Figures",
                labels={"figure": figure},
            ),
        log:
            f"results/logs/figure/{figure}.log",
        benchmark:
            f"results/benchmarks/figure/{figure}.tsv"
        group:
            "summary"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            mem_mb=1000,
            runtime=5,
        params:
            figure=figure,
            options=drawing.get("options", {}),
        message:
            f"Figure {figure}"
        script:
            "../../scripts/figure.py"
