"""The smoke configuration passes through every rule, a second run has nothing to do, and all of it is accounted for."""

import itertools
import json
import re
import shutil
from zipfile import ZipFile

import pandas as pd
import pytest
from project import SCHEMA, Copy, configuration, jobs, merge
from rocrate.rocrate import ROCrate
from tex import needs_tex, problems

from feature_cascade.bookkeeping.crate import CONFIGURATION, PROFILES
from feature_cascade.bookkeeping.provenance import found_results, sha256
from feature_cascade.bookkeeping.settings import checked
from feature_cascade.tables.columns import OWN

FIGURES = [
    *("fig1", "fig2", "fig3", "fig4", "fig5", "authors"),
    *("fig6", "fig7", "fig8", "fig8_hermite", "fig9", "fig10", "fig10_tools", "fig11", "fig12"),
]
TABLES = [
    *("T1", "T2", "T3", "A1"),
    *("T4", "T5", "T6", "T7", "T7b", "T7c", "T7d", "T8", "T9", "T10"),
]
EXPERIMENTS = ["identity", "tanh", "exponents", "authors"]
RULES = {
    "generate",
    "recover",
    "collect",
    "thresholds",
    "spectrum",
    "predicted_spectra",
    "predicted_thresholds",
    "theory",
    "paper_axes",
}
RULES |= {"slopes", "perturbation", "smoothing", "rounding", "table", "figure", "ledger"}
RULES |= {"departures", "transforms", "setup", "manifest", "crate"}
RULES |= {"baselines", "collect_baselines", "baseline_theory", "crossings"}
RULES |= {"cascade", "collect_cascade", "limits"}
MAY_BE_MISSING = (
    "limit",  # of a claim that holds without one
    "prefactor",
    "exponent",
    "n_measured",
    "log_se",
    "ratio",
    "n",
    "sem",
    "ridge",
    "steps",
    "solver_residual",
    "labels_",
    "seconds_",
)  # NaN where nothing was found, by design


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("kind", ["pdf", "png", "svg"])
def test_every_figure_exists(smoke, figure, kind):
    assert (smoke.path / f"figures/{figure}.{kind}").stat().st_size > 5000


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("kind", ["csv", "md", "tex"])
def test_every_table_exists(smoke, table, kind):
    assert len((smoke.path / f"results/tables/{table}.{kind}").read_text().splitlines()) >= 3  # two rows at least


@pytest.mark.parametrize("table", TABLES)
def test_columns_that_are_explained_exist(smoke, table):
    assert set(OWN[table]) <= set(pd.read_csv(smoke.path / f"results/tables/{table}.csv").columns)


@needs_tex
def test_latex_tables_compile_and_fit(smoke, tmp_path):
    assert problems([(smoke.path / f"results/tables/{table}.tex").read_text() for table in TABLES], tmp_path) == []


@pytest.mark.parametrize(
    ("experiment", "kind"),
    [*itertools.product(EXPERIMENTS, ["runs"]), *itertools.product(EXPERIMENTS[:-1], ["directions"])],
)
def test_seed_level_tables_are_finite_and_complete(smoke, experiment, kind):
    table = pd.read_csv(smoke.path / f"results/collected/{experiment}.{kind}.csv")
    assert table.notna().all(axis=None)
    assert sorted(table["seed"].unique()) == [0, 1]
    assert table.groupby(["d", "gamma", "alpha"])["seed"].nunique().eq(2).all()


def test_numbers_of_all_tables_are_finite(smoke):
    paths = sorted((smoke.path / "results").rglob("*.csv"))
    assert len(paths) > 30
    for path in paths:
        table = pd.read_csv(path)
        assert len(table), path
        required = [c for c in table.columns if not (c.startswith(MAY_BE_MISSING) or c.endswith("_sem"))]
        assert table[required].notna().all(axis=None), path


def test_no_unfinished_file_is_left(smoke):
    assert not list(smoke.path.rglob("*.part*"))


def test_second_run_does_nothing(smoke):
    run = smoke.snakemake()
    assert run.returncode == 0
    assert "Nothing to be done" in run.stdout


def test_every_rule_takes_part(smoke):
    listed = smoke.snakemake("--list-rules").stdout
    rules = set(re.findall(r"^(?:    )?((?:figure|table)(?=_)|[a-z_]+$)", listed, flags=re.M))
    ran = {path.name for path in (smoke.path / "results/logs").iterdir()}
    assert rules >= RULES == ran


def test_recovery_logs_its_progress(smoke):
    log = next((smoke.path / "results/logs/recover").iterdir()).read_text()
    assert re.search(r"alpha=\S+ n=\d+ passes=\d+ overlap=\S+ nmse=\S+ elapsed=\d+s left=\d+s", log)


def test_another_run_with_one_core_gives_the_same_bytes(smoke, copy):
    """Of one figure and one table, and of all that they are made from."""
    run = copy.snakemake("figures/fig5.pdf", "results/tables/A1.csv", cores=1)
    assert run.returncode == 0, run.stdout
    made = found_results(copy.path)
    assert {"figures/fig5.svg", "results/tables/A1.tex", "results/collected/tanh.runs.csv"} <= set(made)
    assert [path for path in made if sha256(copy.path / path) != sha256(smoke.path / path)] == []


def test_manifest_has_every_result_and_what_it_was_made_from(smoke):
    manifest = json.loads((smoke.path / "results/manifest.json").read_text())
    assert set(manifest["outputs"]) == set(found_results(smoke.path))
    assert {f"figures/{figure}.pdf" for figure in FIGURES} < set(manifest["outputs"])
    sources = {"Snakefile", "requirements.lock", "scripts/recover.py", "src/feature_cascade/estimator/eigen.py"}
    assert sources | {"results/reference/claims.csv", "workflow/rules/recover.smk"} < set(manifest["inputs"])
    assert {"workflow/report/T1.rst", "workflow/schemas/config.schema.yaml"} < set(manifest["inputs"])
    assert manifest["configuration"]["experiments"]["tanh"]["seeds"] == 2
    assert manifest["times"]["started"] < manifest["times"]["ended"]
    assert manifest["git"] is None  # the copy is no repository
    assert manifest["edited"] == manifest["unrecorded"] == manifest["absent"] == []


@pytest.mark.parametrize("lost", ["twenty", "all"])
def test_lost_records_leave_out_times_and_no_output(finished_smoke, tmp_path, lost):
    """As `snakemake --drop-metadata` leaves it."""
    copy = finished_smoke.twin(tmp_path / "project")
    before = json.loads((copy.path / "results/manifest.json").read_text())
    records = sorted(file for file in (copy.path / ".snakemake/metadata").rglob("*") if file.is_file())
    for file in records[:20] if lost == "twenty" else records:
        file.unlink()
    run = copy.snakemake("--forcerun", "manifest")
    assert run.returncode == 0, run.stdout
    assert jobs(run.stdout) == {"manifest", "crate"}
    after = json.loads((copy.path / "results/manifest.json").read_text())
    assert (after["outputs"], after["inputs"]) == (before["outputs"], before["inputs"])
    assert after["edited"] == after["absent"] == []
    if lost == "all":
        assert after["unrecorded"] == sorted(after["outputs"]) and set(after["times"].values()) == {None}
    else:
        assert 0 < len(after["unrecorded"]) <= 20 and None not in after["times"].values()
    check = copy.snakemake("verify")
    assert check.returncode == 0, check.stdout
    assert f"When {len(after['unrecorded'])} outputs were made is not known" in check.stdout
    assert "Delete" not in check.stdout


def test_a_teacher_that_was_deleted_is_absent(finished_smoke, tmp_path):
    """Snakemake does not make again what nothing out of date needs."""
    copy = finished_smoke.twin(tmp_path / "project")
    teacher = sorted((copy.path / "results/teachers").rglob("*.npz"))[0]
    name, content = teacher.relative_to(copy.path).as_posix(), teacher.read_bytes()
    teacher.unlink()
    run = copy.snakemake("--forcerun", "manifest")
    assert run.returncode == 0, run.stdout
    after = json.loads((copy.path / "results/manifest.json").read_text())
    assert after["absent"] == [name] and name not in after["outputs"]
    teacher.write_bytes(content)
    assert copy.snakemake("verify").returncode == 0


def test_verify_names_an_edited_result_and_a_rerun_mends_it(smoke):
    assert "outputs are what results/manifest.json says" in smoke.snakemake("verify").stdout
    before = json.loads((smoke.path / "results/manifest.json").read_text())
    edited = smoke.path / "results/tables/A1.md"
    edited.write_text(edited.read_text().replace("1", "2"))
    (smoke.path / "figures/stray.png").write_bytes(b"no figure")
    for wrong in ("changed: results/tables/A1.md", "changed after the job that made it: results/tables/A1.md"):
        check = smoke.snakemake("verify")
        assert check.returncode != 0
        assert wrong in check.stdout and "unexpected: figures/stray.png" in check.stdout
        assert smoke.snakemake("--forcerun", "manifest").returncode == 0  # a new manifest does not make it right
    edited.unlink()
    (smoke.path / "figures/stray.png").unlink()
    assert smoke.snakemake().returncode == 0
    assert smoke.snakemake("verify").returncode == 0
    after = json.loads((smoke.path / "results/manifest.json").read_text())
    assert {key for key in before if before[key] != after[key]} == {"times"}


def test_crate_holds_the_whole_run(smoke, tmp_path):
    manifest = json.loads((smoke.path / "results/manifest.json").read_text())
    with ZipFile(smoke.path / "results/crate.zip") as archive:
        archive.extractall(tmp_path)
    crate = ROCrate(tmp_path)
    assert {entity.id for entity in crate.root_dataset["conformsTo"]} == set(PROFILES)
    (action,) = crate.root_dataset["mentions"]
    assert action["instrument"] is crate.mainEntity and crate.mainEntity.id == "Snakefile"
    kept = {path for path in manifest["outputs"] if not path.endswith(".npz")}
    assert {entity.id for entity in action["result"]} == kept
    inputs = {entity.id for entity in action["object"] if entity.type == "File"}
    assert inputs == set(manifest["inputs"]) - {"Snakefile"}
    assert all(sha256(tmp_path / path) == manifest["outputs"][path] for path in kept)


def test_the_unpacked_crate_is_a_workflow_that_runs(smoke, tmp_path):
    """With the default configuration, and with that of the run, which is the same as before."""
    with ZipFile(smoke.path / "results/crate.zip") as archive:
        archive.extractall(tmp_path)
    unpacked = Copy(tmp_path)
    for file in ("config/config.yaml", CONFIGURATION):
        run = unpacked.snakemake("-n", "--forceall", config=file)
        assert run.returncode == 0, run.stdout
        assert {"recover", "manifest", "crate"} < jobs(run.stdout)
    setup = unpacked.snakemake("results/setup.html", "--forcerun", "setup", config=CONFIGURATION)
    assert setup.returncode == 0, setup.stdout
    manifest = json.loads((tmp_path / "results/manifest.json").read_text())
    config = merge(configuration(), json.loads((tmp_path / CONFIGURATION).read_text()))
    assert checked(config, SCHEMA)[0] == manifest["configuration"]


def test_stored_tables_of_a_run_draw_the_same_and_a_changed_cell_is_named(smoke, tmp_path):
    drawn = ["figures/fig3.svg", "results/tables/T1.csv"]
    before = [sha256(smoke.path / path) for path in drawn]
    reference = smoke.path / "results/reference"
    kept = shutil.copytree(reference, tmp_path / "reference")
    try:
        assert smoke.snakemake("store_reference").returncode == 0
        assert "tables agree with the stored ones" in smoke.snakemake("compare").stdout
        again = smoke.snakemake(*drawn, "--config", "source=reference")
        assert again.returncode == 0, again.stdout
        assert jobs(again.stdout) == {"figure_fig3", "table_T1"}
        assert [sha256(smoke.path / path) for path in drawn] == before

        table = reference / "run/collected/tanh.runs.csv"
        rows = pd.read_csv(table)
        rows.loc[1, "nmse"] *= 1.001
        rows.to_csv(table, index=False)
        found = smoke.snakemake("compare")
        assert found.returncode != 0
        assert "collected/tanh.runs.csv: d=10 gamma=0.4 seed=0 alpha=2.5 row=0: nmse is " in found.stdout
    finally:
        shutil.rmtree(reference)
        shutil.copytree(kept, reference)
