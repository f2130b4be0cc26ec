# What every table and figure is made from: data, no rules. The paper's own first, then what goes beyond it.

THEORY = "results/theory/{}.{}.csv"
COMPARED = [
    "identity",
    "tanh",
    "exponents",
]  # experiments whose thresholds and counts are tabulated


def collected(experiment, kind):
    """The seed-level table of an experiment: fresh, or the stored one of an experiment that takes long."""
    stored = config["experiments"][experiment].get("stored", False)
    folder = "reference" if stored else "collected"
    return f"results/{folder}/{experiment}.{kind}.csv"


EXPONENTS = ["exponents", "steep"]  # experiments whose error is fitted

AUTHORS = "results/reference/authors_d120_tanh.csv"  # their stored measurements

PAPER_TABLES = {
    "T1": {
        "measured": [f"results/thresholds/{name}.csv" for name in COMPARED],
        "theory": [THEORY.format(name, "thresholds") for name in COMPARED],
    },
    "T2": {
        "runs": [collected(name, "runs") for name in EXPONENTS],
        "directions": [collected(name, "directions") for name in EXPONENTS],
        "curves": [THEORY.format(name, "curves") for name in EXPONENTS],
        "thresholds": [THEORY.format(name, "thresholds") for name in EXPONENTS],
    },
    "T3": {
        "directions": [collected(name, "directions") for name in COMPARED],
        "thresholds": [THEORY.format(name, "thresholds") for name in COMPARED],
    },
    "A1": {
        "runs": [collected("authors", "runs")],
        "reference": [AUTHORS],
    },
}


def run_tables(experiment):
    """Measured runs of an experiment and the theory curves beside them."""
    return {
        "runs": [collected(experiment, "runs")],
        "curves": [THEORY.format(experiment, "curves")],
    }


SPECTRUM_TABLES = {
    "spectra": SPECTRA,
    "density": [THEORY.format("spectra", "density")],
    "outliers": [THEORY.format("spectra", "outliers")],
}

PAPER_FIGURES = {
    "fig1": {"tables": SPECTRUM_TABLES, "options": {"d": config["spectra"]["d"]}},
    "fig2": {
        "tables": {**run_tables("identity"), **SPECTRUM_TABLES},
        "options": {"d_spectrum": config["spectra"]["d"]},
    },
    "fig3": {"tables": run_tables("exponents")},
    "fig4": {
        "tables": {
            **run_tables("identity"),
            "directions": [collected("identity", "directions")],
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

SLOPES = expand(
    "results/slopes/g{gamma}.csv", gamma=[fixed(g) for g in config["slopes"]["gamma"]]
)

SMOOTHING = {
    name: f"results/smoothing/{{kind}}_{{features}}_d{{d}}.{name}.csv"
    for name in ("measured", "predicted")
}
ROUNDING = {
    name: f"results/rounding/{name}.csv" for name in ("curves", "sizes", "exponents")
}


def smoothing_runs(pattern):
    """`pattern` filled in for every kind, features and size of the study of finite-size smoothing."""
    setting = config["smoothing"]
    sizes = [size["d"] for size in setting["sizes"]]
    return expand(pattern, kind=setting["kinds"], features=setting["features"], d=sizes)


def compared():
    """Seed-level tables of all methods: fresh, or the stored one of a study that takes long."""
    return [
        (
            f"results/reference/baselines.{study}.csv"
            if setting["stored"]
            else f"results/baselines/{study}.csv"
        )
        for study, setting in config["baselines"]["studies"].items()
    ]


COMPARISON = {
    "measured": compared(),
    "predicted": baseline_theory(),
    "crossings": expand("results/baselines/crossings/{link}.csv", link=LINKS),
}

BEYOND_TABLES = {
    "T6": COMPARISON,
    "T4": {"exponents": [ROUNDING["exponents"]], "sizes": [ROUNDING["sizes"]]},
    "T7": {kind: departure_files(DEPARTURES[kind]) for kind in ("gaps", "samples")},
    "T7b": {"gaps": departure_files(DEPARTURES["gaps"])},
    "T7c": {"samples": departure_files(DEPARTURES["samples"])},
    "T7d": {"merits": ["results/departures/transforms.csv"]},
    "T9": {"curves": SLOPES},
    "T8": {
        "measured": [collected(name, "directions") for name in CONTROL],
        "theory": [THEORY.format(name, "directions") for name in CONTROL],
    },
    "T5": {"rows": [PERTURBATION.format(kind) for kind in ("gaussian", "hermite")]},
}

BEYOND_FIGURES = {
    "fig7": {
        "tables": {
            **{name: [path] for name, path in ROUNDING.items()},
            "predicted": smoothing_runs(SMOOTHING["predicted"]),
        },
        "options": {"window": config["smoothing"]["window"]},
    },
    "fig11": {
        "tables": {
            "gaps": ["results/tables/T7.csv"],
            "ratios": ["results/tables/T7c.csv"],
            "merits": ["results/tables/T7d.csv"],
            "shapes": ["results/departures/shapes.csv"],
        },
        "options": {"link": "identity", "seed": 0},
    },
    "fig10": {"tables": COMPARISON},
    "fig2_large": {"tables": run_tables("large")},
    "fig8": {
        "tables": {"rows": [PERTURBATION.format("gaussian")]},
        "options": PERTURBATION_OPTIONS,
    },
    "fig8_hermite": {
        "tables": {"rows": [PERTURBATION.format("hermite")]},
        "options": PERTURBATION_OPTIONS,
    },
    "fig9": {
        "tables": {
            "curves": SLOPES,
            "exponents": ["results/tables/T9.csv"],
            "fitted": ["results/tables/T2.csv"],
        },
    },
    "fig6": {
        "tables": {
            "runs": [collected(name, "runs") for name in CONTROL],
            "curves": [THEORY.format(name, "curves") for name in CONTROL],
            "directions": [collected(name, "directions") for name in CONTROL],
            "theory_directions": [
                THEORY.format(name, "directions") for name in CONTROL
            ],
            "gaps": ["results/tables/T8.csv"],
        },
        "options": {
            "links": list(LINKS),
            "shown": config["figure6"]["directions"],
            "d": config["figure6"]["d"],
        },
    },
}

TABLES = PAPER_TABLES | BEYOND_TABLES
FIGURES = PAPER_FIGURES | BEYOND_FIGURES

CLAIMS = {
    "numbered": ["T1", "T2", "T3", "T4", "T8", "T9"],
    "tables": {
        "runs": [collected(name, "runs") for name in COMPARED],
        "directions": [collected(name, "directions") for name in COMPARED],
        "curves": [THEORY.format(name, "curves") for name in COMPARED],
        "baselines": COMPARISON["measured"],
    },
}


def stored_twin(path):
    """Where `store_reference` keeps a copy of a result."""
    return f"{STORED}/{Path(path).relative_to('results')}"


def is_computed(path):
    """Whether what a table or figure reads comes from computing rules: not stored anyway, not itself such a table."""
    return not path.startswith(("results/reference/", "results/tables/"))


def drawn_from(tables):
    """What a table, a figure or the ledger reads: the tables of this run or, with source: reference, the stored ones."""
    return {
        name: [
            (
                stored_twin(path)
                if config["source"] == "reference" and is_computed(path)
                else path
            )
            for path in paths
        ]
        for name, paths in tables.items()
    }


COMPUTED = sorted(
    {
        path
        for tables in [
            *TABLES.values(),
            *(figure["tables"] for figure in FIGURES.values()),
            CLAIMS["tables"],
        ]
        for paths in tables.values()
        for path in paths
        if is_computed(path)
    }
)  # all that tables, figures and the ledger are made from
