"""The one kind of Mermaid diagram that the documents have, boxes with arrows from left to right, as a drawing."""

import re
from io import StringIO

import matplotlib
from matplotlib.figure import Figure

NODE = r'(\w+)(?:\["([^"]*)"\])?'
ARROW = re.compile(rf"^\s*{NODE}\s*-->\s*{NODE}\s*$", flags=re.M)
WIDTH, HEIGHT = 2.4, 0.8  # inches of a column and of a row


def svg(source: str) -> str:
    """Draw a diagram.

    Parameters
    ----------
    source : str
        Text of the diagram: `graph LR` and a line `a["label"] --> b` for each arrow.

    Returns
    -------
    str
        An SVG element on one line.

    Raises
    ------
    ValueError
        If a line is something else.
    """
    lines = [line for line in source.splitlines() if line.strip()]
    arrows, labels = [], {}
    for a, a_label, b, b_label in ARROW.findall(source):
        arrows.append((a, b))
        labels |= {name: labels.get(name) or label for name, label in ((a, a_label), (b, b_label))}
    if lines[0].split() != ["graph", "LR"] or len(arrows) != len(lines) - 1:
        raise ValueError(f"A diagram has the line 'graph LR' and one line for each arrow 'a --> b', found: {lines}")
    place = _places(arrows, labels)
    columns, rows = (max(spot[axis] for spot in place.values()) + 1 for axis in (0, 1))
    with matplotlib.rc_context({"svg.fonttype": "none", "svg.hashsalt": "diagram", "font.size": 8}):
        figure = Figure(figsize=(WIDTH * columns, HEIGHT * rows))
        axes = figure.add_axes((0, 0, 1, 1), xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
        axes.axis("off")
        box = {"boxstyle": "round", "facecolor": "#eef2fb", "edgecolor": "#4051b5"}
        shown = {
            name: axes.text(*place[name], (label or name).replace("<br>", "\n"), ha="center", va="center", bbox=box)
            for name, label in labels.items()
        }
        figure.canvas.draw()
        for a, b in arrows:
            style = {"arrowstyle": "-|>", "color": "0.4", "patchA": shown[a].get_bbox_patch(), "shrinkB": 0}
            style["patchB"] = shown[b].get_bbox_patch()
            axes.annotate("", place[b], place[a], arrowprops=style, zorder=0)
        drawn = StringIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None})
    return drawn.getvalue()[drawn.getvalue().index("<svg") :].replace("\n", " ")


def _places(arrows: list[tuple[str, str]], names: dict) -> dict[str, tuple[int, int]]:
    """Column and row of every node: it stands right of all that lead to it."""
    column = dict.fromkeys(names, 0)
    for _ in names:
        for a, b in arrows:
            column[b] = max(column[b], column[a] + 1)
    rows: dict[int, int] = {}
    place = {}
    for name in names:
        rows[column[name]] = rows.get(column[name], -1) + 1
        place[name] = (column[name], rows[column[name]])
    return place
