"""The image of Containerfile runs the smoke configuration; its base is made here, from Debian's packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from project import Copy

NEEDED = ("buildah", "debootstrap")
BASE, IMAGE = "localhost/feature-cascade-base", "localhost/feature-cascade"
RELEASE = "bookworm"


def missing() -> str:
    """Why no image can be built here, or nothing."""
    if os.geteuid() != 0:
        return "needs root, to make the base image"
    if absent := [name for name in NEEDED if not shutil.which(name)]:
        return f"needs {' and '.join(absent)} (Debian's packages of these names); several minutes and 10 GB"
    return ""


pytestmark = pytest.mark.skipif(bool(missing()), reason=missing())


def run(folder: Path, *command: str) -> str:
    done = subprocess.run(command, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, done.stdout[-3000:]
    return done.stdout


@pytest.fixture
def buildah(tmp_path):
    """Call buildah with a store of its own, which needs neither overlays nor namespaces."""
    store = ["--root", str(tmp_path / "store"), "--runroot", str(tmp_path / "runroot"), "--storage-driver", "vfs"]

    def _buildah(*arguments: str) -> str:
        return run(tmp_path, "buildah", *store, *arguments)

    return _buildah


@pytest.fixture
def base(buildah, tmp_path) -> str:
    """A minimal Debian."""
    system = tmp_path / "debian"
    made = subprocess.run(["debootstrap", "--variant=minbase", RELEASE, system], capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"needs a mirror of Debian: {made.stdout.splitlines()[-1:]}")
    container = buildah("from", "scratch").strip()
    buildah("add", "--quiet", container, str(system), "/")
    buildah("commit", "--quiet", "--rm", container, BASE)
    shutil.rmtree(system)
    return BASE


@pytest.fixture
def project(copy) -> Copy:
    """A copy of the project with its wheelhouse."""
    made = subprocess.run(["make", "wheelhouse", f"PYTHON={sys.executable}"], cwd=copy.path, capture_output=True)
    if made.returncode:
        pytest.skip("needs an index of packages")
    return copy


def test_the_image_runs_the_smoke_configuration(buildah, project, base):
    offline = ["--build-arg", "PIP_NO_INDEX=1", "--build-arg", "PIP_FIND_LINKS=/opt/feature-cascade/wheels"]
    build = ["bud", "--isolation", "chroot", "--build-arg", f"BASE={base}", *offline, "--tag", IMAGE]
    buildah(*build, "--file", str(project.path / "Containerfile"), str(project.path))
    container = buildah("from", IMAGE).strip()
    smoke = ["snakemake", "--cores", "2", "--configfile", "config/smoke.yaml"]  # the image's own command
    said = buildah("run", "--isolation", "chroot", container, "--", *smoke)
    assert "(100%) done" in said
    results = Path(buildah("mount", container).strip()) / "opt/feature-cascade"
    assert (results / "figures/fig4.pdf").is_file() and (results / "results/crate.zip").is_file()
    assert not (results / "wheels").exists() and not (results / ".git").exists()
