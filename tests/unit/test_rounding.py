"""Tables of the rounded onset, table T4 and figure 7 from made-up seeds whose exponents are known."""

import matplotlib
import numpy as np
import pandas as pd
import pytest

from feature_cascade.figures import fig7, style
from feature_cascade.measurement.finite_size import width
from feature_cascade.tables import frames, rounding, t4

matplotlib.use("Agg")
RATIOS = [0.4, 0.6, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4, 1.6]
SIZES = {10: 55, 16: 136, 25: 325}
SEEDS = 30
WINDOW = 0.4
BOOTSTRAPS = 15
CASES = [(kind, features) for kind in ("rank_one", "power_law") for features in ("gaussian", "sphere", "hermite")]
EXPONENT = {"gaussian": -1 / 3, "sphere": -0.4, "hermite": -0.9}
SLOPE = 0.3


def asymptotic(kind, ratio):
    return (SLOPE + 0.1 * (kind == "power_law")) * np.maximum(ratio - 1, 0)


def predicted():
    ratio = np.union1d(np.linspace(0.4, 1.6, 61), RATIOS)
    about = [
        {"kind": k, "features": f, "d": d, "D": D, "d1": 1 + 2 * (k == "power_law"), "onset": 0.6 * D}
        for k, f in CASES
        for d, D in SIZES.items()
    ]
    return pd.concat(
        [
            pd.DataFrame(row | {"slope": asymptotic(row["kind"], 2.0), "ratio": ratio}).assign(
                cos2=asymptotic(row["kind"], ratio)
            )
            for row in about
        ],
        ignore_index=True,
    )


def measured():
    """At every ratio D^exponent, ±10 % by seed; other directions and the own vector carry other numbers."""
    rows = []
    for kind, features in CASES:
        for d, D in SIZES.items():
            for seed in range(SEEDS):
                level = D ** EXPONENT[features] * (0.9 + 0.2 * seed / (SEEDS - 1))
                for ratio in RATIOS:
                    for direction in (1, 2) if kind == "power_law" else (1,):
                        row = {"kind": kind, "features": features, "d": d, "seed": seed, "ratio": ratio}
                        value = level * (1 + ratio) / 2 / direction
                        rows.append(row | {"n": 9, "direction": direction, "cos2": value, "own_cos2": value**2})
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def tables():
    return rounding.make(measured(), predicted(), WINDOW, BOOTSTRAPS)


def pick(table, **where):
    return table[np.logical_and.reduce([table[column] == value for column, value in where.items()])]


def test_cases(tables):
    """With one direction the span is its own vector, so there is no second measure."""
    for table in tables.values():
        assert set(map(tuple, table[frames.CASE].to_numpy())) == {
            *((k, f, "span") for k, f in CASES),
            *(("power_law", f, "own vector") for f in EXPONENT),
        }
        assert table.drop(columns="prefactor", errors="ignore").notna().all(axis=None)


def test_curves(tables):
    rows = pick(tables["curves"], kind="power_law", features="gaussian", measure="span", D=136)
    np.testing.assert_allclose(rows["ratio"], RATIOS)
    np.testing.assert_allclose(rows["cos2"], 136 ** (-1 / 3) * (1 + np.array(RATIOS)) / 2)
    assert (rows["n_seeds"] == SEEDS).all()
    spread = 0.2 * np.arange(SEEDS).std(ddof=1) / (SEEDS - 1)
    np.testing.assert_allclose(rows["sem"], rows["cos2"] * spread / np.sqrt(SEEDS))
    own = pick(tables["curves"], kind="power_law", features="gaussian", measure="own vector", D=136)
    assert (own["cos2"] < rows["cos2"].to_numpy()).all()


def test_sizes(tables):
    row = pick(tables["sizes"], kind="power_law", features="sphere", measure="span", d=25).iloc[0]
    curve = 325**-0.4 * (1 + np.array(RATIOS)) / 2
    assert (row["D"], row["d1"], row["onset"], row["n_seeds"]) == (325, 3, 195.0, SEEDS)
    assert row["height"] == pytest.approx(325**-0.4)
    assert row["width"] == pytest.approx(width(np.array(RATIOS), curve, 0.4))
    expected = np.trapezoid(asymptotic("power_law", np.array(RATIOS)), RATIOS)
    reached = np.trapezoid(curve[4:], RATIOS[4:])
    assert row["missing"] == pytest.approx(1 - reached / expected)
    for name in rounding.STATISTICS:
        assert row[f"{name}_low_95"] < row[name] < row[f"{name}_high_95"]


@pytest.mark.parametrize("features", EXPONENT)
def test_exponents(tables, features):
    found = pick(tables["exponents"], kind="rank_one", features=features).set_index("quantity")
    known = EXPONENT[features]
    assert found.loc["height", "exponent"] == pytest.approx(known, abs=1e-6)
    assert found.loc["height", "prefactor"] == pytest.approx(1, abs=1e-5)
    assert found.loc["width", "exponent"] == pytest.approx(known / 2, abs=1e-6)
    assert (found["low_95"] < found["high_95"]).all()
    assert (found["sizes"] == "55 136 325").all() and (found["seeds"] == "30 30 30").all()
    assert list(found.index) == ["width", "height", "collapse", "collapse, height", "collapse, width"]


@pytest.mark.jit_only
def test_the_same_tables_again(tables):
    for name, table in rounding.make(measured(), predicted(), WINDOW, BOOTSTRAPS).items():
        pd.testing.assert_frame_equal(table, tables[name])


def test_table_4(tables):
    table = t4.make(*(tables[name].assign(experiment="x") for name in ("exponents", "sizes")))
    assert len(table) == 9 * 3 and "experiment" not in table
    row = pick(table, kind="rank_one", features="gaussian", quantity="cos² at the onset").iloc[0]
    assert row["wigner"] == -1 / 3 and row["wigner_inside"] and not row["guessed_inside"]
    assert row["missing"] == pick(tables["sizes"], kind="rank_one", features="gaussian", D=325)["missing"].iloc[0]
    assert table.notna().all(axis=None)


def arguments(tables):
    return tables | {"predicted": predicted(), "window": WINDOW}


def test_figure_files_are_identical(tables, tmp_path):
    for take in range(2):
        style.save(fig7.draw(**arguments(tables)), [tmp_path / f"{take}.{kind}" for kind in ("pdf", "png", "svg")])
    for kind in ("pdf", "png", "svg"):
        assert (tmp_path / f"0.{kind}").read_bytes() == (tmp_path / f"1.{kind}").read_bytes()


def test_figure_panels(tables):
    figure = fig7.draw(**arguments(tables))
    assert [axes.get_title(loc="left") for axes in figure.axes] == list("ABCDEFGHI")
    points = figure.axes[0].containers[0][0]
    first = pick(tables["curves"], kind="rank_one", features="gaussian", D=55)
    np.testing.assert_allclose(points.get_ydata(orig=False), first["cos2"])
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert "D = 325, 30 seeds" in texts and style.LINES["gaussian"].label in texts


def test_curves_that_have_not_started_have_no_width(tables):
    """More than half of the predicted rise is missing at the largest D."""
    late = tables["sizes"].copy()
    late.loc[late["features"] == "gaussian", "missing"] = 0.9
    before, after = (fig7.draw(**arguments(tables | {"sizes": sizes})) for sizes in (tables["sizes"], late))
    assert len(after.axes[6].containers) < len(before.axes[6].containers)
    texts = [text.get_text() for text in after.legends[0].get_texts()]
    assert "Gaussian-equivalent: not started, left out" in texts


def test_figure_collapse_is_scaled_by_its_exponent(tables):
    panel = fig7.draw(**arguments(tables)).axes[-1]
    best = pick(tables["exponents"], kind="rank_one", features="gaussian", quantity="collapse").iloc[0]
    rows = pick(tables["curves"], kind="rank_one", features="gaussian", D=325)
    rows = rows[(rows["ratio"] - 1).abs() <= WINDOW + 1e-9]
    x, y = panel.containers[-1][0].get_data(orig=False)
    np.testing.assert_allclose(x, (rows["ratio"] - 1) * 325 ** -best["exponent"])
    np.testing.assert_allclose(y, rows["cos2"] * 325 ** -best["exponent"])
    assert f"κ = {-best['exponent']:.2f}" in panel.get_title(loc="right")


def test_figure_with_one_kind_and_one_sort_of_features(tables):
    one = {name: pick(table, kind="rank_one", features="sphere") for name, table in tables.items()}
    figure = fig7.draw(**one, predicted=predicted(), window=WINDOW)
    assert [axes.get_title(loc="left") for axes in figure.axes if axes.get_visible()] == list("ABCD")


@pytest.mark.parametrize("name", ["curves", "predicted", "sizes", "exponents"])
def test_bad_tables_of_the_figure(tables, name):
    column = {"sizes": "width", "exponents": "exponent"}.get(name, "cos2")
    table = arguments(tables)[name]
    broken = table.copy()
    broken.loc[1, column] = np.nan
    for changed, words in (
        (table.iloc[:0], "has no rows"),
        (table.drop(columns=column), f"has no column {column}"),
        (broken, f"has 1 non-finite numbers in '{column}'"),
    ):
        with pytest.raises(ValueError, match=f"'{name}' {words}"):
            fig7.draw(**arguments(tables) | {name: changed})
