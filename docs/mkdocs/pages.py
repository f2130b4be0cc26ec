"""Hook of MkDocs: what is on the site. Documents keep their paths; figures and tables are those drawn last."""

from __future__ import annotations

import ast
import sys
from functools import cache
from html import escape
from pathlib import Path

import yaml
from documents import adapted
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from notebooks import executed

from feature_cascade import _HOME
from feature_cascade.bookkeeping.captions import caption_html
from feature_cascade.bookkeeping.settings import checked
from feature_cascade.bookkeeping.titles import FIGURES, TITLES, title

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/feature_cascade"
FIGURE, TABLE, LEDGER, GALLERY = "docs/figures/{}.md", "results/tables/{}.md", "results/claims.md", "docs/figures.md"
SCHEMA = "workflow/schemas/config.schema.yaml"
DOCUMENTS = {
    "README.md": "Feature Cascade",
    "METHOD.md": "Method",
    "REPRODUCING.md": "Reproducing",
    "docs/DEVELOPING.md": "Developing",
    "docs/CLUSTER.md": "On a cluster",
    "config/README.md": "Configuration",
    "results/reference/README.md": "Stored results",
    "CONTRIBUTING.md": "Contributing",
    "CHANGELOG.md": "Changes",
}
TUTORIALS = {"own_data": "Your own data", "paper": "The paper in ten minutes"}
LANGUAGES = {".smk": "python", "": "text"}  # of files whose ending does not name theirs


class Site:
    """The pages and files of the site, by path.

    Attributes
    ----------
    pages : dict
        Markdown of each page.
    files : dict
        What lies beside: bytes, or a file to copy.
    """

    def __init__(self) -> None:
        self.pages: dict[str, str] = {}
        self.files: dict[str, bytes | Path] = {}
        self._known = {*DOCUMENTS, *map(FIGURE.format, FIGURES)}

    def add_document(self, path: str) -> None:
        """Add a document of the repository."""
        self.pages[path] = adapted((ROOT / path).read_text("utf-8"), path, self.locate)

    def locate(self, path: str) -> str | None:
        """Where a file of the repository is on the site: a page, a copy of an image, or a page with its text."""
        if path in self._known:
            return path
        if path == "docs/figures":
            return GALLERY
        if not (ROOT / path).is_file():
            return None
        if path.endswith((".png", ".svg", ".pdf")):
            self.files[path] = ROOT / path
            return path
        suffix = Path(path).suffix
        language, text = LANGUAGES.get(suffix, suffix[1:]), (ROOT / path).read_text("utf-8")
        page = f"files/{path}.md"
        self.pages[page] = f"---\nsearch: {{exclude: true}}\n---\n# {path}\n\n~~~~~~{language}\n{text}\n~~~~~~\n"
        return page

    def add_figure(self, name: str) -> None:
        """Add the page of a figure, with the figure and its caption under the heading."""
        path = FIGURE.format(name)
        self.add_document(path)
        heading, _, rest = self.pages[path].partition("\n")
        for kind in ("png", "pdf", "svg"):
            self.files[f"figures/{name}.{kind}"] = drawn(f"figures/{name}.{kind}")
        image = f'<img src="../../figures/{name}.png" alt="{escape(title(name))}">'
        link = f'<a href="../../figures/{name}.svg">{image}</a>'
        self.pages[path] = f"{heading}\n\n<figure>{link}<figcaption>{caption(name)}</figcaption></figure>\n{rest}"

    def add_gallery(self) -> None:
        """Add a page with all figures, small."""
        links = (
            f'<a href="figures/{name}.html"><img src="../figures/{name}.png" alt=""> {escape(title(name))}</a>'
            for name in FIGURES
        )
        self.pages[GALLERY] = "# Figures\n\n" + f'<div class="gallery">{"".join(links)}</div>\n'

    def add_table(self, name: str) -> None:
        """Add a table with its caption; the meanings of its columns are in the file."""
        path = TABLE.format(name)
        heading, _, rest = drawn(path).read_text("utf-8").partition("\n")
        self.pages[path] = f"{heading}\n\n<div>{caption(name)}</div>\n\n[As CSV]({name}.csv)\n{rest}"
        self.files[f"results/tables/{name}.csv"] = drawn(f"results/tables/{name}.csv")

    def add_ledger(self) -> None:
        """Add the ledger of claims."""
        table = drawn(LEDGER).read_text("utf-8")
        link = "[How to read it](../REPRODUCING.md#how-to-read-the-ledger)"
        self.pages[LEDGER] = f"# The ledger of claims\n\n<div>{caption('claims')}</div>\n\n{link}\n\n{table}\n"

    def add_tutorial(self, name: str) -> None:
        """Execute a tutorial and add it, with its notebook to download."""
        markdown, notebook, images = executed(ROOT / f"docs/mkdocs/tutorials/{name}.py", ROOT)
        page = f"docs/tutorials/{name}.md"
        heading, _, rest = adapted(markdown, page, self.keep).partition("\n")
        self.pages[page] = f"{heading}\n\n[This page as a notebook]({name}.ipynb)\n{rest}"
        self.files[f"docs/tutorials/{name}.ipynb"] = notebook.encode("utf-8")
        self.files |= {f"docs/tutorials/{path}": content for path, content in images.items()}

    def keep(self, path: str) -> str:
        """Where a tutorial's link leads: to a page, or to an image of its own."""
        return self.locate(path) or path

    def add_reference(self, room: str) -> None:
        """Add the API of a folder of the package."""
        modules = sorted(path for path in (PACKAGE / room).rglob("*.py") if path.stem != "__init__")
        names = [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in modules]
        blocks = "\n\n".join(f"::: {name}" for name in names)
        self.pages[f"api/{room}.md"] = f"# {room}\n\n{docstring(PACKAGE / room)}\n\n{blocks}\n"

    def add_public_names(self) -> None:
        """Add a page that says what the package itself exports, and what its folders hold."""
        names = (f"- [`{name}`][feature_cascade.{home}.{name}]: {summary(home, name)}" for name, home in _HOME.items())
        folders = (f"- [{room}]({room}.md): {docstring(PACKAGE / room).splitlines()[0]}" for room in rooms())
        parts = (f"# feature_cascade\n\n{docstring(PACKAGE)}", *names, "## Folders", *folders)
        self.pages["api/index.md"] = "\n\n".join(parts) + "\n"


def drawn(path: str) -> Path:
    """A figure or table, which has to be there."""
    if not (ROOT / path).is_file():
        sys.exit(f"{path} is missing: `make site` draws it first, from stored tables.")
    return ROOT / path


@cache
def configuration() -> dict:
    """The default configuration, of which the stored tables are."""
    read = [yaml.safe_load((ROOT / path).read_text("utf-8")) for path in ("config/config.yaml", SCHEMA)]
    return checked(*read)[0]


def caption(name: str) -> str:
    """The caption that the report shows."""
    html, complaints = caption_html((ROOT / f"workflow/report/{name}.rst").read_text("utf-8"), configuration())
    assert not complaints, complaints
    return html


def docstring(folder: Path) -> str:
    """What the docstring of a folder of the package says."""
    return ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or ""


def summary(module: str, name: str) -> str:
    """The first line of what a class or a function says of itself."""
    tree = ast.parse((PACKAGE / f"{module.replace('.', '/')}.py").read_text("utf-8"))
    found = next(node for node in tree.body if getattr(node, "name", None) == name)
    return (ast.get_docstring(found) or "").partition("\n")[0]


def rooms() -> list[str]:
    """Folders of the package."""
    return sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))


@cache
def site() -> Site:
    """Everything that is on the site."""
    made = Site()
    for document in DOCUMENTS:
        made.add_document(document)
    for tutorial in TUTORIALS:
        made.add_tutorial(tutorial)
    for figure in FIGURES:
        made.add_figure(figure)
    made.add_gallery()
    for table in TITLES:
        made.add_table(table)
    made.add_ledger()
    made.add_public_names()
    for room in rooms():
        made.add_reference(room)
    return made


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Set the order of the pages."""
    first, method, reproducing, *others = DOCUMENTS
    config.nav = [
        {"Start": [first, {"Method": method}, {"Reproducing": reproducing}]},
        {"Tutorials": [{name: f"docs/tutorials/{path}.md"} for path, name in TUTORIALS.items()]},
        {"Figures": [{"Overview": GALLERY}, *({title(name): FIGURE.format(name)} for name in FIGURES)]},
        {"Tables": [{title(name): TABLE.format(name)} for name in TITLES]},
        {"Claims": LEDGER},
        {"API": ["api/index.md", *({room: f"api/{room}.md"} for room in rooms())]},
        {"Developing": [{DOCUMENTS[path]: path} for path in others]},
    ]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add all pages and files."""
    made = site()
    for path, text in made.pages.items():
        files.append(File.generated(config, path, content=text))
    for path, what in made.files.items():
        source = {"abs_src_path": str(what)} if isinstance(what, Path) else {"content": what}
        files.append(File.generated(config, path, **source))
    return files
