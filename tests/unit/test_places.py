"""Where the workflow cannot run is said in one sentence, with what was found and what is allowed."""

from pathlib import Path

import pytest

from feature_cascade.bookkeeping.places import check_interpreter, check_places, check_working_directory, check_writable
from feature_cascade.bookkeeping.schema import SettingsError


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    (tmp_path / "results").mkdir()
    check_writable(str(tmp_path / "results"), str(tmp_path / "missing"))
    monkeypatch.setattr("os.access", lambda path, mode: Path(path).name != "results")
    with pytest.raises(SettingsError, match="results is not writable"):
        check_writable(str(tmp_path / "results"))


def test_another_working_directory_is_named(tmp_path, monkeypatch):
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to(tmp_path)
    monkeypatch.chdir(tmp_path)
    check_working_directory(tmp_path / "link")
    check_places(tmp_path, "results")
    with pytest.raises(SettingsError, match=rf"found {tmp_path}, allowed is {tmp_path}/other, the folder of the work"):
        check_working_directory(tmp_path / "other")


@pytest.mark.parametrize("path", ["/home/a user/.venv/bin/python", "/home/tab\tstop/bin/python"])
def test_a_python_that_snakemake_cannot_start_is_named(path):
    check_interpreter("/home/user/.venv/bin/python3")
    with pytest.raises(SettingsError, match=r"^Path of Python: found '.*', allowed is one without spaces: .*\.$"):
        check_interpreter(path)
