"""The smoke configuration passes through every rule, and a second run has nothing to do."""

import itertools
import re

import pandas as pd
import pytest

FIGURES = [
    *("fig1", "fig2", "fig3", "fig4", "fig5", "authors"),
    *("fig2_large", "fig6", "fig7", "fig8", "fig8_hermite", "fig9", "fig11"),
]
TABLES = [
    *("T1", "T2", "T3", "A1"),
    *("T4", "T5", "T7", "T7b", "T7c", "T7d", "T8", "T9"),
]
EXPERIMENTS = ["identity", "tanh", "exponents", "authors"]
RULES = {"generate", "recover", "collect", "thresholds", "spectrum", "predicted_spectra", "theory"}
RULES |= {"slopes", "perturbation", "smoothing", "rounding", "table", "figure", "ledger"}
RULES |= {"departures", "transforms", "setup"}
MAY_BE_MISSING = (
    "limit",  # of a claim that holds without one
    "prefactor",
    "exponent",
    "n_measured",
    "log_se",
    "ratio",
    "n",
    "sem",
    "m_sem",
)  # NaN where nothing was found, by design


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("kind", ["pdf", "png", "svg"])
def test_every_figure_exists(smoke, figure, kind):
    assert (smoke.path / f"figures/{figure}.{kind}").stat().st_size > 5000


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("kind", ["csv", "md", "tex"])
def test_every_table_exists(smoke, table, kind):
    assert len((smoke.path / f"results/tables/{table}.{kind}").read_text().splitlines()) > 3


@pytest.mark.parametrize(
    ("experiment", "kind"),
    [*itertools.product(EXPERIMENTS, ["runs"]), *itertools.product(EXPERIMENTS[:-1], ["directions"])],
)
def test_seed_level_tables_are_finite_and_complete(smoke, experiment, kind):
    table = pd.read_csv(smoke.path / f"results/collected/{experiment}.{kind}.csv")
    assert table.notna().all(axis=None)
    assert sorted(table["seed"].unique()) == [0, 1]
    assert table.groupby(["d", "gamma", "alpha"])["seed"].nunique().eq(2).all()


def test_numbers_of_all_tables_are_finite(smoke):
    paths = sorted((smoke.path / "results").rglob("*.csv"))
    assert len(paths) > 30
    for path in paths:
        table = pd.read_csv(path)
        assert len(table), path
        required = [c for c in table.columns if not c.startswith(MAY_BE_MISSING)]
        assert table[required].notna().all(axis=None), path


def test_no_unfinished_file_is_left(smoke):
    assert not list(smoke.path.rglob("*.part*"))


def test_second_run_does_nothing(smoke):
    run = smoke.snakemake()
    assert run.returncode == 0
    assert "Nothing to be done" in run.stdout


def test_every_rule_takes_part(smoke):
    listed = smoke.snakemake("--list-rules").stdout
    rules = set(re.findall(r"^(?:    )?((?:figure|table)(?=_)|[a-z_]+$)", listed, flags=re.M))
    ran = {path.name for path in (smoke.path / "results/logs").iterdir()}
    assert rules >= RULES == ran


def test_recovery_logs_its_progress(smoke):
    log = next((smoke.path / "results/logs/recover").iterdir()).read_text()
    assert re.search(r"alpha=\S+ n=\d+ passes=\d+ overlap=\S+ nmse=\S+ elapsed=\d+s left=\d+s", log)
