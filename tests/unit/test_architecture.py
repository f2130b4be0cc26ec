"""Imports run one way, and nothing in the package knows Snakemake."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src/feature_cascade"
SIMULATION = {
    "philox",
    "normal",
    "stream",
    "features",
    "microkernel",
    "moment",
    "eigen",
    "teacher",
    "layers",
    "estimator",
    "recovery",
    "smoothing",
    "deviation",
    "energies",
    "kernels",
    "baselines",
}
ORDER = [
    {"files", "philox", "randomness", "labels", "links", "sizes", "metrics", "presets", "provenance", "reference"},
    {"uncertainty", "collapse", "remedies"},
    {"normal", "cost", "methods", "crossing", "checkpoint"},
    {"stream"},
    {"features"},
    {"microkernel"},
    {"moment"},
    {"eigen"},
    {"teacher", "layers"},
    {"energies", "kernels"},
    {"estimator", "recovery", "calibration", "deviation", "smoothing"},
    {"benchmark"},
    {"detection", "finite_size", "factorial"},
    {"theory"},
    {"equivalent"},
    {"baselines"},
    {"departures", "predicted_errors", "teacher_theory"},
    {"label_transforms"},
    {"tables", "figures"},
    {"claims"},
    {"crate"},
]


def imports(file: Path) -> set[str]:
    """Top-level modules of the package that a file imports."""
    inside = len(file.relative_to(PACKAGE).parts)
    found = set()
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == inside:
            found |= {node.module.split(".")[0]} if node.module else {alias.name for alias in node.names}
    return found


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda f: str(f.relative_to(PACKAGE)))
def test_no_module_knows_snakemake_or_the_configuration(file):
    names = {node.id for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Name)}
    assert not names & {"snakemake", "config_yaml"}


def test_imports_run_in_one_direction():
    level = {name: i for i, names in enumerate(ORDER) for name in names}
    for file in PACKAGE.rglob("*.py"):
        if file.parent == PACKAGE and file.stem == "__init__":
            continue
        name = file.relative_to(PACKAGE).parts[0].removesuffix(".py")
        assert all(level[other] <= level[name] for other in imports(file)), file.name


def test_theory_and_simulation_do_not_import_each_other():
    for file in (PACKAGE / "theory").glob("*.py"):
        assert not imports(file) & SIMULATION, file.name
    for name in SIMULATION:
        for file in [PACKAGE / f"{name}.py", *(PACKAGE / name).glob("*.py")]:
            assert not file.exists() or "theory" not in imports(file), file.name
