"""A cell that differs from the stored tables is named; stored tables are those that were stored."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from feature_cascade.bookkeeping.provenance import changed_keys, configuration_hash, sha256
from feature_cascade.bookkeeping.reference import differences, file_differences

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "results/reference"


@pytest.fixture
def stored() -> pd.DataFrame:
    rows = [
        {"d": d, "gamma": 0.4, "seed": seed, "alpha": alpha, "n": d**2, "nmse": 0.5 + seed / 10, "converged": True}
        for d in (30, 60)
        for seed in (0, 1)
        for alpha in (2.0, 2.5)
    ]
    return pd.DataFrame(rows)


def test_equal_tables_do_not_differ(stored):
    assert differences(stored.copy(), stored) == []
    assert differences(stored.sample(frac=1, random_state=0), stored) == []  # rows are found by their keys


def test_a_changed_cell_is_named_with_its_row_column_and_values(stored, tmp_path):
    fresh = stored.copy()
    fresh.loc[(fresh["d"] == 60) & (fresh["seed"] == 1) & (fresh["alpha"] == 2.5), "nmse"] += 2e-4
    assert differences(fresh, stored) == ["d=60 gamma=0.4 seed=1 alpha=2.5 row=0: nmse is 0.6002, stored 0.6"]
    fresh.to_csv(tmp_path / "fresh.csv", index=False)
    stored.to_csv(tmp_path / "stored.csv", index=False)
    (line,) = file_differences(tmp_path / "fresh.csv", tmp_path / "stored.csv")
    assert line.startswith(f"{tmp_path}/fresh.csv: d=60 gamma=0.4 seed=1 alpha=2.5")


@pytest.mark.parametrize(("change", "count"), [(0.99e-4, 0), (1.3e-4, 8), (np.nan, 8), (np.inf, 8)])
def test_numbers_agree_to_a_ten_thousandth(stored, change, count):
    fresh = stored.assign(nmse=stored["nmse"] * (1 + change))
    assert len(differences(fresh, stored)) == count


def test_times_may_differ(stored):
    timed = stored.assign(seconds=1.0)
    assert differences(timed.assign(seconds=2.0), timed) == []
    assert differences(stored, timed) != []  # but not whether they were taken


def test_missing_numbers_and_infinities_agree_with_themselves(stored):
    stored.loc[0, "nmse"], stored.loc[1, "nmse"] = np.nan, np.inf
    assert differences(stored.copy(), stored) == []


def test_small_numbers_are_measured_by_their_column(stored):
    stored.loc[0, "nmse"] = 1e-9
    assert differences(stored.assign(nmse=stored["nmse"] + 1e-6), stored) == []
    tiny = stored.assign(nmse=1e-6 * stored["nmse"])
    assert len(differences(tiny.assign(nmse=1.01 * tiny["nmse"]), tiny)) == 7  # the tiniest is small among the tiny


def test_flags_and_words_must_be_equal(stored):
    fresh = stored.assign(converged=stored["seed"] == 0, status="measured")
    lines = differences(fresh, stored.assign(status="measured"))
    assert len(lines) == 4 and all("converged is False, stored True" in line for line in lines)
    lines = differences(stored.assign(status="never"), stored.assign(status="measured"))
    assert len(lines) == 8 and "status is never, stored measured" in lines[0]


def test_rows_and_columns_that_only_one_has_are_named(stored):
    part = stored[stored["seed"] == 0]
    assert differences(part, stored, part=True) == []
    assert [line.split(":")[1] for line in differences(part, stored)] == [" only stored"] * 4
    assert [line.split(":")[1] for line in differences(stored, part)] == [" not among the stored"] * 4
    assert differences(stored.drop(columns="n"), stored)[0].startswith("columns are d, gamma, seed")


def test_rows_without_keys_are_told_apart_by_their_order():
    spectrum = pd.DataFrame({"alpha": 2.0, "eigenvalue": [0.1, 0.2, 0.3]})
    assert differences(spectrum.assign(eigenvalue=[0.1, 0.25, 0.3]), spectrum) == [
        "alpha=2.0 row=1: eigenvalue is 0.25, stored 0.2"
    ]


def test_many_differences_are_counted(stored, tmp_path):
    big = pd.concat([stored.assign(seed=10 + seed) for seed in range(9)])
    big.to_csv(tmp_path / "stored.csv", index=False)
    big.assign(nmse=0).to_csv(tmp_path / "fresh.csv", index=False)
    lines = file_differences(tmp_path / "fresh.csv", tmp_path / "stored.csv")
    assert len(lines) == 21 and lines[-1].endswith("and 52 more differences")


def test_keys_of_configurations_that_differ_are_named():
    ours = {"threads": 1, "source": "run", "figure4": {"d": 10}, "experiments": {"tanh": {"seeds": 3, "gamma": [0.4]}}}
    theirs = {"threads": 2, "figure4": {}, "experiments": {"tanh": {"seeds": 2, "gamma": [0.4]}}, "slopes": {"d": 1}}
    assert changed_keys(ours, ours | {"threads": 4}) == []
    assert changed_keys(ours, theirs) == ["experiments.tanh.seeds", "slopes"]
    assert configuration_hash({"a": 1, "b": 2}) == configuration_hash({"b": 2, "a": 1})


@pytest.mark.skipif(not REFERENCE.joinpath("run.json").exists(), reason="no run is stored")
def test_stored_tables_are_those_that_were_stored():
    about = json.loads((REFERENCE / "run.json").read_text())
    tables = {file.relative_to(ROOT).as_posix() for file in (REFERENCE / "run").rglob("*.csv")}
    assert tables == set(about["tables"])
    assert all(sha256(ROOT / path) == checksum for path, checksum in about["tables"].items())
    assert about["configuration_sha256"] == configuration_hash(about["configuration"])
