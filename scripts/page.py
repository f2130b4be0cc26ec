"""Pages for the report: it shows HTML, where it would only offer a CSV for download."""

from __future__ import annotations

from html import escape

import pandas as pd
from job import write_text

STYLE = """
body { font-family: sans-serif; font-size: 14px; margin: 1.5em; }
table { border-collapse: collapse; }
th, td { padding: 0.3em 0.8em; text-align: left; vertical-align: top; border-bottom: 1px solid #ddd; }
th { border-bottom: 2px solid #555; }
dt { font-weight: bold; }
"""


def write_page(path: str, **parts: pd.DataFrame | str | dict[str, str]) -> None:
    """A page of its own with each part under its name: a table, a text that keeps its lines, or terms explained."""
    body = "\n".join(f"<h2>{escape(name)}</h2>\n{_html(part)}" for name, part in parts.items())
    head = f'<meta charset="utf-8"><title>{escape(next(iter(parts)))}</title><style>{STYLE}</style>'
    write_text(f'<!doctype html>\n<html lang="en"><head>{head}</head>\n<body>\n{body}\n</body></html>', path)


def _html(part: pd.DataFrame | str | dict[str, str]) -> str:
    if isinstance(part, dict):
        terms = (f"<dt>{escape(term)}</dt><dd>{escape(meaning)}.</dd>" for term, meaning in part.items())
        return "<dl>\n" + "\n".join(terms) + "\n</dl>"
    return f"<pre>{escape(part)}</pre>" if isinstance(part, str) else part.to_html(index=False, border=0)
