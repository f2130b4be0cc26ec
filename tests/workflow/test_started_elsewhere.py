"""Places from which Snakemake can be started: it works, or one sentence says before any job why it does not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from project import Copy, jobs

TARGET = "results/collected/large.runs.csv"
PLAN = {"generate", "recover", "collect"}
MODULE = """
module cascade:
    snakefile: "{snakefile}"
    config: config
use rule * from cascade as cascade_*
"""


def snakemake(here: Path, *arguments: str, python: str = sys.executable) -> subprocess.CompletedProcess:
    """A dry run of a small target, started in a folder."""
    command = [python, "-m", "snakemake", TARGET, "-n", *arguments]
    return subprocess.run(command, cwd=here, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def refused(run: subprocess.CompletedProcess, *expected: str) -> None:
    """A run ended with one sentence, before Snakemake planned any job."""
    assert run.returncode != 0
    assert "Job stats" not in run.stdout and "Traceback" not in run.stdout
    message = next(line for line in run.stdout.splitlines() if line.startswith(expected[0]))
    assert all(part in message for part in expected) and message.endswith("."), message


def another_workflow(copy, folder: Path) -> Path:
    """A workflow that uses this one as a module."""
    folder.mkdir(exist_ok=True)
    file = folder / "other.smk"
    file.write_text(MODULE.format(snakefile=copy.path / "Snakefile"))
    return file


@pytest.fixture
def elsewhere(tmp_path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return folder


@pytest.fixture
def sentence(copy, elsewhere) -> tuple[str, ...]:
    return ("Working directory: ", f"found {elsewhere.resolve()}", f"allowed is {copy.path.resolve()}")


def test_another_directory(copy, elsewhere, sentence):
    refused(snakemake(copy.path, "--directory", str(elsewhere)), *sentence)
    run = snakemake(elsewhere, "--snakefile", str(copy.path / "Snakefile"), "--directory", str(copy.path))
    assert run.returncode == 0, run.stdout


def test_a_snakefile_of_another_folder(copy, elsewhere, sentence):
    refused(snakemake(elsewhere, "--snakefile", os.path.relpath(copy.path / "Snakefile", elsewhere)), *sentence)


def test_a_module_of_a_workflow_elsewhere(copy, elsewhere, sentence):
    refused(snakemake(elsewhere, "--snakefile", str(another_workflow(copy, elsewhere))), *sentence)


def test_a_module_of_a_workflow_that_runs_in_this_folder(copy, elsewhere):
    file = another_workflow(copy, elsewhere)
    configuration = ["--configfile", "config/config.yaml", "config/smoke.yaml"]
    run = snakemake(copy.path, "--snakefile", str(file), *configuration)
    assert run.returncode == 0, run.stdout
    assert jobs(run.stdout) == {f"cascade_{rule}" for rule in PLAN}


@pytest.mark.parametrize("method", ["apptainer", "env-modules"])
def test_jobs_do_not_silently_run_outside_of_the_container_that_was_asked_for(copy, method):
    refused(snakemake(copy.path, "--sdm", method), "--sdm apptainer and --sdm env-modules are not served: ")


def test_a_python_in_a_path_with_a_space(copy, tmp_path):
    """Snakemake would stop at the first job: it does not quote the path of the Python that it starts."""
    folder = tmp_path / "my projects"
    folder.mkdir()
    (folder / ".venv").symlink_to(sys.prefix)
    python = str(folder / ".venv/bin/python")
    refused(snakemake(copy.path, python=python), "Path of Python: ", f"found '{python}'", "without spaces")


def test_a_project_in_a_path_with_a_space_works_with_a_python_elsewhere(tmp_path):
    project = Copy(tmp_path / "my projects" / "cascade")
    run = project.snakemake("results/setup.html")
    assert run.returncode == 0, run.stdout
    assert (project.path / "results/setup.html").stat().st_size > 1000
