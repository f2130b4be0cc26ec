"""A table for LaTeX: text that any engine sets, rules of booktabs, and columns that fit on the page.

A table too wide for the page gets smaller type, then a page on its side, then further columns in a table of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pandas as pd

from .cells import quantities, texts
from .columns import LABELS, TITLES, explain

MM = 72.27 / 25.4  # points
TEXT_WIDTH, TEXT_HEIGHT = 160 * MM, 247 * MM  # of A4 with margins of 25 mm
COLUMN_SEP = 3.0  # points, on both sides of a column
PACKAGES = "booktabs, longtable, pdflscape"
LAYOUTS = (  # type, its size in points, on its side: the first that fits is taken
    ("footnotesize", 8, False),
    ("scriptsize", 7, False),
    ("footnotesize", 8, True),
    ("scriptsize", 7, True),
)

SPECIAL = {
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", '"': "''", "’": "'",
    "–": "--", "—": "---", "\u2009": r"\,",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}  # fmt: skip
MATHS = {
    "−": "-", "±": r"\pm ", "×": r"\times ", "·": r"\cdot ", "≥": r"\ge ", "≤": r"\le ", "≫": r"\gg ", "≪": r"\ll ",
    "≈": r"\approx ", "∝": r"\propto ", "∞": r"\infty ", "√": r"\surd ", "→": r"\to ", "Σ": r"\sum ", "Δ": r"\Delta ",
    "α": r"\alpha ", "γ": r"\gamma ", "ε": r"\varepsilon ", "θ": r"\theta ", "κ": r"\kappa ", "λ": r"\lambda ",
    "χ": r"\chi ", "Ĉ": r"\hat{C}", "<": "<", ">": ">", "|": "|",
}  # fmt: skip
RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-", strict=True))
LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢₖₙ", "0123456789ikn", strict=True))
SYMBOL = r"(?<![\w'’])[B-HJ-Zb-rt-z](?![A-Za-z0-9_'’])"  # a letter by itself, but for a, A, I and the s of a genitive
TOKEN = re.compile(f"(?P<up>[{''.join(RAISED)}]+)|(?P<down>[{''.join(LOWERED)}]+)|(?P<symbol>{SYMBOL})|.", re.DOTALL)

WIDTHS = {  # of characters, in units of the type's size, rounded up; others are as wide as a digit
    0.20: "\u2009",
    0.35: " iljt.,:;'’|",
    0.45: "frs()[]/-" + "".join(RAISED) + "".join(LOWERED),
    0.85: "ABCDEFGHJKLNOPQRSTUVXYZ−±×≥≤≫≪≈∝",
    1.10: "mwMW%∞Σ—",
}
WIDTH = {character: width for width, characters in WIDTHS.items() for character in characters}
DIGIT = 0.56


def escape(text: str) -> str:
    r"""LaTeX that prints a text, in ASCII alone.

    Parameters
    ----------
    text : str
        Plain text; Greek letters, signs, raised and lowered digits and single letters become maths.

    Returns
    -------
    str
        Its LaTeX.

    Raises
    ------
    ValueError
        If it has a character whose LaTeX is not known.

    Examples
    --------
    >>> print(escape("n_half: ≥ 5 % of θᵢ²"))
    n\_half: $\ge $ 5 \% of $\theta _{i}^{2}$
    """
    parts = "".join(map(_tex, TOKEN.finditer(text)))
    return parts.replace("\0\0", "").replace("\0", "$")  # neighbouring formulas are one


def _tex(match: re.Match) -> str:
    """LaTeX of one token; a formula stands between null characters."""
    token, kind = match[0], match.lastgroup
    if kind == "up":
        return f"\0^{{{''.join(RAISED[character] for character in token)}}}\0"
    if kind == "down":
        return f"\0_{{{''.join(LOWERED[character] for character in token)}}}\0"
    if kind == "symbol" or token in MATHS:
        return f"\0{MATHS.get(token, token)}\0"
    if not (token in SPECIAL or token.isascii()):
        raise ValueError(f"tables/latex.py has no LaTeX for '{token}'; it knows {''.join([*SPECIAL, *MATHS])}.")
    return SPECIAL.get(token, token)


def width_of(text: str, size: float) -> float:
    """How wide a text is in print, at most.

    Parameters
    ----------
    text : str
        Plain text.
    size : float
        Of the type, in points.

    Returns
    -------
    float
        In points.
    """
    return size * sum(WIDTH.get(character, DIGIT) for character in text)


@dataclass(frozen=True)
class PrintedColumn:
    """A column as it is printed.

    Attributes
    ----------
    heading : str
        Plain text.
    meaning : str
        Plain text, a clause.
    cells : list of str
        Plain texts.
    label : bool
        Whether it tells the rows apart: it is repeated when further columns get a table of their own.
    left : bool
        Whether it is text, which starts at the left.
    """

    heading: str
    meaning: str
    cells: list[str]
    label: bool
    left: bool

    def width(self, size: float) -> float:
        """Its width with the space on both sides.

        Parameters
        ----------
        size : float
            Of the type, in points.

        Returns
        -------
        float
            In points.
        """
        return 2 * COLUMN_SEP + max(width_of(text, size) for text in (self.heading, *self.cells))


def printed_columns(name: str, table: pd.DataFrame) -> list[PrintedColumn]:
    """The columns of a table in print, a quantity and its error in one.

    Parameters
    ----------
    name : str
        Name of the table.
    table : DataFrame
        The table.

    Returns
    -------
    list of PrintedColumn
        In the order of the table.
    """
    known = explain(name, table.columns)
    return [
        PrintedColumn(
            *known[quantity.name],
            texts(table, quantity),
            label=quantity.name in LABELS,
            left=not pd.api.types.is_numeric_dtype(table[quantity.name]) or table[quantity.name].dtype == bool,
        )
        for quantity in quantities(list(table.columns))
    ]


@dataclass(frozen=True)
class Layout:
    """How columns fit on the page.

    Attributes
    ----------
    type_size : str
        Command for the size of the type.
    points : float
        Its size.
    turned : bool
        Whether the page lies on its side.
    parts : list of list of PrintedColumn
        Columns of each table, one unless they are too wide.
    """

    type_size: str
    points: float
    turned: bool
    parts: list[list[PrintedColumn]]

    @property
    def room(self) -> float:
        """Width of the text in points.

        Returns
        -------
        float
            Of the page as it is turned.
        """
        return TEXT_HEIGHT if self.turned else TEXT_WIDTH


def fit(columns: list[PrintedColumn]) -> Layout:
    """The largest type and the page on which columns fit; if none does, several tables on their side.

    Parameters
    ----------
    columns : list of PrintedColumn
        All columns.

    Returns
    -------
    Layout
        With all columns in its parts.
    """
    for kind, points, turned in LAYOUTS:
        layout = Layout(kind, points, turned, [columns])
        if sum(column.width(points) for column in columns) <= layout.room:
            return layout
    labels = [column for column in columns if column.label]
    parts: list[list[PrintedColumn]] = []
    left = 0.0
    for column in (column for column in columns if not column.label):
        if not parts or column.width(points) > left:
            parts.append([*labels])
            left = layout.room - sum(label.width(points) for label in labels)
        parts[-1].append(column)
        left -= column.width(points)
    return replace(layout, parts=parts)


def to_latex(name: str, table: pd.DataFrame) -> str:
    r"""A table as LaTeX to be read with \\input, with its title and the meaning of its columns.

    Parameters
    ----------
    name : str
        Name of the table.
    table : DataFrame
        The table, with the columns that `columns.py` explains.

    Returns
    -------
    str
        ASCII; it needs the packages booktabs, longtable and pdflscape.

    Notes
    -----
    A longtable, since a floating table cannot break across pages and most of these are longer than one. Columns with
    one value in all rows are named in the caption. Numbers are aligned at the right, not at their points: siunitx
    would do it, at the price of a large package that small installations lack.
    """
    columns = printed_columns(name, table)
    same = [column for column in columns if len(table) > 1 and len(set(column.cells)) == 1]
    layout = fit([column for column in columns if column not in same])
    lines = [
        f"% Table {name}, for a text of {TEXT_WIDTH / MM:.0f} mm by {TEXT_HEIGHT / MM:.0f} mm. Packages: {PACKAGES}.",
        r"\begin{landscape}" if layout.turned else "",
        rf"\begingroup\{layout.type_size}\setlength{{\tabcolsep}}{{{COLUMN_SEP}pt}}\setlength{{\LTcapwidth}}{{\linewidth}}",
    ]
    for number, part in enumerate(layout.parts):
        lines += _longtable(name if number == 0 else f"{name}-{number + 1}", _caption(name, part, same, number), part)
    return "\n".join(line for line in [*lines, r"\endgroup", r"\end{landscape}" if layout.turned else ""] if line)


def _caption(name: str, part: list[PrintedColumn], same: list[PrintedColumn], number: int) -> str:
    """Title, what is the same in all rows, and the meaning of the columns; labels are explained once."""
    title = escape(TITLES[name] + (", continued" if number else ""))
    meanings = [f"{escape(c.heading)}: {escape(c.meaning)}" for c in part if not (number and c.label)]
    common = [f"{escape(c.heading)} = {escape(c.cells[0])} ({escape(c.meaning)})" for c in same if not number]
    sentences = [f"{title}.", f"{'; '.join(meanings)}."] + ([f"In all rows: {'; '.join(common)}."] if common else [])
    return rf"\caption[{title}]{{{' '.join(sentences)}}}"


def _longtable(label: str, caption: str, columns: list[PrintedColumn]) -> list[str]:
    """One table, its heading on every page."""
    alignment = "".join("l" if column.left else "r" for column in columns)
    heading = [r"\toprule", _row([column.heading for column in columns]), r"\midrule"]
    rows = [_row(cells) for cells in zip(*(column.cells for column in columns), strict=True)]
    begin = rf"\begin{{longtable}}{{@{{}}{alignment}@{{}}}}"
    first = [rf"{caption}\label{{tab:{label}}}\\", *heading, r"\endfirsthead"]
    return [begin, *first, *heading, r"\endhead", r"\bottomrule", r"\endfoot", *rows, r"\end{longtable}"]


def _row(texts: Iterable[str]) -> str:
    return " & ".join(map(escape, texts)) + r" \\"
