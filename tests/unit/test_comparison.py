"""Table T6, figure 10 and the separation's row of the ledger, from made-up curves whose answer is known."""

import matplotlib
import numpy as np
import pandas as pd
import pytest

from feature_cascade.baselines.methods import METHODS
from feature_cascade.claims import decisions as claims
from feature_cascade.claims import ledger
from feature_cascade.estimator.presets import PRESETS
from feature_cascade.figures import fig10, fig10_tools, style
from feature_cascade.tables import t6

matplotlib.use("Agg")
SIZES, N = (20, 40, 80), np.geomspace(100, 1e6, 17)


def halves(method, d):
    """2.5 d^2 labels for the estimator, more for kernels and most for tools."""
    return 2.5 * d**2 * {"spectral": 1, "joint": 0.5, "kernel": d**2 / 40, "tool": 1e9}[METHODS[method].family]


def curves(seeds=3, spread=0.01, n=N):
    """NMSE 1/(1 + n/n_half), so that it is 1/2 at n_half."""
    axes = {"link": ["identity", "tanh"], "d": SIZES, "seed": range(seeds), "method": list(METHODS), "n": n}
    table = pd.MultiIndex.from_product(axes.values(), names=axes).to_frame(index=False)
    half = [halves(row.method, row.d) * (1 + spread * row.seed) for row in table.itertuples()]
    return table.assign(nmse=1 / (1 + table["n"] / half))


def crossings():
    axes = {"link": ["identity", "tanh"], "d": (20, 80, 320), "seed": range(2), "preset": list(PRESETS)}
    table = pd.MultiIndex.from_product(axes.values(), names=axes).to_frame(index=False)
    d = table["d"].astype(float)
    return table.assign(n_start=d**2, n_catch_up=d**4, n_half=2 * d**2.1, n_half_kernel=d**4)


def theory():
    measured = curves(1, 0.0, np.geomspace(100, 1e8, 25))
    return measured[measured["method"].map(lambda name: METHODS[name].family in ("spectral", "kernel"))]


def of_laws(table):
    return pd.concat([table.assign(law=law) for law in ("finite_d", "gaussian")], ignore_index=True)


def test_samples_and_exponents():
    table = t6.make(curves(), theory(), crossings()).set_index(["link", "method", "d"]).loc["tanh"]
    found = table.loc[("sharp", 40)]
    assert found["n_half"] == pytest.approx(2.5 * 1600 * (1.01 * 1.02) ** (1 / 3), rel=0.05)
    assert found["n_half_predicted"] == pytest.approx(4000, rel=0.05) and found["found"] == f"{found['n_half']:.0f}"
    assert found["n_half_relative_sem"] == pytest.approx(0.01 / np.sqrt(3), rel=0.05)
    for method, expected, far in (("paper", 2, 2.1), ("gaussian", 4, 4)):
        row = table.loc[(method, 20)]
        assert row["exponent_predicted"] == pytest.approx(expected, abs=0.05)
        assert row["exponent_large_d"] == pytest.approx(far)
        assert row["exponent_low_95"] - 0.02 <= row["exponent"] <= row["exponent_high_95"] + 0.02
        assert row["exponent"] == pytest.approx(expected, abs=0.1)


def test_methods_that_do_not_get_there():
    row = t6.make(curves(), theory(), crossings()).query("method == 'trees' and d == 80").iloc[0]
    assert row["found"] == "≥ 1000000" and (row["n_reached"], row["n_seeds"]) == (0, 3)
    assert row[["n_half", "n_half_predicted", "exponent", "exponent_large_d"]].isna().all()


def test_rows_that_two_studies_share_count_once():
    once = t6.make(curves(), theory(), crossings())
    twice = t6.make(pd.concat([curves(), curves()]), theory(), crossings())
    pd.testing.assert_frame_equal(once, twice)


def test_figure_is_drawn_the_same_twice(tmp_path):
    measured = curves(n=N[:9])
    measured = measured[(measured["n"] < 1000) | measured["method"].isin(PRESETS)]
    files = []
    for name in ("a.svg", "b.svg"):
        style.save(fig10.draw(measured, of_laws(theory()), of_laws(crossings())), [tmp_path / name])
        files.append((tmp_path / name).read_bytes())
    assert files[0] == files[1] and len(files[0]) > 10_000


def test_figure_names_what_it_draws_and_where_curves_stop():
    measured = curves(n=N[:9])
    short = measured[(measured["n"] < 1000) | measured["method"].isin(PRESETS)]
    theories = of_laws(theory())
    for left_out, figure in (
        ("tool", fig10.draw(short, theories, of_laws(crossings()))),
        ("kernel", fig10_tools.draw(short, theories)),
    ):
        methods = {name: method for name, method in METHODS.items() if method.family != left_out}
        labels = [text.get_text() for text in figure.legends[0].get_texts()]
        assert labels[: len(methods)] == [method.label for method in methods.values()] and "stops here" in labels
        rings = [line for line in figure.axes[0].lines if line.get_markersize() == 6.5]
        assert len(rings) == len(methods) - len(PRESETS)
        assert all(line.get_xdata()[0] < 1000 for line in rings)
        titles = [axes.get_title("right") for axes in figure.axes[:2]]
        assert titles == ["g = identity, d = 20", "g = identity, d = 40"]
        figure.draw_without_rendering()
        (legend,) = figure.legends
        assert legend.get_window_extent().x0 >= 0 and legend.get_window_extent().x1 <= figure.bbox.x1


def test_methods_without_theory_have_their_points_joined():
    panel = fig10_tools.draw(curves(), of_laws(theory())).axes[0]
    joined = [line for line in panel.lines if line.get_alpha() == style.LINES["joined"].look["alpha"]]
    assert len(joined) == sum(method.family in ("joint", "tool") for method in METHODS.values())


def test_measured_crossings():
    rows = curves(n=np.geomspace(100, 1e6, 33)).query("link == 'tanh' and d == 40")
    rows = rows.assign(nmse=np.where(rows["method"] == "gaussian", 0.8, rows["nmse"]))
    start, end = fig10.measured_crossings(rows, "sharp")
    assert start == pytest.approx(0.25 * 4000 * 1.01, rel=0.15) and np.isfinite(end) == (end > start)
    assert np.isnan(fig10.measured_crossings(rows.query("method == 'sharp'"), "sharp")).all()


def test_measured_crossings_between_the_n_of_kernels():
    n = np.geomspace(100, 1e4, 9)
    errors = {"sharp": 4 * n**-0.4, "gaussian": n**-0.1}
    rows = pd.concat([pd.DataFrame({"method": name, "n": n, "nmse": error}) for name, error in errors.items()])
    few = rows[(rows["method"] == "sharp") | rows["n"].isin([n[0], n[-1]])]
    assert fig10.measured_crossings(few, "sharp")[0] == pytest.approx((4 * np.exp(0.02)) ** (1 / 0.3), rel=1e-9)
    assert np.isnan(fig10.measured_crossings(few, "sharp")[1])
    beyond = few[(few["method"] == "sharp") | (few["n"] < 200)]
    assert np.isnan(fig10.measured_crossings(beyond, "sharp")).all()


@pytest.mark.parametrize("key", ["measured", "predicted", "crossings"])
def test_bad_tables_stop_the_figure(key):
    tables = {"measured": curves(), "predicted": of_laws(theory()), "crossings": of_laws(crossings())}
    column = "n_half" if key == "crossings" else "nmse"
    with pytest.raises(ValueError, match=f"'{key}' has no rows"):
        fig10.draw(**tables | {key: tables[key][:0]})
    with pytest.raises(ValueError, match=f"'{key}' has 1 non-finite numbers in '{column}'"):
        broken = tables[key].reset_index(drop=True)
        broken.loc[0, column] = np.nan
        fig10.draw(**tables | {key: broken})


def errors(ours=0.5, theirs=0.9, small=(0.9, 0.5), seeds=3, spread=0.01):
    """Errors at d = 60 and n = 40000, and at d = 20: (estimator, kernels)."""
    rows = []
    for d, n, (estimator, kernel) in ((60, 40000, (ours, theirs)), (20, 8000, small)):
        for method in METHODS:
            family = METHODS[method].family
            value = {"spectral": estimator, "joint": 0.1, "kernel": kernel, "tool": 1.0}[family]
            row = {"link": "tanh", "d": d, "n": n, "method": method}
            rows += [row | {"seed": seed, "nmse": value * (1 + spread * seed)} for seed in range(seeds)]
    return {"baselines": pd.DataFrame(rows)}


def test_separation_with_the_kernel_ahead_at_small_d():
    finding = claims.separation(errors())
    assert finding.verdict == ledger.LIMITED and "d=20" in finding.limit and "paper (tanh)" in finding.limit
    assert "n=40000" in finding.measured and "0.51 best kernel" in finding.measured
    assert claims.separation(errors(small=(0.4, 0.5))).verdict == ledger.HOLDS


@pytest.mark.parametrize(
    "options", [{"ours": 0.65}, {"theirs": 0.75}, {"seeds": 2}, {"ours": 0.59, "theirs": 0.85, "spread": 0.3}]
)
def test_no_separation(options):
    finding = claims.separation(errors(**options))
    assert finding.verdict == ledger.UNREACHABLE and "up to n=40000" in finding.limit


def test_no_separation_without_every_kernel():
    tables = {"baselines": errors()["baselines"].query("method != 'ntk3'")}
    finding = claims.separation(tables)
    assert finding.verdict == ledger.UNREACHABLE and "no n with all kernels at d=60" in finding.measured
