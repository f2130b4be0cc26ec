"""The examples of the README and of the estimator's docstring run."""

import doctest
import re
from pathlib import Path

import numpy as np
import pandas as pd

from feature_cascade.estimator import spectral as estimator

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_example_on_own_data(capsys):
    code = re.search(r"```python\n(.*?)```", README, flags=re.S).group(1)
    scope: dict = {}
    exec(code, scope)
    R2 = scope["model"].score(scope["X"][5000:], scope["y"][5000:])
    assert scope["model"].n_directions_ == 2 and np.prod(scope["model"].strengths_) < 0
    assert f"R² on fresh points: {R2:.4f}" in README
    assert "degree 2: 2 significant" in capsys.readouterr().out and "<svg" in scope["page"]


def test_docstring_examples():
    result = doctest.testmod(estimator)
    assert result.attempted > 0 and result.failed == 0


def test_ledger_is_the_stored_one():
    stored = pd.read_csv(ROOT / "results/reference/claims.csv").fillna("")
    lines = README.splitlines()
    for claim in stored.itertuples():
        line = next(line for line in lines if line.startswith(f"| {claim.name}: {claim.statement} |"))
        assert f" | {claim.predicted} | {claim.measured} | **{claim.verdict}**" in line
        assert claim.limit in line
