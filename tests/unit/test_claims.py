"""The ledger's decisions on made-up tables whose answer is known."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from feature_cascade.claims import decisions as claims
from feature_cascade.claims.ledger import FAILS, HOLDS, LIMITED, UNREACHABLE, changes

STORED = Path(__file__).parents[2] / "results/reference/claims.csv"
I = np.arange(1, 7)  # noqa: E741


def thresholds(order=I, experiment="tanh", sign="all", gamma=0.4, **columns):
    """T1 with thresholds 1000 i^(2γ) measured in a given order."""
    n = 1000.0 * np.asarray(order) ** (2 * gamma)
    base = {"experiment": experiment, "d": 100, "gamma": gamma, "sign": sign, "status": "measured", "log_se": 0.05}
    predicted = {"n_weak_noise": I * 900.0, "n_exact": 1000.0 * I ** (2 * gamma)}
    return pd.DataFrame(base | {"direction": I, "n_measured": n} | predicted | columns)


def both_links(**tables):
    """T1 of both links, from the rows of each sign."""
    return {
        "T1": pd.concat([rows.assign(experiment=link) for link in claims.LINK_EXPERIMENTS for rows in tables.values()])
    }


def test_order():
    straight, mixed = thresholds(), thresholds([4, 3, 2, 1, 6, 5])
    plus, minus = thresholds(sign="+"), thresholds(sign="-")
    assert claims.sequential_order(both_links(a=straight, b=plus)).verdict == HOLDS
    finding = claims.sequential_order(both_links(a=mixed, b=plus, c=minus))
    assert finding.verdict == LIMITED and "sign" in finding.limit
    assert claims.sequential_order(both_links(a=mixed, b=mixed.assign(sign="+"))).verdict == FAILS


def test_scale_of_the_thresholds():
    noise = np.array([1.01, 0.99, 1.02, 0.98, 1.01, 0.99])
    table = thresholds()
    table["n_measured"] *= noise
    assert claims.threshold_scale({"T1": table}).verdict == HOLDS
    steeper = table.assign(n_measured=table["n_measured"] * I**0.5)
    assert claims.threshold_scale({"T1": steeper}).verdict == FAILS
    finding = claims.threshold_scale({"T1": steeper.assign(n_exact=1000.0 * I**1.3)})
    assert finding.verdict == LIMITED and "1.30" in finding.limit
    assert claims.threshold_scale({"T1": table[:2]}).verdict == UNREACHABLE


@pytest.mark.parametrize(("exponent", "verdict"), [(-1.0, HOLDS), (-0.6, FAILS)])
def test_refinement(exponent, verdict):
    n = np.array([1000.0, 2000, 4000, 8000, 16000])
    rows = [
        {
            "experiment": "tanh",
            "d": 100,
            "direction": 1,
            "seed": s,
            "n": x,
            "angular_error": (1 + 0.1 * s) * x**exponent,
        }
        for s in (0, 1, 2)
        for x in n
    ]
    tables = {"directions": pd.DataFrame(rows), "T1": thresholds()}
    finding = claims.one_over_n(tables)
    assert finding.verdict == verdict and finding.measured.startswith(f"{exponent:.2f}")


def test_number_recovered():
    m = np.arange(6.0)
    table = pd.DataFrame({"d": 100, "d1": 6, "m_measured": m, "m_scaling": m + 0.3, "m_exact": m})
    both = pd.concat([table.assign(experiment=link) for link in claims.LINK_EXPERIMENTS])
    assert claims.recovered_count({"T3": both}).verdict == HOLDS
    assert claims.recovered_count({"T3": both.assign(m_scaling=both["m_scaling"] + 2)}).verdict == LIMITED
    assert claims.recovered_count({"T3": both.assign(m_scaling=9.0, m_exact=9.0)}).verdict == FAILS


def exponents(value, decades):
    fitted = {
        "gamma": [0.8],
        "d": 50,
        "exponent": value,
        "low_95": value - 0.1,
        "high_95": value + 0.1,
        "paper": -0.375,
    }
    predicted = {"gamma": [0.8, 0.8], "d": [50, 10_000], "reached_decades": [decades, 1.5]}
    return {"T2": pd.DataFrame(fitted), "T9": pd.DataFrame(predicted)}


def test_exponent_of_the_error():
    assert claims.exponent_above_half(exponents(-0.4, 0.0)).verdict == HOLDS
    assert claims.exponent_above_half(exponents(-0.8, 1.0)).verdict == FAILS
    finding = claims.exponent_above_half(exponents(-0.8, 0.0))
    assert finding.verdict == UNREACHABLE and "d=10000" in finding.limit


@pytest.mark.parametrize(("ratio", "verdict"), [(1.02, HOLDS), (1.4, FAILS)])
def test_readout(ratio, verdict):
    runs = pd.DataFrame({"experiment": "identity", "d": 9, "seed": [0, 1], "alpha": 2.0, "overlap": 0.5, "nmse": 0.75})
    directions = runs.assign(cos2=0.5, strength=1.0, lost=0.75).drop(columns=["nmse", "overlap", "lost"])
    tables = {"runs": runs.assign(nmse=0.75 * ratio), "directions": directions}
    assert claims.readout(tables).verdict == verdict
    assert claims.readout(tables | {"runs": runs.assign(overlap=0.1)}).verdict == UNREACHABLE


def test_window():
    table = pd.concat([thresholds(experiment="exponents", gamma=g) for g in (0.2, 0.4, 0.6)])
    assert claims.wider_window({"T1": table}).verdict == HOLDS
    beyond = thresholds(experiment="exponents", gamma=0.8, status="beyond the grid")
    finding = claims.wider_window({"T1": pd.concat([table, beyond])})
    assert finding.verdict == LIMITED and "0.8" in finding.limit
    assert claims.wider_window({"T1": table[table["gamma"] < 0.5]}).verdict == UNREACHABLE
    assert claims.wider_window({"T1": table.assign(gamma=1 - table["gamma"])}).verdict == FAILS


def test_smoothing():
    row = {"kind": "rank_one", "quantity": "data collapse", "exponent": -0.34, "low_95": -0.4, "high_95": -0.3}
    table = pd.DataFrame([row | {"features": name} for name in ("gaussian", "hermite")])
    assert claims.smoothing({"T4": table}).verdict == HOLDS
    table.loc[1, ["exponent", "low_95", "high_95"]] = [-0.9, -1.0, -0.8]
    finding = claims.smoothing({"T4": table})
    assert finding.verdict == LIMITED and "hermite" in finding.limit
    assert claims.smoothing({"T4": table.assign(low_95=-1.0, high_95=-0.8)}).verdict == FAILS


@pytest.mark.parametrize(("gap", "verdict"), [(0.03, HOLDS), (0.05, FAILS)])
def test_asymptotics(gap, verdict):
    names = ["gaussian_identity", "gaussian_tanh", "identity"]
    table = pd.DataFrame({"experiment": names, "law": "gaussian", "d": 50, "gap": [gap, gap, 0.5], "floor": 0.02})
    assert claims.exact_asymptotics({"T8": table}).verdict == verdict


def test_changes_are_listed():
    before = pd.DataFrame({"name": ["a", "b", "c"], "verdict": [HOLDS, HOLDS, FAILS]})
    after = pd.DataFrame({"name": ["a", "b", "d"], "verdict": [HOLDS, FAILS, HOLDS]})
    assert changes(before, after) == ["b: holds → fails", "c: fails → absent", "d: absent → holds"]
    assert changes(before, before) == []


def test_every_claim_says_how_it_is_decided():
    assert len({claim.name for claim in claims.CLAIMS}) == len(claims.CLAIMS)
    for claim in claims.CLAIMS:
        assert "holds" in claim.rule and claim.statement and claim.tested_in


def test_rules_are_the_stored_ones():
    """A rule is formatted from the constants that decide, so another constant shows here as another text."""
    stored = pd.read_csv(STORED).set_index("name")
    assert {claim.name: claim.rule for claim in claims.CLAIMS} == stored["rule"].to_dict()
    for claim in claims.CLAIMS:
        assert (claim.statement, claim.tested_in) == tuple(stored.loc[claim.name, ["statement", "tested_in"]])
