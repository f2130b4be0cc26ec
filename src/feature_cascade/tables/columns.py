"""What each table is called, and what its columns mean: data for LaTeX, Markdown and the report's pages alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Column(NamedTuple):
    """What a reader is told of a column.

    Attributes
    ----------
    heading : str
        Short, for print; in a CSV file the column has a longer name.
    meaning : str
        One clause, without a full stop.
    """

    heading: str
    meaning: str


TITLES = {
    "T1": "Thresholds of the directions, measured and predicted",
    "T2": "Exponent of the error in n",
    "T3": "Number of recovered directions against n",
    "A1": "Our overlap and error beside the authors' stored run",
    "T6": "Labels that each method needs for an error of 1/2",
    "T4": "Exponents in D of the rounded onset",
    "T7": "Gap between predicted and measured overlap with each combination of remedies",
    "T7b": "What each remedy takes off the gap, and how two act together",
    "T7c": "Samples for an overlap of 1/2 with the presets paper and sharp",
    "T7d": "Label transforms beside the best one that a known law of the labels allows",
    "T9": "Local exponent of the predicted error against the asymptotic one",
    "T8": "Distance of measured alignments from the finite-d law and from the Gaussian equivalent",
    "T10": "Labels and time that all directions together and one look at a matrix need for three errors",
    "T5": "Factors by which perturbation theory and Davis–Kahan exceed the measured errors",
}

LABELS = {  # they tell the rows apart, and mean the same in all tables
    "experiment": Column("experiment", "name of the recovery runs in the configuration"),
    "link": Column("link", "link function g"),
    "noise": Column("noise", "standard deviation of label noise"),
    "kind": Column("teacher", "one direction (rank_one), or strengths that fall like a power of i (power_law)"),
    "features": Column("features", "real (hermite), real with inputs on the sphere (sphere) or Gaussian-equivalent"),
    "measure": Column("cos² of", "with the d₁ leading eigenvectors (span), or with the first of them (own vector)"),
    "quantity": Column("quantity", "what the exponent belongs to"),
    "method": Column(
        "method", "preset of the spectral estimator, FeatureCascade (cascade, learned), kernel, or ordinary tool"
    ),
    "combination": Column("remedies", "remedies that are used; none is the paper's estimator, sharp a preset"),
    "effect": Column("effect", "one remedy, or the interaction of two"),
    "transform": Column("transform", "what is done to the labels"),
    "law": Column("law", "of the labels: with the radius |x| (finite_d), or the Gaussian equivalent, d = ∞ (gaussian)"),
    "d": Column("d", "input dimension"),
    "gamma": Column("γ", "exponent with which the strengths fall"),
    "sweep": Column("sweep", "growing n, or a closing gap between two strengths"),
    "alpha": Column("α", "log n / log d"),
    "n": Column("n", "number of labelled samples"),
    "gap_factor": Column("gap ×", "factor on the gap between the two strengths"),
    "direction": Column("i", "direction of the teacher, 1 being the strongest"),
    "sign": Column("sign", "of the strength of the direction; all: seeds of both signs together"),
}
COMMON = {
    "d1": Column("d₁", "number of directions of the teacher"),
    "n_seeds": Column("seeds", "number of seeds"),
    "exponent": Column("exponent", "fitted exponent"),
    "paper": Column("paper", "the paper's exponent −1 + 1/(2γ)"),
    "window_low": Column("from n", "start of the window: the first n with a recovered direction"),
    "window_high": Column("to n", "end of the window: the last n that misses a direction"),
    "predicted": Column("predicted", "overlap by the exact asymptotics of Gaussian-equivalent data"),
    "predicted_finite_d": Column("finite d", "overlap by the finite-d law, which knows the radius |x|"),
    "measured": Column("measured", "measured overlap (1/d₁) Σ cos²θᵢ"),
}
OWN = {
    "T1": {
        "n_measured": Column("n measured", "n at which the seed mean of cos²θᵢ crosses 1/2"),
        "status": Column("status", "whether that n was measured or lies beyond the grid"),
        "n_scaling": Column("n (2.10)", "by the scaling form (2.10), whose constant is not given"),
        "n_weak_noise": Column("n weak noise", "in the limit n ≫ D"),
        "n_exact": Column("n exact", "by the exact asymptotics"),
        "ratio_scaling": Column("to (2.10)", "measured n over that of the scaling form"),
        "ratio_weak_noise": Column("to weak noise", "measured n over that of the limit n ≫ D"),
        "ratio_exact": Column("to exact", "measured n over that of the exact asymptotics"),
    },
    "T2": {
        "n_points": Column("points", "number of sizes n in the window"),
        "exact_exponent": Column("exact", "the same fit to the exact asymptotics, in their own window"),
    },
    "T3": {
        "m_measured": Column("m measured", "number of directions with cos²θᵢ ≥ 1/2"),
        "m_scaling": Column("m (2.10)", "by the staircase of the scaling form (2.10)"),
        "m_weak_noise": Column("m weak noise", "in the limit n ≫ D"),
        "m_exact": Column("m exact", "by the exact asymptotics"),
    },
    "A1": {
        "overlap": Column("overlap", "ours, (1/d₁) Σ cos²θᵢ"),
        "authors_overlap": Column("authors' overlap", "theirs, six seeds"),
        "difference": Column("difference", "ours less theirs"),
        "agrees": Column("agrees", "the overlaps differ by at most 0.04 or three standard errors"),
        "nmse": Column("NMSE", "ours, with a readout fitted on fresh samples"),
        "authors_nmse": Column("authors' NMSE", "theirs, with a readout fitted on the samples of the first layer"),
        "authors_nmse_median": Column("median", "median over their seeds"),
    },
    "T6": {
        "n_reached": Column("reached", "number of seeds that reach NMSE 1/2"),
        "n_max": Column("largest n", "largest n that was run"),
        "nmse_at_n_max": Column("NMSE there", "mean NMSE at the largest n"),
        "found": Column("found", "the number of labels, or ≥ the largest n if some seed does not reach 1/2"),
        "n_half": Column("n for 1/2", "number of labels for NMSE 1/2, geometric mean over seeds"),
        "n_half_predicted": Column("predicted", "number of labels that theory predicts"),
        "exponent": Column("exponent", "of the number of labels in d, where every seed reaches 1/2"),
        "exponent_predicted": Column("pred.", "predicted exponent over the same d"),
        "exponent_large_d": Column("large d", "predicted exponent at the largest d; for kernels that of the best one"),
    },
    "T4": {
        "misfit": Column("misfit", "χ² per degree of freedom, or the quality S of a collapse; 1 is good"),
        "wigner": Column("Wigner", "exponent of a spiked Wigner matrix"),
        "wigner_inside": Column("Wigner in", "it is inside the interval"),
        "guessed": Column("guess", "exponent that was guessed elsewhere"),
        "guessed_inside": Column("guess in", "that one is inside the interval"),
        "missing": Column("missing", "share of the predicted area after the onset not reached at the largest D"),
        "sizes": Column("D", "number of features of each size"),
        "seeds": Column("seeds", "number of seeds at each size"),
    },
    "T7": {
        "gap": Column("gap", "predicted less measured overlap"),
        "exponent": Column("exponent", "of the gap in d, over all d of the row's link and combination"),
    },
    "T7b": {
        "closes": Column("closes", "what the effect takes off the gap"),
        "gains": Column("gains", "what the effect adds to the overlap"),
        "exponent": Column("exponent", "of what it takes off, in d; none where that is too small"),
    },
    "T7c": {
        "n_reached": Column("reached", "number of seeds that reach 1/2 with both presets"),
        "n_paper": Column("n paper", "samples with the preset paper, geometric mean over seeds"),
        "n_paper_predicted": Column("predicted", "the same by the finite-d law"),
        "n_sharp": Column("n sharp", "samples with the preset sharp, geometric mean over seeds"),
        "n_sharp_predicted": Column("predicted", "the same by the finite-d law"),
        "ratio": Column("paper / sharp", "ratio of the samples"),
        "ratio_predicted": Column("predicted", "predicted ratio"),
    },
    "T7d": {
        "loss": Column("loss", "predicted onset over that of the best transform: how many times more samples"),
    },
    "T9": {
        "window_exponent": Column("window", "slope from end to end of the window"),
        "nearest": Column("nearest", "local exponent that comes nearest to the paper's"),
        "nearest_n": Column("at n", "where it does"),
        "reached_decades": Column("decades", "decades of n in which the two differ by at most 0.05"),
    },
    "T10": {
        "smallest": Column(
            "from n/(d₁ D)", "smallest n that was run; a number of labels equal to it is an upper bound"
        ),
        "largest": Column("to", "largest n that was run, in the same unit"),
        "labels_half": Column("1/2", "labels over d₁ D for NMSE 1/2, geometric mean over seeds"),
        "seconds_half": Column("s", "processor seconds of the first fit with that error, mean over seeds"),
        "labels_tenth": Column("1/10", "the same for NMSE 1/10"),
        "seconds_tenth": Column("s", "processor seconds likewise"),
        "labels_thousandth": Column("1/1000", "the same for NMSE 1/1000"),
        "seconds_thousandth": Column("s", "processor seconds likewise"),
    },
    "T8": {
        "alphas": Column("sizes", "number of α"),
        "gap": Column("distance", "mean over directions and α of |measured − predicted| cos²"),
        "worst": Column("worst", "largest mean over directions at one α"),
        "floor": Column("floor", "what the noise of the seed means alone gives"),
        "bias": Column("bias", "mean of measured − predicted cos²"),
        "exponent": Column("exponent", "of the distance in d, over the α that all d have"),
    },
    "T5": {
        "n_over_threshold": Column("n/nᵢ", "n over the threshold of the direction"),
        "gap": Column("gap", "distance of the eigenvalue to its neighbours"),
        "vector_error": Column("vector error", "1 − cos² of the eigenvector of the same rank"),
        "space_error": Column("space error", "1 − cos² of the recovered space"),
        "factor_first_order": Column("first order", "first-order prediction over the error of the vector"),
        "factor_expected": Column("expected", "its expectation, without data, over the error of the vector"),
        "factor_davis_kahan": Column("Davis–Kahan", "bound over the error of the vector"),
        "factor_first_order_space": Column("out of span", "first order out of the span, over the error of the space"),
        "factor_expected_space": Column("expected out", "its expectation over the error of the space"),
        "factor_normalised": Column("normalised", "first order e as e/(1 + e), over the error of the vector"),
        "bounded": Column("bounded", "no seed violates Davis–Kahan"),
    },
}

ERRORS = {  # endings of columns that belong to the quantity before them
    "relative_sem": "its relative standard error over seeds",
    "log_se": "standard error of its logarithm",
    "sem": "its standard error over seeds",
    "se": "its standard error",
    "low_95": "lower end of its 95 % interval",
    "high_95": "upper end of its 95 % interval",
}


def error_of(name: str) -> str | None:
    """What kind of error a column holds.

    Parameters
    ----------
    name : str
        Name of the column.

    Returns
    -------
    str or None
        A key of `ERRORS`; None for a quantity of its own.
    """
    return next((kind for kind in ERRORS if name == kind or name.endswith(f"_{kind}")), None)


def explain(table: str, names: Iterable[str]) -> dict[str, Column]:
    """Headings and meanings of the columns of a table; those of errors, which share a cell in print, are left out.

    Parameters
    ----------
    table : str
        Name of the table.
    names : iterable of str
        Its columns.

    Returns
    -------
    dict of str to Column
        In the order of the table.

    Raises
    ------
    ValueError
        If a column is explained nowhere.
    """
    known = LABELS | COMMON | OWN[table]
    names = [name for name in names if not error_of(name)]
    if unknown := sorted(set(names) - set(known)):
        raise ValueError(f"Table {table} has columns that tables/columns.py does not explain: {', '.join(unknown)}.")
    return {name: known[name] for name in names}


def legend(table: str, names: Iterable[str]) -> dict[str, str]:
    """The meaning of every column of a table, errors included, each after its quantity.

    Parameters
    ----------
    table : str
        Name of the table.
    names : iterable of str
        Its columns.

    Returns
    -------
    dict of str to str
        In the order of the table.
    """
    names = list(names)
    known = explain(table, names)
    return {name: ERRORS[kind] if (kind := error_of(name)) else known[name].meaning for name in names}
