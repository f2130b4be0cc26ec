"""One set of pins: the lock file, environment.yml and what is imported agree; `make` refuses what they do not serve."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import grimp
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

import feature_cascade

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([A-Za-z0-9._-]+==[^\\\n]*[^\\\n ]) *\\?$", flags=re.M)


def pins_of(lock: str) -> set[str]:
    return set(PIN.findall((ROOT / lock).read_text()))


def locked() -> set[str]:
    return pins_of("requirements.lock")


def test_environment_pins_the_same_versions_as_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text())
    pip = next(item["pip"] for item in environment["dependencies"] if isinstance(item, dict))
    assert set(pip) == locked()
    assert "python=3.11" in environment["dependencies"]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-slurm.lock", "requirements-site.lock"])
def test_lock_has_a_hash_for_every_pin_and_no_address(lock):
    text = (ROOT / lock).read_text()
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.M)
    assert all("--hash=sha256:" in block for block in blocks if "==" in block)
    assert "://" not in text


def test_what_a_cluster_needs_on_top_agrees_with_the_lock():
    extra = {pin for pin in pins_of("requirements-slurm.lock") if not pin.startswith("snakemake-executor-plugin-slurm")}
    assert extra <= locked()


def test_the_tools_of_the_site_and_the_environment_agree():
    """Both are on the path when the site is built: a package of both must be the same one."""
    ours = {pin.partition("==")[0]: pin for pin in locked()}
    for pin in pins_of("requirements-site.lock"):
        name = pin.partition("==")[0]
        assert pin.split(" ;")[0] == ours.get(name, pin).split(" ;")[0]


def test_the_pins_install_on_the_platforms_that_are_served_and_the_table_is_of_this_lock():
    """`make lock` asks the index; a lock that was changed by hand has no answer."""
    table = json.loads((ROOT / "requirements.platforms.json").read_text())
    assert table["requirements.lock"] == hashlib.sha256((ROOT / "requirements.lock").read_bytes()).hexdigest()
    allowed = SpecifierSet(project()["requires-python"])
    for platform in ("Linux x86-64", "Linux aarch64", "macOS arm64"):
        answers = table["platforms"][platform]
        assert {python for python, said in answers.items() if said == "installs"} == set(allowed.filter(answers))
        assert all(said == "installs" or re.fullmatch(r"no wheel of \S+==\S+", said) for said in answers.values())
    assert "installs" not in table["platforms"]["macOS x86-64"].values(), "make refuses it"


def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def dependencies() -> dict[str, list[Requirement]]:
    """What pyproject.toml asks for, by extra ("" for the package itself)."""
    groups = {"": project()["dependencies"], **project()["optional-dependencies"]}
    return {extra: [Requirement(one) for one in group] for extra, group in groups.items()}


def declared() -> dict[str, set[str]]:
    """Names of the dependencies of each extra."""
    return {extra: {canonicalize_name(one.name) for one in group} for extra, group in dependencies().items()}


def test_every_direct_dependency_is_locked_and_installed():
    pins = {}
    for pin in locked():
        name, _, rest = pin.partition("==")
        pins.setdefault(name, set()).add(rest.split(" ;")[0].strip())
    names = set().union(*declared().values())
    assert len(names) > 20
    assert all(version(name) in pins[name] for name in names)


def test_lower_bounds_admit_the_pins():
    assert all(one.specifier.contains(version(one.name)) for group in dependencies().values() for one in group)


def test_every_imported_package_is_declared():
    """Bookkeeping, of scripts and workflow alone, may use the extra `workflow` as well."""
    graph = grimp.build_graph("feature_cascade", include_external_packages=True)
    distributions, allowed = packages_distributions(), declared()
    seen = set()
    for module in graph.modules:
        if module.startswith("feature_cascade"):
            room = allowed[""] | (allowed["workflow"] if module.startswith("feature_cascade.bookkeeping.") else set())
            for other in graph.find_modules_directly_imported_by(module):
                if not other.startswith("feature_cascade") and other not in sys.stdlib_module_names:
                    owners = {canonicalize_name(name) for name in distributions[other]}
                    assert owners & room, f"{module} imports {other}, which pyproject.toml does not declare"
                    seen |= owners
    assert seen >= {"numpy", "scikit-learn", "llvmlite", "rocrate"}


def test_the_version_stands_in_one_place_and_what_is_published_agrees():
    assert project()["dynamic"] == ["version"] and "version" not in project()
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text())
    zenodo = json.loads((ROOT / ".zenodo.json").read_text())
    assert citation["version"] == zenodo["version"] == feature_cascade.__version__
    assert citation["title"] == zenodo["title"]
    assert citation["license"] == zenodo["license"]
    assert [author["name"] for author in citation["authors"]] == [one["name"] for one in zenodo["creators"]]


def test_the_pythons_of_the_workflow_on_github_are_those_that_pip_accepts():
    allowed = SpecifierSet(project()["requires-python"])
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    tested = set(jobs["unit"]["strategy"]["matrix"]["python"])
    assert tested == {f"3.{minor}" for minor in range(30) if f"3.{minor}" in allowed}


def test_jobs_on_github_call_make_and_nothing_else():
    jobs = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())["jobs"]
    called = [step["run"] for job in jobs.values() for step in job["steps"] if "run" in step]
    assert sorted(called) == ["make lint", "make unit", "make unit-nojit", "make workflow-tests"]
    used = {step["uses"].partition("@")[0] for job in jobs.values() for step in job["steps"] if "uses" in step}
    assert used == {"actions/checkout", "actions/setup-python"}


def test_the_site_is_published_from_what_make_site_wrote():
    steps = yaml.safe_load((ROOT / ".github/workflows/site.yml").read_text())["jobs"]["publish"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make site"]
    used = {step["uses"].partition("@")[0]: step.get("with", {}) for step in steps if "uses" in step}
    assert used["actions/upload-pages-artifact"] == {"path": "site"} and "actions/deploy-pages" in used
    written = yaml.load((ROOT / "docs/mkdocs/mkdocs.yml").read_text(), Loader=yaml.BaseLoader)["site_dir"]
    assert (ROOT / "docs/mkdocs" / written).resolve() == ROOT / "site"


# ---- make ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path) -> Path:
    """What `make` needs to set up an environment and to clean up; in no git clone."""
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess:
    environment = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    return subprocess.run(["make", *arguments], cwd=folder, env=environment, capture_output=True, text=True)


def other_python(folder: Path, found: tuple[int, int], system: str, machine: str) -> str:
    """A Python that says it is of another version and on another machine, and that makes no environment."""
    said = (
        f"import platform, sys; sys.version_info = {(*found, 0)}; platform.system = lambda: {system!r}; "
        f"platform.machine = lambda: {machine!r}; exec(sys.argv[1])"
    )
    script = folder / "python"
    refuse = 'if [ "$1" != -c ]; then echo no environment; exit 7; fi'
    script.write_text(f"""#!/bin/sh\n{refuse}\nexec {sys.executable} -c "{said}" "$2"\n""")
    script.chmod(0o755)
    return str(script)


@pytest.mark.parametrize(
    ("found", "system", "machine", "sentence"),
    [
        ((3, 10), "Linux", "x86_64", "Python 3.11 to 3.13 is needed, found 3.10: make PYTHON=..."),
        ((3, 14), "Linux", "x86_64", "Python 3.11 to 3.13 is needed, found 3.14: make PYTHON=..."),
        ((3, 12), "Darwin", "x86_64", "macOS on Intel is not supported: numba has no wheels for it."),
    ],
)
def test_make_refuses_what_the_pins_have_no_wheels_for(folder, found, system, machine, sentence):
    run = make(folder, ".venv/installed", f"PYTHON={other_python(folder, found, system, machine)}")
    assert run.returncode != 0
    assert sentence in run.stderr
    assert "no environment" not in run.stdout


@pytest.mark.parametrize(("found", "system", "machine"), [((3, 11), "Linux", "x86_64"), ((3, 13), "Darwin", "arm64")])
def test_make_goes_on_to_install_where_the_pins_have_wheels(folder, found, system, machine):
    run = make(folder, ".venv/installed", f"PYTHON={other_python(folder, found, system, machine)}")
    assert "no environment" in run.stdout


def test_an_environment_of_another_folder_is_made_anew(folder):
    (folder / ".venv").mkdir()
    installed = folder / ".venv/installed"
    installed.write_text("/somewhere/else\n")
    said = make(folder, "-n", ".venv/installed").stdout
    assert "/somewhere/else: it is made anew" in said
    assert "-m venv --clear .venv" in said
    installed.write_text(f"{folder.resolve()}\n")
    said = make(folder, "-n", ".venv/installed").stdout
    assert "up to date" in said and "anew" not in said


def test_make_clean_needs_no_git_and_keeps_stored_results(folder):
    made = ["results/collected/runs.csv", "results/manifest.json", "figures/fig1.pdf", ".snakemake/log"]
    kept = ["results/.gitkeep", "results/reference/runs.csv", "figures/.gitkeep"]
    for name in (*made, *kept):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    run = make(folder, "clean")
    assert run.returncode == 0, run.stderr
    assert all((folder / name).exists() for name in kept)
    assert not any((folder / name).exists() for name in made)
