"""Experiments of a user's own: settings, figures and table of any name."""

import itertools

import numpy as np
import pandas as pd
import pytest
from project import SCHEMA, configuration, merge

from feature_cascade.bookkeeping import paths
from feature_cascade.bookkeeping.schema import SettingsError
from feature_cascade.bookkeeping.settings import checked
from feature_cascade.figures import explore as figures
from feature_cascade.tables import explore as tables

MINE = {
    "teacher": "paper",
    "link": {"name": "tanh"},
    "noise": 0.2,
    "readout_degree": 3,
    "gamma": [0.4],
    "seeds": 2,
    "sizes": [{"d": 12, "alpha": [2.0, 3.0]}],
}


def settings(name, **changes):
    return checked(merge(configuration(), {"experiments": {name: MINE | changes}}), SCHEMA)[1]


def test_any_name_is_an_experiment_with_a_first_layer_of_its_own():
    found = settings("Mine_2", first_layer={"preset": "sharp", "tolerance": 0.03}).experiments
    assert found["Mine_2"].first_layer["input_scaling"] == "sphere" and found["Mine_2"].first_layer["deflate"]
    assert found["Mine_2"].first_layer["tolerance"] == 0.03
    assert found["tanh"].first_layer["input_scaling"] == "none" and found["tanh"].first_layer["tolerance"] == 0.01
    path = paths.of_experiment(settings("Mine_2"), "Mine_2", paths.RECOVERY["runs"])[0]
    assert path == "results/recovery/Mine_2/d12_g0.40_s0.runs.csv"


@pytest.mark.parametrize("name", ["2nd", "my-run", "a.b", "ü"])
def test_names_that_are_no_identifiers_are_refused(name):
    with pytest.raises(SettingsError, match=r"experiments.*does not match"):
        settings(name)


def test_what_is_missing_or_unknown_is_named():
    with pytest.raises(SettingsError, match=r"experiments.mine.*'noise' is a required property"):
        checked(
            merge(configuration(), {"experiments": {"mine": {k: v for k, v in MINE.items() if k != "noise"}}}), SCHEMA
        )
    with pytest.raises(SettingsError, match=r"experiments.mine.first_layer.*presett"):
        settings("mine", first_layer={"presett": "sharp"})


def measured(sizes=(12, 14), gammas=(0.4, 0.8)):
    """Tables of an experiment with two seeds, three directions and two α."""
    rng = np.random.default_rng(0)
    cells = [*itertools.product(sizes, gammas, (0, 1), (2.0, 3.0))]
    runs = pd.DataFrame(cells, columns=["d", "gamma", "seed", "alpha"])
    runs["n"] = np.rint(runs["d"] ** runs["alpha"]).astype(int)
    runs["nmse"], runs["q_h"] = rng.uniform(0.1, 1, (2, len(runs)))
    curves = runs.assign(nmse=0.5, q_h=0.25, m_exact=1, m_scaling=1, d1=3, tail=0.6)
    directions = runs.merge(pd.DataFrame({"direction": [1, 2, 3], "cos2": [0.9, 0.5, 0.1]}), how="cross")
    return runs, directions, curves


def test_the_table_has_means_errors_and_theory():
    runs, directions, curves = measured()
    table = tables.make(runs, directions, curves)
    assert len(table) == 8 and set(table["seeds"]) == {2}
    first = runs.query("d == 12 and gamma == 0.4 and alpha == 3.0")["nmse"]
    row = table.query("d == 12 and gamma == 0.4 and alpha == 3.0").iloc[0]
    assert row["nmse"] == pytest.approx(first.mean()) and row["nmse_sem"] == pytest.approx(first.sem())
    assert (row["nmse_theory"], row["q_h_theory"], row["m"], row["m_theory"]) == (0.5, 0.25, 2, 1)


@pytest.mark.parametrize(
    ("sizes", "gammas", "rows", "labels"),
    [((12, 14), (0.4, 0.8), 2, ["d = 12", "d = 14"]), ((12,), (0.4, 0.8), 1, ["γ = 0.4", "γ = 0.8"])],
)
def test_learning_curves_have_a_row_for_what_is_not_in_the_legend(sizes, gammas, rows, labels):
    runs, _, curves = measured(sizes, gammas)
    figure = figures.learning_curves(runs, curves, "a title " * 20)
    assert len(figure.axes) == 2 * rows
    assert [text.get_text() for text in figure.legends[0].get_texts()][:2] == labels
    figure.draw_without_rendering()
    box = figure._suptitle.get_window_extent()
    assert box.x0 >= 0 and box.x1 <= figure.bbox.width


def test_every_d_and_gamma_has_a_panel_of_directions():
    _, directions, _ = measured()
    figure = figures.alignments(directions, directions, "a title")
    assert [axes.get_title("left") for axes in figure.axes] == [
        f"d = {d}, γ = {gamma}" for d in (12, 14) for gamma in (0.4, 0.8)
    ]
    assert figures.spread(1) == [1] and figures.spread(3) == [1, 2, 3] and len(figures.spread(50)) == 6


def test_the_description_says_what_was_run():
    options = settings("mine", first_layer={"preset": "sharp"}).experiments["mine"].first_layer
    text = figures.described(configuration()["teachers"]["paper"], MINE, options)
    parts = ["g = tanh", "q = 2", "ε = 0.5", "noise 0.2", "degree 3", "normal_scores", "sphere", "deflated"]
    assert all(part in text for part in parts)
    polynomial = MINE | {"link": {"name": "polynomial", "coefficients": [0, 1, 0.5]}}
    assert "polynomial [0, 1, 0.5]" in figures.described(configuration()["teachers"]["paper"], polynomial, options)
