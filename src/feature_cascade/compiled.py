"""Compiled functions, and a cache of their machine code on disk that never gives back code of an older source.

numba's own cache looks at the file of a function alone. Machine code holds more: the functions that it calls, and the
values of module constants. So all code that may go into a compiled function lives in a few folders (`SOURCES`), and a
cache folder is named by the digest of all their files. Another version of any of them has another folder.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import shutil
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import llvmlite
import numba
import numpy as np
from numba.core.caching import NullCache
from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

config: Any = numba.config  # its values are set from the environment, which type checkers do not see
JIT = not config.DISABLE_JIT
PACKAGE = Path(__file__).parent
SOURCES = ("compiled", "sizes", "sampling", "features", "measurement")  # modules that import no other of the package
KEPT_VERSIONS = 4  # cache folders beside each other; the one unused for longest goes
PREFIX, DIGITS = "feature_cascade-", 32  # of the name of a cache folder


def digest(package: Path = PACKAGE) -> str:
    """Digest of everything that machine code is made from, but for the types of its arguments and the processor.

    Parameters
    ----------
    package : Path
        Folder of the package.

    Returns
    -------
    str
        Hexadecimal digits, the same for equal files, wherever they lie; empty if no source is there to be read.
    """
    files = (file for source in SOURCES for file in [package / f"{source}.py", *(package / source).rglob("*.py")])
    parts = [
        numba.__version__,
        llvmlite.__version__,
        np.__version__,
        sys.version,
        str((config.OPT, config.BOUNDSCHECK)),
    ]
    try:
        for file in sorted(file for file in files if file.is_file()):
            parts += [file.relative_to(package).as_posix(), hashlib.sha256(file.read_bytes()).hexdigest()]
    except OSError:
        return ""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:DIGITS] if "compiled.py" in parts else ""


_AT_IMPORT = digest()  # before any of the modules is executed that hold compiled functions


def jit(function: Callable | None = None, *, forceinline: bool = False) -> Callable:
    """Compile a function at its first call for each set of types; with NUMBA_DISABLE_JIT=1 leave it as it is.

    Parameters
    ----------
    function : callable, optional
        The function; without it, a decorator is returned.
    forceinline : bool
        Whether LLVM must inline it into the compiled functions that call it.

    Returns
    -------
    callable
        The compiled function, or the decorator.

    Raises
    ------
    ValueError
        If the function lies outside of `SOURCES` or is a closure: the digest would not cover what it is made from.
    """
    if function is None:
        return functools.partial(jit, forceinline=forceinline)
    name = f"{function.__module__}.{function.__qualname__}"
    if function.__closure__ or not name.startswith(tuple(f"{__package__}.{source}." for source in SOURCES)):
        raise ValueError(f"a compiled function must be no closure and lie in one of {SOURCES}, got {name}")
    if not JIT:
        return function
    compiled: Any = numba.njit(nogil=True, error_model="numpy", forceinline=forceinline)(function)
    compiled._cache = _DiskCache(name.removeprefix(f"{__package__}."))
    return compiled


class _DiskCache(NullCache):
    """Machine code of one function: one file for each set of types, whole or not at all.

    numba's own class keeps an index beside numbered files: two processes that save at once can mix them up.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    @property
    def cache_path(self) -> str | None:
        return next((str(folder) for folder in _folders()), None)

    def load_overload(self, signature, target_context):
        """The compiled function for argument types, or None."""
        target_context.refresh()
        key = (self._name, signature, target_context.codegen().magic_tuple())
        for folder in _folders():
            with suppress(OSError, EOFError, pickle.UnpicklingError):
                found, compiled = pickle.loads((folder / self._file(key)).read_bytes())
                if found == key:
                    _mark_as_used(folder)
                    return CompileResult._rebuild(target_context, *compiled)
        return None

    def save_overload(self, signature, compiled):
        """Write to the first folder that can be written; to none is no error."""
        if compiled.library.has_dynamic_globals or any(not lifted.can_cache for lifted in compiled.lifted):
            return
        key = (self._name, signature, compiled.codegen.magic_tuple())
        data = dumps((key, compiled._reduce()))
        for folder in _folders():
            with suppress(OSError):
                if not folder.exists():
                    _remove_old(folder)
                folder.mkdir(parents=True, exist_ok=True)
                _write(folder / self._file(key), data)
                return

    def _file(self, key: tuple) -> str:
        return f"{self._name}-{hashlib.sha256(repr(key).encode()).hexdigest()[:16]}.code"


def _folders() -> Iterator[Path]:
    """Where machine code of this version may lie, most wanted first; nowhere if a file was edited since the import."""
    if not _AT_IMPORT or digest() != _AT_IMPORT:
        return
    if config.CACHE_DIR:
        yield Path(config.CACHE_DIR) / (PREFIX + _AT_IMPORT)
        return
    yield PACKAGE / "__pycache__" / (PREFIX + _AT_IMPORT)
    with suppress(RuntimeError):  # no home
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
        yield home / "feature_cascade" / (PREFIX + _AT_IMPORT)


@functools.cache
def _mark_as_used(folder: Path) -> None:
    with suppress(OSError):
        os.utime(folder)


def _remove_old(new: Path) -> None:
    """Make room for a new folder. A process that uses a removed one compiles again: its files are whole or gone."""
    with suppress(OSError):
        others = sorted(new.parent.glob(PREFIX + "[0-9a-f]" * DIGITS), key=lambda folder: -folder.stat().st_mtime)
        for folder in others[KEPT_VERSIONS - 1 :]:
            shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    part = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        part.write_bytes(data)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
