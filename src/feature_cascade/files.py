"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def whole(path: str | Path) -> Iterator[Path]:
    """A temporary name beside `path`: renamed to it when the block is through, removed when the block fails.

    Parameters
    ----------
    path : str or Path
        The file to write.

    Yields
    ------
    Path
        The temporary name, to be written in the block.

    Notes
    -----
    The name has the number of the process, so that two processes that write the same file do not disturb each other. A
    killed process leaves its `.part` file behind, which nothing reads.
    """
    part = Path(f"{path}.{os.getpid()}.part")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
