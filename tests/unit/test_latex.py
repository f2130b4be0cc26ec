"""Tables in print: texts, digits, columns that fit on the page, and documents that TeX compiles."""

import re

import numpy as np
import pandas as pd
import pytest
from tex import needs_tex, problems

from feature_cascade.tables import latex
from feature_cascade.tables.cells import Quantity, number, quantities, texts
from feature_cascade.tables.columns import LABELS, OWN, TITLES, explain, legend

COLUMNS = {
    "T1": "experiment d gamma direction sign n_measured log_se status n_seeds n_scaling n_weak_noise n_exact "
    "ratio_scaling ratio_scaling_se ratio_weak_noise ratio_weak_noise_se ratio_exact ratio_exact_se",
    "T2": "experiment d gamma window_low window_high n_points n_seeds exponent low_95 high_95 exact_exponent paper",
    "T3": "experiment d gamma alpha n n_seeds m_measured m_sem m_scaling m_weak_noise m_exact d1",
    "T4": "kind features measure quantity exponent low_95 high_95 misfit wigner wigner_inside guessed guessed_inside "
    "missing sizes seeds",
    "T5": "features d gamma sweep alpha n gap_factor direction n_seeds n_over_threshold gap vector_error "
    "vector_error_sem space_error space_error_sem factor_first_order factor_first_order_se factor_expected "
    "factor_expected_se factor_davis_kahan factor_davis_kahan_se factor_first_order_space factor_first_order_space_se "
    "factor_expected_space factor_expected_space_se factor_normalised factor_normalised_se bounded",
    "T6": "link method d n_seeds n_reached n_max nmse_at_n_max found n_half n_half_relative_sem n_half_predicted "
    "exponent exponent_low_95 exponent_high_95 exponent_predicted exponent_large_d",
    "T7": "link combination d alpha n n_seeds predicted predicted_finite_d measured gap gap_sem "
    "exponent exponent_low_95 exponent_high_95",
    "T7b": "link effect d n_seeds closes closes_sem gains gains_sem exponent exponent_low_95 exponent_high_95",
    "T7c": "link d n_seeds n_reached n_paper n_paper_predicted n_sharp n_sharp_predicted ratio ratio_low_95 "
    "ratio_high_95 ratio_predicted",
    "T7d": "link d transform n_seeds loss loss_low_95 loss_high_95 alpha predicted predicted_finite_d "
    "measured measured_sem",
    "T8": "experiment gamma law d n_seeds alphas gap low_95 high_95 worst floor bias "
    "exponent exponent_low_95 exponent_high_95",
    "T9": "gamma d law d1 n_seeds window_low window_high window_exponent nearest nearest_n reached_decades paper",
    "A1": "alpha n_seeds overlap overlap_sem authors_overlap authors_overlap_sem difference agrees nmse nmse_sem "
    "authors_nmse authors_nmse_median",
}
TEXTS = {  # long ones, with all that LaTeX takes for itself
    "experiment": "exponents", "law": "finite_d",
    "link": "identity", "kind": "power_law", "features": "gaussian", "measure": "own vector",
    "quantity": "cos² at the onset", "method": "polynomial", "combination": "tanh+sphere+deflate",
    "effect": "sphere × deflate", "transform": "normal_scores", "sweep": "gap", "sign": "all",
    "status": "beyond the grid", "found": "≥ 128000", "sizes": "136 325 741 1653", "seeds": "300 200 100 45",
}  # fmt: skip
YES = ("wigner_inside", "guessed_inside", "agrees", "bounded")
WHOLE = ("d", "n", "d1", "direction", "n_seeds", "n_points", "n_reached", "n_max", "alphas")


def made_up(name, rows=60):
    """A table with its columns and numbers of many sizes; half the rows have no interval."""
    rng = np.random.default_rng(0)
    columns = {}
    for column in COLUMNS[name].split():
        if column in TEXTS:
            columns[column] = [TEXTS[column], *["identity"] * (rows - 1)]
        elif column in YES:
            columns[column] = rng.random(rows) < 0.5
        elif column in WHOLE:
            columns[column] = rng.integers(1, 200_000 if column in ("n", "n_max") else 200, rows)
        else:
            columns[column] = np.round(rng.normal(size=rows), 3)
            columns[column][::7] *= 12345
            if column.endswith(("_sem", "_se", "_95")):
                columns[column] = np.where(np.arange(rows) % 2, np.abs(columns[column]) / 100, np.nan)
    return pd.DataFrame(columns)


def test_every_table_has_a_title_and_a_meaning_for_every_column():
    assert set(TITLES) == set(OWN) == set(COLUMNS)
    for name in COLUMNS:
        names = COLUMNS[name].split()
        meanings = legend(name, names)
        assert list(meanings) == names and all(meanings.values())
        assert set(OWN[name]) <= set(names)
        for text in (TITLES[name], *meanings.values()):
            assert text.strip() == text and not text.endswith("."), text
    with pytest.raises(ValueError, match=r"Table T2 has columns .* does not explain: novel"):
        explain("T2", ["experiment", "novel", "novel_sem"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("n_half & 5 % #1 {x}", r"n\_half \& 5 \% \#1 \{$x$\}"),
        ("~ ^ \\ $", r"\textasciitilde{} \textasciicircum{} \textbackslash{} \$"),
        ("γ ≥ 0.5", r"$\gamma $ $\ge $ 0.5"),
        ("cos²θᵢ", r"cos$^{2}\theta _{i}$"),
        ("−1.75×10⁻⁶", r"$-$1.75$\times $10$^{-6}$"),
        ("n/n₁ of a kernel's d", "$n$/$n_{1}$ of a kernel's $d$"),
        ("T7b, rank one", "T7b, rank one"),
        ("64\u2009000 – no", r"64\,000 -- no"),
    ],
)
def test_text_becomes_latex(text, expected):
    assert latex.escape(text) == expected


def test_a_character_without_latex_is_named():
    with pytest.raises(ValueError, match="no LaTeX for '☃'"):
        latex.escape("snow ☃")


def test_numbers_have_the_digits_of_their_errors():
    table = pd.DataFrame({"overlap": [0.19462, 0.25, np.nan, 1.0], "overlap_sem": [0.0047326, np.nan, np.nan, 0.0]})
    overlap = Quantity("overlap", {"sem": "overlap_sem"})
    assert texts(table, overlap) == ["0.1946 ± 0.0047", "0.250", "–", "1.000 ± 0.000"]
    table = pd.DataFrame({"n_measured": [36495.375, 400.0], "log_se": [0.011274, np.nan]})
    assert texts(table, quantities(list(table))[0]) == ["36\u2009500 ± 410", "400"]
    table = pd.DataFrame({"exponent": [-0.46505, np.nan], "low_95": [-0.79207, np.nan], "high_95": [-0.13803, np.nan]})
    assert texts(table, quantities(list(table))[0]) == ["−0.47 [−0.79, −0.14]", "–"]


def test_labels_texts_and_whole_numbers_are_not_rounded():
    table = pd.DataFrame(
        {"gamma": [0.401, 1.0], "n": [38656, 7], "found": ["≥ 64000", "4916"], "agrees": [True, False]}
    )
    cells = [texts(table, Quantity(name)) for name in table]
    assert cells == [["0.401", "1"], ["38\u2009656", "7"], ["≥ 64\u2009000", "4\u2009916"], ["yes", "no"]]


def test_numbers_without_a_plain_form():
    assert [number(value, 2) for value in (np.inf, -np.inf, -0.001, -2.759e7)] == ["∞", "−∞", "0.00", "−2.76×10⁷"]


def test_errors_belong_to_the_quantity_before_them():
    found = quantities(COLUMNS["T8"].split())
    assert [(q.name, q.errors.get("low_95")) for q in found if q.errors] == [
        ("gap", "low_95"),
        ("exponent", "exponent_low_95"),
    ]


@pytest.mark.parametrize("name", COLUMNS)
def test_latex_is_ascii_without_bare_special_characters(name):
    table = made_up(name)
    text = latex.to_latex(name, table)
    assert text.isascii()
    body = "\n".join(line for line in text.splitlines() if not line.startswith("%"))
    plain = re.sub(r"\$[^$]*\$", "", re.sub(r"\\[\\&%$#_{}]", "", body))
    assert not re.search(r"[#_^~$%]", plain)
    parts = body.split(r"\begin{longtable}")[1:]
    assert parts and body.count(r"\end{longtable}") == len(parts)
    for part in parts:
        rows = [line for line in part.splitlines() if line.endswith(r"\\") and "caption" not in line]
        assert len(rows) == len(table) + 2  # the heading of the first page and of the others
        assert len({len(re.findall(r"(?<!\\)&", row)) for row in rows}) == 1


@pytest.mark.parametrize("name", COLUMNS)
def test_columns_are_estimated_to_fit(name):
    columns = latex.printed_columns(name, made_up(name))
    layout = latex.fit(columns)
    assert {id(column) for part in layout.parts for column in part} == set(map(id, columns))
    assert all(sum(column.width(layout.points) for column in part) <= layout.room for part in layout.parts)


def test_too_many_columns_are_continued_with_their_labels():
    label = latex.PrintedColumn("d", "size", ["30"], label=True, left=False)
    rest = [latex.PrintedColumn(f"column {i}", "", ["0.123 ± 0.004"], label=False, left=False) for i in range(30)]
    layout = latex.fit([label, *rest])
    assert len(layout.parts) == 3 and all(part[0] is label for part in layout.parts)
    assert [column for part in layout.parts for column in part[1:]] == rest


def test_a_column_with_one_value_is_said_once():
    text = latex.to_latex("A1", made_up("A1").assign(n_seeds=6))
    assert "In all rows: seeds = 6 (number of seeds)." in text
    single = latex.to_latex("A1", made_up("A1", rows=1))
    assert "In all rows" not in single


def test_labels_are_those_that_identify_rows():
    for name, columns in COLUMNS.items():
        first = columns.split()[0]
        assert first in LABELS, name


@needs_tex
def test_tables_compile_and_fit(tmp_path):
    assert problems([latex.to_latex(name, made_up(name)) for name in COLUMNS], tmp_path) == []


@needs_tex
def test_what_does_not_compile_or_fit_is_found(tmp_path, monkeypatch):
    assert any(line.startswith("!") for line in problems([pd.DataFrame({"n_half": ["a_b"]}).to_latex()], tmp_path))
    monkeypatch.setattr(latex, "TEXT_WIDTH", 1000.0)
    assert any(line.startswith("Overfull") for line in problems([latex.to_latex("T5", made_up("T5"))], tmp_path))
