"""Tables T7 to T7d from made-up measurements whose answer is known."""

import numpy as np
import pandas as pd
import pytest

from feature_cascade.estimator.presets import combinations
from feature_cascade.tables import t7, t7b, t7c, t7d

SIZES, SEEDS = (20, 40, 80), 4


def gaps():
    """A gap of 8/d, of which the sphere takes half, and deflation a quarter where the sphere is not used."""
    rows = []
    for name in combinations():
        on = set(name.split("+"))
        share = 1 - 0.5 * ("sphere" in on) - 0.25 * ("deflate" in on and "sphere" not in on)
        for d in SIZES:
            for seed in range(SEEDS):
                gap = 8 / d * share * (1 + 0.01 * (seed - 1.5))
                predicted = 0.6 + 0.1 * ("tanh" in on)
                row = {"link": "identity", "d": d, "seed": seed, "combination": name, "alpha": 2.5, "n": d**2}
                rows.append(
                    row | {"predicted": predicted, "predicted_finite_d": predicted - gap, "overlap": predicted - gap}
                )
    return pd.DataFrame(rows)


def test_gaps_and_exponents():
    presets = gaps().query("combination == 'sphere'").drop(columns="combination")
    other = [presets.assign(preset="sharp", alpha=2.6), presets.assign(preset="paper")]
    presets = pd.concat([presets.assign(preset="sharp"), *other])
    table = t7.make(gaps(), presets).set_index(["combination", "d"])
    assert len(table) == 9 * len(SIZES)
    np.testing.assert_allclose(table.loc["sharp", "gap"], table.loc["sphere", "gap"])
    assert table.loc[("none", 40), "gap"] == pytest.approx(0.2)
    assert table.loc[("tanh+sphere", 40), ["gap", "measured"]].tolist() == pytest.approx([0.1, 0.6])
    assert table.loc[("none", 40), "gap_sem"] == pytest.approx(0.2 * 0.01 * np.std(range(4), ddof=1) / 2)
    np.testing.assert_allclose(table["exponent"], -1.0, atol=0.011)
    assert (table["exponent_low_95"] <= -0.98).all() and (table["exponent_high_95"] >= -1.02).all()
    assert (table["n_seeds"] == SEEDS).all()
    np.testing.assert_allclose(table["predicted_finite_d"], table["measured"])


def test_effects():
    table = t7b.make(gaps()).set_index(["effect", "d"])
    gap = 0.2
    assert table.loc[("tanh", 40), ["closes", "gains"]].tolist() == pytest.approx([0.0, 0.1])
    assert table.loc[("sphere", 40), "closes"] == pytest.approx(gap * (0.5 + 0.25) / 2)
    assert table.loc[("deflate", 40), "closes"] == pytest.approx(gap * 0.25 / 2)
    assert table.loc[("sphere × deflate", 40), "closes"] == pytest.approx(-gap * 0.25 / 2)
    assert list(dict.fromkeys(table.index.get_level_values(0)))[:3] == ["tanh", "sphere", "deflate"]


def samples(reached=SEEDS):
    """Overlaps of 0.4 and 0.6 on either side of n = 400·seed factor, with paper needing four times more."""
    rows = []
    for seed in range(SEEDS):
        for preset, factor in (("paper", 4), ("sharp", 1)):
            for step, overlap in ((1, 0.4), (4, 0.6 if seed < reached or preset == "sharp" else 0.45)):
                row = {"link": "tanh", "d": 20, "seed": seed, "preset": preset, "alpha": 2.0}
                n = 200 * (1 + seed) * factor * step
                rows.append(row | {"n": n, "overlap": overlap, "n_half_predicted_finite_d": 100.0 * factor})
    return pd.DataFrame(rows)


def test_samples():
    row = t7c.make(samples()).iloc[0]
    assert (row["n_seeds"], row["n_reached"]) == (4, 4)
    assert row["n_sharp"] == pytest.approx(400 * 24**0.25) and row["n_paper"] == pytest.approx(1600 * 24**0.25)
    assert row[["ratio", "ratio_low_95", "ratio_high_95"]].tolist() == pytest.approx([4.0, 4.0, 4.0])
    assert row["ratio_predicted"] == pytest.approx(4.0)


def test_seeds_that_do_not_reach_one_half_are_counted_out():
    row = t7c.make(samples(reached=1)).iloc[0]
    assert (row["n_seeds"], row["n_reached"]) == (4, 1)
    assert row["n_sharp"] == pytest.approx(400) and np.isnan(row["ratio_low_95"])
    none = t7c.make(samples(reached=0)).iloc[0]
    assert none["n_reached"] == 0 and np.isnan(none["ratio"])


def test_transforms():
    rows = [
        {"link": "tanh", "d": 20, "seed": seed, "transform": name, "onset": onset * (1 + seed), "alpha": 2.5}
        | {"predicted": 0.5, "predicted_finite_d": 0.45, "overlap": 0.4 + 0.1 * seed}
        for seed in (0, 1)
        for name, onset in (("clip", 3.0), ("optimum", 2.0))
    ]
    table = t7d.make(pd.DataFrame(rows)).set_index("transform")
    assert table.loc["clip", "loss"] == pytest.approx(1.5) and table.loc["optimum", "loss"] == pytest.approx(1.0)
    assert table.loc["clip", ["measured", "measured_sem"]].tolist() == pytest.approx([0.45, 0.05])
