"""A recovery that is interrupted continues from its checkpoint and gives the same bits."""

import pandas as pd
import pytest

from feature_cascade.experiments import recovery as module
from feature_cascade.experiments.checkpoint import Checkpoint, digest
from feature_cascade.experiments.recovery import Experiment, recover
from feature_cascade.model.spec import TeacherSpec
from feature_cascade.model.teacher import Teacher

ALPHAS = [1.5, 2.0, 2.5]


@pytest.fixture
def problem():
    teacher = Teacher.draw(TeacherSpec(d=8))
    return teacher, Experiment({"name": "tanh"}), teacher.source("test").rows(200)


class Killed(Exception):
    pass


def test_interrupted_run_gives_the_same_bits(problem, tmp_path, monkeypatch):
    whole = recover(*problem, ALPHAS)
    checkpoint = Checkpoint(tmp_path / "run.json", "key")
    step, done = module.Recovery.step, []

    def dies_at_the_last(self, alpha, report=None):
        if alpha == ALPHAS[-1] and not done:
            done.append(alpha)
            raise Killed
        return step(self, alpha, report)

    monkeypatch.setattr(module.Recovery, "step", dies_at_the_last)
    with pytest.raises(Killed):
        recover(*problem, ALPHAS, checkpoint=checkpoint)
    assert checkpoint.load(ALPHAS).alphas == ALPHAS[:-1]
    for expected, found in zip(whole, recover(*problem, ALPHAS, checkpoint=checkpoint), strict=True):
        pd.testing.assert_frame_equal(expected, found, check_exact=True)


def test_appended_alpha_computes_only_the_new_point(problem, tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "run.json", "key")
    recover(*problem, ALPHAS[:-1], checkpoint=checkpoint)
    step, computed = module.Recovery.step, []
    monkeypatch.setattr(module.Recovery, "step", lambda self, a, r=None: computed.append(a) or step(self, a, r))
    found = recover(*problem, ALPHAS, checkpoint=checkpoint)
    assert computed == ALPHAS[-1:]
    pd.testing.assert_frame_equal(found[1], recover(*problem, ALPHAS)[1], check_exact=True)


def test_finished_run_is_not_computed_again(problem, tmp_path, monkeypatch):
    checkpoint = Checkpoint(tmp_path / "run.json", "key")
    first = recover(*problem, ALPHAS[:1], checkpoint=checkpoint)
    monkeypatch.setattr(module, "Recovery", None)
    pd.testing.assert_frame_equal(first[0], recover(*problem, ALPHAS[:1], checkpoint=checkpoint)[0], check_exact=True)


@pytest.mark.parametrize("spoil", ["other key", "other grid", "truncated", "missing", "something else"])
def test_useless_checkpoint_starts_from_zero(problem, tmp_path, spoil):
    checkpoint = Checkpoint(tmp_path / "run.json", "key")
    recover(*problem, ALPHAS[:1], checkpoint=checkpoint)
    grid = ALPHAS
    if spoil == "other key":
        checkpoint = Checkpoint(checkpoint.path, "another")
    elif spoil == "other grid":
        grid = [1.6, 2.0]
    elif spoil == "truncated":
        checkpoint.path.write_bytes(checkpoint.path.read_bytes()[:100])
    elif spoil == "something else":
        checkpoint.path.write_text('{"key": "key", "progress": {"steps": 3}}')
    else:
        checkpoint.path.unlink()
    assert checkpoint.load(grid).alphas == []


def test_digest_sees_contents_and_settings(tmp_path):
    file = tmp_path / "a"
    file.write_text("one")
    first = digest([file], {"x": 1})
    assert first == digest([file], {"x": 1})
    assert first != digest([file], {"x": 2})
    file.write_text("two")
    assert first != digest([file], {"x": 1})


def test_a_run_over_its_time_stops_after_a_grid_point_and_goes_on(problem, tmp_path):
    whole = recover(*problem, ALPHAS)
    checkpoint, stopped = Checkpoint(tmp_path / "run.json", "key"), 0
    while True:
        try:
            found = recover(*problem, ALPHAS, checkpoint=checkpoint, seconds=0.0)
            break
        except module.NotFinished as reason:
            stopped += 1
            assert "would not end within 0 seconds" in str(reason)
            assert checkpoint.load(ALPHAS).alphas == ALPHAS[:stopped]
    assert stopped == len(ALPHAS) - 1
    for expected, table in zip(whole, found, strict=True):
        pd.testing.assert_frame_equal(table, expected, check_exact=True)


def test_a_run_within_its_time_does_not_stop(problem, tmp_path):
    runs, _ = recover(*problem, ALPHAS, checkpoint=Checkpoint(tmp_path / "run.json", "key"), seconds=1e6)
    assert len(runs) == len(ALPHAS)


def test_a_limit_needs_a_checkpoint(problem):
    with pytest.raises(ValueError, match=r"a limit of 1\.0 seconds needs a checkpoint"):
        recover(*problem, ALPHAS, seconds=1.0)
