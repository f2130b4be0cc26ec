"""A recovery job that was killed, or whose time is over, continues from its last finished n: the same bytes."""

import os
import signal
import subprocess
import sys
import time

import yaml

TARGETS = [f"results/recovery/identity/d30_g0.40_s0.{kind}.csv" for kind in ("runs", "directions")]
LOG = "results/logs/recover/identity_d30_g0.40_s0.log"
ALPHAS = [1.5, 2.0, 2.5, 3.0, 3.3, 3.5]


def wait_for(path, text, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if path.exists() and text in path.read_text():
            return
        time.sleep(0.05)
    raise AssertionError(f"{text!r} did not appear in {path}")


def write_config(copy, alphas):
    config = yaml.safe_load((copy.path / "config/smoke.yaml").read_text())
    config["experiments"]["identity"] |= {"seeds": 1, "sizes": [{"d": 30, "alpha": alphas}]}
    config["figure4"] = {"directions": [1], "d": 30, "d_staircase": 30}
    (copy.path / "long.yaml").write_text(yaml.safe_dump(config))


def test_killed_job_continues_with_the_same_bytes(copy):
    write_config(copy, ALPHAS)
    command = [sys.executable, "-m", "snakemake", TARGETS[0], "--cores", "1", "--configfile", "long.yaml"]
    run = subprocess.Popen(command, cwd=copy.path, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, process_group=0)
    wait_for(copy.path / LOG, "alpha=3.00")
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert not any((copy.path / target).exists() for target in TARGETS)

    copy.snakemake("--unlock", config="long.yaml")
    again = copy.snakemake(TARGETS[0], config="long.yaml")
    assert again.returncode == 0, again.stdout
    log = (copy.path / LOG).read_text()
    assert "continuing after alpha=3." in log and "alpha=2.50" not in log.split("continuing")[1]
    resumed = [(copy.path / target).read_bytes() for target in TARGETS]

    (copy.path / "results/checkpoints/identity/d30_g0.40_s0.json").unlink()
    whole = copy.snakemake(TARGETS[0], "--forcerun", "recover", config="long.yaml")
    assert whole.returncode == 0, whole.stdout
    assert "continuing" not in (copy.path / LOG).read_text()
    assert [(copy.path / target).read_bytes() for target in TARGETS] == resumed


def test_job_whose_time_is_over_is_retried_until_it_is_finished(copy):
    write_config(copy, alphas := ALPHAS[:3])
    short = ["--set-resources", "recover:seconds=0", "--retries", str(len(alphas) - 1)]
    run = copy.snakemake(TARGETS[0], *short, config="long.yaml")
    assert run.returncode == 0, run.stdout
    assert run.stdout.count("Not finished, which is no error: n=") == len(alphas) - 1
    assert f"continuing after alpha={alphas[-2]:.2f}" in (copy.path / LOG).read_text()
    in_parts = [(copy.path / target).read_bytes() for target in TARGETS]

    (copy.path / "results/checkpoints/identity/d30_g0.40_s0.json").unlink()
    whole = copy.snakemake(TARGETS[0], "--forcerun", "recover", "--config", "max_runtime=60", config="long.yaml")
    assert whole.returncode == 0, whole.stdout
    assert "continuing" not in (copy.path / LOG).read_text()
    assert [(copy.path / target).read_bytes() for target in TARGETS] == in_parts
