"""What an edit makes out of date, and nothing else: the exact set of rules, from a dry run after a finished one.

An edit is judged by the contents of a file, not by its time: touching a file reruns nothing, a comment in it does rerun
the rules that use it.
"""

import os
import re

import pytest
import test_smoke
import yaml

ALWAYS = {"manifest", "crate"}  # they hold checksums of everything, of captions too
FIGURES = {f"figure_{name}" for name in test_smoke.FIGURES}
TABLES = {f"table_{name}" for name in test_smoke.TABLES}
FITS = {
    "recover",
    "departures",
    "transforms",
    "smoothing",
    "spectrum",
    "baselines",
    "cascade",
}  # the rules that run the estimator
MEASURED = {
    "collect",
    "collect_baselines",
    "collect_cascade",
    "thresholds",
    "rounding",
    "ledger",
}  # and what is measured by them
NAMING_METHODS = {"baseline_theory", "crossings"}  # they import the list of methods, the estimator among them
WITHOUT_FITS = {"table_T5", "table_T9", "figure_fig8", "figure_fig8_hermite"}  # perturbation theory, predicted slopes
AFTER_FITS = FITS | MEASURED | NAMING_METHODS | (TABLES | FIGURES) - WITHOUT_FITS
AFTER_IDENTITY = {"recover", "generate", "collect", "thresholds", "theory", "ledger", "figure_fig2", "figure_fig4"}
AFTER_IDENTITY |= {"predicted_thresholds", "table_T1", "table_T3"}


def comment(path):
    """A comment: the file differs, what it does is the same."""
    mark = ".. " if path.suffix == ".rst" else "# "
    path.write_text(path.read_text() + f"\n{mark}a comment\n")


def touch(path):
    os.utime(path)


EDITS = {
    "nothing": (None, [], set()),
    "a caption": (
        comment,
        ["workflow/report/fig4.rst", "workflow/report/T1.rst", "workflow/report/claims.rst"],
        ALWAYS,
    ),
    "touched modules, scripts, rules and lock": (
        touch,
        [
            *("src/feature_cascade/estimator/eigen.py", "src/feature_cascade/figures/style.py", "scripts/recover.py"),
            *("scripts/job.py", "workflow/rules/recover.smk", "requirements.lock"),
        ],
        set(),
    ),
    "a figure's module": (comment, ["src/feature_cascade/figures/fig3.py"], {"figure_fig3"} | ALWAYS),
    "a module that draws two figures": (
        comment,
        ["src/feature_cascade/figures/fig8.py"],
        {"figure_fig8", "figure_fig8_hermite"} | ALWAYS,
    ),
    "a table's module": (
        comment,
        ["src/feature_cascade/tables/t8.py"],
        {"table_T8", "figure_fig6", "ledger"} | ALWAYS,
    ),
    "the style of figures": (comment, ["src/feature_cascade/figures/style.py"], FIGURES | ALWAYS),
    "the eigensolver": (comment, ["src/feature_cascade/estimator/eigen.py"], AFTER_FITS | ALWAYS),
}


def reruns(project, *arguments, config="config/smoke.yaml") -> dict[str, int]:
    """Number of jobs of each rule that a dry run announces."""
    run = project.snakemake("-n", *arguments, config=config)
    assert run.returncode == 0, run.stdout
    if "Nothing to be done" in run.stdout:
        return {}
    stats = run.stdout.split("Job stats:")[-1].split("\n\n")[0]
    counts = {rule: int(count) for rule, count in re.findall(r"^(\w+) +(\d+)$", stats, flags=re.M)}
    return {rule: count for rule, count in counts.items() if rule not in ("all", "total")}


@pytest.fixture
def restored(smoke):
    """The finished run; files that a test changes are put back as they were."""
    before = {}

    def keep(path):
        before[path] = (path.read_bytes(), path.stat())
        return path

    yield smoke, keep
    for path, (content, stat) in before.items():
        path.write_bytes(content)
        os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


@pytest.mark.parametrize("edit", EDITS)
def test_edit_reruns_exactly_what_depends_on_it(restored, edit):
    project, keep = restored
    change, paths, expected = EDITS[edit]
    for path in paths:
        change(keep(project.path / path))
    assert set(reruns(project)) == expected


def test_lock_file_reruns_everything(restored):
    project, keep = restored
    comment(keep(project.path / "requirements.lock"))
    everything = reruns(project, "--forceall")
    assert reruns(project) == everything


def edited_config(project, change) -> str:
    config = yaml.safe_load((project.path / "config/smoke.yaml").read_text())
    change(config["experiments"])
    (project.path / "edited.yaml").write_text(yaml.safe_dump(config, sort_keys=False))
    return "edited.yaml"


def test_new_seed_runs_its_jobs_and_what_sums_up(smoke):
    def add_seed(experiments):
        experiments["identity"]["seeds"] += 1

    found = reruns(smoke, config=edited_config(smoke, add_seed))
    assert set(found) == AFTER_IDENTITY | {"setup"} | ALWAYS
    assert (found["generate"], found["recover"], found["collect"], found["theory"]) == (2, 2, 1, 1)  # d = 10 and 12


def test_appended_alpha_continues_from_the_last_n(smoke):
    def append(experiments):
        experiments["steep"]["sizes"][0]["alpha"].append(4.2)

    config, log = edited_config(smoke, append), "results/logs/recover/steep_d12_g1.50_s0.log"
    found = reruns(smoke, config=config)
    assert "generate" not in found and found["recover"] == 2 and found["collect"] == 1
    tables = [f"results/recovery/steep/d12_g1.50_s0.{kind}.csv" for kind in ("runs", "directions")]
    before = [(smoke.path / table).read_text() for table in tables]
    run = smoke.snakemake(tables[0], config=config)
    assert run.returncode == 0, run.stdout
    text = (smoke.path / log).read_text()
    assert "continuing after alpha=4.10" in text and "alpha=4.20" in text and "alpha=3.90 n=" not in text
    for table, earlier in zip(tables, before, strict=True):
        assert (smoke.path / table).read_text().startswith(earlier)
    assert reruns(smoke, tables[0], config=config) == {}
