# What the rules share: the check of the configuration, paths, module inputs, resources. No rules here.
import ast
import json
import math
import os
from functools import cache
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from feature_cascade.bookkeeping.cost import Machine, RunCost
from feature_cascade.estimator.presets import PRESETS, first_layer_options
from feature_cascade.bookkeeping.provenance import changed_keys

LOCK = "requirements.lock"
PACKAGE = Path("src/feature_cascade")
STORED = "results/reference/run"  # tables of a finished default run; STORED.json says of which


wildcard_constraints:
    teacher=r"[a-z][a-z0-9_]*",
    experiment=r"[a-z][a-z_]*",
    d=r"\d+",
    gamma=r"\d+\.\d{2}",
    seed=r"\d+",
    alpha=r"\d+\.\d{2}",


LINKS = ("identity", "tanh")
CONTROL = [
    f"{features}_{link}" for features in ("gaussian", "hermite") for link in LINKS
]  # experiments that tell the finite size of the features from the noise of sampling
DRAWN_SIZES = [
    ("figure4", "d", "identity"),
    ("figure4", "d_staircase", "identity"),
    *(("figure6", "d", experiment) for experiment in CONTROL),
]


def check_config(config):
    """Stop before any work, with one sentence, if the configuration is not usable."""
    try:
        validate(config, workflow.source_path("../schemas/config.schema.yaml"))
    except WorkflowError as error:
        cause = error.__context__
        if not hasattr(cause, "json_path"):
            raise
        key = cause.json_path.removeprefix("$.").replace("$", "top level")
        allowed = (
            f" (allowed: {', '.join(cause.schema['properties'])})"
            if cause.validator == "additionalProperties"
            and "properties" in cause.schema
            else ""
        )
        raise WorkflowError(
            f"Configuration key '{key}': {cause.message}{allowed}."
        ) from None
    for name, runs in config["experiments"].items():
        check_runs(f"experiments.{name}", runs, config["teachers"])
    for name in ("spectra", "perturbation"):
        check_runs(name, config[name], config["teachers"])
    check_perturbation(config["perturbation"], config["teachers"])
    check_smoothing(config["smoothing"])
    check_departures(config["departures"], config["teachers"])
    check_baselines(config["baselines"], config["teachers"])
    for figure, key, experiment in DRAWN_SIZES:
        sizes = [size["d"] for size in config["experiments"][experiment]["sizes"]]
        if (found := config[figure][key]) not in sizes:
            raise WorkflowError(
                f"Configuration key '{figure}.{key}': found {found}, allowed are the sizes of experiments.{experiment}, {sizes}."
            )


def check_runs(key, runs, teachers):
    """Relations between keys that a schema cannot state."""
    if runs["teacher"] not in teachers:
        raise WorkflowError(
            f"Configuration key '{key}.teacher': found '{runs['teacher']}', allowed are {sorted(teachers)}."
        )
    teacher = teachers[runs["teacher"]]
    for size in runs.get("sizes", [runs]):
        d, alpha, q, eps = size["d"], size["alpha"], teacher["q"], teacher["eps"]
        if any(b <= a for a, b in zip(alpha, alpha[1:])):
            raise WorkflowError(
                f"Configuration key '{key}.alpha' at d={d}: must ascend, found {alpha}."
            )
        D = math.comb(d + q - 1, q)
        if not 1 <= d**eps < D + 1:
            raise WorkflowError(
                f"Configuration key 'teachers.{runs['teacher']}.eps': d1 = d^eps = {d**eps:.0f} at d={d} "
                f"is outside the allowed range 1 to D = {D}."
            )
    gammas = runs["gamma"] if isinstance(runs["gamma"], list) else [runs["gamma"]]
    if teacher["strength_scale"] == "authors_code" and not all(
        0 < g <= 0.5 for g in gammas
    ):
        raise WorkflowError(
            f"Configuration key '{key}.gamma': found {gammas}, but strength_scale authors_code allows 0 < gamma <= 0.5."
        )


def check_smoothing(setting):
    """Relations between keys of the study of finite-size smoothing."""
    ratio, sizes = setting["ratio"], setting["sizes"]
    if any(b <= a for a, b in zip(ratio, ratio[1:])) or 1 not in ratio[1:-1]:
        raise WorkflowError(
            f"Configuration key 'smoothing.ratio': must ascend with 1 between the first and the last, found {ratio}."
        )
    if len({size["d"] for size in sizes}) < len(sizes):
        raise WorkflowError(
            f"Configuration key 'smoothing.sizes': every d once, found {[size['d'] for size in sizes]}."
        )
    if sum(abs(r - 1) <= setting["window"] for r in ratio) < 3:
        raise WorkflowError(
            f"Configuration key 'smoothing.window': found {setting['window']}, but at least three ratios must lie within."
        )


def check_perturbation(setting, teachers):
    """Perturbation theory needs orthonormal directions and a pair of strengths that exists."""
    teacher = teachers[setting["teacher"]]
    for key, value in {"orthonormal": True, "strength_scale": "unit"}.items():
        if teacher[key] != value:
            raise WorkflowError(
                f"Configuration key 'perturbation.teacher': '{setting['teacher']}' has {key} {teacher[key]}, allowed is {value}."
            )
    d1, pair = setting["d"] ** teacher["eps"] + 1e-9, setting["gap"]["pair"]
    d1 = round(d1) if teacher["d1_rounding"] == "round" else math.floor(d1)
    if pair >= d1 or max(setting["directions"]) > d1:
        raise WorkflowError(
            f"Configuration key 'perturbation': pair {pair} and directions {setting['directions']} must lie "
            f"among the d1 = {d1} of d={setting['d']}, the pair below d1."
        )


def check_departures(setting, teachers):
    """Every combination of remedies is fitted at one α of the grid, and label transforms at one of the sizes."""
    for size in setting["sizes"]:
        runs = {**setting, "d": size["d"], "alpha": setting["alpha_half"], "sizes": []}
        check_runs("departures", {**runs, "sizes": [runs]}, teachers)
    for key, allowed in {
        "alpha": setting["alpha_half"],
        "d_transforms": [size["d"] for size in setting["sizes"]],
    }.items():
        if setting[key] not in allowed:
            raise WorkflowError(
                f"Configuration key 'departures.{key}': found {setting[key]}, allowed are {allowed}."
            )


def check_folders(*folders):
    """Results must have a place: without this check, Snakemake itself would fail with a trace."""
    for folder in map(Path, folders):
        if folder.is_dir() and not os.access(folder, os.W_OK):
            raise WorkflowError(
                f"The folder {folder} is not writable: check its permissions, or whether its file system is read-only."
            )


def check_source(config):
    """Stored tables are of one configuration, and figures of another cannot be drawn from them."""
    if config["source"] != "reference":
        return
    if not (about := Path(f"{STORED}.json")).exists():
        raise WorkflowError(
            f"Configuration key 'source': found reference, but no run is stored in {STORED}; allowed is run."
        )
    stored = json.loads(about.read_text())["configuration"]
    if changed := changed_keys(dict(config), stored):
        raise WorkflowError(
            f"Configuration key 'source': found reference, but the tables in {STORED} were made with another value of "
            f"{', '.join(changed)}; allowed is run."
        )


def check_baselines(setting, teachers):
    """Ascending grids of n, every d once, and no method without any n."""
    for name, study in setting["studies"].items():
        key = f"baselines.studies.{name}.sizes"
        found = [size["d"] for size in study["sizes"]]
        if len(set(found)) < len(found):
            raise WorkflowError(
                f"Configuration key '{key}': every d once, found {found}."
            )
        for size in study["sizes"]:
            n = size["n"]
            if any(b <= a for a, b in zip(n, n[1:])):
                raise WorkflowError(
                    f"Configuration key '{key}' at d={size['d']}: n must ascend, found {n}."
                )
            if (smallest := min(size["n_max"].values())) < n[0]:
                raise WorkflowError(
                    f"Configuration key '{key}' at d={size['d']}: n_max must reach the smallest n, {n[0]}, found {smallest}."
                )
            runs = {**setting, "d": size["d"], "alpha": [1.0]}
            check_runs("baselines", runs, teachers)


def module_files(*entries):
    """The project files that Python scripts import, transitively, themselves included, in a fixed order."""
    found, queue = set(), [Path(entry) for entry in entries]
    while queue:
        file = queue.pop()
        if file in found:
            continue
        found.add(file)
        queue += imported_modules(file)
    return sorted(map(str, found))


@cache  # every rule asks for its modules, and most share them
def imported_modules(file):
    """Files of the package, or beside a script, that one file imports at any level."""
    found = []
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom):
            parts = (node.module or "").split(".")
            if node.level:
                base = file.parents[node.level - 1]
            elif parts[0] == PACKAGE.name:
                base, parts = PACKAGE, parts[1:]
            else:
                base = file.parent
            place = base.joinpath(*parts)
            candidates = [place, *(place / alias.name for alias in node.names)]
        elif isinstance(node, ast.Import):
            candidates = [file.parent / alias.name for alias in node.names]
        else:
            continue
        for candidate in candidates:
            for path in (candidate.with_suffix(".py"), candidate / "__init__.py"):
                if path.is_file():
                    found.append(path)
    return found


def fixed(x):
    """Floats in paths have one format."""
    return f"{x:.2f}"


def alphas(experiment, d):
    """The grid of α of an experiment at dimension d."""
    return next(
        s["alpha"]
        for s in config["experiments"][experiment]["sizes"]
        if s["d"] == int(d)
    )


def runs_of(experiment, pattern):
    """`pattern` filled in for every run (d, γ, seed) of an experiment."""
    setting = config["experiments"][experiment]
    return [
        pattern.format(
            experiment=experiment,
            teacher=setting["teacher"],
            d=size["d"],
            gamma=fixed(gamma),
            seed=seed,
        )
        for size in setting["sizes"]
        for gamma in setting["gamma"]
        for seed in range(setting["seeds"])
    ]


def departure_files(pattern, d=None):
    """`pattern` filled in for every link, size and seed of the departures, or of its size d alone."""
    setting = config["departures"]
    return [
        pattern.format(
            teacher=setting["teacher"],
            link=link,
            d=size["d"],
            gamma=fixed(setting["gamma"]),
            seed=seed,
        )
        for link in (LINKS if "{link}" in pattern else LINKS[:1])
        for size in setting["sizes"]
        if d in (None, size["d"])
        for seed in range(size["seeds"])
    ]


DEPARTURES = {
    kind: f"results/departures/{{link}}_d{{d}}_g{{gamma}}_s{{seed}}.{kind}.csv"
    for kind in ("gaps", "samples")
}
TEACHER = "results/teachers/{teacher}/d{d}_g{gamma}_s{seed}.npz"
RECOVERY = {
    kind: f"results/recovery/{{experiment}}/d{{d}}_g{{gamma}}_s{{seed}}.{kind}.csv"
    for kind in ("runs", "directions")
}
SPECTRA_TEACHER = expand(
    TEACHER,
    teacher=config["spectra"]["teacher"],
    d=config["spectra"]["d"],
    gamma=fixed(config["spectra"]["gamma"]),
    seed=config["spectra"]["seed"],
)
SPECTRA = expand(
    "results/spectra/a{alpha}.csv", alpha=[fixed(a) for a in config["spectra"]["alpha"]]
)


def cost_arguments(teacher, d, alphas):
    """Arguments of the cost model for teachers of a family at dimension d on a grid of α."""
    family = config["teachers"][teacher]
    return {
        "d": int(d),
        "q": family["q"],
        "d1": math.ceil(int(d) ** family["eps"]),
        "alphas": alphas,
        "n_test": family["n_test"],
        "features": family["features"],
    }


def run_cost(experiment, d):
    """Arguments of the cost model for the recovery runs of an experiment at dimension d."""
    teacher = config["experiments"][experiment]["teacher"]
    return cost_arguments(teacher, d, alphas(experiment, d))


def recovery_cost(wildcards):
    """The cost model of one recovery job."""
    return RunCost(**run_cost(wildcards.experiment, wildcards.d))


def smoothing_family(kind):
    """Arguments of the teachers of one kind, but for their size and features."""
    setting = config["smoothing"]
    return {"q": setting["q"], **setting["kinds"][kind]}


def smoothing_features(d):
    """Number D of features at input dimension d."""
    q = config["smoothing"]["q"]
    return math.comb(int(d) + q - 1, q)


def smoothing_seeds(d):
    """Number of seeds at input dimension d."""
    sizes = config["smoothing"]["sizes"]
    return next(size["seeds"] for size in sizes if size["d"] == int(d))


def files_of(tables, figures):
    """Every rendering of some tables and figures."""
    return [
        *expand(
            "results/tables/{table}.{kind}",
            table=tables,
            kind=["csv", "md", "tex", "html"],
        ),
        *expand("figures/{figure}.{kind}", figure=figures, kind=["pdf", "png", "svg"]),
    ]


def departures_cost(d):
    """The cost model of one job: eight fits at one n, and the way to an overlap of 1/2, cost about as much again."""
    setting = config["departures"]
    return RunCost(**cost_arguments(setting["teacher"], d, [setting["alpha"]] * 16))


BASELINES = "results/baselines/{study}/{link}_d{d}_g{gamma}_s{seed}.csv"
BASELINE_THEORY = "results/baselines/theory/{link}_d{d}.csv"


def study_size(study, d):
    """Sample sizes of a study of the baselines at dimension d."""
    sizes = config["baselines"]["studies"][study]["sizes"]
    return next(size for size in sizes if size["d"] == int(d))


def method_sizes(study, d):
    """The grid of n of each method: up to its largest n."""
    size = study_size(study, d)
    grids = {
        method: [n for n in size["n"] if n <= n_max]
        for method, n_max in size["n_max"].items()
    }
    return {method: grid for method, grid in grids.items() if grid}


def baseline_runs(study):
    """The table of every link, size and seed of a study of the baselines."""
    setting = config["baselines"]
    return [
        BASELINES.format(
            study=study,
            link=link,
            d=size["d"],
            gamma=fixed(setting["gamma"]),
            seed=seed,
        )
        for size in setting["studies"][study]["sizes"]
        for link in size["links"]
        for seed in range(setting["studies"][study]["seeds"])
    ]


def baseline_teachers(d):
    """Teachers of dimension d in the learning curves of the baselines."""
    setting = config["baselines"]
    return expand(
        TEACHER,
        teacher=setting["teacher"],
        d=d,
        gamma=fixed(setting["gamma"]),
        seed=range(setting["studies"]["curves"]["seeds"]),
    )


def baseline_theory():
    """Predicted learning curves for every link and size of the baselines."""
    return [
        BASELINE_THEORY.format(link=link, d=size["d"])
        for size in config["baselines"]["studies"]["curves"]["sizes"]
        for link in size["links"]
    ]


def baselines_options(link):
    """Options of all methods for a link; the estimator's solver is that of the other experiments."""
    setting, layer = config["baselines"], config["first_layer"]
    return {
        "readout_degree": setting["readout_degree"][link],
        "ridges": setting["ridges"],
        "tolerance": layer["tolerance"],
        "max_passes": layer["max_passes"],
    }


def baseline_spec():
    """Arguments of the teachers of the baselines but for their size and seed."""
    setting = config["baselines"]
    family = config["teachers"][setting["teacher"]]
    spec = {key: value for key, value in family.items() if key != "n_test"}
    return {**spec, "gamma": setting["gamma"]}


def baselines_memory(study, d):
    """MB of one job: the samples, and a kernel matrix three times, or its preconditioner where n is larger."""
    largest = max(study_size(study, d)["n"])
    others = max(max(grid) for grid in other_sizes(study, d) or [[0]])
    kernel = 24 * min(others, 12_000) ** 2 + 8000 * others
    return math.ceil(500 + (16 * largest * int(d) + kernel) / 2**20)


def baselines_minutes(study, d):
    """Minutes of one job, generously: ten for the estimator, 0.3 s per thousand samples squared for each other fit."""
    squares = sum((n / 1000) ** 2 for grid in other_sizes(study, d) for n in grid)
    return math.ceil(10 + 0.3 * squares / 60)


def other_sizes(study, d):
    """The grids of n of all methods but the spectral estimator, whose cost is linear in n."""
    return [
        grid for name, grid in method_sizes(study, d).items() if name not in PRESETS
    ]
