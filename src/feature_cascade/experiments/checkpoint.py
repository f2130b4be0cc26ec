"""What a run on a grid has finished so far, so that a killed run continues and gives the same bits.

A checkpoint belongs to one key, a digest of everything that the results depend on except the grid; it is used only if
the key is the same and the grid that it covers is the beginning of the one that is asked for.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..files import whole


@dataclass
class Progress:
    """Finished grid points.

    Attributes
    ----------
    points : list
        The grid points, anything that JSON can hold.
    results : list
        What came out at each, likewise.
    """

    points: list = field(default_factory=list)
    results: list = field(default_factory=list)

    def add(self, point: object, result: object) -> None:
        """Add a finished grid point.

        Parameters
        ----------
        point : object
            The next point of the grid.
        result : object
            What came out.
        """
        self.points.append(point)
        self.results.append(result)


@dataclass(frozen=True)
class Checkpoint:
    """A file that holds the progress of one run.

    Attributes
    ----------
    path : pathlib.Path
        The file.
    key : str
        What the run is called; see `digest`.
    """

    path: Path
    key: str

    def load(self, points: Sequence) -> Progress:
        """What was saved of this run.

        Parameters
        ----------
        points : sequence
            The grid that is asked for.

        Returns
        -------
        Progress
            The saved progress if it belongs to this key and to the beginning of this grid, else an empty one.
        """
        try:
            state = json.loads(self.path.read_text(encoding="utf-8"))
            key, done = state["key"], Progress(**state["progress"])
        except (OSError, ValueError, KeyError, TypeError):  # none yet, or not readable as one
            return Progress()
        if key != self.key or list(points[: len(done.points)]) != done.points:
            return Progress()
        return done

    def save(self, progress: Progress) -> None:
        """Replace the file by this progress.

        Parameters
        ----------
        progress : Progress
            What is finished. Python floats survive JSON exactly.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with whole(self.path) as part:
            part.write_text(json.dumps({"key": self.key, "progress": asdict(progress)}), encoding="utf-8")


def digest(files: Iterable[str | Path], settings: object) -> str:
    """SHA-256 of the contents of files and of settings.

    Parameters
    ----------
    files : iterable of str or pathlib.Path
        The files; their order counts.
    settings : object
        Anything that JSON can hold.

    Returns
    -------
    str
        64 hexadecimal digits.
    """
    total = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for file in files:
        total.update(hashlib.sha256(Path(file).read_bytes()).digest())
    return total.hexdigest()
