# What the rules share: the check of the configuration, paths, module inputs, resources. No rules here.
import ast
import json
import math
import os
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.utils import validate

from feature_cascade.cost import Machine, RunCost
from feature_cascade.presets import first_layer_options
from feature_cascade.provenance import changed_keys

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
    stored = json.loads(Path(f"{STORED}.json").read_text())["configuration"]
    if changed := changed_keys(dict(config), stored):
        raise WorkflowError(
            f"Configuration key 'source': found reference, but the tables in {STORED} were made with another value of "
            f"{', '.join(changed)}; allowed is run."
        )


def module_files(*entries):
    """The project files that Python scripts import, transitively, themselves included, in a fixed order."""
    found, queue = set(), [Path(entry) for entry in entries]
    while queue:
        file = queue.pop()
        if file in found:
            continue
        found.add(file)
        queue += [module for module in imported_modules(file)]
    return sorted(map(str, found))


def imported_modules(file):
    """Files of the package, or beside a script, that one file imports at any level."""
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
                    yield path


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
