"""Every form of import makes a file part of a script; what Python does not execute does not."""

import ast
from pathlib import Path

import pytest
from project import ROOT

import feature_cascade
from feature_cascade.bookkeeping.dependencies import module_files

PACKAGE = "src/feature_cascade"
TREE = {
    f"{PACKAGE}/__init__.py": '''
        """The package."""
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            from .room.chair import Chair
            from .lamp import Lamp as Light
        __version__ = "1"
        ''',
    f"{PACKAGE}/room/__init__.py": '"""A room."""',
    f"{PACKAGE}/room/chair.py": "from .legs import four\nfrom ..lamp import Lamp\nclass Chair: pass",
    f"{PACKAGE}/room/legs.py": "four = 4",
    f"{PACKAGE}/lamp.py": "class Lamp: pass",
    f"{PACKAGE}/shop/__init__.py": "from .till import open",
    f"{PACKAGE}/shop/till.py": "open = True",
    f"{PACKAGE}/shop/shelf.py": "",
    f"{PACKAGE}/json.py": "",
    "benchmarks/__init__.py": "",
    "benchmarks/speed.py": "import feature_cascade.lamp",
    "scripts/job.py": "import os",
}
LAMP, CHAIR = f"{PACKAGE}/lamp.py", [f"{PACKAGE}/lamp.py", f"{PACKAGE}/room/chair.py", f"{PACKAGE}/room/legs.py"]
TOP, SHOP = f"{PACKAGE}/__init__.py", [f"{PACKAGE}/shop/__init__.py", f"{PACKAGE}/shop/till.py"]
IMPORTS = {
    "import numpy, json": [],
    "import feature_cascade.lamp": [LAMP],
    "import feature_cascade.lamp as light": [LAMP],
    "import feature_cascade.room.chair": CHAIR,
    "import feature_cascade.lamp, feature_cascade.room.legs": [LAMP, f"{PACKAGE}/room/legs.py"],
    "from feature_cascade import lamp": [LAMP],
    "from feature_cascade import lamp as light": [LAMP],
    "from feature_cascade.lamp import Lamp": [LAMP],
    "from feature_cascade.lamp import *": [LAMP],
    "from feature_cascade.room import chair": CHAIR,
    "from feature_cascade.room import chair, legs": CHAIR,
    "from feature_cascade.room.chair import Chair": CHAIR,
    "from feature_cascade import room": [],
    "from feature_cascade import __version__": [TOP],
    "from feature_cascade import Chair": [TOP, *CHAIR],
    "from feature_cascade import Light": [TOP, LAMP],
    "from feature_cascade import *": [TOP, *CHAIR],
    "import feature_cascade": [TOP, *CHAIR],
    "import feature_cascade as fc": [TOP, *CHAIR],
    "from feature_cascade import shop": SHOP,
    "from feature_cascade.shop import open": SHOP,
    "import feature_cascade.shop.shelf": [*SHOP, f"{PACKAGE}/shop/shelf.py"],
    "from feature_cascade.shop.till import open": SHOP,
    "import job": ["scripts/job.py"],
    "from job import start": ["scripts/job.py"],
    "from benchmarks import speed": ["benchmarks/speed.py", LAMP],
    "import benchmarks.speed as quick": ["benchmarks/speed.py", LAMP],
    "def later():\n    from feature_cascade import lamp": [LAMP],
    "class Late:\n    try:\n        import feature_cascade.lamp\n    except ImportError:\n        pass": [LAMP],
    "import typing\nif typing.TYPE_CHECKING:\n    import feature_cascade.lamp\nelse:\n    import job": [
        "scripts/job.py"
    ],
}


@pytest.fixture
def tree(tmp_path):
    for name, text in TREE.items():
        write(tmp_path / name, text)
    return tmp_path


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(line.removeprefix("        ") for line in text.splitlines()))


@pytest.mark.parametrize("text", IMPORTS)
def test_an_import_is_seen(tree, text):
    (tree / "scripts/new.py").write_text(text)
    assert set(module_files("scripts/new.py", root=tree)) == {*IMPORTS[text], "scripts/new.py"}


@pytest.mark.parametrize(
    ("place", "text", "expected"),
    [
        ("room/desk.py", "from . import legs", [f"{PACKAGE}/room/legs.py"]),
        ("room/desk.py", "from .. import lamp", [LAMP]),
        ("room/desk.py", "from ..shop.till import open", SHOP),
        ("room/desk.py", "import json", []),
        ("room/corner/desk.py", "from ...lamp import Lamp", [LAMP]),
        ("room/corner/desk.py", "from ..chair import Chair", CHAIR),
        ("desk.py", "from .room.legs import four", [f"{PACKAGE}/room/legs.py"]),
        ("desk.py", "import json", []),  # the module beside it is another
    ],
)
def test_a_relative_import_of_any_level_is_seen(tree, place, text, expected):
    write(tree / PACKAGE / place, text)
    (tree / PACKAGE / place).with_name("__init__.py").touch()
    entry = f"{PACKAGE}/{place}"
    assert set(module_files(entry, root=tree)) == {entry, *expected}


def test_files_are_sorted_and_circles_end(tree):
    write(tree / LAMP, "from .room import chair\nclass Lamp: pass")
    assert module_files(LAMP, "scripts/job.py", root=tree) == sorted([*CHAIR, "scripts/job.py"])


def test_every_script_and_module_of_the_project_is_found_with_what_it_imports():
    recover = module_files("scripts/recover.py", root=ROOT)
    assert {"scripts/job.py", "src/feature_cascade/files.py", "src/feature_cascade/sampling/philox.py"} < set(recover)
    assert not any("/theory/" in file or "/figures/" in file for file in recover)
    assert "src/feature_cascade/estimator/moment.py" in module_files("scripts/bench.py", root=ROOT)
    scripts = [script.relative_to(ROOT).as_posix() for script in ROOT.glob("scripts/*.py")]
    for file in module_files(*scripts, root=ROOT):
        assert len(ast.parse((ROOT / file).read_text()).body) > 1, f"{file} holds no code"


def test_public_names_of_the_package_lead_to_their_files():
    tree = ast.parse((ROOT / PACKAGE / "__init__.py").read_text())
    guarded = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    assert {alias.name: node.module for node in guarded for alias in node.names} == feature_cascade._HOME
    assert set(feature_cascade._HOME) == set(feature_cascade.__all__)
