# Figures, each as PDF, PNG and SVG. FIGURES says what each is drawn from; its module says how.


rule figure:
    input:
        unpack(lambda wildcards: drawn_from(FIGURES[wildcards.figure]["tables"])),
        lib=lambda wildcards: module_files(
            "scripts/figure.py", f"src/feature_cascade/figures/{wildcards.figure}.py"
        ),
        lock=LOCK,
    output:
        pdf="figures/{figure}.pdf",
        svg="figures/{figure}.svg",
        png=report(
            "figures/{figure}.png",
            caption="../report/{figure}.rst",
            category="Figures",
            labels={"figure": "{figure}"},
        ),
    log:
        "results/logs/figure/{figure}.log",
    benchmark:
        "results/benchmarks/figure/{figure}.tsv"
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=1000,
        runtime=5,
    params:
        options=lambda wildcards: FIGURES[wildcards.figure].get("options", {}),
    message:
        "Figure {wildcards.figure}"
    script:
        "../../scripts/figure.py"
