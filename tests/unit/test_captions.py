"""Captions of the report, as Snakemake renders them: reStructuredText without an error, numbers that are there."""

import re

import pytest
from project import ROOT, SCHEMA, configuration, merge

from feature_cascade.bookkeeping import products, titles
from feature_cascade.bookkeeping.captions import caption_html
from feature_cascade.bookkeeping.settings import checked
from feature_cascade.tables.columns import TITLES

CAPTIONS = sorted((ROOT / "workflow/report").glob("*.rst"))
CONFIGURATIONS = {
    name: checked(configuration(*files), SCHEMA)
    for name, files in {"default": (), "smoke": ("smoke.yaml",), "paper": ("paper.yaml",)}.items()
}
SETTINGS = CONFIGURATIONS["default"][1]
SHOWN = [product.name for product in (*products.figures(SETTINGS), *products.tables(SETTINGS))]


@pytest.mark.parametrize("config", [found[0] for found in CONFIGURATIONS.values()], ids=CONFIGURATIONS)
@pytest.mark.parametrize("path", CAPTIONS, ids=lambda path: path.stem)
def test_a_caption_is_rendered_without_a_word_from_docutils(path, config):
    html, complaints = caption_html(path.read_text(), config)
    assert not complaints and "system-message" not in html
    text = re.sub(r"<[^>]+>", " ", html)
    assert len(text) > 100
    assert not re.search(r"\bnan\b|\b1\s+seeds|\{\{|\\", text)


def test_a_bar_that_is_not_escaped_is_seen():
    html, complaints = caption_html("The distance |measured − predicted| of both.", {})
    assert "Undefined substitution" in complaints and "system-message" in html


def first_page(config: dict) -> str:
    return caption_html((ROOT / "workflow/report/workflow.rst").read_text(), config)[0]


def test_a_quick_trial_says_first_that_its_numbers_mean_nothing():
    said = {name: first_page(found[0]).find("numbers mean nothing") for name, found in CONFIGURATIONS.items()}
    assert 0 < said["smoke"] < 400
    assert said["default"] == said["paper"] == -1


def test_a_report_from_stored_tables_says_so():
    stored = checked(merge(configuration(), {"source": "reference"}), SCHEMA)[0]
    assert "nothing was simulated" in first_page(stored)
    assert "nothing was simulated" not in first_page(CONFIGURATIONS["default"][0])


def test_every_figure_and_table_has_a_title_that_lists_and_pages_share():
    assert list(titles.FIGURES) != sorted(titles.FIGURES) and set(titles.FIGURES) | set(TITLES) == set(SHOWN)
    for figure in titles.FIGURES:
        heading = (ROOT / f"docs/figures/{figure}.md").read_text().splitlines()[0]
        assert heading == f"# {titles.title(figure)}"


def test_lists_are_in_the_order_of_numbers():
    labels = sorted(titles.sortable(figure) for figure in titles.FIGURES)
    numbers = [int(found[0]) for label in labels if (found := re.search(r"\d+", label))]
    assert numbers == sorted(numbers) and numbers[-1] > 9
    assert labels[-1] == titles.title("authors")
    assert len(set(labels)) == len(titles.FIGURES)
