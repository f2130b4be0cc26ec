"""One BLAS thread while a result is computed, for a whole process and all who ask for it at once.

A sum that BLAS cuts into one part per thread has other bits on another number of threads. The limit of most BLAS
libraries belongs to the process. Users that each set it and put back what they found leave it at one thread for good
when they end in the order in which they began: the second has found the first one's limit. So users are counted here:
the first sets the limit, the last puts back what was there before, whichever threads they run on. Where a library keeps
a limit for each thread (MKL, OpenBLAS on OpenMP), every user sets that of its own thread, and so do its workers.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import scipy.linalg  # noqa: F401  loads SciPy's BLAS, which is not NumPy's, before the libraries are looked for
from threadpoolctl import LibController, ThreadpoolController, threadpool_limits

_lock = threading.Lock()
_users = 0
_before: list[int] = []  # threads of the shared libraries when the first user came


@functools.cache
def _libraries() -> tuple[list[LibController], list[LibController]]:
    """BLAS libraries with one limit for the process, and with one for each thread; finding them takes milliseconds."""
    found = [library for library in ThreadpoolController().lib_controllers if library.user_api == "blas"]
    own = [lib for lib in found if lib.internal_api == "mkl" or getattr(lib, "threading_layer", "") == "openmp"]
    return [library for library in found if library not in own], own


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """A context in which no sum of BLAS is cut into one part per thread; contexts may nest and overlap.

    Yields
    ------
    None
        Nothing.
    """
    own = _libraries()[1]
    threads = [library.num_threads for library in own]
    _limit_this_thread()
    _enter()
    try:
        yield
    finally:
        _leave()
        for library, number in zip(own, threads, strict=True):
            library.set_num_threads(number)


@contextmanager
def one_thread() -> Iterator[None]:
    """A context with one BLAS thread in which OpenMP does not share out the loops of this thread either.

    Yields
    ------
    None
        Nothing.
    """
    with one_blas_thread(), threadpool_limits(1, "openmp"):
        yield


def workers(threads: int) -> ThreadPoolExecutor:
    """A pool of threads for work inside of `one_blas_thread`.

    Parameters
    ----------
    threads : int
        Number of threads.

    Returns
    -------
    concurrent.futures.ThreadPoolExecutor
        The pool.
    """
    return ThreadPoolExecutor(threads, initializer=_limit_this_thread)


def _limit_this_thread() -> None:
    for library in _libraries()[1]:
        library.set_num_threads(1)


def _enter() -> None:
    global _users, _before
    with _lock:
        if _users == 0:
            shared = _libraries()[0]
            _before = [library.num_threads for library in shared]
            for library in shared:
                _take_control(library)
                library.set_num_threads(1)
        _users += 1


def _leave() -> None:
    global _users
    with _lock:
        _users -= 1
        if _users == 0:
            for library, number in zip(_libraries()[0], _before, strict=True):
                _take_control(library)
                library.set_num_threads(number)
                _take_control(library)


def _take_control(library: LibController) -> None:
    """Threadpoolctl 3.8 obeys one thread at a time and ignores the others without a word."""
    if hasattr(library, "clear_controlling_thread"):
        library.clear_controlling_thread(force=True)
