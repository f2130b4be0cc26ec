# Figures, each as PDF, PNG and SVG: a rule for each, since each has a caption. `products` says what it is drawn from; its
# module says how.
from feature_cascade.bookkeeping.titles import sortable, title

for figure in products.figures(settings):

    rule:
        name:
            f"figure_{figure.name}"
        input:
            **drawn_from(figure.tables),
            lib=module_files(
                "scripts/figure.py", f"src/feature_cascade/figures/{figure.name}.py"
            ),
            lock=LOCK,
        output:
            pdf=f"figures/{figure.name}.pdf",
            svg=f"figures/{figure.name}.svg",
            png=report(
                f"figures/{figure.name}.png",
                caption=f"../report/{figure.name}.rst",
                category="Figures",
                labels={"figure": sortable(figure.name)},
            ),
        log:
            f"results/logs/figure/{figure.name}.log",
        benchmark:
            f"results/benchmarks/figure/{figure.name}.tsv"
        group:
            "summary"
        conda:
            "../../environment.yml"
        threads: 1
        resources:
            **resources_of("figure"),
        params:
            figure=figure.name,
            options=figure.options,
        message:
            title(figure.name)
        script:
            "../../scripts/figure.py"
