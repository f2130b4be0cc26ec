"""Imports run one way, as the contracts in pyproject.toml say; each kind of breach is planted and seen."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src/feature_cascade"
NAMES = ["sizes", "files", "model.spec", "estimator.presets", "baselines.methods"]


def lint(tree: Path) -> subprocess.CompletedProcess:
    """The contracts of a tree, checked on that tree's package."""
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache", "--no-logo"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
    )


@pytest.fixture
def tree(tmp_path) -> Path:
    """A copy of the package and of its contracts."""
    shutil.copytree(PACKAGE, tmp_path / "src/feature_cascade", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def plant(tree: Path, lines: dict[str, str]) -> str:
    """Append a line to modules of the copy and return what the contracts say, which must be a refusal."""
    for module, line in lines.items():
        with open(tree / "src/feature_cascade" / f"{module}.py", "a") as file:
            file.write(f"\n{line}\n")
    run = lint(tree)
    assert run.returncode == 1, run.stdout + run.stderr
    return run.stdout


def test_the_package_keeps_its_contracts():
    run = lint(ROOT)
    assert run.returncode == 0, run.stdout + run.stderr
    assert "0 broken" in run.stdout


@pytest.mark.parametrize(
    ("module", "line", "broken"),
    [
        ("sampling/streams", "import feature_cascade.model.links", "A room imports only from rooms below it"),
        ("sampling/streams", "from feature_cascade.model import links", "A room imports only from rooms below it"),
        ("sampling/streams", "def late():\n    from ..model import links", "A room imports only from rooms below it"),
        ("sizes", "from . import files", "A room imports only from rooms below it"),
        ("estimator/eigen", "from ..theory import leading", "The simulation knows no theory and no measurement"),
        ("theory/leading", "from ..estimator import eigen", "A room imports only from rooms below it"),
        ("tables/t1", "from ..model.teacher import Teacher", "of the simulation they know names alone"),
        ("model/spec", "from ..sampling import philox", "Names and settings are had without the compiler"),
        ("model/spec", "import numba", "Names and settings are had without the compiler"),
        ("bookkeeping/cost", "from snakemake.utils import validate", "The package does not know Snakemake"),
    ],
)
def test_an_import_against_the_direction_is_seen(tree, module, line, broken):
    assert f"{broken} BROKEN" in plant(tree, {module: line})


def test_a_chain_of_imports_is_seen(tree):
    """Each link is allowed: methods may know a module of its room, and that one may know the simulation."""
    chain = {"baselines/methods": "from . import helper", "baselines/helper": "from ..features import hermite"}
    said = plant(tree, chain)
    assert "Names and settings are had without the compiler BROKEN" in said
    assert "feature_cascade.baselines.methods -> feature_cascade.baselines.helper" in said


def test_a_circle_on_one_level_is_seen(tree):
    said = plant(tree, {"theory/scaling": "from . import leading", "theory/leading": "from . import scaling"})
    assert "Modules of a room do not import each other in a circle BROKEN" in said


def test_a_module_without_a_room_is_seen(tree):
    assert "A room imports only from rooms below it BROKEN" in plant(tree, {"attic": ""})


def test_names_are_imported_without_the_compiler():
    modules = ", ".join(f"feature_cascade.{name}" for name in NAMES)
    command = f"import sys, {modules}; sys.exit('numba' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", command], env={**os.environ, "PYTHONPATH": str(ROOT / "src")})
    assert run.returncode == 0


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda f: str(f.relative_to(PACKAGE)))
def test_no_module_knows_snakemake_or_the_configuration(file):
    names = {node.id for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Name)}
    assert not names & {"snakemake", "config_yaml"}
