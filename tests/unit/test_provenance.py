"""The manifest's check names every file that is not what it was; files appear whole or not at all; the crate is one."""

import json
import subprocess
from zipfile import ZipFile

import pytest
from project import ROOT
from rocrate.rocrate import ROCrate

from feature_cascade.bookkeeping import provenance
from feature_cascade.bookkeeping.crate import CONFIGURATION, PROFILES, run_crate
from feature_cascade.files import whole

INPUTS = ["Snakefile", "requirements.lock", "results/reference/claims.csv"]
OUTPUTS = ["results/teachers/t.npz", "results/tables/T1.csv", "figures/fig1.png"]
MORE = ["LICENSE", "README.md", "CITATION.cff", "environment.yml", "pyproject.toml", "Makefile"]
NEEDED = ["config/config.yaml", "workflow/report/T1.rst", "src/feature_cascade/files.py", "scripts/table.py"]


@pytest.fixture
def project(tmp_path):
    """A small project and its manifest."""
    for path in [
        *INPUTS,
        *OUTPUTS,
        *MORE,
        *NEEDED,
        "results/logs/a.log",
        "results/benchmarks/b.tsv",
        "results/manifest.json",
    ]:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(f"this is {path}\n")
    manifest = {
        "times": {"started": "2026-01-01T00:00:00+00:00", "ended": "2026-01-01T00:10:00+00:00"},
        "git": {"commit": "abc", "dirty": True},
        "machine": provenance.machine(),
        "software": provenance.software(),
        "configuration_sha256": "0" * 64,
        "configuration": {"threads": 2},
        "inputs": {path: provenance.sha256(tmp_path / path) for path in INPUTS},
        "outputs": {path: provenance.sha256(tmp_path / path) for path in OUTPUTS},
        "edited": [],
        "unrecorded": [],
        "absent": [],
    }
    return tmp_path, manifest


def test_nothing_is_wrong_with_an_untouched_project(project):
    root, manifest = project
    assert provenance.problems(manifest, root) == []


@pytest.mark.parametrize("path", INPUTS + OUTPUTS)
def test_changed_and_missing_files_are_named(project, path):
    root, manifest = project
    (root / path).write_text("this is something else\n")
    assert provenance.problems(manifest, root) == [f"changed: {path}"]
    (root / path).unlink()
    assert provenance.problems(manifest, root) == [f"missing: {path}"]


def test_unexpected_and_edited_files_are_named(project):
    root, manifest = project
    for path in ("results/tables/T99.csv", "figures/fig1.png.part", "results/logs/new.log"):
        (root / path).write_text("new\n")
    manifest["edited"] = ["results/tables/T1.csv"]
    assert provenance.problems(manifest, root) == [
        "changed after the job that made it: results/tables/T1.csv",
        "unexpected: figures/fig1.png.part",
        "unexpected: results/tables/T99.csv",
    ]


def test_a_result_that_was_not_there_is_none_that_nobody_expected(project):
    root, manifest = project
    del manifest["outputs"][OUTPUTS[0]]
    manifest["absent"] = [OUTPUTS[0]]
    assert provenance.problems(manifest, root) == []


def test_the_workflow_is_more_than_its_snakefile():
    found = provenance.workflow_files(ROOT)
    assert {"Snakefile", "workflow/rules/common.smk", "workflow/schemas/config.schema.yaml"} < set(found)
    assert "workflow/report/T1.rst" in found and len(found) > 40


def test_git_state(tmp_path):
    assert provenance.git_state(tmp_path) is None
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    (tmp_path / "file").write_text("1")
    for command in (["init", "-q"], ["add", "."], ["commit", "-qm", "first"]):
        subprocess.run([*git, *command], check=True)
    state = provenance.git_state(tmp_path)
    assert len(state["commit"]) == 40 and state["dirty"] is False
    (tmp_path / "file").write_text("2")
    assert provenance.git_state(tmp_path)["dirty"] is True
    (tmp_path / "inside").mkdir()
    assert provenance.git_state(tmp_path / "inside") is None  # a folder of another repository


def test_machine_and_software_are_known():
    assert provenance.machine()["cores"] >= 1 and all(provenance.machine().values())
    assert set(provenance.software()) == {"python", *provenance.PACKAGES}


def test_a_file_appears_whole_or_not_at_all(tmp_path):
    path = tmp_path / "table.csv"
    with pytest.raises(OSError, match="disk"), whole(path) as part:
        part.write_text("half")
        raise OSError("the disk is full")
    assert list(tmp_path.iterdir()) == []
    with whole(path) as part:
        part.write_text("all")
        assert not path.exists()
    assert path.read_text() == "all" and list(tmp_path.iterdir()) == [path]


def test_crate_follows_the_profile(project):
    """MUST and SHOULD of Process Run Crate and Workflow Run Crate 0.5, but for the agent: nobody's name is recorded."""
    root, manifest = project
    run_crate(manifest, "results/manifest.json", "1.2.3", root).write_zip(root / "crate.zip")
    graph = json.loads(ZipFile(root / "crate.zip").read("ro-crate-metadata.json"))
    assert "https://w3id.org/ro/terms/workflow-run/context" in graph["@context"]
    check_crate(root / "crate.zip", root / "unpacked", set(OUTPUTS[1:]))
    crate = ROCrate(root / "unpacked")
    assert crate.mainEntity["version"] == "1.2.3"
    values = {entity["name"]: entity["value"] for entity in crate.contextual_entities if entity.type == "PropertyValue"}
    assert values["commit"] == "abc, with changes" and values["configuration_sha256"] == "0" * 64


def test_crate_has_what_the_workflow_needs_and_the_configuration_of_the_run(project):
    root, manifest = project
    run_crate(manifest, "results/manifest.json", "1.2.3", root).write_zip(root / "crate.zip")
    check_crate(root / "crate.zip", root / "unpacked", set(OUTPUTS[1:]))
    assert all((root / "unpacked" / path).is_file() for path in [*MORE, *NEEDED])
    assert json.loads((root / "unpacked" / CONFIGURATION).read_text()) == manifest["configuration"]


def test_crate_of_a_run_whose_times_are_lost(project):
    root, manifest = project
    manifest["times"] = {"started": None, "ended": None}
    run_crate(manifest, "results/manifest.json", "1.2.3", root).write_zip(root / "crate.zip")
    with ZipFile(root / "crate.zip") as archive:
        archive.extractall(root / "unpacked")
    crate = ROCrate(root / "unpacked")
    (action,) = crate.root_dataset["mentions"]
    assert "startTime" not in action.properties() and "endTime" not in action.properties()
    assert crate.root_dataset["datePublished"]
    assert {entity.id for entity in action["result"]} == set(OUTPUTS[1:])


def check_crate(path, folder, results):
    """Read a crate back and check what the profile asks for."""
    with ZipFile(path) as archive:
        archive.extractall(folder)
    crate = ROCrate(folder)
    root = crate.root_dataset
    assert {entity.id for entity in root["conformsTo"]} == set(PROFILES)
    assert all(entity.type == "CreativeWork" and entity["name"] and entity["version"] for entity in root["conformsTo"])
    assert crate.name and crate.description and root["datePublished"] and root["license"]["name"]
    workflow = crate.mainEntity
    assert set(workflow.type) == {"File", "SoftwareSourceCode", "ComputationalWorkflow"}
    assert workflow["programmingLanguage"]["name"] == "Snakemake" and workflow["name"] and workflow["url"]
    (action,) = root["mentions"]
    assert action.type == "CreateAction" and action["instrument"] is workflow
    assert action["name"] and action["description"] and action["startTime"] <= action["endTime"]
    assert {entity.id for entity in action["result"]} == results
    assert {entity.type for entity in action["object"]} == {"File", "PropertyValue"}
    files = [entity for entity in crate.data_entities if entity.type != "Dataset"]
    assert len(files) > len(results)
    assert all((folder / entity.id).is_file() for entity in files)
    checked = [entity for entity in files if entity.get("sha256")]
    assert len(checked) >= len(results)
    assert all(provenance.sha256(folder / entity.id) == entity["sha256"] for entity in checked)
    return crate


def test_crate_needs_every_file(project):
    root, manifest = project
    (root / OUTPUTS[2]).unlink()
    with pytest.raises(FileNotFoundError, match=r"figures/fig1.png is in the manifest but does not exist"):
        run_crate(manifest, "results/manifest.json", "1.2.3", root)
