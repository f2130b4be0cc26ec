"""The ledger: each claim of the paper, the rule that decides on it, what was predicted and measured, and the verdict.

The rules were written down before the run that they judge and are part of the ledger. Each is formatted from the
constants with which its function decides, so that text and decision cannot differ. A verdict is "holds", "holds with a
limit" (which is stated), "fails", or "not reachable at this scale": the exact asymptotics, which have no free constant,
do not show the claimed behaviour at this d either, or the interval of an exponent is wider than `WIDEST_INTERVAL`.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pandas as pd
from scipy import stats

from ..measurement.thresholds import MEASURED, PowerLaw, power_law
from ..measurement.uncertainty import CONFIDENCE, half_interval, mean_and_sem
from ..tables.frames import curves_of, select
from ..tables.t9 import CLOSE
from .cascade import EXACT, EXACT_AT, NOT_LEARNED, STEEPEST, law_of_the_algorithm
from .ledger import FAILS, HOLDS, LIMITED, UNREACHABLE, Claim, Finding, Tables
from .separation import FEWEST_SEEDS, LEARNS, LEARNS_LITTLE, SEPARATED_AT, SMALL_D, separation
from .wording import count, decades, interval, mean_with_error, seeds, signed, times

LINEAR, BOUNDED = "identity", "tanh"  # experiments of figures 2 and 5, named after their links
LINK_EXPERIMENTS = (LINEAR, BOUNDED)
GAMMA_EXPERIMENT = "exponents"  # of figure 3: several γ at one d
FEWEST = 3  # directions, points or γ that show a trend
ON_A_LINE = 2  # points that a fit of an exponent needs
WIDEST_INTERVAL = 0.5  # of an exponent that decides anything
RANKED = 0.9  # Spearman correlation of what is in order
NEAR_EXPONENT = 0.1  # two exponents this near each other count as the same
PAST_THRESHOLD = 2  # the 1/n law is looked for from this multiple of the threshold on
ANGULAR_EXPONENT = -1  # of 1 − cosθ_i past its threshold
NEAR_COUNT = 0.1  # mean distance of m(n) from a staircase that it follows, in units of d1
CRITICAL_GAMMA = 0.5  # where the law of the error changes from (3.4) to (2.15)
SHORT, LONG = 0.5, 1  # decades of n over which an exponent is hardly reached, and is reached
RECOGNISED = 0.3  # overlap from which on the error is compared with that of the first layer
NEAR_RATIO = 0.1  # a ratio this near 1 counts as 1
WIGNER_EXPONENT = Fraction(-1, 3)  # of a spiked Wigner matrix's rounded onset
EXCESS = 0.02  # mean |measured − predicted| cos² beyond the noise of the seed means


def sequential_order(tables: Tables) -> Finding:
    """Rank correlation of measured with predicted thresholds, pooled and within each sign of the strength.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `T1` is read.

    Returns
    -------
    Finding
        Spearman correlations at the largest d where enough directions cross.
    """
    pooled, within, texts = [], [], []
    for link in LINK_EXPERIMENTS:
        table = select(tables["T1"], {"experiment": link, "status": MEASURED})
        crossing = table[table["sign"] == "all"].groupby("d").size()
        found = _largest(table[table["d"].isin(crossing.index[crossing >= FEWEST])], link)
        if found.empty:
            return Finding("Spearman 1", f"{link}: fewer than {count(FEWEST)} directions cross", UNREACHABLE)
        values = {sign: _spearman(rows) for sign, rows in found.groupby("sign")}
        pooled.append(values.pop("all", np.nan))
        within += list(values.values())
        signs = ", ".join(f"{sign} {value:.2f}" for sign, value in values.items())
        texts.append(f"{link} d={found['d'].iloc[0]}: {pooled[-1]:.2f} (by sign: {signs})")
    verdict = HOLDS if min(pooled) >= RANKED else LIMITED if np.nanmin(within) >= RANKED else FAILS
    limit = "within one sign of the strengths: the bulk is lopsided at finite d" if verdict == LIMITED else ""
    return Finding("Spearman 1", "; ".join(texts), verdict, limit)


def threshold_scale(tables: Tables) -> Finding:
    """Exponent of the measured thresholds in i, weighted by their errors, against 2γ.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `T1` is read.

    Returns
    -------
    Finding
        The exponent with its interval.
    """
    table = _largest(tables["T1"], BOUNDED)
    found = table[(table["status"] == MEASURED) & (table["sign"] == "all") & (table["log_se"] > 0)]
    if len(found) < FEWEST:
        return Finding("2γ", f"fewer than {count(FEWEST)} directions cross", UNREACHABLE)
    x = np.log(found["direction"])
    (slope, _), covariance = np.polyfit(x, np.log(found["n_measured"]), 1, w=1 / found["log_se"], cov=True)
    half = half_interval(np.sqrt(covariance[0, 0]), len(found) - 2)
    paper, exact = 2 * found["gamma"].iloc[0], np.polyfit(x, np.log(found["n_exact"]), 1)[0]
    verdict = HOLDS if abs(slope - paper) <= half else LIMITED if abs(slope - exact) <= half else FAILS
    verdict = verdict if _decides(slope - half, slope + half) else UNREACHABLE
    limit = f"the exponent at this d is that of the exact asymptotics, {exact:.2f}" if verdict == LIMITED else ""
    return Finding(f"{paper:.2f}", interval(slope, slope - half, slope + half), verdict, limit)


def one_over_n(tables: Tables) -> Finding:
    """Exponent of 1 − cosθ_1 in n well past the threshold, at the smallest d of the tanh link.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `directions` and `T1` are read.

    Returns
    -------
    Finding
        The exponent with its interval.
    """
    where = {"experiment": BOUNDED, "direction": 1}
    rows = select(tables["directions"], where)
    d = rows["d"].min()
    thresholds = select(tables["T1"], where | {"sign": "all", "d": d})
    n, curves = curves_of(rows[rows["d"] == d], "angular_error")
    window = (PAST_THRESHOLD * float(thresholds["n_measured"].iloc[0]), np.inf)
    if np.sum(n >= window[0]) < FEWEST:
        few = f"fewer than {count(FEWEST)} points beyond {times(PAST_THRESHOLD)} the threshold"
        return Finding(str(ANGULAR_EXPONENT), few, UNREACHABLE)
    law = power_law(n, curves, window)
    close = law.low <= ANGULAR_EXPONENT <= law.high or abs(law.exponent - ANGULAR_EXPONENT) <= NEAR_EXPONENT
    verdict = (HOLDS if close else FAILS) if _decides(law.low, law.high) else UNREACHABLE
    return Finding(str(ANGULAR_EXPONENT), _law(law), verdict)


def recovered_count(tables: Tables) -> Finding:
    """Mean over the grid of |m(n) − m_th|/d1, m_th the staircase or the exact asymptotics.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `T3` is read.

    Returns
    -------
    Finding
        The distance to both, for each link.
    """
    distance: dict[str, list[float]] = {name: [] for name in ("scaling", "exact")}
    for link in LINK_EXPERIMENTS:
        table = _largest(tables["T3"], link)
        for name, values in distance.items():
            values.append(float(np.mean(np.abs(table["m_measured"] - table[f"m_{name}"]) / table["d1"])))
    worst = {name: max(values) for name, values in distance.items()}
    verdict = HOLDS if worst["scaling"] <= NEAR_COUNT else LIMITED if worst["exact"] <= NEAR_COUNT else FAILS
    measured = "; ".join(
        f"{link}: {s:.2f} to the staircase, {e:.2f} to the asymptotics"
        for link, s, e in zip(LINK_EXPERIMENTS, *distance.values(), strict=True)
    )
    limit = "with the thresholds of the exact asymptotics, not the staircase's" if verdict == LIMITED else ""
    return Finding("distance 0", measured, verdict, limit)


def exponent_above_half(tables: Tables) -> Finding:
    """Fitted exponents of T2 against −1 + 1/(2γ), and whether the asymptotics reach it at that d (T9).

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `T2` and `T9` are read.

    Returns
    -------
    Finding
        The exponent of each γ with its interval.
    """
    fitted, predicted = tables["T2"].dropna(subset=["exponent"]), tables["T9"]
    sharp = _decides(fitted["low_95"], fitted["high_95"])
    inside = sharp & fitted["low_95"].le(fitted["paper"]) & fitted["paper"].le(fitted["high_95"])
    reached = [
        predicted[np.isclose(predicted["gamma"], row.gamma) & (predicted["d"] == row.d)]["reached_decades"].sum()
        for row in fitted.itertuples()
    ]
    hidden = np.all(np.array(reached)[sharp & ~inside] < SHORT)
    verdict = HOLDS if inside.all() else UNREACHABLE if hidden else FAILS
    measured = "; ".join(
        f"γ={row.gamma:g}: {interval(row.exponent, row.low_95, row.high_95)}" for row in fitted.itertuples()
    )
    paper = "; ".join(f"γ={row.gamma:g}: {row.paper:.2f}" for row in fitted.itertuples())
    limit = ""
    if verdict == UNREACHABLE:
        there = predicted[predicted["reached_decades"] >= LONG]
        limit = f"the asymptotics have it for {decades(LONG)} of n only at " + (
            ", ".join(f"γ={row.gamma:g}, d={row.d:g}" for row in there.itertuples()) or "no d that was computed"
        )
    return Finding(paper, measured, verdict, limit)


def exponent_below_half(tables: Tables) -> Finding:
    """Exponent of 1 − NMSE while directions are recovered, for 0 < γ < 1/2, against 1/(2γ) − 1.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `runs`, `T1` and `curves` are read.

    Returns
    -------
    Finding
        The exponent of each γ with its interval, and that of the asymptotics.
    """
    inside, reachable, texts, papers = [], [], [], []
    runs = tables["runs"][tables["runs"]["experiment"] == GAMMA_EXPERIMENT]
    for gamma in sorted(g for g in runs["gamma"].unique() if 0 < g < CRITICAL_GAMMA):
        where = {"experiment": GAMMA_EXPERIMENT, "gamma": gamma}
        crossed = select(tables["T1"], where | {"sign": "all", "status": MEASURED})["n_measured"]
        n, nmse = curves_of(select(runs, where), "nmse")
        window = (crossed.min(), crossed.max())
        if np.sum((n >= window[0]) & (n <= window[1])) < ON_A_LINE:
            continue
        law = power_law(n, 1 - nmse, window)
        exact = select(tables["curves"], where)
        steps = exact.groupby("n")[["m_exact", "d1"]].mean()
        grid = steps.index[(steps["m_exact"] >= 1) & (steps["m_exact"] <= steps["d1"] - 1)]
        theory_n, theory = curves_of(exact[exact["nmse"] < 1], "nmse")
        slope = power_law(theory_n, 1 - theory.mean(axis=0), (grid.min(), grid.max())).exponent
        paper = 1 / (2 * gamma) - 1
        sharp = _decides(law.low, law.high)
        inside.append(law.low <= paper <= law.high and sharp)
        reachable.append(abs(slope - paper) <= NEAR_EXPONENT and sharp)
        texts.append(f"γ={gamma:g}: {_law(law)} (asymptotics {slope:.2f})")
        papers.append(f"γ={gamma:g}: {paper:.2f}")
    verdict = HOLDS if inside and all(inside) else FAILS if any(reachable) else UNREACHABLE
    return Finding("; ".join(papers), "; ".join(texts) or f"no window with {count(ON_A_LINE)} points", verdict)


def readout(tables: Tables) -> Finding:
    """NMSE over Σ λ_i² (1 − cos⁴θ_i) of the measured alignments, for the identity at the largest d that has them.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `runs` and `directions` are read.

    Returns
    -------
    Finding
        The ratio with its standard error over seeds.
    """
    runs, directions = tables["runs"], tables["directions"]
    found = _largest(runs[runs["overlap"] >= RECOGNISED], LINEAR)
    if found.empty:
        return Finding("1", f"no n with overlap ≥ {RECOGNISED:g}", UNREACHABLE)
    same = directions[(directions["experiment"] == LINEAR) & (directions["d"] == found["d"].iloc[0])]
    best = same.assign(lost=same["strength"] ** 2 * (1 - same["cos2"] ** 2))
    merged = found.merge(best.groupby(["seed", "alpha"], as_index=False)["lost"].sum(), on=["seed", "alpha"])
    ratio = (merged["nmse"] / merged["lost"]).groupby(merged["seed"]).mean()
    mean, sem = mean_and_sem(ratio.to_numpy())
    verdict = HOLDS if abs(mean - 1) <= NEAR_RATIO else FAILS
    return Finding("1", f"{mean_with_error(mean, sem)} ({seeds(len(ratio))}, d={merged['d'].iloc[0]})", verdict)


def wider_window(tables: Tables) -> Finding:
    """Width ln(n_last/n_first) of the window of recovery against γ, over the γ whose directions all cross.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `T1` is read.

    Returns
    -------
    Finding
        The width for each γ.
    """
    table = select(tables["T1"], {"experiment": GAMMA_EXPERIMENT, "sign": "all"})
    complete = {g: t for g, t in table.groupby("gamma") if (t["status"] == MEASURED).all()}
    widths = {g: float(np.log(t["n_measured"].max() / t["n_measured"].min())) for g, t in complete.items()}
    text = "; ".join(f"γ={g:g}: {width:.2f}" for g, width in widths.items())
    if len(widths) < FEWEST:
        return Finding("ascending", text or "no γ with all directions", UNREACHABLE, "too few γ with all directions")
    rank = stats.spearmanr(list(widths), list(widths.values())).statistic
    left = sorted(set(table["gamma"]) - set(widths))
    limit = f"not all directions cross inside the grid at γ = {', '.join(f'{g:g}' for g in left)}" if left else ""
    return Finding("ascending", text, FAILS if rank < RANKED else LIMITED if left else HOLDS, limit)


def smoothing(tables: Tables) -> Finding:
    """Exponent of the best data collapse of a rank-one teacher's rounded onset, against −1/3 (spiked Wigner).

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `T4` is read.

    Returns
    -------
    Finding
        The exponent of each kind of features with its interval.
    """
    rows = select(tables["T4"], {"kind": "rank_one", "quantity": "data collapse"})
    found = {row.features: (row.exponent, row.low_95, row.high_95) for row in rows.itertuples()}
    inside = {name: low <= float(WIGNER_EXPONENT) <= high for name, (_, low, high) in found.items()}
    verdict = HOLDS if all(inside.values()) else LIMITED if inside.get("gaussian") else FAILS
    outside = ", ".join(name for name, there in inside.items() if not there)
    limit = f"not with the features {outside}, whose onset is delayed as well" if verdict == LIMITED else ""
    measured = "; ".join(f"{name}: {interval(*value)}" for name, value in found.items())
    return Finding(str(WIGNER_EXPONENT), measured, verdict, limit)


def exact_asymptotics(tables: Tables) -> Finding:
    """Mean |measured − predicted| cos² of Gaussian-equivalent data at the largest d of the control experiment.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        See `ledger.ledger`; `T8` is read.

    Returns
    -------
    Finding
        The mean for each link, beside the noise of the seed means.
    """
    table = tables["T8"][tables["T8"]["features"] == "gaussian"]
    table = table[table["d"] == table["d"].max()]
    excess = np.maximum(table["gap"] - table["floor"], 0)
    measured = "; ".join(f"{r.link}: {r.gap:.3f} (noise {r.floor:.3f})" for r in table.itertuples())
    return Finding("0", measured, HOLDS if (excess <= EXCESS).all() else FAILS)


def _largest(table: pd.DataFrame, experiment: str) -> pd.DataFrame:
    """The rows of an experiment at its largest d."""
    rows = table[table["experiment"] == experiment]
    return rows[rows["d"] == rows["d"].max()]


def _spearman(rows: pd.DataFrame) -> float:
    """Rank correlation of measured with predicted thresholds, NaN of too few."""
    if len(rows) < FEWEST:
        return np.nan
    return float(stats.spearmanr(rows["n_measured"], rows["n_weak_noise"]).statistic)


def _decides(low: float | pd.Series, high: float | pd.Series) -> bool | pd.Series:
    """Whether an interval is narrow enough to decide anything."""
    return high - low <= WIDEST_INTERVAL


def _law(law: PowerLaw) -> str:
    """A fitted exponent with its interval."""
    return interval(law.exponent, law.low, law.high)


CLAIMS = (
    Claim(
        "sequential order",
        "directions are recovered one by one in the order of their strengths",
        "figures 2, 4, table T1",
        f"Spearman correlation of measured and predicted thresholds of at least {RANKED:g} over the directions that"
        f" cross, at the largest d where {count(FEWEST)} do, for both links: holds; only within each sign of the"
        " strength: holds with a limit",
        sequential_order,
    ),
    Claim(
        "threshold scale",
        "n_i grows like d^q i^(2γ)/Z² (2.10)",
        "table T1",
        f"{CONFIDENCE} % interval of the exponent of n_i in i ({BOUNDED}, largest d) contains 2γ: holds; contains the"
        " exponent of the exact asymptotics over the same directions: holds with a limit",
        threshold_scale,
    ),
    Claim(
        "1/n refinement",
        "past its threshold 1 − cosθ_i falls like 1/n (3.1)",
        "figure 4B",
        f"{CONFIDENCE} % interval of the exponent of 1 − cosθ_1 beyond {times(PAST_THRESHOLD)} its threshold"
        f" ({BOUNDED}, smallest d) contains {signed(ANGULAR_EXPONENT)}, or the exponent is within {NEAR_EXPONENT:g} of"
        " it: holds",
        one_over_n,
    ),
    Claim(
        "number recovered",
        "m(n) follows the staircase of (3.3)",
        "figure 4C, table T3",
        f"mean over the grid of |m − m_th|/d1 at most {NEAR_COUNT:g} at the largest d, both links: holds; with the"
        " thresholds of the exact asymptotics instead: holds with a limit",
        recovered_count,
    ),
    Claim(
        "error exponent, γ > 1/2",
        "NMSE falls like (n/d^q)^(−1 + 1/(2γ)) (2.15)",
        "figures 3, 9, tables T2, T9",
        f"{CONFIDENCE} % interval of the fitted exponent contains it for every γ: holds; where it does not, the exact"
        f" asymptotics at that d are within {CLOSE:g} of it for less than {decades(SHORT)} of n: not reachable at this"
        " scale",
        exponent_above_half,
    ),
    Claim(
        "error exponent, γ < 1/2",
        "1 − NMSE grows like (n/(d1 d^q))^(1/(2γ) − 1) (3.4)",
        "figure 3",
        f"{CONFIDENCE} % interval of the exponent of 1 − NMSE between the first and the last measured threshold"
        f" contains it for every γ: holds; the exact asymptotics are further than {NEAR_EXPONENT:g} from it for every"
        " γ: not reachable at this scale",
        exponent_below_half,
    ),
    Claim(
        "readout no bottleneck",
        "the error is that of the first layer: Σ λ_i² (1 − cos⁴θ_i) for g = identity",
        "figure 2",
        f"NMSE over that sum with the measured alignments, mean over n with overlap ≥ {RECOGNISED:g}, within"
        f" {NEAR_RATIO:g} of 1: holds",
        readout,
    ),
    Claim(
        "wider window",
        "larger γ widens the window of recovery",
        "figure 3, table T1",
        f"ln(n_last/n_first) ascends with γ (Spearman ≥ {RANKED:g}) over at least {count(FEWEST)} γ whose directions"
        " all cross: holds; with a limit if some γ have directions beyond the grid",
        wider_window,
    ),
    Claim(
        "finite-size smoothing",
        "transitions are rounded at finite d; the width of the rounding was left open",
        "figure 7, table T4",
        f"{CONFIDENCE} % interval of the collapse exponent in D of a rank-one teacher contains"
        f" {signed(WIGNER_EXPONENT)}, that of a spiked Wigner matrix, for Gaussian-equivalent and for real features:"
        " holds; for Gaussian-equivalent ones only: holds with a limit",
        smoothing,
    ),
    Claim(
        "separation from kernels",
        "the estimator learns from n at which non-hierarchical kernels do not",
        "figure 10, table T6",
        f"at d = {SEPARATED_AT['d']} with g = {SEPARATED_AT['link']} an n where a preset's mean NMSE is below"
        f" {LEARNS:g} and that of every kernel above {LEARNS_LITTLE:g}, {CONFIDENCE} % intervals over at least"
        f" {count(FEWEST_SEEDS)} seeds apart: holds, with a limit if at d = {SMALL_D} a kernel is ahead at the largest"
        " n where both were measured; no such n on the grid: not reachable at this scale",
        separation,
    ),
    Claim(
        "exact asymptotics (ours)",
        "the deterministic equivalent describes Gaussian-equivalent data with nothing fitted",
        "figure 6, table T8",
        f"mean |measured − predicted| cos² exceeds the noise of the seed means by at most {EXCESS:g} at the largest d,"
        " both links: holds",
        exact_asymptotics,
    ),
    Claim(
        "the power law is the algorithm's (ours)",
        "the smooth power law is that of one look at a matrix; all directions together are found at once",
        "figure 12, table T10",
        f"without noise, from n = {EXACT_AT:g} d1 D labels, γ < {STEEPEST:g}: the largest NMSE of FeatureCascade over"
        f" seeds, link given, at most {EXACT:g} while the smallest of the preset paper is above {NOT_LEARNED:g}, at"
        " every d and for both links: holds; exact for each link at some d: holds with a limit",
        law_of_the_algorithm,
    ),
)
