"""What figures and tables are called in lists."""

from __future__ import annotations

import re

from ..tables.columns import TITLES

FIGURES = {  # in the order of the paper; a part of a figure continues the title of the figure, and is sorted after it
    "fig1": "Figure 1: the model, and spikes leaving the bulk",
    "fig2": "Figure 2: learning curves for g = identity",
    "fig2_large": "Figure 2: learning curves for g = identity, at the paper's sizes",
    "fig3": "Figure 3: the exponent of the strengths",
    "fig4": "Figure 4: one direction after another",
    "fig5": "Figure 5: learning curves for g = tanh",
    "authors": "Our run beside the authors'",
    "fig6": "Figure 6: Gaussian-equivalent beside real features",
    "fig7": "Figure 7: the rounded onset",
    "fig8": "Figure 8: perturbation theory against Davis–Kahan",
    "fig8_hermite": "Figure 8: perturbation theory against Davis–Kahan, for real features",
    "fig9": "Figure 9: the exponent of the error at large d",
    "fig10": "Figure 10: kernels and ordinary tools on the same labels",
    "fig11": "Figure 11: three departures from the asymptotics, and their remedies",
    "fig12": "Figure 12: all directions together, and the limits",
}


def title(name: str) -> str:
    """Number and title of a figure or a table.

    Parameters
    ----------
    name : str
        Its name.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> title("fig4")
    'Figure 4: one direction after another'
    >>> title("T2")
    'Table T2: Exponent of the error in n'
    """
    return FIGURES.get(name) or f"Table {name}: {TITLES[name]}"


def sortable(name: str) -> str:
    """The title for a list that is sorted by letters, where 10 would come before 9.

    Parameters
    ----------
    name : str
        Name of a figure or a table.

    Returns
    -------
    str
        The title with a second space before a number of one digit: HTML shows the two as one.

    Examples
    --------
    >>> sorted(["fig10", "authors", "fig9", "fig8_hermite", "fig8"], key=sortable)
    ['fig8', 'fig8_hermite', 'fig9', 'fig10', 'authors']
    >>> sortable("T7b")
    'Table  T7b: What each remedy takes off the gap, and how two act together'
    """
    return re.sub(r" (?=[A-Z]?\d(?!\d))", "  ", title(name), count=1)
