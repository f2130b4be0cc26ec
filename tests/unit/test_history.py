"""What results were made from comes from the jobs; Snakemake's records, which can be lost, only give times."""

import json
import os
from base64 import urlsafe_b64encode
from types import SimpleNamespace

import pytest

from feature_cascade.bookkeeping.history import RECORDS, dates, history, record

TEACHER, RUNS, DIRECTIONS, TABLE = "results/t.npz", "results/r.csv", "results/d.csv", "results/T1.csv"
JOBS = [
    SimpleNamespace(input=["generate.py"], output=[TEACHER]),
    SimpleNamespace(input=[TEACHER, "recover.py"], output=[RUNS, DIRECTIONS]),
    SimpleNamespace(input=[RUNS], output=[TABLE]),
    SimpleNamespace(input=[TEACHER, "other.py"], output=["results/other.csv"]),
]
OUTPUTS = sorted([DIRECTIONS, RUNS, TABLE, TEACHER])
LATE = 1_800_000_000


def write_record(root, path: str, text: str) -> None:
    file = root / RECORDS / urlsafe_b64encode(path.encode()).decode()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


@pytest.fixture
def project(tmp_path):
    """Results that took ten seconds each, one after the other, and Snakemake's records of them."""
    for k, path in enumerate([TEACHER, RUNS, DIRECTIONS, TABLE]):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text("1\n")
        os.utime(tmp_path / path, (10 * k + 10, 10 * k + 10))
        write_record(tmp_path, path, json.dumps({"starttime": 10 * k, "endtime": 10 * k + 10}))
    return tmp_path


def test_history_goes_back_to_the_sources_and_takes_what_was_made_beside():
    assert history([TABLE], JOBS) == sorted([*OUTPUTS, "recover.py", "generate.py"])
    assert history(["results/reference/claims.csv"], JOBS) == ["results/reference/claims.csv"]
    assert history([], JOBS) == []


def test_dates_of_a_run(project):
    assert dates(OUTPUTS, project) == {
        "times": {"started": "1970-01-01T00:00:00+00:00", "ended": "1970-01-01T00:00:40+00:00"},
        "edited": [],
        "unrecorded": [],
    }
    os.utime(project / RUNS, (LATE, LATE))
    assert dates(OUTPUTS, project)["edited"] == [RUNS]


@pytest.mark.parametrize("text", [None, "", "{}", "[1]", '{"starttime": null, "endtime": 3}', '{"starttime": 1'])
def test_a_record_that_is_lost_leaves_out_its_times_alone(project, text):
    lost = project / RECORDS / urlsafe_b64encode(TEACHER.encode()).decode()
    lost.unlink()
    if text is not None:
        write_record(project, TEACHER, text)
    assert record(TEACHER, project) is None
    found = dates(OUTPUTS, project)
    assert found["unrecorded"] == [TEACHER]
    assert found["times"] == {"started": "1970-01-01T00:00:10+00:00", "ended": "1970-01-01T00:00:40+00:00"}


def test_without_any_record_no_time_is_known(project):
    for file in (project / RECORDS).iterdir():
        file.unlink()
    assert dates(OUTPUTS, project) == {
        "times": {"started": None, "ended": None},
        "edited": [],
        "unrecorded": OUTPUTS,
    }
