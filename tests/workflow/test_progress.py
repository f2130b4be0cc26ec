"""What a user sees of a run: the share of the work that is done, the time left, and a summary."""

import re

TARGET = "results/collected/steep.runs.csv"


def remove_results_of(project, seed):
    """Forget the recovery run of a seed, with its checkpoint, and what was made of it."""
    (project / TARGET).unlink(missing_ok=True)
    for path in (project / "results").glob(f"*/steep/d12_g1.50_s{seed}.*"):
        path.unlink()


def test_work_done_and_time_left_after_each_job_and_a_summary(smoke):
    remove_results_of(smoke.path, 0)
    (smoke.path / "results/teachers/paper/d12_g1.50_s0.npz").unlink()
    run = smoke.snakemake(TARGET)
    assert run.returncode == 0, run.stdout
    shares = [int(share) for share in re.findall(r"^(\d+)% of the work done, [\d.]+ (?:s|min) left$", run.stdout, re.M)]
    assert len(shares) == 2 and 0 < shares[0] < shares[1] < 100
    summary = run.stdout[run.stdout.index("Computed in") :]
    assert re.match(r"Computed in [\d.]+ (s|min): 3 of 3 jobs \(", summary)
    assert all(part in summary for part in ("1 generate", "1 recover", "1 collect"))
    assert "Reused from earlier runs: what 2 jobs had made." in summary  # the other seed's teacher and recovery
    for place in ("figures ", "results/tables ", "results/claims.md ", "results/logs "):
        assert f"\n  {place}" in summary


def test_a_line_for_each_job_without_lists_of_files(smoke):
    remove_results_of(smoke.path, 0)
    run = smoke.snakemake(TARGET)
    assert "Recovery steep: d=12, gamma=1.50, seed=0" in run.stdout
    assert "Reason:" not in run.stdout and "Host:" not in run.stdout


def test_failure_shows_the_log_and_says_how_to_go_on(smoke):
    remove_results_of(smoke.path, 1)
    script = smoke.path / "scripts/recover.py"
    script.write_text(script.read_text().replace("start_log(snakemake.log[0])", "start_log(snakemake.log[0]); 1 / 0"))
    run = smoke.snakemake(TARGET)
    assert run.returncode != 0
    assert "ZeroDivisionError" in run.stdout and "results/logs/recover/steep_d12_g1.50_s1.log" in run.stdout
    assert "give the same command again" in run.stdout
