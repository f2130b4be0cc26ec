"""Shared by all tests: the marker `jit_only`, a reproducible hypothesis profile, copies of the project."""

import fcntl

import numba
import pytest
from hypothesis import settings
from project import Copy

settings.register_profile("project", deadline=None, derandomize=True, database=None, max_examples=25)
settings.load_profile("project")


def pytest_configure(config):
    config.addinivalue_line(
        "markers", "jit_only: too slow, or empty, without compiled kernels: skipped with NUMBA_DISABLE_JIT=1"
    )


def pytest_collection_modifyitems(items):
    if numba.config.DISABLE_JIT:
        for item in items:
            if "jit_only" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="needs compiled kernels (NUMBA_DISABLE_JIT is set)"))


@pytest.fixture
def copy(tmp_path) -> Copy:
    """A copy of the project in which nothing has run."""
    return Copy(tmp_path / "project")


def finished(tmp_path_factory, name: str, *arguments: str, **options) -> Copy:
    """A finished run of Snakemake, one for all processes of a test run; what it said is in `said`."""
    here = tmp_path_factory.getbasetemp()
    shared = here.parent if here.name.startswith("popen-") else here
    with open(shared / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        project = Copy(shared / name)
        if not (done := shared / f"{name}.done").exists():
            run = project.snakemake(*arguments, **options)
            assert run.returncode == 0, run.stdout
            done.write_text(run.stdout)
    project.said = done.read_text()
    return project


@pytest.fixture(scope="session")
def finished_smoke(tmp_path_factory) -> Copy:
    """A finished run of the smoke configuration; not to be changed."""
    return finished(tmp_path_factory, "smoke")


@pytest.fixture(scope="session")
def redrawn(tmp_path_factory) -> Copy:
    """Figures, tables and the ledger, drawn from the stored tables; not to be changed."""
    targets = ("figures", "tables", "ledger", "--config", "source=reference")
    return finished(tmp_path_factory, "redrawn", *targets, config="config/config.yaml")


@pytest.fixture(scope="module")
def smoke(finished_smoke, tmp_path_factory) -> Copy:
    """A finished smoke run of the test file's own."""
    return finished_smoke.twin(tmp_path_factory.mktemp("smoke") / "project")
