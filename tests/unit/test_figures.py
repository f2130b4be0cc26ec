"""Every figure from small synthetic tables: it draws, its files do not vary, and bad tables stop it with a sentence."""

import os
import subprocess
import sys
from functools import lru_cache
from importlib import import_module
from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd
import pytest

from feature_cascade.figures import panels, style

matplotlib.use("Agg")
KINDS = ("pdf", "png", "svg")
ALPHA = (2.0, 2.4, 2.8, 3.2)
FIGURES = ("fig1", "fig2", "fig3", "fig4", "fig5", "fig6", "fig9", "authors", "fig8", "fig8_hermite", "fig12")


def grid(ds=(16, 25), gammas=(0.4,), seeds=3, alphas=ALPHA, **more):
    """One row for each combination."""
    axes = {"d": ds, "gamma": gammas, "seed": range(seeds), "alpha": alphas, **more}
    table = pd.MultiIndex.from_product(list(axes.values()), names=list(axes)).to_frame(index=False)
    return table.assign(n=lambda rows: (rows["d"] ** rows["alpha"]).round())


def overlap(table, start=2.2):
    """A curve that rises past `start` + γ/2, a little different for each seed."""
    shift = table["alpha"] - start - 0.5 * table["gamma"] - 0.02 * table["seed"]
    return np.maximum(0.0, 1 - table["d"] ** -shift) * 0.98 + 0.001


def runs(**options):
    table = grid(**options)
    q_h = overlap(table)
    table = table.assign(q_h=q_h, overlap=q_h, nmse=1 - 0.9 * q_h**2, n_held_out=2000, passes=3, converged=True)
    return table.assign(experiment="identity")


def curves(**options):
    table = grid(**{"alphas": np.arange(2.0, 3.201, 0.05), **options})
    q_h = overlap(table, 2.1)
    m = np.minimum(5, np.floor(6 * q_h))
    tail = np.where(m < 5, 1 - m / 5, 0.0)
    return of_laws(table.assign(q_h=q_h, nmse=1 - 0.9 * q_h**2, m_weak_noise=3, m_scaling=m, d1=5, tail=tail))


def of_laws(table, shift=0.9):
    """The table for both laws; what is predicted differs."""
    other = table.copy()
    for column in {"q_h", "cos2", "density"} & set(table.columns):
        other[column] *= shift
    return pd.concat([other.assign(law="gaussian"), table.assign(law="finite_d")], ignore_index=True)


def directions(**options):
    table = grid(**{"direction": range(1, 6), **options})
    cos2 = overlap(table, 2.1 + 0.1 * table["direction"])
    return table.assign(cos2=cos2, angular_error=1 - np.sqrt(cos2), strength=0.5, ritz_value=0.4, residual=0.01)


def spectra():
    rng = np.random.default_rng(0)
    tables = []
    for m, alpha in enumerate((2.4, 2.8, 3.2)):
        values = np.append(rng.normal(0, 0.1, 60), [0.8, -0.7, 0.6])
        weight = np.append(np.zeros(60), np.arange(3) <= m)
        tables.append(
            pd.DataFrame(
                {"alpha": alpha, "n": round(12**alpha), "eigenvalue": values, "leading": np.arange(63) >= 60}
            ).assign(teacher_weight=weight)
        )
    return pd.concat(tables, ignore_index=True)


def density():
    x = np.linspace(-0.3, 0.3, 20)
    tables = [pd.DataFrame({"alpha": a, "eigenvalue": x, "density": 3 - 30 * x**2}) for a in (2.4, 2.8, 3.2)]
    return of_laws(pd.concat(tables, ignore_index=True))


def outliers():
    return of_laws(pd.DataFrame({"alpha": [2.8, 3.2, 3.2], "position": [0.8, 0.8, -0.7]})).assign(
        position=lambda t: t["position"].where(t["law"] == "finite_d", 0.5)
    )


def reference():
    return pd.DataFrame(
        {
            "alpha": ALPHA,
            "n_seeds": 6,
            "overlap_mean": [0.01, 0.2, 0.7, 0.9],
            "overlap_sem": 0.01,
            "nmse_mean": [1.0, 0.9, 0.5, 0.4],
            "nmse_sem": 0.05,
            "nmse_median": [1.0, 0.9, 0.4, 0.3],
        }
    )


def control(table):
    """One table for each of the four control experiments."""
    names = [f"{kind}_{link}" for kind in ("gaussian", "hermite") for link in ("identity", "tanh")]
    return pd.concat([table.assign(experiment=name) for name in names], ignore_index=True)


def gaps():
    rows = [
        {
            "experiment": f"{kind}_{link}",
            "law": law,
            "d": d,
            "gap": 2.0 / d,
            "low_95": 1.8 / d,
            "high_95": 2.3 / d,
            "floor": 0.5 / d,
        }
        for kind, law in (("gaussian", "gaussian"), ("hermite", "gaussian"), ("hermite", "finite_d"))
        for link in ("identity", "tanh")
        for d in (16, 25)
    ]
    return pd.DataFrame(rows).assign(exponent=-1.0, exponent_low_95=-1.2, exponent_high_95=-0.8)


def slopes():
    table = grid(ds=(50, 400), gammas=(0.8, 1.5), alphas=np.linspace(2, 4, 9))
    return of_laws(table.assign(n_over_D=lambda t: t["n"] / t["d"] ** 2, nmse=lambda t: t["n_over_D"] ** -0.5))


def perturbed(features="gaussian"):
    """Errors that fall like 1/n with first order exact, and a bound that closes like 1/gap²."""
    axes = {"seed": range(3), "alpha": ALPHA, "gap_factor": (1.0,), "direction": (1, 2, 3), "sweep": ("n",)}
    growing = pd.MultiIndex.from_product(axes.values(), names=axes).to_frame(index=False)
    axes |= {"alpha": (2.8,), "gap_factor": (1.0, 0.1, 0.01), "direction": (1, 2), "sweep": ("gap",)}
    closing = pd.MultiIndex.from_product(axes.values(), names=axes).to_frame(index=False)
    table = pd.concat([growing, closing], ignore_index=True).assign(features=features, d=16, gamma=0.4)
    table["n"] = (16 ** table["alpha"]).round()
    table["gap"], table["threshold"] = 0.2 * table["gap_factor"], 200.0 * table["direction"]
    space = table["threshold"] / table["n"] * (1 + 0.1 * table["seed"])
    table["space_error"] = table["first_order_space"] = table["expected_space"] = space
    table["first_order"] = table["vector_error"] = space * 1.2
    table["expected"] = space + 1e-4 / table["gap"] ** 2
    return table.assign(davis_kahan=1 / table["gap"] ** 2)


def learned_together(sizes=(24, 40)):
    """Two links with and without noise; at the second d the cascade alone, without noise."""
    axes = {"link": ["identity", "tanh"], "noise": [0.0, 0.5], "d": sizes, "gamma": [0.4], "seed": range(3)}
    axes |= {"method": ["paper", "sharp", "cascade", "random"], "ratio": [0.5, 1.0, 2.0, 4.0]}
    table = pd.MultiIndex.from_product(list(axes.values()), names=list(axes)).to_frame(index=False)
    table = table[(table["d"] == 24) | ((table["method"] == "cascade") & (table["noise"] == 0))].reset_index(drop=True)
    steep = table["method"].isin(["cascade", "random"]) * 20.0 / (1 + 100 * table["noise"])
    nmse = (1 + 0.1 * table["seed"]) / (1 + table["ratio"] ** steep)
    return table.assign(nmse=nmse, overlap=1 - nmse / 2, d1=4, D=300, seconds=1.0)


def expected_limits(name):
    """Two curves, or a wall and two thresholds, for each teacher of d = 24."""
    axes = {"link": ["identity", "tanh"], "noise": [0.0, 0.5], "d": [24], "gamma": [0.4], "seed": range(2)}
    if name == "limits":
        axes |= {"limit": ["optimum", "cramer_rao"], "ratio": [0.5, 1.0, 2.0, 4.0]}
    else:
        axes |= {"limit": ["counting_wall", "weak_recovery"], "direction": [0, 1, 2]}
    table = pd.MultiIndex.from_product(list(axes.values()), names=list(axes)).to_frame(index=False)
    if name == "limits":
        return table.assign(nmse=0.3 / table["ratio"])
    table = table[(table["direction"] == 0) == (table["limit"] == "counting_wall")].reset_index(drop=True)
    return table.assign(ratio=0.9 + table["direction"])


def tables(name):
    """The keyword arguments of a figure."""
    family = {"gammas": (0.0, 0.4, 1.0), "ds": (16,)} if name == "fig3" else {}
    family = {"ds": (16,)} if name == "authors" else family
    pair = {"runs": runs(**family), "curves": curves(**family)}
    theory_directions = of_laws(
        directions(alphas=np.arange(2.0, 3.201, 0.1))[["d", "gamma", "seed", "alpha", "direction", "cos2"]]
    )
    axes = {**pair, "link": "tanh", "d": [16, 25], "stored": []}
    spectrum = {"spectra": spectra(), "density": density(), "outliers": outliers()}
    return {
        "fig1": {**spectrum, "d": 12, "gamma": 0.4, "link": "tanh"},
        "fig2": {**axes, **spectrum, "d_spectrum": 12},
        "fig3": {**pair, "link": "tanh"},
        "fig4": {
            **pair,
            "directions": directions(),
            "theory_directions": theory_directions,
            "shown": [1, 2, 5, 9],
            "d": 25,
            "d_staircase": 25,
            "link": "tanh",
        },
        "fig5": axes,
        "fig8": {"rows": perturbed(), "shown": [1, 3, 7], "k": 1, "link": "tanh"},
        "fig8_hermite": {"rows": perturbed("hermite"), "shown": [2], "k": 1, "link": "tanh"},
        "fig6": {
            "directions": control(directions()),
            "theory_directions": control(theory_directions),
            "gaps": gaps(),
            "links": ["identity", "tanh"],
            "shown": [1, 3, 9],
            "d": 25,
        },
        "fig9": {
            "curves": slopes(),
            "exponents": of_laws(grid(ds=(50, 400), gammas=(0.8, 1.5))).assign(window_exponent=-0.5),
            "fitted": pd.DataFrame({"d": 50, "gamma": [0.8], "exponent": -0.5, "low_95": -0.6, "high_95": -0.4}),
        },
        "authors": {**pair, "reference": reference(), "link": "tanh"},
        "fig12": {
            "runs": learned_together(),
            **{key: expected_limits(key) for key in ("limits", "onsets")},
            **{"d": 24, "gamma": 0.4},
        },
    }[name]


def draw(name, **changed):
    return import_module(f"feature_cascade.figures.{name}").draw(**{**tables(name), **changed})


@lru_cache
def drawn(name):
    """A figure that no test changes."""
    figure = draw(name)
    figure.draw_without_rendering()
    return figure


def every_table():
    """(figure, name of a table) for all tables of all figures."""
    return [(name, key) for name in FIGURES for key, value in tables(name).items() if isinstance(value, pd.DataFrame)]


def legend_texts(figure):
    return [text.get_text() for legend in figure.legends for text in legend.get_texts()]


@pytest.mark.parametrize("name", FIGURES)
def test_files_are_identical(name, tmp_path):
    figures = [draw(name), draw(name)]
    for take, figure in enumerate(figures):
        style.save(figure, [tmp_path / f"{take}.{kind}" for kind in KINDS])
    for kind in KINDS:
        first, second = ((tmp_path / f"{take}.{kind}").read_bytes() for take in (0, 1))
        assert first == second
        assert len(first) > 1000
    assert len(list(tmp_path.iterdir())) == 2 * len(KINDS)  # no temporary file left


def test_files_are_identical_in_another_process(tmp_path):
    """Addresses and hash seeds differ between processes, unlike between two figures of one."""
    code = "import sys, test_figures as t; t.style.save(t.draw('fig1'), sys.argv[1:])"
    where = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    for seed in ("1", "2"):
        paths = [str(tmp_path / f"{seed}.{kind}") for kind in KINDS]
        env = os.environ | {"PYTHONPATH": where, "PYTHONHASHSEED": seed}
        subprocess.run([sys.executable, "-c", code, *paths], check=True, env=env)
    for kind in KINDS:
        assert (tmp_path / f"1.{kind}").read_bytes() == (tmp_path / f"2.{kind}").read_bytes()


def test_style_does_not_leak_in_or_out(tmp_path):
    with matplotlib.rc_context({"font.size": 30}):
        style.save(draw("fig5"), [tmp_path / "changed.png"])
        assert matplotlib.rcParams["font.size"] == 30
    style.save(draw("fig5"), [tmp_path / "plain.png"])
    assert (tmp_path / "changed.png").read_bytes() == (tmp_path / "plain.png").read_bytes()


@pytest.mark.parametrize("name, key", [pair for pair in every_table() if pair[1] != "outliers"])
def test_empty_table(name, key):
    with pytest.raises(ValueError, match=f"'{key}' has no rows"):
        draw(name, **{key: tables(name)[key].iloc[:0]})


@pytest.mark.parametrize("name, key", every_table())
def test_missing_column(name, key):
    column = {"gaps": "gap", "exponents": "d", "fitted": "d"}.get(
        key, "nmse" if (name, key) == ("fig9", "curves") else "ratio" if name == "fig12" else "alpha"
    )
    with pytest.raises(ValueError, match=f"'{key}' has no column {column}"):
        draw(name, **{key: tables(name)[key].drop(columns=column)})


@pytest.mark.parametrize("name, key", [pair for pair in every_table() if pair[1] not in ("exponents", "fitted")])
def test_non_finite_number(name, key):
    named = {"spectra": "eigenvalue", "density": "density", "outliers": "position", "reference": "nmse_mean"}
    named |= {"rows": "first_order", "gaps": "gap"}
    column = named.get(key, "cos2" if "directions" in key else "q_h")
    column = "ratio" if name == "fig12" else column
    column = "nmse" if (name, key) == ("fig9", "curves") else column
    column = "nmse" if (name, key) == ("authors", "runs") else column
    table = tables(name)[key]
    table.loc[1, column] = np.nan
    with pytest.raises(ValueError, match=f"'{key}' has 1 non-finite numbers in '{column}'"):
        draw(name, **{key: table})


@pytest.mark.parametrize("name, key", [pair for pair in every_table() if pair[1] in ("runs", "directions", "rows")])
def test_unequal_seeds(name, key):
    table = tables(name)[key]
    dropped = table.index[-1]
    with pytest.raises(ValueError, match="every seed once"):
        draw(name, **{key: table.drop(index=dropped)})
    with pytest.raises(ValueError, match="every seed once"):
        draw(name, **{key: pd.concat([table, table.loc[[dropped]]])})


@pytest.mark.parametrize("name", ["fig2", "fig5"])
def test_a_size_that_is_predicted_alone_is_a_line_without_points(name):
    ds = [16, 25, 40]
    figure = draw(name, curves=curves(ds=ds), d=ds)
    assert legend_texts(figure)[:3] == ["d = 16", "d = 25", "d = 40"]
    measured = draw(name, runs=runs(ds=ds), curves=curves(ds=ds), d=ds)
    assert [len(one.axes[1].containers) for one in (figure, measured)] == [2, 3]
    assert [handle.get_marker() for handle in figure.legends[0].legend_handles[:3]] == ["o", "s", ""]
    with pytest.raises(ValueError, match="curves"):
        draw(name, d=ds)


@pytest.mark.parametrize("name", ["fig2", "fig3", "fig4", "fig5", "authors"])
def test_theory_of_another_setting(name):
    other = tables(name)["curves"].assign(d=99)
    with pytest.raises(ValueError, match="'curves' has no rows for"):
        draw(name, curves=other)


@pytest.mark.parametrize(
    "name, changed, words",
    [
        ("fig3", {"runs": runs()}, "one value of 'd'"),
        ("fig5", {"runs": runs(gammas=(0.2, 0.4))}, "one value of 'gamma'"),
        ("fig5", {"runs": runs().assign(nmse=0.0)}, "not positive in 'nmse'"),
        ("fig5", {"d": [99]}, "'runs' has no rows for d in \\[99\\]"),
        ("fig4", {"curves": curves().query("law == 'gaussian'")}, "'curves' has no rows for law = finite_d"),
        ("fig5", {"curves": curves().assign(law="other")}, "'curves' has no rows for law in"),
        ("fig5", {"curves": curves().drop(columns="law")}, "'curves' has no column law"),
        ("fig1", {"density": density().drop(columns="law")}, "'density' has no column law"),
        ("fig4", {"shown": [6, 7]}, "None of the directions"),
        ("fig8", {"k": 3}, "no rows for sweep = gap, direction = 3"),
        ("fig8", {"rows": perturbed().assign(first_order=0.0)}, "not positive in 'first_order'"),
        ("fig8", {"rows": pd.concat([perturbed(), perturbed("hermite")])}, "one value of 'features'"),
        ("authors", {"reference": reference().assign(n_seeds=[6, 6, 5, 6])}, "one value of 'n_seeds'"),
    ],
)
def test_what_a_figure_cannot_show(name, changed, words):
    with pytest.raises(ValueError, match=words):
        draw(name, **changed)


@pytest.mark.parametrize("name", ["fig2", "fig3", "fig4", "fig5"])
def test_legend_says_what_is_drawn(name):
    texts = legend_texts(drawn(name))
    assert ("measured, one teacher" if name == "fig4" else "mean ± SEM, 3 seeds") in texts
    assert style.LINES["finite_d"].label in texts


@pytest.mark.parametrize("name", FIGURES)
def test_one_legend_inside_the_figure(name):
    figure = drawn(name)
    (legend,) = figure.legends
    assert all(axes.get_legend() is None for axes in figure.axes)
    found, whole = legend.get_window_extent(), figure.bbox
    assert found.x0 >= whole.x0 and found.x1 <= whole.x1 and found.y0 >= whole.y0 - 1


@pytest.mark.parametrize("name", FIGURES)
def test_labels_of_axes_do_not_overrun(name):
    figure = drawn(name)
    for axes in figure.axes:
        label, panel = axes.yaxis.label, axes.get_window_extent()
        assert not label.get_text() or label.get_window_extent().height <= 1.1 * panel.height, label.get_text()


@pytest.mark.parametrize("name", [name for name in FIGURES if name not in ("fig1", "fig6", "fig9")])
def test_titles_name_the_setting(name):
    figure = drawn(name)
    titles = [axes.get_title("right") for axes in figure.axes] + [figure.get_suptitle()]
    text = " ".join(titles + legend_texts(figure))
    assert "g = tanh" in text and "γ = " in text and "d = " in text


def test_one_meaning_for_one_line_style():
    """Lines with a style of their own are those of the table: two laws never look alike."""
    looks = [tuple(line.look.get(key) for key in ("linestyle", "linewidth")) for line in style.LINES.values()]
    assert len(set(looks)) == len(looks)
    solid = [line for axes in drawn("fig5").axes for line in axes.lines if line.get_linestyle() == "-"]
    assert {line.get_linewidth() for line in solid} == {style.LINES["finite_d"].look["linewidth"]}
    mean = curves(ds=(16,)).query("law == 'finite_d'").groupby("alpha")["q_h"].mean()
    np.testing.assert_array_equal(drawn("fig5").axes[1].lines[0].get_ydata(), mean)


def test_gaussian_features_are_drawn_with_their_own_law():
    figure = draw("fig5", curves=curves().query("law == 'gaussian'"))
    assert style.LINES["gaussian"].label in legend_texts(figure)
    assert figure.axes[1].lines[0].get_linewidth() == style.LINES["gaussian"].look["linewidth"]


def test_tail_sums_fall_to_the_axis():
    panel = drawn("fig5").axes[0]
    bottom = panel.get_ylim()[0]
    steps = [line for line in panel.lines if line.get_drawstyle() == "steps-post"]
    assert len(steps) == 2
    assert all(line.get_ydata()[-1] < 1e-3 * bottom for line in steps)
    assert bottom > 0.01  # the axis is that of the other curves


def test_stored_points_are_open():
    table = pd.concat([runs(ds=(16,)), runs(ds=(25,), seeds=1).assign(experiment="large")], ignore_index=True)
    figure = draw("fig5", runs=table, stored=["large"])
    fills = [container[0].get_fillstyle() for container in figure.axes[1].containers]
    assert fills == ["full", "none"]
    assert "stored run, 1 seed" in legend_texts(figure)


def test_spectra_share_their_axes():
    axes = drawn("fig1").axes[1:]
    assert len({panel.get_ylim() for panel in axes}) == len({panel.get_xlim() for panel in axes}) == 1


def test_levels_against_gamma():
    """Made-up overlaps reach a quarter later for larger γ by γ/2."""
    found = next(line for line in drawn("fig3").axes[2].lines if line.get_marker() == "s")
    np.testing.assert_allclose(np.diff(found.get_ydata()), 0.5 * np.diff([0.0, 0.4, 1.0]), atol=0.15)


def test_a_level_that_is_not_passed_is_not_drawn():
    from feature_cascade.figures.fig3 import passed

    assert np.isnan(passed(pd.Series([0.1, 0.2], index=[2.0, 2.5]), 0.25))
    assert passed(pd.Series([0.1, 0.3, 0.2], index=[2.0, 2.5, 3.0]), 0.25) == pytest.approx(2.375)


def test_each_teacher_has_its_own_panels():
    table = directions()
    table.loc[(table["seed"] == 1) & (table["direction"] == 2), "strength"] = -0.5
    figure = draw("fig4", directions=table)
    titles = [axes.get_title("right") for axes in figure.axes]
    assert [title for title in titles if title.startswith("seed")] == ["seed 0", "seed 1", "seed 2"]
    panel = figure.axes[titles.index("seed 1")]
    marks = [line for line in panel.lines if line.get_linestyle() == "None"]
    assert [line.get_fillstyle() for line in marks] == ["full", "none", "full"]
    mine = table.query("d == 25 and seed == 1 and direction == 2")
    np.testing.assert_array_equal(marks[1].get_ydata(), mine["cos2"])


def test_exponents_that_are_missing_are_left_out():
    parts = tables("fig9")
    parts["exponents"].loc[:, "window_exponent"] = np.nan
    parts["fitted"].loc[:, ["exponent", "low_95", "high_95"]] = np.nan
    panel = import_module("feature_cascade.figures.fig9").draw(**parts).axes[2]
    assert not panel.containers
    assert all(np.isnan(line.get_ydata()).all() for line in panel.lines if len(line.get_xdata()) > 2)


def test_a_single_seed_has_no_error_bars():
    figure = draw("fig5", runs=runs(seeds=1))
    assert "1 seed" in legend_texts(figure)
    assert not any(container.has_yerr for axes in figure.axes for container in axes.containers)


def test_points_are_means_with_standard_errors():
    table = runs(ds=(16,))
    axes = draw("fig5", runs=table).axes[1]
    points, _, (bars,) = axes.containers[0]
    cells = table.groupby("alpha")["q_h"]
    np.testing.assert_allclose(points.get_ydata(orig=False), cells.mean())
    heights = [np.ptp(segment[:, 1]) / 2 for segment in bars.get_segments()]
    np.testing.assert_allclose(heights, cells.std(ddof=1) / np.sqrt(3))


def test_predicted_outliers_and_density_are_drawn():
    axes = drawn("fig1").axes[1:]
    predicted = [next(line for line in panel.lines if line.get_marker() == "|") for panel in axes]
    assert [list(line.get_xdata()) for line in predicted] == [[], [0.8], [0.8, -0.7]]
    solid = [line for line in axes[0].lines if line.get_linestyle() == "-"]
    table = density()
    np.testing.assert_array_equal(solid[0].get_ydata(), table.query("law == 'finite_d'")["density"][:20])
    thin = [line for line in axes[0].lines if line.get_linestyle() == "--" and line.get_linewidth() < 1]
    np.testing.assert_array_equal(thin[0].get_ydata(), table.query("law == 'gaussian'")["density"][:20])


def test_the_guide_falls_like_one_over_n():
    guide = next(line for axes in drawn("fig4").axes for line in axes.lines if line.get_linewidth() > 2)
    alpha, level = guide.get_data()
    assert np.log(level[1] / level[0]) / np.log(25 ** (alpha[1] - alpha[0])) == pytest.approx(-1)


def test_factors_are_geometric_means_of_predicted_over_measured():
    table = perturbed()
    table["davis_kahan"] *= 1 + table["seed"]
    axes = {panel.get_label(): panel for panel in draw("fig8", rows=table).axes}
    for bound, cell in (
        (axes["B bound"], table[table["sweep"] == "n"]),
        (axes["C bound"], table[table["sweep"] == "gap"]),
    ):
        cell = cell[cell["direction"] == 1]
        ratio = np.log(cell["davis_kahan"] / cell["vector_error"])
        expected = np.exp(ratio.groupby([cell["alpha"], cell["gap_factor"]]).mean())
        np.testing.assert_allclose(bound.containers[0][0].get_ydata(orig=False), expected)
    np.testing.assert_allclose(axes["B"].containers[0][0].get_ydata(orig=False), 1.0)


def test_a_bound_does_not_squash_the_errors():
    axes = {panel.get_label(): panel for panel in drawn("fig8").axes}
    assert axes["A"].get_ylim()[1] == axes["D"].get_ylim()[1] == 3.0
    assert max(line.get_ydata(orig=False).max() for line in axes["D"].lines if len(line.get_xdata()) > 2) > 100


def test_first_order_ends_where_the_gap_is_the_expected_coupling():
    limit = next(panel for panel in drawn("fig8").axes if panel.get_label() == "D").lines[-1].get_xdata()
    np.testing.assert_allclose(limit, 0.01)


def marks(axes):
    """The three kinds of marked eigenvalues of a spectrum, without what is predicted."""
    return [line for line in axes.lines if line.get_marker() in ("v", "o")]


def test_recovered_spikes_are_counted():
    figure = drawn("fig1")
    counts = [text.get_text() for axes in figure.axes[1:] for text in axes.texts]
    assert counts == [f"$m_n$ = {m}" for m in (1, 2, 3)]
    assert [len(line.get_xdata()) for line in marks(figure.axes[1])] == [1, 2, 0]


def test_features_that_are_not_selected_are_marked():
    table = spectra()
    table.loc[0, "teacher_weight"] = 0.9
    figure = draw("fig1", spectra=table)
    assert [len(line.get_xdata()) for line in marks(figure.axes[1])] == [1, 2, 1]
    assert figure.axes[1].texts[0].get_text() == "$m_n$ = 1"


def test_looks_tell_values_apart():
    looks = style.looks([0.8, 0.2, 0.4, 0.2])
    assert list(looks) == [0.2, 0.4, 0.8]
    assert len({look.marker for look in looks.values()}) == 3
    brightness = [np.dot(look.color[:3], (0.299, 0.587, 0.114)) for look in looks.values()]
    assert brightness == sorted(brightness)


def test_tables_with_text_are_refused():
    with pytest.raises(ValueError):
        panels.check("runs", pd.DataFrame({"d": ["x"]}), ["d"])


def test_figure_12_draws_both_noises_and_where_directions_are_visible():
    figure = draw("fig12")
    titles = [axes.get_title("right") for axes in figure.axes]
    assert titles == [f"{link}, {z}" for z in ("no noise", "noise 0.5") for link in ("identity", "tanh", "identity")]
    walls = [line for line in figure.axes[0].lines if list(line.get_xdata()) == [0.9, 0.9]]
    ticks = next(line for line in figure.axes[0].lines if line.get_marker() == "|")
    assert len(walls) == 1 and list(ticks.get_xdata()) == pytest.approx([1.9, 2.9])
    texts = legend_texts(figure)
    assert {"FeatureCascade, d = 40", "least squares, random start", "Cramér–Rao"} <= set(texts)
    open_markers = [line for line in figure.axes[0].lines if line.get_fillstyle() == "none"]
    assert len(open_markers) == 1 and len(figure.axes[3].lines) == len(figure.axes[0].lines)
    assert figure.axes[0].get_ylim()[0] < 1e-7 and figure.axes[3].get_ylim()[0] > 1e-3


def test_figure_12_of_another_size_is_refused():
    with pytest.raises(ValueError, match="'runs' has no rows for d = 99"):
        draw("fig12", d=99)
    with pytest.raises(ValueError, match=r"'onsets' has no rows for gamma = 0\.4"):
        draw("fig12", onsets=tables("fig12")["onsets"].assign(gamma=0.2), gamma=0.4)
