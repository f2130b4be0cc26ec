"""The command line: it reads tables, prints the report, writes the page, and refuses in one sentence."""

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner

from feature_cascade.cli import main, read

OPTIONS = ["--degree", "1", "--no-forecast", "--permutations", "1"]


@pytest.fixture
def table() -> pd.DataFrame:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.standard_normal((800, 4)), columns=list("abcd"))
    frame["price"] = frame["a"] ** 2 - frame["b"] ** 2
    return frame


def test_diagnose_prints_the_report_and_writes_the_page(tmp_path, table):
    table.to_csv(tmp_path / "houses.csv", index=False)
    run = CliRunner().invoke(main, ["diagnose", str(tmp_path / "houses.csv"), "--target", "price", *OPTIONS])
    assert run.exit_code == 0, run.output
    assert "degree 1: 2 significant of D = 4 directions" in run.output
    page = (tmp_path / "houses.html").read_text()
    assert "<svg" in page and "degree 1: 2 significant" in page
    assert not [word for word in ("<script", "<link", "src=", "url(http") if word in page]


def test_npz_is_read_and_html_goes_where_it_should(tmp_path, table):
    np.savez(tmp_path / "data.npz", X=table[list("abcd")], y=table["price"])
    page = tmp_path / "page.html"
    run = CliRunner().invoke(main, ["diagnose", str(tmp_path / "data.npz"), "--html", str(page), *OPTIONS])
    assert run.exit_code == 0, run.output
    assert "2 significant" in run.output and page.exists()


def test_read_keeps_the_target_out_of_the_inputs(tmp_path, table):
    table.to_csv(tmp_path / "t.csv", index=False)
    X, y = read(tmp_path / "t.csv", "price")
    np.testing.assert_allclose(X, table[list("abcd")])
    np.testing.assert_allclose(y, table["price"])


@pytest.mark.parametrize(
    ("name", "target", "message"),
    [
        ("t.csv", "cost", "target must be one of the columns ['a', 'b', 'c', 'd', 'price'], got 'cost'"),
        ("t.npz", "cost", "t.npz must hold the arrays X and cost, found ['X', 'y']"),
        ("t.txt", "y", "t.txt must end in .csv, .parquet or .npz, got '.txt'"),
        ("words.csv", "price", "all inputs must be numbers, but not the columns ['a']: encode or drop them"),
        ("same.csv", "price", "y must not be constant"),
    ],
)
def test_refusals_are_one_sentence(tmp_path, table, name, target, message):
    table.to_csv(tmp_path / "t.csv", index=False)
    np.savez(tmp_path / "t.npz", X=table[["a"]], y=table["price"])
    (tmp_path / "t.txt").write_text("1 2\n")
    table.assign(a="red").to_csv(tmp_path / "words.csv", index=False)
    table.assign(price=1.0).to_csv(tmp_path / "same.csv", index=False)
    run = CliRunner().invoke(main, ["diagnose", str(tmp_path / name), "--target", target])
    assert run.exit_code == 1 and run.output.startswith(f"Error: {message}")
    assert len(run.output.strip().splitlines()) == 1
