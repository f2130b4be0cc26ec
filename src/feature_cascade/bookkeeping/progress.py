"""How far a run is, by work instead of by number of jobs, and what is said at its end."""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

RESULTS = {
    "figures": "figures, each as PDF, PNG and SVG",
    "results/tables": "tables, each as CSV, Markdown, LaTeX and HTML",
    "results/claims.md": "the ledger: what holds of the paper's claims",
    "results/logs": "a log for every job",
}


class Progress:
    """The work of a run that is done and left.

    Parameters
    ----------
    work : mapping
        Core-seconds of each job by its number.
    clock : callable
        Tells the time in seconds.
    """

    def __init__(self, work: Mapping[int, float], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._began = clock, clock()
        self._left, self._work = dict(work), sum(work.values())

    @property
    def unfinished(self) -> bool:
        """Whether a job is left.

        Returns
        -------
        bool
            False once all that was planned is done.
        """
        return bool(self._left)

    def finish(self, job: int) -> None:
        """Count a job as done.

        Parameters
        ----------
        job : int
            Its number; one that was not planned is ignored.
        """
        self._left.pop(job, None)

    def line(self) -> str:
        """Say which share of the work is done, and how long the rest takes if it goes as fast.

        Returns
        -------
        str
            One line.
        """
        left = sum(self._left.values())
        done = self._work - left
        seconds = (self._clock() - self._began) * left / done if done else math.nan
        return f"{done / self._work:.0%} of the work done, {span(seconds)} left"

    def summary(self, finished: Iterable[str], planned: int, reused: int, root: str | Path = ".") -> str:
        """Say what was computed, what was reused and where to look.

        Parameters
        ----------
        finished : iterable of str
            Name of the rule of each finished job.
        planned : int
            Number of jobs that were to run.
        reused : int
            Number of jobs whose results were there.
        root : str or Path
            Folder of the project.

        Returns
        -------
        str
            Several lines.
        """
        names = [re.sub("^(figure|table)_.*", r"\1", name) for name in finished]
        rules = ", ".join(f"{count} {name}" for name, count in Counter(names).most_common())
        took = span(self._clock() - self._began)
        lines = [
            f"Computed in {took}: {len(names)} of {planned} jobs" + (f" ({rules})." if rules else "."),
            f"Reused from earlier runs: what {reused} jobs had made.",
        ]
        if len(names) < planned:
            lines.append("What is finished stays: mend the cause and give the same command again.")
        lines += [f"  {path:<18} {what}" for path, what in RESULTS.items() if (Path(root) / path).exists()]
        return "\n".join(lines)


def span(seconds: float) -> str:
    """Say a duration as one says it.

    Parameters
    ----------
    seconds : float
        The duration; NaN if it is not known.

    Returns
    -------
    str
        Seconds up to 100, minutes beyond.

    Examples
    --------
    >>> span(99.6), span(600)
    ('100 s', '10 min')
    """
    if math.isnan(seconds):
        return "unknown time"
    return f"{seconds:.0f} s" if seconds < 100 else f"{seconds / 60:.0f} min"
