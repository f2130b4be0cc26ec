"""Runs TeX on tables, where it is installed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

DOCUMENT = r"""\documentclass{article}
\usepackage[a4paper,textwidth=160mm,textheight=247mm]{geometry}
\usepackage{booktabs,longtable,pdflscape}
\setcounter{LTchunksize}{1000} %% so that one run knows the width of every column
\begin{document}
%s
\end{document}
"""
PACKAGES = ("geometry", "booktabs", "longtable", "pdflscape")
SLACK = 2.0  # points that a line may be too wide


def has_tex() -> bool:
    """Whether pdflatex and the packages of the tables are there."""
    if not (shutil.which("pdflatex") and shutil.which("kpsewhich")):
        return False
    return all(subprocess.run(["kpsewhich", f"{name}.sty"], capture_output=True).returncode == 0 for name in PACKAGES)


needs_tex = pytest.mark.skipif(not has_tex(), reason=f"needs pdflatex with {', '.join(PACKAGES)}")


def problems(tables: list[str], folder: Path) -> list[str]:
    """Errors of pdflatex on a document with these tables, and lines wider than the text."""
    (folder / "tables.tex").write_text(DOCUMENT % "\n\\clearpage\n".join(tables), encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-no-shell-escape", "-draftmode", "tables.tex"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", errors="replace")
    lines = run.stdout.splitlines()
    wide = [line for line in lines if (m := re.match(r"Overfull \\hbox \(([\d.]+)pt", line)) and float(m[1]) > SLACK]
    found = [line for line in lines if line.startswith("!")] + wide
    return found or ([f"pdflatex ended with {run.returncode}"] if run.returncode else [])
