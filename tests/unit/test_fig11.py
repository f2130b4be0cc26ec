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
            {"link": link, "combination": name, "d": d, "alpha": 2.5, "gap": (i - 2) / d, "gap_sem": 0.1 / d}
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


def merits():
    rows = [
        {"link": link, "d": 20, "transform": name, "alpha": 2.5, "loss": 1 + 0.1 * i}
        for link in fig11.LINKS
        for i, name in enumerate(fig11.TRANSFORMS)
    ]
    return pd.DataFrame(rows)


def shapes():
    t = np.linspace(-2, 6, 30)
    tables = [
        pd.DataFrame({"link": "identity", "d": 20, "seed": seed, "transform": name, "t": t, "T": t / (1 + i)})
        for seed in (0, 1)
        for i, name in enumerate(fig11.TRANSFORMS)
    ]
    return pd.concat(tables, ignore_index=True)


TABLES = {"gaps": gaps, "ratios": ratios, "merits": merits, "shapes": shapes}
NUMBERS = {"gaps": "gap", "ratios": "n_reached", "merits": "loss", "shapes": "T"}


def draw(**changed):
    return fig11.draw(**{name: make() for name, make in TABLES.items()} | {"link": "identity", "seed": 0} | changed)


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


def test_points_are_the_gaps():
    axes = draw().axes[0]
    none = axes.containers[0][0]
    np.testing.assert_allclose(none.get_ydata(orig=False), gaps().query("combination == 'none'")["gap"][:2])
    assert len(axes.containers) == 6


def test_losses_are_in_the_legend():
    texts = [text.get_text() for text in draw().axes[2].get_legend().get_texts()]
    assert "normal scores: 1.30" in texts and len(texts) == 5


def test_sizes_without_a_ratio_have_no_point():
    table = ratios()
    table.loc[table["d"] == 20, ["n_reached", "ratio", "ratio_low_95", "ratio_high_95", "ratio_predicted"]] = [
        *(0, np.nan, np.nan, np.nan, np.nan)
    ]
    axes = draw(ratios=table).axes[3]
    assert [list(points.get_xdata(orig=False)) for points, *_ in axes.containers] == [[40], [40]]


def test_missing_seeds_are_written_beside_the_point():
    texts = [text.get_text() for text in draw(ratios=ratios(reached=2)).axes[3].texts]
    assert texts == ["2/3 seeds"] * 4
    assert not draw().axes[3].texts


def test_gaps_at_several_alpha_are_refused():
    with pytest.raises(ValueError, match="one value of 'alpha'"):
        draw(gaps=gaps().assign(alpha=lambda t: t["d"]))
