"""Every figure from small synthetic tables: it draws, its files do not vary, and bad tables stop it with a sentence."""

import os
import subprocess
import sys
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
FIGURES = ("fig1", "fig2", "fig3", "fig4", "fig5", "fig2_large", "fig6", "fig9", "authors", "fig8", "fig8_hermite")


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
    return table.assign(q_h=q_h, overlap=q_h, nmse=1 - 0.9 * q_h**2, n_held_out=2000, passes=3, converged=True)


def curves(**options):
    table = grid(**{"alphas": np.arange(2.0, 3.201, 0.05), **options})
    q_h = overlap(table, 2.1)
    return table.assign(q_h=q_h, nmse=1 - 0.9 * q_h**2, m_weak_noise=3, m_scaling=np.floor(5 * q_h), d1=5, tail=1 - q_h)


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
    return pd.concat(
        [pd.DataFrame({"alpha": a, "eigenvalue": x, "density": 3 - 30 * x**2}) for a in (2.4, 2.8, 3.2)],
        ignore_index=True,
    )


def outliers():
    return pd.DataFrame({"alpha": [2.8, 3.2, 3.2], "position": [0.8, 0.8, -0.7]})


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
            "features": kind,
            "link": link,
            "d": d,
            "gap": 2.0 / d,
            "low_95": 1.8 / d,
            "high_95": 2.3 / d,
            "floor": 0.5 / d,
        }
        for kind in ("gaussian", "hermite")
        for link in ("identity", "tanh")
        for d in (16, 25)
    ]
    return pd.DataFrame(rows).assign(exponent=-1.0, exponent_low_95=-1.2, exponent_high_95=-0.8)


def slopes():
    table = grid(ds=(50, 400), gammas=(0.8, 1.5), alphas=np.linspace(2, 4, 9))
    return table.assign(n_over_D=lambda t: t["n"] / t["d"] ** 2, nmse=lambda t: t["n_over_D"] ** -0.5)


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


def tables(name):
    """The keyword arguments of a figure."""
    family = {"gammas": (0.0, 0.4, 1.0), "ds": (16,)} if name == "fig3" else {}
    family = {"ds": (16,)} if name == "authors" else family
    pair = {"runs": runs(**family), "curves": curves(**family)}
    theory_directions = directions(alphas=np.arange(2.0, 3.201, 0.1))[
        ["d", "gamma", "seed", "alpha", "direction", "cos2"]
    ]
    spectrum = {"spectra": spectra(), "density": density(), "outliers": outliers()}
    return {
        "fig1": {**spectrum, "d": 12},
        "fig2": {**pair, **spectrum, "d_spectrum": 12},
        "fig3": pair,
        "fig4": {
            **pair,
            "directions": directions(),
            "theory_directions": theory_directions,
            "shown": [1, 2, 5, 9],
            "d": 25,
            "d_staircase": 25,
        },
        "fig5": pair,
        "fig8": {"rows": perturbed(), "shown": [1, 3, 7], "k": 1},
        "fig8_hermite": {"rows": perturbed("hermite"), "shown": [2], "k": 1},
        "fig2_large": pair,
        "fig6": {
            "runs": control(runs()),
            "curves": control(curves()),
            "directions": control(directions()),
            "theory_directions": control(theory_directions),
            "gaps": gaps(),
            "links": ["identity", "tanh"],
            "shown": [1, 3, 9],
            "d": 25,
        },
        "fig9": {
            "curves": slopes(),
            "exponents": grid(ds=(50, 400), gammas=(0.8, 1.5)).assign(window_exponent=-0.5),
            "fitted": pd.DataFrame({"d": 50, "gamma": [0.8], "exponent": -0.5, "low_95": -0.6, "high_95": -0.4}),
        },
        "authors": {**pair, "reference": reference()},
    }[name]


def draw(name, **changed):
    return import_module(f"feature_cascade.figures.{name}").draw(**{**tables(name), **changed})


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
        key, "nmse" if (name, key) == ("fig9", "curves") else "alpha"
    )
    with pytest.raises(ValueError, match=f"'{key}' has no column {column}"):
        draw(name, **{key: tables(name)[key].drop(columns=column)})


@pytest.mark.parametrize("name, key", [pair for pair in every_table() if pair[1] not in ("exponents", "fitted")])
def test_non_finite_number(name, key):
    named = {"spectra": "eigenvalue", "density": "density", "outliers": "position", "reference": "nmse_mean"}
    named |= {"rows": "first_order", "gaps": "gap"}
    column = named.get(key, "cos2" if "directions" in key else "q_h")
    column = "nmse" if name in ("fig6", "fig9") and key in ("runs", "curves") else column
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


@pytest.mark.parametrize("name", ["fig2", "fig5", "fig2_large"])
def test_a_size_that_is_predicted_alone_is_a_line_without_points(name):
    ds = (16, 25, 40)
    figure = draw(name, curves=curves(ds=ds), predicted=[40])
    assert legend_texts(figure)[:3] == ["d = 16", "d = 25", "d = 40, theory"]
    measured = draw(name, runs=runs(ds=ds), curves=curves(ds=ds))
    assert [len(one.axes[1].containers) for one in (figure, measured)] == [2, 3]
    with pytest.raises(ValueError, match="curves"):
        draw(name, predicted=[40])


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
    texts = legend_texts(draw(name))
    assert "mean ± SEM, 3 seeds" in texts
    assert panels.THEORY_LABEL in texts


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
    axes = draw("fig1").axes[1:]
    predicted = [next(line for line in panel.lines if line.get_marker() == "|") for panel in axes]
    assert [list(line.get_xdata()) for line in predicted] == [[], [0.8], [0.8, -0.7]]
    solid = [line for line in axes[0].lines if line.get_linestyle() == "-"]
    np.testing.assert_array_equal(solid[0].get_ydata(), density()["density"][:20])


def test_the_guide_falls_like_one_over_n():
    guide = next(line for line in draw("fig4").axes[1].lines if line.get_linewidth() > 2)
    alpha, level = guide.get_data()
    assert np.log(level[1] / level[0]) / np.log(25 ** (alpha[1] - alpha[0])) == pytest.approx(-1)


def test_factors_are_geometric_means_of_predicted_over_measured():
    table = perturbed()
    table["davis_kahan"] *= 1 + table["seed"]
    figure = draw("fig8", rows=table)
    for axes, cell in (
        (figure.axes[1], table[table["sweep"] == "n"]),
        (figure.axes[2], table[table["sweep"] == "gap"]),
    ):
        cell = cell[cell["direction"] == 1]
        ratio = np.log(cell["davis_kahan"] / cell["vector_error"])
        expected = np.exp(ratio.groupby([cell["alpha"], cell["gap_factor"]]).mean())
        np.testing.assert_allclose(axes.containers[0][0].get_ydata(orig=False), expected)
    np.testing.assert_allclose(figure.axes[1].containers[1][0].get_ydata(orig=False), 1.0)


def test_first_order_ends_where_the_gap_is_the_expected_coupling():
    limit = draw("fig8").axes[3].lines[-1].get_xdata()
    np.testing.assert_allclose(limit, 0.01)


def marks(axes):
    """The three kinds of marked eigenvalues of a spectrum, without what is predicted."""
    return [line for line in axes.lines if line.get_marker() in ("v", "o")]


def test_recovered_spikes_are_counted():
    figure = draw("fig1")
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
