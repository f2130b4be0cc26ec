"""Limits of BLAS threads: one for the whole process, however its users nest and overlap, and none afterwards."""

import threading

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.model_selection import cross_val_score
from threadpoolctl import ThreadpoolController, threadpool_info, threadpool_limits

from feature_cascade import SpectralHierarchy
from feature_cascade.baselines.kernels import KernelBaseline
from feature_cascade.estimator.blas import one_blas_thread, one_thread


def threads(user_api="blas"):
    """Threads of each library of this process."""
    return [library["num_threads"] for library in threadpool_info() if library["user_api"] == user_api]


@pytest.fixture(autouse=True)
def three_threads():
    """A limit that can be told from one thread on any machine, and from what the libraries start with."""
    with threadpool_limits(3):
        for library in ThreadpoolController().lib_controllers:
            if hasattr(library, "clear_controlling_thread"):  # or threadpoolctl obeys no other thread than this one
                library.clear_controlling_thread(force=True)
        yield


def test_nested_contexts_put_back_what_was_there():
    with one_blas_thread():
        with one_blas_thread():
            assert set(threads()) == {1}
        assert set(threads()) == {1}
    assert set(threads()) == {3}


def test_overlapping_contexts_put_back_what_was_there():
    """The first to begin is the first to end."""
    begun, left = threading.Event(), threading.Event()
    seen = []

    def second():
        with one_blas_thread():
            begun.set()
            left.wait(10)
            seen.append(set(threads()))

    thread = threading.Thread(target=second)
    with one_blas_thread():
        thread.start()
        assert begun.wait(10)
    left.set()
    thread.join()
    assert seen == [{1}] and set(threads()) == {3}


def test_an_error_inside_puts_back_what_was_there():
    with pytest.raises(KeyError), one_blas_thread():
        raise KeyError
    assert set(threads()) == {3}


def test_openmp_has_one_thread_too_where_asked():
    with one_thread():
        assert set(threads()) == {1} and set(threads("openmp")) <= {1}
    assert set(threads()) == {3} and set(threads("openmp")) <= {3}


@pytest.mark.parametrize(
    "model",
    [
        SpectralHierarchy(2, method="dense"),
        SpectralHierarchy(2, method="matrix_free"),
        KernelBaseline(ridges=[0.1, 1.0]),
        KernelBaseline(solver="iterative", ridge=1.0),
    ],
    ids=["dense", "matrix_free", "exact", "iterative"],
)
def test_cross_validation_in_threads_leaves_the_process_as_it_was(model):
    X = np.random.default_rng(0).standard_normal((60, 4))
    with parallel_config("threading", n_jobs=2):
        cross_val_score(model, X, X[:, 0] ** 2 * X[:, 1], cv=6)
    assert set(threads()) == {3}
