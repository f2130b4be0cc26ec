"""Ask the index on which platforms all pins of requirements.lock install, and write requirements.platforms.json.

    python .ci/platforms.py UV      # part of `make lock`; two minutes

A pin counts if a file with one of its hashes is a wheel for the platform; those in `BUILT` are plain Python without a
wheel and are built.
"""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCK, TABLE = ROOT / "requirements.lock", ROOT / "requirements.platforms.json"
PLATFORMS = {
    "Linux x86-64": "x86_64-unknown-linux-gnu",
    "Linux aarch64": "aarch64-unknown-linux-gnu",
    "macOS arm64": "aarch64-apple-darwin",
    "macOS x86-64": "x86_64-apple-darwin",
}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
BUILT = ("connection-pool",)


def answer(uv: str, platform: str, python: str) -> str:
    """Return "installs", or the first pin without a wheel."""
    command = [
        uv,
        "pip",
        "install",
        "--dry-run",
        "--require-hashes",
        "--target",
        str(ROOT / ".venv/nowhere"),
        "--only-binary",
        ":all:",
    ]
    command += [word for name in BUILT for word in ("--no-binary", name)]
    command += ["--python", sys.executable, "--python-platform", platform, "--python-version", python, "-r", str(LOCK)]
    done = subprocess.run(command, cwd=ROOT, text=True, capture_output=True)
    if done.returncode == 0:
        return "installs"
    if pin := re.search(r"Because (\S+) has no usable wheels", " ".join(done.stderr.split())):
        return f"no wheel of {pin[1]}"
    sys.exit(done.stderr)  # no answer, for instance no network


def main(uv: str) -> None:
    """Write the table."""
    installs = {
        name: {python: answer(uv, platform, python) for python in PYTHONS} for name, platform in PLATFORMS.items()
    }
    table = {"requirements.lock": hashlib.sha256(LOCK.read_bytes()).hexdigest(), "platforms": installs}
    TABLE.write_text(json.dumps(table, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
