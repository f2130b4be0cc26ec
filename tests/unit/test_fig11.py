"""Figure 11 from small synthetic tables."""

import matplotlib
import numpy as np
import pandas as pd
import pytest

from feature_cascade.estimator.presets import combinations
from feature_cascade.figures import fig11, style

matplotlib.use("Agg")
SIZES = (20, 40)


def gaps():
    return pd.DataFrame(
        [
            {"link": link, "combination": name, "d": d, "alpha": 2.5, "n_seeds": 3, "gap_sem": 0.1 / d}
            | {"measured": 0.1 * i, "predicted": 0.1 * i + 0.2, "predicted_finite_d": 0.1 * i + 0.01}
            for link in fig11.LINKS
            for i, name in enumerate([*combinations(), "sharp"])
            for d in SIZES
        ]
    )


def ratios(reached=3):
    rows = [
        {"link": link, "d": d, "n_seeds": 3, "n_reached": reached, "ratio": 40 / d, "ratio_low_95": 30 / d}
        | {"ratio_high_95": 50 / d, "ratio_predicted": 1.5}
        for link in fig11.LINKS
        for d in SIZES
    ]
    return pd.DataFrame(rows)


TABLES = {"gaps": gaps, "ratios": ratios}
NUMBERS = {"gaps": "measured", "ratios": "n_reached"}


def draw(**changed):
    return fig11.draw(**{name: make() for name, make in TABLES.items()} | changed)


def test_files_are_identical(tmp_path):
    kinds = ("pdf", "png", "svg")
    for take in "ab":
        style.save(draw(), [tmp_path / f"{take}.{kind}" for kind in kinds])
    for kind in kinds:
        assert (tmp_path / f"a.{kind}").read_bytes() == (tmp_path / f"b.{kind}").read_bytes()


@pytest.mark.parametrize("name", TABLES)
def test_bad_tables(name):
    table = TABLES[name]()
    with pytest.raises(ValueError, match=f"'{name}' has no rows"):
        draw(**{name: table.iloc[:0]})
    with pytest.raises(ValueError, match=f"'{name}' has no column d"):
        draw(**{name: table.drop(columns="d")})
    table[NUMBERS[name]] = table[NUMBERS[name]].astype(float)
    table.loc[1, NUMBERS[name]] = np.nan
    with pytest.raises(ValueError, match=f"'{name}' has 1 non-finite numbers in '{NUMBERS[name]}'"):
        draw(**{name: table})


def test_points_are_measured_and_ticks_predicted():
    axes = draw().axes[0]
    order = [name for name in fig11.COMBINATIONS]
    table = gaps().query("link == 'identity' and d == 40").set_index("combination")
    points = [container[0].get_xdata(orig=False)[0] for container in axes.containers]
    np.testing.assert_allclose(points, table.loc[order, "measured"])
    for column, mark in fig11.MARKS.items():
        ticks = [line for line in axes.lines if line.get_markersize() == mark["markersize"]]
        found = [line.get_xdata(orig=False)[0] for line in ticks if line.get_marker() == "|"]
        np.testing.assert_allclose(found, table.loc[order, column])
    assert [text.get_text() for text in axes.get_yticklabels()] == list(fig11.COMBINATIONS.values())


def test_one_legend_in_which_no_remedy_is_called_like_a_link():
    figure = draw()
    assert len(figure.legends) == 1 and not any(axes.get_legend() for axes in figure.axes)
    assert not set(fig11.COMBINATIONS.values()) & set(fig11.LINKS)


def test_sizes_without_a_ratio_have_no_point():
    table = ratios()
    table.loc[table["d"] == 20, ["n_reached", "ratio", "ratio_low_95", "ratio_high_95", "ratio_predicted"]] = [
        *(0, np.nan, np.nan, np.nan, np.nan)
    ]
    axes = draw(ratios=table).axes[2]
    assert [list(points.get_xdata(orig=False)) for points, *_ in axes.containers] == [[40], [40]]


def test_missing_seeds_are_written_beside_the_point():
    texts = [text.get_text() for text in draw(ratios=ratios(reached=2)).axes[2].texts]
    assert texts == ["2/3 seeds"] * 4
    assert not draw().axes[2].texts


def test_gaps_at_several_alpha_are_refused():
    with pytest.raises(ValueError, match="one value of 'alpha'"):
        draw(gaps=gaps().assign(alpha=lambda t: t["d"]))
