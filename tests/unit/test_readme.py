"""The examples of the README and of the estimator's docstring run."""

import doctest
import re
from pathlib import Path

from feature_cascade import estimator

README = Path(__file__).parents[2] / "README.md"


def test_example_on_own_data(capsys):
    code = re.search(r"```python\n(.*?)```", README.read_text(), flags=re.S).group(1)
    scope: dict = {}
    exec(code, scope)
    assert scope["model"].score(scope["X"][25000:], scope["y"][25000:]) > 0.5
    assert capsys.readouterr().out


def test_docstring_examples():
    result = doctest.testmod(estimator)
    assert result.attempted > 0 and result.failed == 0
