"""The profile for clusters, on a Slurm of one node: part of the smoke run, a cancelled job, one whose time is over."""

import os
import re
import shutil
import subprocess
import sys
import time
from importlib.metadata import distributions
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
PLUGIN = HERE / "plugin"  # where .ci/run installs requirements-slurm.lock, so that no other test has to import it
COMMANDS = ("sbatch", "slurmctld", "slurmd", "munged", "mungekey")
CANCELLED = "steep_d30_g1.50_s0"
EXPERIMENTS = ("tanh", "steep")  # three submissions of a recovery run, each of which starts a Snakemake
TABLES = [f"results/collected/{name}.{kind}.csv" for name in EXPERIMENTS for kind in ("runs", "directions")]
PART = ["figures/fig2.pdf", "results/tables/T4.csv", "results/tables/T6.csv"]  # a quarter of the smoke run's jobs
MINUTES = 20  # until a run counts as hanging


def missing() -> str:
    """Why Slurm cannot be tested here, or nothing."""
    if os.geteuid() != 0:
        return "needs root, to start Slurm's daemons"
    if absent := [name for name in COMMANDS if not shutil.which(name)]:
        return f"needs {', '.join(absent)} (Debian: slurm-wlm, munge)"
    if os.path.lexists("/etc/slurm/slurm.conf"):
        return "there is a Slurm on this machine already (/etc/slurm/slurm.conf)"
    if not any(d.name == "snakemake-executor-plugin-slurm" for d in distributions(path=[*sys.path, *site()])):
        return "needs the pins of requirements-slurm.lock (make slurm-plugin)"
    return ""


def site() -> list[str]:
    return [str(path) for path in PLUGIN.glob("lib/python*/site-packages")]


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


@pytest.fixture(scope="module")
def slurm(tmp_path_factory):
    """Slurm's daemons, for as long as the tests of this file take."""
    folder = tmp_path_factory.mktemp("slurm")
    subprocess.run([HERE / "up.sh", folder], check=True, timeout=90)
    yield
    subprocess.run([HERE / "down.sh", folder], check=True, timeout=60)
    assert not os.path.lexists("/etc/slurm/slurm.conf")


@pytest.fixture
def small(copy):
    """A part of the smoke configuration, with one job that takes long enough to be cancelled."""
    config = yaml.safe_load((copy.path / "config/smoke.yaml").read_text())
    config["experiments"]["steep"] = {"seeds": 1, "sizes": [{"d": 30, "alpha": [2.0, 2.5, 3.0, 3.5, 3.9, 4.1]}]}
    (copy.path / "small.yaml").write_text(yaml.safe_dump(config))
    return copy


def submit(copy, *targets: str, config: str) -> subprocess.Popen:
    """Snakemake with the profile for Slurm, and intervals that suit a small run."""
    quick = ["--seconds-between-status-checks", "2", "--slurm-init-seconds-before-status-checks", "2"]
    command = [sys.executable, "-m", "snakemake", *targets, "--profile", "workflow/profiles/slurm", "--cores", "2"]
    command += [*quick, "--retries", "0", "--latency-wait", "10", "--configfile", config]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(site())}
    output = open(copy.path / "snakemake.out", "w")  # noqa: SIM115
    return subprocess.Popen(command, cwd=copy.path, env=environment, stdout=output, stderr=subprocess.STDOUT)


def finish(run: subprocess.Popen, copy) -> str:
    run.wait(timeout=60 * MINUTES)
    return (copy.path / "snakemake.out").read_text()


def job_that_writes(log: Path, text: str) -> str:
    """Slurm's number of the running job with this log file, once the log has a text."""
    end = time.monotonic() + 60 * MINUTES
    while time.monotonic() < end:
        if log.exists() and text in log.read_text():
            listed = subprocess.run(["squeue", "-h", "-t", "R", "-o", "%i %k"], capture_output=True, text=True).stdout
            found = [line.split()[0] for line in listed.splitlines() if "recover" in line and "steep" in line]
            if found:
                return found[0]
        time.sleep(0.1)
    raise AssertionError(f"{text!r} did not appear in {log}")


def finished_jobs(small) -> dict[Path, int]:
    """Teachers and tables of recovery runs, and when each was written."""
    results = small.path / "results"
    paths = [*results.glob("teachers/**/*.npz"), *results.glob("recovery/**/*.csv")]
    return {path: path.stat().st_mtime_ns for path in paths}


def test_cancelled_job_is_finished_by_the_next_run_and_nothing_else_runs_again(slurm, small):
    run = submit(small, *TABLES, config="small.yaml")
    log = small.path / f"results/logs/recover/{CANCELLED}.log"
    subprocess.run(["scancel", job_that_writes(log, "alpha=3.00")], check=True)
    output = finish(run, small)
    assert run.returncode != 0, output
    assert not (small.path / TABLES[2]).exists()
    finished = finished_jobs(small)
    assert len(finished) == 3 + 2 * 2, output  # teachers, and both tables of the two runs that were not cancelled

    run = submit(small, *TABLES, config="small.yaml")
    output = finish(run, small)
    assert run.returncode == 0, output
    assert finished.items() <= finished_jobs(small).items()
    assert "continuing after alpha=" in log.read_text()

    on_slurm = [(small.path / table).read_bytes() for table in TABLES]
    for folder in ("teachers", "recovery", "collected", "checkpoints"):
        shutil.rmtree(small.path / "results" / folder)
    local = small.snakemake(*TABLES, config="small.yaml")
    assert local.returncode == 0, local.stdout
    assert [(small.path / table).read_bytes() for table in TABLES] == on_slurm


def test_job_whose_time_is_over_is_submitted_again_and_goes_on(slurm, copy):
    """A partition of one minute. What is left of it is set to nothing, so that the job stops after its first n."""
    config = yaml.safe_load((copy.path / "config/smoke.yaml").read_text())
    config["experiments"]["steep"] = {"seeds": 1, "sizes": [{"d": 30, "alpha": [2.0, 2.5]}]}
    (copy.path / "minute.yaml").write_text(yaml.safe_dump(config | {"max_runtime": 1}))
    target = f"results/recovery/steep/{CANCELLED.removeprefix('steep_')}.runs.csv"
    run = submit(copy, target, "--set-resources", "recover:seconds=0", config="minute.yaml")
    output = finish(run, copy)
    assert run.returncode == 0, output
    assert "continuing after alpha=2.00" in (copy.path / f"results/logs/recover/{CANCELLED}.log").read_text()
    jobs = subprocess.run(["scontrol", "show", "jobs", "-o"], capture_output=True, text=True).stdout.splitlines()
    mine = [job for job in jobs if "rule_recover" in job and f"WorkDir={copy.path}" in job]
    assert [re.search(r"JobState=(\w+)", job)[1] for job in mine] == ["FAILED", "COMPLETED"], output
    assert all("TimeLimit=00:01:00" in job for job in mine)


def test_smoke_jobs_on_slurm_have_the_bytes_of_the_local_ones(slurm, copy, finished_smoke):
    run = submit(copy, *PART, config="config/smoke.yaml")
    output = finish(run, copy)
    assert run.returncode == 0, output
    made = [path.relative_to(copy.path) for path in computed(copy)]
    assert len(made) > 30 and {name for name in made if name.parts[0] == "figures"} >= {Path(PART[0])}
    assert [
        str(name) for name in made if (copy.path / name).read_bytes() != (finished_smoke.path / name).read_bytes()
    ] == []


def computed(project) -> list[Path]:
    """Tables and figures of a run; its logs and times may differ."""
    tables = [path for path in (project.path / "results").rglob("*.csv") if "reference" not in path.parts]
    return tables + [path for path in (project.path / "figures").iterdir() if path.suffix]
