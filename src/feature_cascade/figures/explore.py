"""Figures of an experiment of a user's own: learning curves, and the alignments of single directions."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from . import panels, style

MOST_DIRECTIONS = 6  # of one panel, spread evenly in log i
COLUMNS = 3  # of panels
HEIGHT = 2.4  # inches of a row of panels
CHARACTERS = 17  # of a title, for each inch of width


@style.styled
def learning_curves(runs: pd.DataFrame, curves: pd.DataFrame, title: str) -> Figure:
    """NMSE and q_h against α: one row of panels per γ with a curve per d, or per d with a curve per γ if d is one.

    Parameters
    ----------
    runs : DataFrame
        Measured, one row per d, γ, seed and α: `nmse`, `q_h`.
    curves : DataFrame
        Theory, one row per d, γ, seed and α: `nmse`, `q_h`, `tail`, `m_scaling`, `d1`.
    title : str
        What was run, see `described`.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    one_size = runs["d"].nunique() == 1
    by, symbol, row = ("gamma", "γ", "d") if one_size else ("d", "d", "gamma")
    rows = sorted(runs[row].unique())
    figure = Figure(figsize=(style.TWO_PANELS, 0.6 + HEIGHT * len(rows)), layout="constrained")
    axes = figure.subplots(len(rows), 2, squeeze=False)
    entries: list[tuple] = []
    for value, pair in zip(rows, axes, strict=True):
        where = {row: value}
        entries = panels.families(
            pair, panels.select("runs", runs, **where), panels.select("curves", curves, **where), by=by, symbol=symbol
        )
        pair[0].set_title(f"{'d' if one_size else 'γ'} = {value:g}", loc="left")
    _entitle(figure, title)
    panels.legend_below(figure, entries, columns=2)
    return figure


@style.styled
def alignments(directions: pd.DataFrame, theory_directions: pd.DataFrame, title: str) -> Figure:
    """cos²θ_i against α: a panel for each d and γ.

    Parameters
    ----------
    directions : DataFrame
        Measured, one row per d, γ, seed, α and direction: `cos2`.
    theory_directions : DataFrame
        Theory, one row per d, γ, seed, α and direction: `cos2`.
    title : str
        What was run, see `described`.

    Returns
    -------
    Figure
        The figure, not yet written to a file.
    """
    cells = sorted(directions.groupby(["d", "gamma"]).groups)
    lines = -(-len(cells) // COLUMNS)
    size = (style.THREE_PANELS, 0.7 + HEIGHT * lines)
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.subplots(lines, COLUMNS, squeeze=False).ravel()
    shown = spread(int(directions["direction"].max()))
    entries: list[tuple] = []
    for (d, gamma), panel in zip(cells, axes, strict=False):
        where = {"d": d, "gamma": gamma}
        data = panels.select("directions", directions, **where)
        there = [i for i in shown if i <= data["direction"].max()]
        found = panels.alignments(
            {"cos2": panel}, data, panels.select("theory_directions", theory_directions, **where), there
        )
        entries = max(entries, found, key=len)
        panel.set_title(f"d = {d:g}, γ = {gamma:g}", loc="left")
    for panel in axes[len(cells) :]:
        panel.remove()
    entries += panels.kinds(panels.seed_count("directions", directions, [*panels.CELL, "direction"]))
    _entitle(figure, title)
    panels.legend_below(figure, entries, columns=4)
    return figure


def spread(d1: int) -> list[int]:
    """At most `MOST_DIRECTIONS` of d1 directions, the first and the last among them.

    Parameters
    ----------
    d1 : int
        Number of directions.

    Returns
    -------
    list of int
        Indices from 1.

    Examples
    --------
    >>> spread(20)
    [1, 2, 3, 6, 11, 20]
    """
    return sorted({int(i) for i in np.rint(np.geomspace(1, d1, MOST_DIRECTIONS))})


def described(teacher: Mapping[str, Any], setting: Mapping[str, Any], first_layer: Mapping[str, Any]) -> str:
    """What was run, in one line: g, q, ε, features, noise and the options of the estimator.

    Parameters
    ----------
    teacher : mapping
        The family's section of the configuration.
    setting : mapping
        The experiment's section.
    first_layer : mapping
        Options of the first layer, those of the preset included.

    Returns
    -------
    str
        The line.
    """
    link, coefficients = setting["link"]["name"], setting["link"].get("coefficients")
    parts = [
        f"g = {link}" + (f" {list(coefficients)}" if coefficients else ""),
        f"q = {teacher['q']}",
        f"ε = {teacher['eps']:g}",
        f"{teacher['features']} features",
        f"noise {setting['noise']:g}",
        f"readout of degree {setting['readout_degree']}",
        f"labels: {first_layer['label_transform']}",
        f"inputs: {first_layer['input_scaling']}",
        "deflated" if first_layer["deflate"] else "",
    ]
    return ", ".join(filter(None, parts))


def _entitle(figure: Figure, title: str) -> None:
    """The title over all panels, in as many lines as it needs."""
    width = int(CHARACTERS * figure.get_figwidth())
    figure.suptitle(textwrap.fill(title, width), fontsize=8)
