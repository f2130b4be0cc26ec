"""The report in a browser: all of it is visible, offline, without an error."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from feature_cascade.bookkeeping import titles

SCREENSHOTS = Path(__file__).parent / "screenshots"
FLAGS = [
    *("headless", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "window-size=1600,1000"),
    *("disable-background-networking", "disable-component-update", "disable-sync"),
]
CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver (Debian: chromium, chromium-driver)"
)


@pytest.fixture(scope="module")
def project(smoke):
    """The finished smoke run with its report."""
    written = smoke.snakemake("--report", "report.html")
    assert written.returncode == 0, written.stdout
    return smoke.path


def chromium(folder):
    """A browser with its files in a folder; what it logs and asks for is kept."""
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"user-data-dir={folder}"):
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))


@pytest.fixture(scope="module")
def browser(project, tmp_path_factory):
    """Chromium with the report open."""
    driver = chromium(tmp_path_factory.mktemp("chromium"))
    SCREENSHOTS.mkdir(exist_ok=True)
    driver.get((project / "report.html").as_uri())
    yield driver
    driver.quit()


@pytest.fixture
def page(browser):
    """The report at its start."""
    browser.switch_to.default_content()
    browser.refresh()
    return browser


def wait_for(page, condition):
    return WebDriverWait(page, 60, ignored_exceptions=[StaleElementReferenceException]).until(condition)


def press(page, path, shown):
    """Click until the report shows what it should: just after a refresh a click can go to a menu that is drawn anew."""

    def pressed(p):
        found = shown(p)
        if not found:
            for button in p.find_elements(By.XPATH, path)[:1]:
                button.click()
        return found

    return wait_for(page, pressed)


def open_category(page, category, path):
    """Open a category that holds what is at `path`."""
    press(page, f"//li/a[span[text()='{category}']]", lambda p: p.find_elements(By.XPATH, path))


def row_of(label):
    """Path of the row of a list with a label, as it is read: a quotation mark in it needs quotes of the other kind."""
    return f'//tr[td[normalize-space(text())="{label}"]]'


def show(page, category, label):
    """Open a category and press the button that shows one of its results."""
    row = row_of(label)
    open_category(page, category, row)
    press(page, f"{row}//a", lambda p: p.find_elements(By.TAG_NAME, "iframe"))


def keep(page, name):
    page.save_screenshot(str(SCREENSHOTS / f"{name}.png"))


def outputs(project, folder, kind):
    return sorted(path.stem for path in (project / folder).glob(f"*.{kind}"))


def test_every_figure_is_visible_with_its_caption(page, project):
    figures = outputs(project, "figures", "png")
    assert len(figures) >= 13
    open_category(page, "Figures", row_of(titles.title(figures[0])))
    for figure in figures:
        uri = page.execute_script(f"return results['figures/{figure}.png'].data_uri")
        button, drawn = f"{row_of(titles.title(figure))}//a[1]", f"img[src='{uri}']"
        image = press(page, button, lambda p, drawn=drawn: p.find_elements(By.CSS_SELECTOR, drawn))[0]
        wait_for(page, lambda p, image=image: p.execute_script("return arguments[0].naturalWidth", image) > 0)
        assert image.is_displayed() and image.size["width"] > 300
        keep(page, figure)
        assert len(page.execute_script(f"return results['figures/{figure}.png'].caption")) > 100


def test_caption_is_shown_beside_its_figure(page):
    row, text = row_of(titles.title("fig4")), "//li[contains(@class, 'prose')]"
    open_category(page, "Figures", row)
    image = press(page, f"{row}//a[1]", lambda p: p.find_elements(By.CSS_SELECTOR, "img[src^='data:image/png']"))[0]
    caption = press(page, f"{row}//a[2]", lambda p: p.find_elements(By.XPATH, text))[0]
    assert caption.is_displayed() and "alignment" in caption.text.lower()
    assert image.is_displayed()
    assert caption.rect["x"] + caption.rect["width"] <= image.rect["x"]
    keep(page, "caption")


@pytest.mark.parametrize(("category", "first"), [("Figures", "fig1"), ("Tables", "A1")])
def test_lists_have_titles_in_the_order_of_their_numbers(page, category, first):
    open_category(page, category, row_of(titles.title(first)))
    shown = [cell.text for cell in page.find_elements(By.CSS_SELECTOR, "tbody td:first-child")]
    names = titles.FIGURES if category == "Figures" else titles.TITLES
    assert shown == [titles.title(name) for name in sorted(names, key=titles.sortable)]
    keep(page, category.lower())


def test_the_first_page_says_that_a_trial_means_nothing(page):
    said = wait_for(page, lambda p: p.find_elements(By.XPATH, "//*[contains(text(), 'numbers mean nothing')]"))[0]
    assert said.is_displayed()
    keep(page, "first")


def shown_rows(page):
    """Rows of the table in the frame that is on show."""
    frame = wait_for(page, lambda p: p.find_elements(By.TAG_NAME, "iframe"))[0]
    page.switch_to.frame(frame)
    table = wait_for(page, lambda p: p.find_elements(By.TAG_NAME, "table"))[0]
    assert table.is_displayed()
    return table.find_elements(By.CSS_SELECTOR, "tbody tr")


def test_ledger_of_claims_is_visible(page, project):
    show(page, "Claims", "Ledger of claims")
    rows = shown_rows(page)
    claims = pd.read_csv(project / "results/claims.csv")
    assert [row.find_element(By.TAG_NAME, "td").text for row in rows] == list(claims.iloc[:, 0])
    keep(page, "claims")


def test_every_table_is_visible(page, project):
    tables = outputs(project, "results/tables", "csv")
    assert len(tables) >= 12
    open_category(page, "Tables", row_of(titles.title(tables[0])))
    for table in tables:
        page.switch_to.default_content()
        button, path = f"{row_of(titles.title(table))}//a[1]", f"results/tables/{table}.html"
        press(page, button, lambda p, path=path: p.execute_script("return app.state.resultPath") == path)
        assert len(shown_rows(page)) == len(pd.read_csv(project / f"results/tables/{table}.csv"))


def test_configuration_and_software_are_visible(page):
    show(page, "Setup", "Configuration and software")
    software = {row.text.split()[0] for row in shown_rows(page)}
    assert {"python", "snakemake", "numpy"} <= software
    assert "n_test: 500" in page.find_element(By.TAG_NAME, "pre").text  # of config/smoke.yaml
    keep(page, "setup")


def test_rule_graph_is_drawn(page):
    open_category(page, "Workflow", "//*[@id='rulegraph']")
    drawing = wait_for(page, lambda p: p.find_elements(By.CSS_SELECTOR, "#rulegraph svg, #rulegraph canvas"))[0]
    assert drawing.is_displayed() and drawing.size["height"] > 100
    keep(page, "rules")


def test_nothing_comes_from_outside_and_nothing_fails(browser):
    """Runs last, so the logs are those of all tests above."""
    messages = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = [m["params"]["request"]["url"] for m in messages if m["method"] == "Network.requestWillBeSent"]
    assert any(url.startswith("file://") for url in asked)
    inside = ("file://", "data:", "blob:", "chrome://")  # the last: the browser's own first page
    assert not [url[:100] for url in asked if not url.startswith(inside)]
    assert not [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"]
