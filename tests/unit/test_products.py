"""What tables, figures and the ledger are made from."""

from importlib import import_module
from inspect import signature

import pytest
from project import ROOT, SCHEMA, configuration, merge

from feature_cascade.bookkeeping import products
from feature_cascade.bookkeeping.settings import checked
from feature_cascade.claims.decisions import CLAIMS

DEFAULT = checked(configuration(), SCHEMA)[1]
TABLES, FIGURES = products.tables(DEFAULT), products.figures(DEFAULT)


@pytest.mark.parametrize("table", TABLES, ids=lambda product: product.name)
def test_a_table_is_given_what_its_module_takes(table):
    make = import_module(f"feature_cascade.tables.{table.name.lower()}").make
    assert set(signature(make).parameters) == set(table.tables) and not table.options


@pytest.mark.parametrize("figure", FIGURES, ids=lambda product: product.name)
def test_a_figure_is_given_what_its_module_takes(figure):
    draw = import_module(f"feature_cascade.figures.{figure.name}").draw
    assert set(signature(draw).parameters) == set(figure.tables) | set(figure.options)
    assert not set(figure.tables) & set(figure.options)


def test_every_module_caption_and_product_has_the_others():
    names = {product.name for product in TABLES + FIGURES}
    assert len(names) == len(TABLES + FIGURES)
    captions = {path.stem for path in (ROOT / "workflow/report").glob("*.rst")}
    assert captions == names | {"claims", "setup", "workflow"}
    package = ROOT / "src/feature_cascade"
    modules = {path.stem for path in package.glob("figures/*.py")} - {"__init__", "panels", "style", "explore"}
    assert modules == {figure.name for figure in FIGURES}
    modules = {path.stem for path in package.glob("tables/*.py")} - {
        "__init__",
        "cells",
        "columns",
        "explore",
        "frames",
        "latex",
        "rounding",
    }
    assert modules == {table.name.lower() for table in TABLES}


def test_the_paper_comes_first():
    for found in (TABLES, FIGURES):
        groups = [product.group for product in found]
        assert groups == sorted(groups, reverse=True) and set(groups) == {products.PAPER, products.BEYOND}


def test_targets_are_all_renderings():
    both = [*products.targets(DEFAULT, products.PAPER), *products.targets(DEFAULT, products.BEYOND)]
    assert len(both) == len(set(both)) == 4 * len(TABLES) + 3 * len(FIGURES)
    assert products.renderings(DEFAULT, "T6", "fig10") == [
        *(f"results/tables/T6.{kind}" for kind in ("csv", "md", "tex", "html")),
        *(f"figures/fig10.{kind}" for kind in ("pdf", "png", "svg")),
    ]


def test_the_ledger_reads_tables_that_are_made():
    assert set(products.CLAIMED) <= {table.name for table in TABLES}
    assert set(products.claims(DEFAULT)) == {"runs", "directions", "curves", "baselines"}
    assert CLAIMS


def test_stored_experiments_and_studies_are_read_from_the_reference():
    assert products.collected(DEFAULT, ["large", "tanh"], "runs") == [
        "results/reference/large.runs.csv",
        "results/collected/tanh.runs.csv",
    ]
    measured = products.comparison(DEFAULT)["measured"]
    assert measured == ["results/baselines/curves.csv", "results/reference/baselines.separation.csv"]
    assert not any(path.startswith("results/reference/") for path in products.computed(DEFAULT))


def test_the_source_of_a_drawing():
    tables = {"runs": ["results/collected/tanh.runs.csv"], "gaps": ["results/tables/T8.csv"]}
    assert products.drawn_from(DEFAULT, tables) == tables
    reference = checked(merge(configuration(), {"source": "reference"}), SCHEMA)[1]
    assert products.drawn_from(reference, tables) == {
        "runs": ["results/reference/run/collected/tanh.runs.csv"],
        "gaps": ["results/tables/T8.csv"],
    }
