"""Markdown that GitHub understands, for MkDocs: indents, diagrams, and links to files that are no pages."""

import posixpath
import re
from collections.abc import Callable

from diagram import svg

FENCE = re.compile(r"^ *(`{3,}|~{3,})")
LINK = re.compile(r"(?P<open>!?\[[^\]]*\]\()(?P<target>[^)\s]+)\)")
MERMAID = re.compile(r"^```mermaid\n(.*?)^```\n", flags=re.M | re.S)
ORDERED = re.compile(r"^\d+\. ")


def adapted(text: str, page: str, locate: Callable[[str], str | None]) -> str:
    """A document of the repository as a page of the site.

    Parameters
    ----------
    text : str
        Its Markdown.
    page : str
        Its path in the repository, which is that in the site.
    locate : callable
        Gives the page or file of the site for a path in the repository; None if there is nothing to link to.

    Returns
    -------
    str
        Markdown for MkDocs.
    """
    drawn = MERMAID.sub(lambda found: f'<div class="diagram">\n{svg(found[1])}\n</div>\n', text)
    return "".join(_relinked(line, page, locate) if prose else line for line, prose in _lines(drawn))


def _lines(text: str) -> list[tuple[str, bool]]:
    """Lines, and whether each is prose.

    What belongs to a numbered item gets an indent of four spaces for one of three, and a fence blank lines around it.
    """
    found: list[tuple[str, bool]] = []
    fence, item = None, False
    for line in text.splitlines(keepends=True):
        mark = FENCE.match(line)
        if fence is None and line.strip():
            item = bool(ORDERED.match(line)) or (item and line.startswith("   "))
        shifted = f" {line}" if item and line.startswith("   ") else line
        opens, closes = bool(mark) and fence is None, bool(mark) and mark[1] == fence
        found += [("\n", False)] * opens + [(shifted, not mark and fence is None)] + [("\n", False)] * closes
        fence = mark[1] if opens else None if closes else fence
    return found


def _relinked(line: str, page: str, locate: Callable[[str], str | None]) -> str:
    """A line whose links lead to pages."""

    def relink(found: re.Match) -> str:
        path, hash_, anchor = found["target"].partition("#")
        if not path or "://" in path:
            return found[0]
        folder = posixpath.dirname(page)
        place = locate(posixpath.normpath(posixpath.join(folder, path)))
        if place is None:
            return found["open"][1:-2]
        return f"{found['open']}{posixpath.relpath(place, folder or '.')}{hash_}{anchor})"

    return LINK.sub(relink, line)
