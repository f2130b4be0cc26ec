"""The limits that learning curves of all directions together are drawn beside, for given teachers.

`theory.limits` says what they are. Nothing here is measured.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..model.links import get_link
from ..model.teacher import Teacher
from ..theory.limits import counting_wall, cramer_rao_nmse, heuristic_optima, weak_recovery

LINEAR = "identity"  # the link for which the heuristic optimum is known
OPTIMUM, EFFICIENT = "optimum", "cramer_rao"
WALL, WEAK = "counting_wall", "weak_recovery"
VARIANCE_SAMPLES = 2**15  # of a stream of their own


def limit_curves(teacher: Teacher, link: str, noise: float, ratio: np.ndarray) -> pd.DataFrame:
    """Smallest errors that are expected at n = ratio·d1·D.

    Parameters
    ----------
    teacher : Teacher
        The teacher.
    link : str
        Its link.
    noise : float
        Standard deviation of label noise.
    ratio : ndarray
        Labels over d1·D.

    Returns
    -------
    pandas.DataFrame
        Columns limit, ratio and nmse, positive. `optimum` is the heuristic one for who does not know the target, for
        the identity alone; without noise, zero is a solution everywhere and the only one beyond n = d1·D. `cramer_rao`
        needs noise, and more labels than parameters.
    """
    spec = teacher.spec
    delta = noise**2 / float(np.var(teacher.sample("variance", VARIANCE_SAMPLES, {"name": link}).y))
    wall = counting_wall(spec.d1, spec.D)
    rows = []
    for value in ratio:
        n = value * spec.d1 * spec.D
        if link == LINEAR:
            rows.append((OPTIMUM, value, float(heuristic_optima(teacher.strengths, spec.D, n, delta)[-1])))
        if n >= wall:
            rows.append((EFFICIENT, value, float(cramer_rao_nmse(n, delta, wall))))
    table = pd.DataFrame(rows, columns=["limit", "ratio", "nmse"])
    return table[table["nmse"] > 0]


def onsets(teacher: Teacher, link: str, noise: float) -> pd.DataFrame:
    """Labels below which the target is not determined, and below which no transform of them shows a direction.

    Parameters
    ----------
    teacher : Teacher
        The teacher.
    link : str
        Its link.
    noise : float
        Standard deviation of label noise.

    Returns
    -------
    pandas.DataFrame
        Columns limit, direction and ratio = n/(d1 D); `counting_wall` has direction 0, `weak_recovery` one row for
        each direction.
    """
    spec = teacher.spec
    unit = spec.d1 * spec.D
    thresholds = weak_recovery(teacher.amplitudes, get_link(link), spec.D, noise)
    rows = [(WALL, 0, counting_wall(spec.d1, spec.D) / unit)]
    rows += [(WEAK, i, n / unit) for i, n in enumerate(thresholds, start=1)]
    return pd.DataFrame(rows, columns=["limit", "direction", "ratio"])
