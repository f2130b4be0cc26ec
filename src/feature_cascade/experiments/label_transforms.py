"""Label transforms beside the best one that a known law of the labels allows, predicted and measured."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ..estimator.presets import REMEDIES, first_layer_options
from ..model.labels import LABEL_TRANSFORMS, OPTIMUM, ranks, standardise, transformed
from ..model.links import get_link
from ..predictions.label_laws import label_laws
from ..sizes import sample_size
from ..theory.label_draws import RadialLaw
from ..theory.label_law import LabelLaw
from ..theory.leading import leading_curve
from ..theory.optimal_transform import by_rank, mean_onset, optimal_transform, quantile_law
from .departures import Departures

SHAPE_POINTS = 201  # of the curve of a label transform


def compare(departures: Departures, alpha: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Merits and shapes of every label transform and of the best one, with the other two remedies on.

    Parameters
    ----------
    departures : Departures
        The teacher and link, and how they are fitted.
    alpha : float
        The exponent of n = d^α.

    Returns
    -------
    merits : pandas.DataFrame
        For each transform the geometric mean of the predicted onsets n_i/D, the overlap at n, predicted by both laws
        and measured, and the cost of the fit.
    shapes : pandas.DataFrame
        For each transform the transformed label T at standardised labels t, both of unit variance.
    """
    teacher, link = departures.teacher, get_link(**departures.link)
    n = sample_size(teacher.spec.d, alpha)
    y, best = departures.labels(n), by_rank(optimal_transform(quantile_law(teacher.amplitudes, link)), ranks)
    layer = departures.layer(**REMEDIES["sphere"], **REMEDIES["deflate"])
    merits, shapes = [], []
    for name in (*LABEL_TRANSFORMS, OPTIMUM):
        if name == OPTIMUM:
            law, T, transform = LabelLaw.population(teacher.amplitudes, link, best), standardise(best(y)), best
        else:
            law = label_laws(teacher, departures.link, n, first_layer_options(label_transform=name))(n)
            T, transform = transformed(y, name), LABEL_TRANSFORMS[name]
        spec, options = teacher.spec, {"sphere": True, "deflate": True}  # as `layer` has them
        finite = RadialLaw(teacher.amplitudes, link, spec.d, spec.q, transform, **options).law(n)
        overlaps = [float(leading_curve(one, spec.D, [n]).mean()) for one in (law, finite)]
        row = {"transform": name, "onset": mean_onset(law), "alpha": alpha, "n": n}
        row |= dict(zip(("predicted", "predicted_finite_d"), overlaps, strict=True))
        merits.append(row | departures.fit(layer, T))
        shapes.append(shape(y, T).assign(transform=name))
    return pd.DataFrame(merits), pd.concat(shapes, ignore_index=True)


def shape(y: np.ndarray, T: np.ndarray) -> pd.DataFrame:
    """T at labels t = (y − ȳ)/std(y) that are spread evenly between the smallest and the largest.

    Parameters
    ----------
    y : ndarray of shape (n,)
        Labels.
    T : ndarray of shape (n,)
        The transformed labels.

    Returns
    -------
    pandas.DataFrame
        `SHAPE_POINTS` rows of t and T, each pair that of a sample.
    """
    t = standardise(y)
    order = np.argsort(t, kind="stable")
    wanted = np.linspace(t.min(), t.max(), SHAPE_POINTS)
    nearest = order[np.minimum(np.searchsorted(t[order], wanted), len(t) - 1)]
    return pd.DataFrame({"t": t[nearest], "T": T[nearest]})
