"""Everything is drawn from the stored tables without simulation, and a fresh run agrees with them."""

from pathlib import Path

import pytest
import test_smoke
from project import jobs

from feature_cascade.bookkeeping.reference import file_differences

STORED = Path(__file__).parents[2] / "results/reference/run.json"
DEFAULT = "config/config.yaml"
AGAIN = ["figure_fig2", "figure_fig7", "figure_fig10", "table_T1", "table_T6"]  # unit tests draw every figure twice
pytestmark = pytest.mark.skipif(not STORED.exists(), reason="no run is stored: `snakemake store_reference` after one")


def drawn_files(project):
    """The bytes of all figures and tables."""
    folders = [project.path / "figures", project.path / "results/tables"]
    return {path.name: path.read_bytes() for folder in folders for path in folder.iterdir() if path.suffix}


def test_everything_is_drawn_from_stored_tables_with_the_same_bytes_on_one_and_two_cores(redrawn, tmp_path):
    files = drawn_files(redrawn)
    drawn = {f"figure_{name}" for name in test_smoke.FIGURES} | {f"table_{name}" for name in test_smoke.TABLES}
    assert jobs(redrawn.said) == drawn | {"figures", "tables", "ledger"}
    assert not (redrawn.path / "results/recovery").exists()
    for folder, kinds in {"figures": ("pdf", "png", "svg"), "results/tables": ("csv", "md", "tex")}.items():
        names = {path.stem for path in (redrawn.path / folder).glob(f"*.{kinds[0]}")}
        assert len(names) >= 12
        assert all((redrawn.path / folder / f"{name}.{kind}").stat().st_size > 0 for name in names for kind in kinds)
    twin = redrawn.twin(tmp_path / "project")
    options = ("--config", "source=reference", "--forcerun", *AGAIN)
    run = twin.snakemake("figures", "tables", *options, config=DEFAULT, cores=1)
    assert run.returncode == 0, run.stdout
    assert set(AGAIN) <= jobs(run.stdout)
    again = drawn_files(twin)
    assert files.keys() == again.keys() and len(files) > 80
    assert [name for name in files if files[name] != again[name]] == []


@pytest.mark.parametrize("experiment", ["hermite_identity", "gaussian_tanh"])
def test_a_fresh_run_agrees_with_the_stored_tables(copy, experiment):
    """One seed of the smallest size of two default experiments; `make compare` does all of a finished run."""
    fresh = {kind: f"results/recovery/{experiment}/d30_g0.40_s0.{kind}.csv" for kind in ("runs", "directions")}
    run = copy.snakemake(fresh["runs"], config=DEFAULT)
    assert run.returncode == 0, run.stdout
    for kind, path in fresh.items():
        stored = copy.path / f"results/reference/run/collected/{experiment}.{kind}.csv"
        assert file_differences(copy.path / path, stored, part=True) == []


def test_stored_tables_are_of_one_configuration(copy):
    run = copy.snakemake("figures", "-n", "--config", "source=reference")
    assert run.returncode != 0
    message = next(line for line in run.stdout.splitlines() if line.startswith("Configuration key 'source'"))
    assert "teachers.paper.n_test" in message and "experiments.tanh.seeds" in message and "allowed is run" in message
