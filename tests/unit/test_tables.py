"""The tables from small made-up measurements whose answer is known."""

import itertools

import numpy as np
import pandas as pd
import pytest

from feature_cascade.tables import a1, t1, t2, t3, t5, t8, t9

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


def control(shift, noise=0.0, ds=(10, 20, 40), seeds=6):
    """Alignments of a control experiment and their theory, which differ by shift(d) and some noise."""
    rng, rows = np.random.default_rng(0), []
    for d, seed, alpha, direction in itertools.product(ds, range(seeds), (2.0, 2.5), (1, 2)):
        where = {"experiment": "hermite_tanh", "law": "finite_d", "d": d, "gamma": 0.4, "seed": seed, "alpha": alpha}
        rows.append(where | {"direction": direction, "cos2": 0.5, "difference": shift(d) + noise * rng.normal()})
    theory = pd.DataFrame(rows)
    measured = theory.assign(cos2=theory["cos2"] + theory["difference"])
    return measured.drop(columns=["difference", "law"]), theory.drop(columns="difference")


def test_distance_to_the_theory_and_its_exponent():
    table = t8.make(*control(lambda d: -2.0 / d, noise=1e-3))
    assert table[["experiment", "law"]].drop_duplicates().to_numpy().tolist() == [["hermite_tanh", "finite_d"]]
    np.testing.assert_allclose(table["gap"], [0.2, 0.1, 0.05], atol=2e-3)
    np.testing.assert_allclose(table["bias"], -table["gap"])
    np.testing.assert_allclose(table["worst"], table["gap"], atol=2e-3)
    assert ((table["low_95"] <= table["gap"]) & (table["gap"] <= table["high_95"])).all()
    assert (table["exponent_low_95"] < -1.0).all() and (table["exponent_high_95"] > -1.0).all()
    assert (table["alphas"] == 2).all() and (table["n_seeds"] == 6).all()


def test_distance_without_a_difference_is_the_noise_of_the_means():
    table = t8.make(*control(lambda d: 0.0, noise=0.05, seeds=40))
    np.testing.assert_allclose(table["gap"], table["floor"], rtol=0.8)
    assert (table["gap"] < 0.02).all()


def test_distance_takes_what_both_have_and_the_exponent_what_all_sizes_have():
    measured, theory = control(lambda d: -2.0 / d)
    fewer = measured[(measured["d"] > 10) | (measured["alpha"] < 2.2)]
    both = pd.concat([theory, theory.assign(law="gaussian", cos2=theory["cos2"] + 0.1)])
    table = t8.make(fewer, both).set_index(["law", "d"])
    assert table["alphas"].tolist() == [1, 2, 2] * 2
    np.testing.assert_allclose(table.loc["finite_d", "exponent"], -1.0)
    np.testing.assert_allclose(table.loc["gaussian", "gap"], table.loc["finite_d", "gap"] + 0.1)


def test_distance_of_a_single_seed_has_no_floor():
    row = t8.make(*control(lambda d: -2.0 / d, ds=(10,), seeds=1)).iloc[0]
    assert row["n_seeds"] == 1 and np.isnan(row["floor"]) and np.isnan(row["exponent"])
    assert row["gap"] == row["low_95"] == pytest.approx(0.2)


def predicted_curve(exponent):
    """A power law in the middle of the window, with the directions found at ten times the n of the one before."""
    n = np.geomspace(1, 1e5, 51)
    recovered = np.clip(np.floor(np.log10(n)), 0, 4)
    one = pd.DataFrame(
        {"n": n, "n_over_D": n, "nmse": n**exponent, "recovered": recovered, "d": 100, "d1": 4, "law": "finite_d"}
    )
    return pd.concat([one.assign(gamma=0.8, seed=seed) for seed in (0, 1)], ignore_index=True)


def test_exponent_that_is_reached():
    row = t9.make(predicted_curve(-0.375)).iloc[0]
    assert row["paper"] == row["nearest"] == pytest.approx(-0.375)
    assert row["window_exponent"] == pytest.approx(-0.375)
    assert (row["window_low"], row["window_high"]) == pytest.approx((10.0, 10**3.9))
    assert row["reached_decades"] == pytest.approx(3.0, abs=0.01)  # 30 of the grid's steps of a tenth


def test_exponent_that_is_not_reached():
    row = t9.make(predicted_curve(-0.6)).iloc[0]
    assert row["reached_decades"] == 0 and row["nearest"] == pytest.approx(-0.6)


def test_exponent_without_a_window_is_missing():
    row = t9.make(predicted_curve(-0.6).assign(recovered=0)).iloc[0]
    assert np.isnan(row["window_exponent"]) and row["paper"] == pytest.approx(-0.375)


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
