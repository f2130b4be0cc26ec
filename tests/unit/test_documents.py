"""The documents agree with the files, the code, the workflow and the ledger that they speak of."""

import re
from pathlib import Path
from pkgutil import resolve_name

import pandas as pd
import pytest
import yaml
from project import SCHEMA, configuration

from feature_cascade.bookkeeping import products
from feature_cascade.bookkeeping.dependencies import module_files
from feature_cascade.bookkeeping.settings import checked
from feature_cascade.claims import ledger

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *sorted(ROOT.glob("*.md")),
    *(path for folder in ("config", "docs", "results/reference") for path in sorted((ROOT / folder).rglob("*.md"))),
]
METHOD, REPRODUCING = ((ROOT / name).read_text() for name in ("METHOD.md", "REPRODUCING.md"))
LEDGER = pd.read_csv(ROOT / "results/reference/claims.csv").set_index("name")
SETTINGS = checked(configuration(), SCHEMA)[1]
FIGURES = {figure.name for figure in products.figures(SETTINGS)}
TABLES = {table.name for table in products.tables(SETTINGS)}
# claims of METHOD.md, section 5, that measurement bears out
SUPPORTED = {"1/n refinement", "exact asymptotics (ours)", "sequential order"}


def prose(path: Path) -> str:
    """A document without its code."""
    return re.sub(r"`[^`\n]+`", "", re.sub(r"^ *```.*?^ *```", "", path.read_text(), flags=re.S | re.M))


def anchors(path: Path) -> set[str]:
    """The names by which the headings of a document can be linked to."""
    headings = re.findall(r"^#+ +(.*)$", path.read_text(), flags=re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(path):
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(path)):
        if "://" in link:
            continue
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


def test_every_figure_has_its_page_and_every_page_its_figure():
    pages = {path.stem: path.read_text() for path in (ROOT / "docs/figures").glob("*.md")}
    assert set(pages) == FIGURES
    for name, text in pages.items():
        assert f"figures/{name}.py)" in text and f"report/{name}.rst)" in text, name
        assert f"docs/figures/{name}.md" in (ROOT / "README.md").read_text(), name


def test_claims_to_reproduce_are_those_of_the_ledger():
    rows = re.findall(r"^\| (.+?) \| (.+?) \| `(figures/.+?|results/.+?)` \|$", REPRODUCING, flags=re.M)
    assert {name: where for name, where, _ in rows} == LEDGER["tested_in"].to_dict()
    targets = {target for *_, files in rows for target in files.split()}
    known = {f"figures/{name}.pdf" for name in FIGURES}
    known |= {f"results/tables/{name}.md" for name in TABLES}
    assert targets <= known


def test_verdicts_that_are_explained_are_those_of_the_ledger():
    explained = re.findall(r"^\| (.+?) \|", REPRODUCING.split("| verdict |")[1].split("\n\n")[0], flags=re.M)
    assert set(explained) - {"---"} >= {ledger.HOLDS, ledger.LIMITED, ledger.FAILS, ledger.UNREACHABLE}


def test_departures_from_simple_statements_are_those_of_the_ledger():
    section = METHOD.split("\n## 5.")[1].split("\n## ")[0]
    named = {" ".join(name.split()) for name in re.findall(r"\*\*(.+?)\*\*", section, flags=re.S)}
    assert named and named <= set(LEDGER.index)
    for name in named:
        assert (LEDGER.loc[name, "verdict"] == "holds") == (name in SUPPORTED), name
    reached = re.findall(r"γ=([\d.]+), d=(\d+)", LEDGER.loc["error exponent, γ > 1/2", "limit"])
    assert all(float(gamma) > 1 for gamma, _ in reached)  # "nowhere at γ ≤ 1"


def test_code_that_the_method_names_exists():
    names = re.findall(r"`((?:\w+\.)+\w+)`", METHOD)
    assert len(names) > 30
    for name in names:
        if name.startswith("test_"):
            file, function = name.split(".")
            assert f"def {function}(" in (ROOT / f"tests/unit/{file}.py").read_text(), name
        else:
            resolve_name(f"feature_cascade.{name}")


def test_what_the_workflow_catalog_asks_for_is_there():
    readme = (ROOT / "README.md").read_text().lower()
    assert "snakemake" in readme and "workflow" in readme
    assert (ROOT / "config/README.md").is_file() and list((ROOT / "workflow/rules").glob("*.smk"))
    usage = yaml.safe_load((ROOT / ".snakemake-workflow-catalog.yml").read_text())["usage"]
    assert usage["mandatory-flags"]["flags"] == []
    assert set(usage["software-stack-deployment"].values()) == {False} and usage["report"] is True


def test_the_walk_to_figure_4_goes_one_way():
    section = (ROOT / "docs/DEVELOPING.md").read_text(encoding="utf-8").split("figure 4\n")[1].split("\n## ")[0]
    files = re.findall(r"^\d+\. `(.+?)`", section, flags=re.M)
    assert len(files) > 15
    for i, file in enumerate(files):
        later = set(files[i + 1 :])
        assert not later & set(module_files(file, root=ROOT)), file
