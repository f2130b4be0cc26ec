"""Machine code on disk is never older than any file that it is made from, and nothing fails where none can be kept."""

import ast
import json
import math
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from feature_cascade import compiled

PACKAGE = Path(__file__).parents[2] / "src/feature_cascade"
PROJECT = """
import json, sys
import numpy as np
from feature_cascade.features import hermite, microkernel, stream
from feature_cascade.sampling.sources import ArraySource

source = ArraySource(np.random.default_rng(0).standard_normal((700, 2)))
found = stream.FeatureStream(hermite.HermiteFeatures(2, 2), source, 700).project(np.eye(3))
functions = [f for module in (hermite, microkernel, stream) for f in vars(module).values() if hasattr(f, "stats")]
print(json.dumps([found.tolist(), sum(sum(f.stats.cache_misses.values()) for f in set(functions))]))
"""
FILL = """
import shutil, sys
from pathlib import Path
import numpy as np
from feature_cascade.features.hermite import fill_table

def check(kind):
    table = np.empty((3, 1), kind)
    fill_table(np.full((1, 1), 3, kind), 2, False, table)
    np.testing.assert_allclose(table[:, 0], [1, 3, 8 / 2**0.5], rtol=1e-6)

"""


def run(code, tree, **environment):
    """Run code that imports the package from a folder; what it printed."""
    unset = {"NUMBA_DISABLE_JIT", "NUMBA_CACHE_DIR", "XDG_CACHE_HOME"}
    environment = {k: v for k, v in os.environ.items() if k not in unset} | {"PYTHONPATH": str(tree)} | environment
    done = subprocess.run([sys.executable, "-c", code], cwd=tree, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def project(tree):
    """Projections (700, 3) of fixed inputs on the unit vectors, and the number of compilations that it took."""
    found, misses = json.loads(run(PROJECT, tree))
    return np.array(found), misses


def expected(constant=1.0):
    """The features of the same inputs, (x² − constant)/√2 on the diagonal."""
    x, y = np.random.default_rng(0).standard_normal((700, 2)).T
    return np.column_stack([(x**2 - constant) / math.sqrt(2), x * y, (y**2 - constant) / math.sqrt(2)])


def edit(tree, file, old, new):
    path = tree / "feature_cascade" / file
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")


def without_code(path):
    shutil.copytree(PACKAGE, path / "feature_cascade", ignore=shutil.ignore_patterns("__pycache__"))
    return path


def stored(path):
    return sorted(path.rglob("*.code"))


@pytest.fixture(scope="module")
def warm(tmp_path_factory):
    """A copy of the package that has run once."""
    tree = without_code(tmp_path_factory.mktemp("warm"))
    found, misses = project(tree)
    np.testing.assert_allclose(found, expected(), atol=1e-5)
    assert misses > 0
    return tree


@pytest.fixture
def tree(warm, tmp_path):
    """Another copy, with its compiled code."""
    shutil.copytree(warm, tmp_path / "copy", copy_function=shutil.copyfile)  # files are as old as this test
    return tmp_path / "copy"


@pytest.mark.jit_only
def test_a_copy_of_the_tree_compiles_nothing(tree):
    found, misses = project(tree)
    assert misses == 0
    np.testing.assert_allclose(found, expected(), atol=1e-5)


@pytest.mark.jit_only
def test_an_edited_function_is_seen_by_those_that_call_it(tree):
    edit(tree, "features/hermite.py", "* down", "* down * 2.0")
    np.testing.assert_allclose(project(tree)[0], expected(2.0), atol=1e-5)


@pytest.mark.jit_only
def test_an_edited_microkernel_is_seen(tree):
    edit(tree, "features/microkernel.py", "for j in range(0, n, ", "for j in range(64, n, ")
    found, _ = project(tree)
    np.testing.assert_array_equal(found[:64], 0.0)
    np.testing.assert_allclose(found[64:384], expected()[64:384], atol=1e-5)


@pytest.mark.jit_only
def test_an_edited_constant_of_another_module_is_seen(tree):
    edit(tree, "sampling/sources.py", "BLOCK = 384", "BLOCK = 192")
    np.testing.assert_allclose(project(tree)[0], expected(), atol=1e-5)


@pytest.mark.jit_only
def test_nothing_is_kept_where_nothing_can_be_written(tmp_path):
    tree = without_code(tmp_path)
    (tree / "feature_cascade/__pycache__").write_text("not a folder, even for root")
    (tree / "feature_cascade/features/__pycache__").write_text("nor here")
    run(FILL + "check(float)", tree, HOME="/dev/null")
    assert stored(tree) == []
    run(FILL + "check(float)", tree, HOME="/dev/null", XDG_CACHE_HOME=str(tree / "cache"))
    assert len(stored(tree / "cache")) == 1


@pytest.mark.jit_only
def test_a_cache_that_vanishes_or_breaks_is_made_again(tmp_path):
    cache = str(without_code(tmp_path) / "cache")
    vanish = f"check(float)\nshutil.rmtree({cache!r})\ncheck(np.float32)"
    run(FILL + vanish, tmp_path, NUMBA_CACHE_DIR=cache)
    (file,) = stored(Path(cache))
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    run(FILL + "check(np.float32)", tmp_path, NUMBA_CACHE_DIR=cache)
    assert len(file.read_bytes()) == len(whole)


def test_digest_is_of_contents(tmp_path):
    first, second = without_code(tmp_path / "a"), without_code(tmp_path / "b")
    before = compiled.digest(first / "feature_cascade")
    assert compiled.digest(second / "feature_cascade") == before == compiled.digest()
    for file in ("compiled.py", "sizes.py", "sampling/philox.py", "features/microkernel.py", "measurement/collapse.py"):
        path = second / "feature_cascade" / file
        text = path.read_bytes()
        path.write_bytes(text + b"#")
        assert compiled.digest(second / "feature_cascade") != before, file
        path.write_bytes(text)
    (second / "feature_cascade/theory/scaling.py").write_text("")
    assert compiled.digest(second / "feature_cascade") == before
    assert compiled.digest(tmp_path) == ""  # no sources, as in a zip file


def test_no_cache_is_used_once_a_file_was_edited_after_the_import(monkeypatch):
    assert list(compiled._folders())
    monkeypatch.setattr(compiled, "digest", lambda: "0" * compiled.DIGITS)
    assert list(compiled._folders()) == []


def test_cache_folders_of_old_versions_do_not_pile_up(tmp_path):
    names = [f"{compiled.PREFIX}{age:032x}" for age in range(7)]
    for age, name in enumerate([*names, f"{compiled.PREFIX}notes", "other"]):
        (tmp_path / name).mkdir()
        os.utime(tmp_path / name, (10**9 - age, 10**9 - age))
    compiled._remove_old(tmp_path / "new")
    kept = {*names[: compiled.KEPT_VERSIONS - 1], f"{compiled.PREFIX}notes", "other"}
    assert {folder.name for folder in tmp_path.iterdir()} == kept


def outside(x):
    return x


def test_rejects_functions_that_the_digest_does_not_cover(monkeypatch):
    with pytest.raises(ValueError, match=r"lie in one of .*'sampling'.* got .*test_compiled\.outside"):
        compiled.jit(outside)
    monkeypatch.setattr(outside, "__module__", "feature_cascade.features.new")
    assert getattr(compiled.jit(outside), "py_func", outside) is outside
    with pytest.raises(ValueError, match="must be no closure"):
        cell = 1

        def closure():
            return cell

        closure.__module__ = outside.__module__
        compiled.jit(closure)


def test_covered_modules_import_only_covered_ones():
    """Or an edit elsewhere could change what is compiled."""
    files = [file for name in compiled.SOURCES for file in (PACKAGE / name).rglob("*.py")]
    files += [PACKAGE / f"{name}.py" for name in compiled.SOURCES if (PACKAGE / f"{name}.py").exists()]
    for file in files:
        depth = len(file.relative_to(PACKAGE).parts)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                assert not (node.module or "").startswith("feature_cascade"), file
                names = [node.module.split(".")[0]] if node.module else [alias.name for alias in node.names]
                assert node.level < depth or set(names) <= set(compiled.SOURCES), file
            if isinstance(node, ast.Import):
                assert not any(alias.name.startswith("feature_cascade") for alias in node.names), file


def test_compiled_functions_are_made_here_alone():
    for file in PACKAGE.rglob("*.py"):
        assert file.name == "compiled.py" or "njit" not in file.read_text(encoding="utf-8"), file


def test_without_a_compiler_the_tests_of_every_module_with_compiled_functions_run():
    makefile = (PACKAGE.parents[1] / "Makefile").read_text()
    listed = re.search(r"^KERNEL_TESTS := .*?,((?:.*\\\n)*.*)\)$", makefile, flags=re.M)[1].split(",")[-1].split()
    compiled_here = [path for path in PACKAGE.rglob("*.py") if "from ..compiled import" in path.read_text()]
    assert len(compiled_here) >= 6
    assert [path.name for path in compiled_here if not {path.stem, path.parent.name} & set(listed)] == []
