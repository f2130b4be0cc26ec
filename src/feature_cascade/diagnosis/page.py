"""The report of a diagnosis as one HTML page that needs no other file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from io import StringIO

import pandas as pd
from matplotlib.figure import Figure

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
pre { background: #f5f5f5; padding: .8rem; overflow-x: auto; }
table { border-collapse: collapse; font-size: 13px; }
th, td { padding: .2rem .6rem; border-bottom: 1px solid #ddd; text-align: right; }
svg { max-width: 100%; height: auto; }
"""


def render(
    blocks: Sequence[tuple[str, Sequence[str]]], advice: Sequence[str], figure: Figure, table: pd.DataFrame
) -> str:
    """The page.

    Parameters
    ----------
    blocks : sequence of (str, sequence of str)
        Headings and lines of text.
    advice : sequence of str
        Sentences.
    figure : Figure
        The figure, which is written into the page.
    table : DataFrame
        The table at its end.

    Returns
    -------
    str
        HTML.
    """
    drawn = StringIO()
    figure.savefig(drawn, format="svg", metadata={"Date": None})
    svg = drawn.getvalue()
    text = "".join(f"<h2>{escape(name)}</h2>\n<pre>{escape(chr(10).join(lines))}</pre>\n" for name, lines in blocks)
    return "\n".join(
        [
            '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Diagnosis</title>',
            f"<style>{STYLE}</style></head><body><h1>What the data hold</h1>",
            "<h2>Advice</h2><ul>" + "".join(f"<li>{escape(sentence)}</li>" for sentence in advice) + "</ul>",
            svg[svg.index("<svg") :],
            text,
            "<h2>Eigenvalues</h2>",
            table.to_html(index=False, float_format="%.4g", na_rep="", border=0),
            "</body></html>\n",
        ]
    )
