"""Stored tables go with the configuration that reads them."""

import json
import shutil

import pytest
from project import ROOT, SCHEMA, configuration, merge

from feature_cascade.bookkeeping.schema import SettingsError
from feature_cascade.bookkeeping.settings import checked
from feature_cascade.bookkeeping.stored import check_stored

FILES = ("large.runs.csv", "large.directions.csv", "baselines.separation.csv", "authors_d120_tanh.csv")


def check(root, *files, **changes):
    read, settings = checked(merge(configuration(*files), changes), SCHEMA)
    check_stored(settings, read, root)


@pytest.fixture
def project(tmp_path):
    (tmp_path / "results/reference").mkdir(parents=True)
    for file in FILES:
        shutil.copyfile(ROOT / "results/reference" / file, tmp_path / "results/reference" / file)
    return tmp_path


@pytest.mark.parametrize("files", [[], ["smoke.yaml"], ["paper.yaml"]])
def test_shipped_configurations_go_with_what_is_stored(files):
    check(ROOT, *files)


def test_stored_figures_are_of_one_configuration(project):
    with pytest.raises(SettingsError, match="'source': found reference, but no run is stored in results/reference/run"):
        check(project, source="reference")
    about = {"configuration": checked(configuration(), SCHEMA)[0]}
    (project / "results/reference/run.json").write_text(json.dumps(about))
    check(project, source="reference", threads=8, figure4={"directions": [1]})
    with pytest.raises(SettingsError, match=r"'source': found reference.*experiments.tanh.seeds; allowed is run"):
        check(project, source="reference", experiments={"tanh": {"seeds": 4}})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"experiments": {"tanh": {"stored": True}}}, r"experiments.tanh.stored'.*tanh.runs.csv.*does not exist"),
        (
            {"baselines": {"studies": {"curves": {"stored": True}}}},
            r"studies.curves.stored'.*baselines.curves.csv.*does not exist",
        ),
        (
            {"experiments": {"large": {"sizes": [{"d": 250, "alpha": [2.0, 2.5]}]}}},
            r"experiments.large.sizes': found d=250 γ=0.4, but .*large.runs.csv has d=250 γ=0.4, d=400 γ=0.4",
        ),
        ({"experiments": {"large": {"gamma": [0.5]}}}, r"experiments.large.sizes': found d=250 γ=0.5"),
        (
            {"experiments": {"authors": {"sizes": [{"d": 120, "alpha": [2.1, 2.3]}]}}},
            r"experiments.authors.alpha': found \[2.1, 2.3\], allowed .*2.0, 2.2.*table A1",
        ),
    ],
)
def test_what_is_not_stored_is_refused(project, changes, message):
    with pytest.raises(SettingsError, match=message):
        check(project, **changes)
