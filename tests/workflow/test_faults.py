"""Whatever goes wrong ends in a clear message and a rerun that completes; nothing half-written is a result."""

import os
import subprocess
import sys
import time
from contextlib import contextmanager
from copy import deepcopy

import psutil
import pytest
import yaml
from project import ROOT

SMOKE = yaml.safe_load((ROOT / "config/smoke.yaml").read_text())
D = SMOKE["experiments"]["large"]["sizes"][0]["d"]  # of an experiment with a single run
TEACHER = f"results/teachers/paper/d{D}_g0.40_s0.npz"
RUNS = f"results/recovery/large/d{D}_g0.40_s0.runs.csv"
COLLECTED = "results/collected/large.runs.csv"
LOG = f"results/logs/recover/large_d{D}_g0.40_s0.log"


@contextmanager
def mounted(folder, *options):
    """A file system of its own on a folder; the test is skipped where mounting is not allowed."""
    folder.mkdir(parents=True, exist_ok=True)
    mount = subprocess.run(["mount", *options, str(folder)], capture_output=True, text=True)
    if mount.returncode != 0:
        pytest.skip(f"needs root with the right to mount: {mount.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def start(copy, target):
    """Snakemake on a target, and the process of its recovery job, stopped in its midst: there is time to act."""
    config = deepcopy(SMOKE)
    config["experiments"]["large"]["sizes"] = [{"d": D, "alpha": [2.0, 2.5, 3.0, 4.8]}]
    (copy.path / "long.yaml").write_text(yaml.safe_dump(config))
    command = [sys.executable, "-m", "snakemake", target, "--cores", "1", "--configfile", "long.yaml"]
    run = subprocess.Popen(command, cwd=copy.path, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    end = time.monotonic() + 300
    while not ((copy.path / LOG).exists() and "alpha=3.00" in (copy.path / LOG).read_text()):
        assert run.poll() is None and time.monotonic() < end
        time.sleep(0.02)
    children = psutil.Process(run.pid).children(recursive=True)
    (job,) = [child for child in children if "python" in child.name() and child.cmdline()[-1].endswith(".recover.py")]
    job.suspend()
    return run, job


def unfinished(copy):
    """Results, or parts of them, of the recovery."""
    return [path.name for path in (copy.path / RUNS).parent.glob("*")]


def test_two_at_once_and_a_killed_snakemake(copy):
    run, job = start(copy, COLLECTED)
    second = copy.snakemake(COLLECTED, config="long.yaml")
    assert second.returncode != 0 and "Directory cannot be locked" in second.stdout
    assert run.poll() is None  # the first goes on
    run.kill()
    run.wait()
    job.kill()
    assert unfinished(copy) == []
    locked = copy.snakemake(COLLECTED, config="long.yaml")
    assert locked.returncode != 0 and "--unlock" in locked.stdout
    assert copy.snakemake("--unlock", config="long.yaml").returncode == 0
    again = copy.snakemake(COLLECTED, config="long.yaml")
    assert again.returncode == 0, again.stdout
    assert len((copy.path / COLLECTED).read_text().splitlines()) == 5
    assert "continuing after alpha=" in (copy.path / LOG).read_text()


def test_a_killed_job(copy):
    run, job = start(copy, RUNS)
    job.kill()
    output, _ = run.communicate()
    assert run.returncode != 0 and "Error in rule recover" in output and LOG in output
    assert unfinished(copy) == []
    again = copy.snakemake(RUNS, config="long.yaml")
    assert again.returncode == 0, again.stdout
    assert len((copy.path / RUNS).read_text().splitlines()) == 5


def test_a_full_disk(copy):
    folder = (copy.path / TEACHER).parent
    with mounted(folder, "-t", "tmpfs", "-o", "size=16k", "tmpfs"):
        run = copy.snakemake(TEACHER)
        assert run.returncode != 0 and "No space left on device" in run.stdout
        assert list(folder.iterdir()) == []
        subprocess.run(["mount", "-o", "remount,size=16m", str(folder)], check=True)
        again = copy.snakemake(TEACHER)
        assert again.returncode == 0, again.stdout
        assert [path.name for path in folder.iterdir()] == [os.path.basename(TEACHER)]


def test_a_read_only_results_directory(copy):
    results = copy.path / "results"
    with mounted(results, "--bind", str(results)):
        subprocess.run(["mount", "-o", "remount,bind,ro", str(results)], check=True)
        run = copy.snakemake(TEACHER)
        assert run.returncode != 0
        assert "The folder results is not writable" in run.stdout
        assert "Traceback" not in run.stdout
    again = copy.snakemake(TEACHER)
    assert again.returncode == 0, again.stdout


def test_truncated_files_are_named_and_made_again(copy):
    run = copy.snakemake(COLLECTED)
    assert run.returncode == 0, run.stdout
    whole = (copy.path / COLLECTED).read_bytes()
    for damaged, after in ((RUNS, COLLECTED), (TEACHER, RUNS)):
        file = copy.path / damaged
        os.truncate(file, file.stat().st_size - 20)
        (copy.path / after).unlink()
        run = copy.snakemake(COLLECTED)
        assert run.returncode != 0
        assert f"{damaged} is cut off" in run.stdout and "elete it and run" in run.stdout
        file.unlink()
        run = copy.snakemake(COLLECTED)
        assert run.returncode == 0, run.stdout
        assert (copy.path / COLLECTED).read_bytes() == whole
