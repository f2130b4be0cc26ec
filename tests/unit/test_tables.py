"""The tables from small made-up measurements whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from feature_cascade.tables import a1, t1, t2, t3, t5

RUN = {"experiment": "toy", "d": 10, "gamma": 0.8}
N = np.array([100, 200, 400, 800, 1600])


def thresholds():
    return pd.DataFrame(
        [
            RUN
            | {"seed": s, "direction": i, "strength": 0.5, "n_weak_noise": 200.0 * i, "n_scaling": 50.0 * i}
            | {"n_exact": 250.0 * i}
            for s in (0, 1)
            for i in (1, 2)
        ]
    )


def directions():
    return pd.DataFrame(
        [
            RUN | {"seed": s, "direction": i, "n": n, "alpha": np.log10(n), "cos2": float(n >= 200 * i)}
            for s in (0, 1)
            for i in (1, 2)
            for n in N
        ]
    )


def test_thresholds():
    found = {"direction": 1, "n": 400.0, "log_se": 0.1, "status": "measured"}
    measured = pd.DataFrame([RUN | found | {"sign": sign} for sign in ("all", "+", "-")])
    mixed = thresholds()
    mixed.loc[mixed["seed"] == 1, ["strength", "n_exact"]] = [-0.5, 1000.0]
    table = t1.make(measured, mixed).set_index("sign")
    np.testing.assert_allclose(table["n_exact"][["all", "+", "-"]], [500.0, 250.0, 1000.0])  # geometric mean
    row = table.loc["all"]
    assert (row["ratio_weak_noise"], row["ratio_weak_noise_se"]) == pytest.approx((2.0, 0.2))
    assert row["ratio_scaling"] == pytest.approx(8.0)
    mixed.loc[mixed["strength"] < 0, "n_exact"] = np.inf
    assert np.isnan(t1.make(measured, mixed).set_index("sign").loc["-", "ratio_exact"])


def test_counts():
    table = t3.make(directions(), thresholds()).set_index("n")
    np.testing.assert_array_equal(table["m_measured"], [0, 1, 2, 2, 2])
    np.testing.assert_array_equal(table["m_weak_noise"], [0, 1, 2, 2, 2])
    np.testing.assert_array_equal(table["m_exact"], [0, 0, 1, 2, 2])
    np.testing.assert_array_equal(table["m_scaling"], [2, 2, 2, 2, 2])
    assert (table["m_sem"] == 0).all() and (table["n_seeds"] == 2).all()


def test_exponents():
    curves = pd.DataFrame([RUN | {"seed": s, "n": n, "nmse": n**-0.4} for s in (0, 1) for n in N])
    late = directions().assign(cos2=lambda t: (t["n"] >= 200 * t["direction"] ** 3).astype(float))
    row = t2.make(curves, late, curves, thresholds().assign(n_exact=lambda t: 200.0 * t["direction"] ** 3)).iloc[0]
    assert (row["window_low"], row["window_high"], row["n_points"]) == (200, 800, 3)
    assert row["exponent"] == pytest.approx(-0.4) and row["exact_exponent"] == pytest.approx(-0.4)
    assert row["paper"] == pytest.approx(-1 + 1 / 1.6)


def test_exponents_without_a_window_are_missing_not_invented():
    curves = pd.DataFrame([RUN | {"seed": s, "n": n, "nmse": 1.0} for s in (0, 1) for n in N])
    never = directions().assign(cos2=0.0)
    row = t2.make(curves, never, curves, thresholds()).iloc[0]
    assert row["n_points"] == 0 and np.isnan(row["exponent"])


def test_authors():
    runs = pd.DataFrame({"alpha": 2.4, "overlap": [0.18, 0.20], "nmse": [0.8, 0.9]})
    stored = {"alpha": [2.4, 2.6], "overlap_mean": 0.165, "overlap_sem": 0.009, "nmse_mean": 0.99, "nmse_median": 0.99}
    table = a1.make(runs, pd.DataFrame(stored))
    assert table["alpha"].tolist() == [2.4]
    assert table["difference"].iloc[0] == pytest.approx(0.025) and table["agrees"].iloc[0]
    assert not a1.make(runs.assign(overlap=[0.3, 0.3]), pd.DataFrame(stored))["agrees"].iloc[0]


def test_factors_of_perturbation_theory():
    cell = {"features": "gaussian", "d": 10, "gamma": 0.4, "sweep": "n", "alpha": 2.0, "n": 100, "gap_factor": 1.0}
    cell |= {"direction": 1, "threshold": 50.0, "gap": 0.2, "space_error": 0.1, "expected": 0.2}
    cell |= {"first_order_space": 0.1, "expected_space": 0.05}
    seeds = {"seed": [0, 1], "vector_error": [0.2, 0.4], "first_order": [0.2, 1.6], "davis_kahan": [20.0, 0.4]}
    rows = pd.DataFrame(cell | seeds)
    row = t5.make(rows).iloc[0]
    assert (row["n_seeds"], row["n_over_threshold"], row["gap"]) == (2, 2.0, 0.2)
    assert row["vector_error"] == pytest.approx(0.3) and row["vector_error_sem"] == pytest.approx(0.1)
    assert row["factor_first_order"] == pytest.approx(2.0)  # geometric mean of 1 and 4
    assert row["factor_first_order_se"] == pytest.approx(2 * np.log(2))
    assert row["factor_davis_kahan"] == pytest.approx(10.0)
    assert row["factor_expected"] == pytest.approx(np.sqrt(0.5))
    assert row["factor_first_order_space"] == pytest.approx(1.0) and row["factor_expected_space"] == pytest.approx(0.5)
    assert row["factor_normalised"] == pytest.approx(np.sqrt(0.2 / 1.2 / 0.2 * 1.6 / 2.6 / 0.4))
    assert row["bounded"]
    broken = pd.concat([rows.assign(davis_kahan=0.1), rows.assign(direction=2)])
    assert t5.make(broken)["bounded"].tolist() == [False, True]
