"""Progress by work, and the summary of a run."""

import math

import pytest

from feature_cascade.bookkeeping.progress import Progress, span


class Clock:
    time = 0.0

    def __call__(self) -> float:
        return self.time


def test_share_of_the_work_and_time_left():
    clock = Clock()
    progress = Progress({1: 30.0, 2: 10.0, 3: 60.0}, clock)
    assert progress.line() == "0% of the work done, unknown time left"
    clock.time = 20.0
    progress.finish(1)
    progress.finish(99)  # not planned
    progress.finish(2)
    assert progress.line() == "40% of the work done, 30 s left"
    assert progress.unfinished
    progress.finish(3)
    assert not progress.unfinished and progress.line() == "100% of the work done, 0 s left"


def test_summary(tmp_path):
    (tmp_path / "figures").mkdir()
    clock = Clock()
    progress = Progress({1: 1.0, 2: 1.0, 3: 1.0}, clock)
    clock.time = 300.0
    text = progress.summary(["figure_fig1", "figure_fig2", "table_T1"], 3, 7, tmp_path)
    assert text.splitlines() == [
        "Computed in 5 min: 3 of 3 jobs (2 figure, 1 table).",
        "Reused from earlier runs: what 7 jobs had made.",
        "  figures            figures, each as PDF, PNG and SVG",
    ]
    assert "give the same command again" in progress.summary(["collect"], 3, 0, tmp_path)
    assert "Computed in 5 min: 0 of 3 jobs." in progress.summary([], 3, 0, tmp_path)


@pytest.mark.parametrize(
    ("seconds", "text"), [(3.4, "3 s"), (99.4, "99 s"), (100, "2 min"), (3600, "60 min"), (math.nan, "unknown time")]
)
def test_span(seconds, text):
    assert span(seconds) == text
