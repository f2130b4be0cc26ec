# What every table and figure is made from: data, no rules. The paper's own first, then what goes beyond it.

COLLECTED, THEORY = "results/collected/{}.{}.csv", "results/theory/{}.{}.csv"
COMPARED = [
    "identity",
    "tanh",
    "exponents",
]  # experiments whose thresholds and counts are tabulated

AUTHORS = "results/reference/authors_d120_tanh.csv"  # their stored measurements

PAPER_TABLES = {
    "T1": {
        "measured": [f"results/thresholds/{name}.csv" for name in COMPARED],
        "theory": [THEORY.format(name, "thresholds") for name in COMPARED],
    },
    "T2": {
        "runs": [COLLECTED.format("exponents", "runs")],
        "directions": [COLLECTED.format("exponents", "directions")],
        "curves": [THEORY.format("exponents", "curves")],
        "thresholds": [THEORY.format("exponents", "thresholds")],
    },
    "T3": {
        "directions": [COLLECTED.format(name, "directions") for name in COMPARED],
        "thresholds": [THEORY.format(name, "thresholds") for name in COMPARED],
    },
    "A1": {
        "runs": [COLLECTED.format("authors", "runs")],
        "reference": [AUTHORS],
    },
}


def run_tables(experiment):
    """Measured runs of an experiment and the theory curves beside them."""
    return {
        "runs": [COLLECTED.format(experiment, "runs")],
        "curves": [THEORY.format(experiment, "curves")],
    }


PAPER_FIGURES = {
    "fig1": {"tables": {"spectra": SPECTRA}, "options": {"d": config["spectra"]["d"]}},
    "fig2": {
        "tables": {**run_tables("identity"), "spectra": SPECTRA},
        "options": {"d_spectrum": config["spectra"]["d"]},
    },
    "fig3": {"tables": run_tables("exponents")},
    "fig4": {
        "tables": {
            **run_tables("identity"),
            "directions": [COLLECTED.format("identity", "directions")],
            "theory_directions": [THEORY.format("identity", "directions")],
        },
        "options": {
            "shown": config["figure4"]["directions"],
            "d": config["figure4"]["d"],
            "d_staircase": config["figure4"]["d_staircase"],
        },
    },
    "fig5": {"tables": run_tables("tanh")},
    "authors": {
        "tables": {
            **run_tables("authors"),
            "reference": [AUTHORS],
        },
    },
}

PERTURBATION = "results/perturbation/{}.csv"
PERTURBATION_OPTIONS = {
    "shown": config["perturbation"]["directions"],
    "k": config["perturbation"]["gap"]["pair"],
}

BEYOND_TABLES = {
    "T5": {"rows": [PERTURBATION.format(kind) for kind in ("gaussian", "hermite")]}
}

BEYOND_FIGURES = {
    "fig8": {
        "tables": {"rows": [PERTURBATION.format("gaussian")]},
        "options": PERTURBATION_OPTIONS,
    },
    "fig8_hermite": {
        "tables": {"rows": [PERTURBATION.format("hermite")]},
        "options": PERTURBATION_OPTIONS,
    },
}

TABLES = PAPER_TABLES | BEYOND_TABLES
FIGURES = PAPER_FIGURES | BEYOND_FIGURES
