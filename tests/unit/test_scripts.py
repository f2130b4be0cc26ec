"""What the scripts share: texts and tables are UTF-8 whatever the locale, and pages for the report."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = "γ ≥ ½, cos²θ"
EIGHT_BITS = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}


def run_in_eight_bits(code, *arguments):
    """Run a piece of Python beside the scripts in a locale that is not UTF-8."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONIOENCODING"} | EIGHT_BITS
    code = f"import locale, sys\nsys.path.insert(0, 'scripts')\ntext = {TEXT!a}\n{code}"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)], cwd=ROOT, env=environment, capture_output=True, check=True
    ).stdout.decode()


def test_the_locale_of_this_test_is_not_utf8():
    assert run_in_eight_bits("print(locale.getpreferredencoding(False))").strip() not in ("UTF-8", "utf-8")


def test_texts_tables_and_logs_are_utf8_in_any_locale(tmp_path):
    code = """
import logging
import pandas as pd
from job import read_csv, start_log, write_csv, write_text
from page import write_page
folder = sys.argv[1]
start_log(f"{folder}/log")
logging.info(text)
write_text(text, f"{folder}/text")
table = pd.DataFrame({text: [text]})
write_csv(table, f"{folder}/csv")
assert read_csv(f"{folder}/csv").equals(table)
write_page(f"{folder}/html", **{text: table, "terms": {text: text}})
"""
    run_in_eight_bits(code, tmp_path)
    assert (tmp_path / "text").read_bytes() == f"{TEXT}\n".encode()
    assert (tmp_path / "csv").read_bytes() == f'"{TEXT}"\n"{TEXT}"\n'.encode()
    for name in ("log", "html"):
        assert TEXT in (tmp_path / name).read_text(encoding="utf-8"), name


def opened(tree):
    """Calls that open a text file, with the names of their keywords."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            modes = [a.value for a in node.args[1:] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            binary = name == "open" and any("b" in mode for mode in modes)
            if name in ("read_text", "write_text", "open", "FileHandler") and not binary:
                yield node, {keyword.arg for keyword in node.keywords}


@pytest.mark.parametrize(
    "file",
    sorted([*(ROOT / "scripts").glob("*.py"), *(ROOT / "src").rglob("*.py")]),
    ids=lambda file: file.stem,
)
def test_every_text_file_is_opened_as_utf8(file):
    own = {"write_text"} if file.parent.name == "scripts" else set()  # job.write_text, which says so itself
    for node, keywords in opened(ast.parse(file.read_text(encoding="utf-8"))):
        if getattr(node.func, "id", "") not in own:
            assert "encoding" in keywords, f"{file.name}:{node.lineno}"


def test_page_has_its_tables_and_what_their_columns_mean(tmp_path):
    code = """
import pandas as pd
from page import write_page
write_page(sys.argv[1], **{"T: title": pd.DataFrame({"n": [1]}), "Columns": {"n": "samples & more"}})
"""
    run_in_eight_bits(code, tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<h2>T: title</h2>" in page and "<dt>n</dt><dd>samples &amp; more.</dd>" in page
    assert page.index("<table") < page.index("<dl>")  # the rows first
