"""The site: built from stored tables, it opens from files, offline, without an error."""

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin

import pandas as pd
import pytest
from project import ROOT
from selenium.webdriver.common.by import By
from test_report import CHROMIUM, DRIVER, SCREENSHOTS, chromium, keep, wait_for

import feature_cascade
from feature_cascade.bookkeeping.titles import FIGURES, TITLES, title

TOOLS = [str(path) for path in (ROOT / ".venv/site").glob("lib/python*/site-packages")]  # of make site-tools
SECONDS = 600
TUTORIALS = {"own_data": "Your own data", "paper": "The paper in ten minutes"}


def missing() -> str:
    """Why the site cannot be built and looked at here, or nothing."""
    if not (CHROMIUM and DRIVER):
        return "needs chromium and chromedriver (Debian: chromium, chromium-driver)"
    if not TOOLS and not find_spec("mkdocs"):
        return "needs the pins of requirements-site.lock (make site-tools)"
    return ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def site(redrawn, tmp_path_factory) -> Path:
    """The pages, made as `make site` makes them."""
    built = tmp_path_factory.mktemp("pages")
    path = os.pathsep.join([*TOOLS, os.environ.get("PYTHONPATH", "")])
    environment = {name: value for name, value in os.environ.items() if name != "NUMBA_DISABLE_JIT"}
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict", "-f", "docs/mkdocs/mkdocs.yml"]
    run = subprocess.run(
        [*command, "--site-dir", built],
        cwd=redrawn.path,
        env=environment | {"PYTHONPATH": path},
        timeout=SECONDS,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.returncode == 0, run.stdout
    return built


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    """Chromium, which keeps what it logs and asks for."""
    SCREENSHOTS.mkdir(exist_ok=True)
    driver = chromium(tmp_path_factory.mktemp("chromium"))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser, site):
    """The first page of the site."""
    browser.get((site / "index.html").as_uri())
    return browser


def opened(page, site, path):
    page.get((site / path).as_uri())
    return page.find_element(By.CSS_SELECTOR, "article")


class Page(HTMLParser):
    """Links of a page and names in it that links can lead to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links, self.names = set(), set()
        self.feed(path.read_text())

    def handle_starttag(self, tag, attributes):
        found = dict(attributes)
        self.names.add(found.get("id"))
        self.links |= {found[name] for name in ("href", "src") if found.get(name)}


def test_every_link_of_every_page_leads_to_something(site):
    """MkDocs checks links of Markdown alone; these are all links, those in raw HTML and the anchors too."""
    pages = {path.as_uri(): Page(path) for path in site.rglob("*.html") if path.name != "404.html"}
    assert len(pages) > 60
    broken = []
    for uri, page in pages.items():
        for target, anchor in (urldefrag(urljoin(uri, link)) for link in page.links):
            if target in pages:
                there = not anchor or unquote(anchor) in pages[target].names
            else:
                there = not target.startswith("file:") or Path(unquote(target.removeprefix("file://"))).exists()
            if not there:
                broken.append((uri.rpartition("/")[2], target, anchor))
    assert not broken


def test_no_markdown_is_left_in_a_page(site):
    """What GitHub and MkDocs read differently: indents of lists, fences in them, links across lines."""
    for path in site.rglob("*.html"):
        article = re.search(r"<article.*</article>", path.read_text(), flags=re.S)
        prose = re.sub(r"<(pre|code|script)\b.*?</\1>", "", article[0] if article else "", flags=re.S)
        assert not re.search(r"```|~~~|\]\(|\|[ :]?--", prose), path
    steps = (site / "docs/DEVELOPING.html").read_text()
    assert len(re.findall(r"<li>\s*<p>.{0,2000}?</p>\s*<div class=\"language-python highlight", steps, flags=re.S)) >= 2


def test_first_page_has_its_picture_its_diagram_and_all_tabs(page):
    assert page.find_element(By.TAG_NAME, "h1").text.startswith("Feature Cascade")
    image = page.find_element(By.CSS_SELECTOR, "article img")
    assert page.execute_script("return arguments[0].naturalWidth", image) > 300
    drawing = page.find_element(By.CSS_SELECTOR, ".diagram svg")
    assert drawing.size["width"] > 400 and "recover" in drawing.text
    tabs = [tab.text for tab in page.find_elements(By.CSS_SELECTOR, ".md-tabs__item")]
    assert tabs == ["Start", "Tutorials", "Figures", "Tables", "Claims", "API", "Developing"]
    keep(page, "site")


@pytest.mark.parametrize("figure", FIGURES)
def test_the_page_of_a_figure_shows_it_with_its_caption(page, site, figure):
    article = opened(page, site, f"docs/figures/{figure}.html")
    assert article.find_element(By.TAG_NAME, "h1").text.rstrip("¶") == title(figure)
    image, caption = (article.find_element(By.CSS_SELECTOR, f"figure {tag}") for tag in ("img", "figcaption"))
    assert page.execute_script("return arguments[0].naturalWidth", image) > 300 and image.size["width"] > 300
    assert caption.is_displayed() and len(caption.text) > 100
    assert caption.rect["y"] >= image.rect["y"] + image.rect["height"]
    if figure == "fig4":
        keep(page, "site_figure")


@pytest.mark.parametrize("table", TITLES)
def test_the_page_of_a_table_has_all_rows_and_explains_all_columns(page, site, table):
    article = opened(page, site, f"results/tables/{table}.html")
    stored = pd.read_csv(site / f"results/tables/{table}.csv")
    assert article.find_element(By.TAG_NAME, "h1").text.rstrip("¶") == title(table)
    assert [head.text for head in article.find_elements(By.TAG_NAME, "th")] == list(stored)
    assert len(article.find_elements(By.CSS_SELECTOR, "tbody tr")) == len(stored)
    explained = [item.text.partition(": ")[0] for item in article.find_elements(By.CSS_SELECTOR, "ul > li")]
    assert explained == list(stored)


def test_the_ledger_is_on_a_page(page, site):
    article = opened(page, site, "results/claims.html")
    claims = pd.read_csv(ROOT / "results/reference/claims.csv")
    rows = [row.text for row in article.find_elements(By.CSS_SELECTOR, "tbody tr td:first-child")]
    assert rows == list(claims["name"])
    keep(page, "site_ledger")


@pytest.mark.parametrize("name", TUTORIALS)
def test_a_tutorial_was_executed(page, site, name):
    article = opened(page, site, f"docs/tutorials/{name}.html")
    assert article.find_element(By.TAG_NAME, "h1").text.rstrip("¶") == TUTORIALS[name]
    images = article.find_elements(By.TAG_NAME, "img")
    assert len(images) >= 2
    assert all(page.execute_script("return arguments[0].naturalWidth", image) > 100 for image in images)
    keep(page, f"site_{name}")
    cells = [c for c in json.loads((site / f"docs/tutorials/{name}.ipynb").read_text())["cells"] if c.get("outputs")]
    assert len(cells) >= 5


def test_what_the_tutorial_on_own_data_finds(page, site):
    text = opened(page, site, "docs/tutorials/own_data.html").text
    assert "2 directions" in text
    raw, white = (float(score) for score in re.findall(r"R² on new samples: (-?[\d.]+)", text))
    assert white > raw and white > 0.9


def test_the_reference_has_every_public_name_with_its_parameters(page, site):
    links = opened(page, site, "api/index.html").find_elements(By.CSS_SELECTOR, "li a code")
    assert {link.text for link in links} == set(feature_cascade.__all__)
    links[0].click()
    name = "feature_cascade.estimator.cascade.FeatureCascade"
    shown = wait_for(page, lambda p: p.find_elements(By.ID, name))[0]
    assert shown.is_displayed()
    parameters = page.find_element(By.CSS_SELECTOR, f"[id='{name}'] ~ .doc-contents table").text
    assert {"degree", "max_directions", "link"} <= set(parameters.split())
    keep(page, "site_api")


def test_search_finds_a_page(page):
    page.execute_script("document.querySelector('#__search').click()")
    field = wait_for(page, lambda p: [f for f in p.find_elements(By.NAME, "query") if f.is_displayed()])[0]
    field.send_keys("staircase")
    found = wait_for(page, lambda p: p.find_elements(By.CSS_SELECTOR, ".md-search-result__item a"))
    assert any("fig4" in link.get_attribute("href") for link in found)
    keep(page, "site_search")


def test_nothing_comes_from_outside_and_nothing_fails(browser):
    """Runs last, so the logs are those of all tests above."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert any(url.startswith("file://") for url in asked)
    assert not [url[:100] for url in asked if not url.startswith(("file://", "data:", "blob:", "chrome://"))]
    assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
