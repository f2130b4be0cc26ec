"""Shared by all tests: the marker `jit_only`, a reproducible hypothesis profile, and the path to `naive`."""

import numba
import pytest
from hypothesis import settings

settings.register_profile("project", deadline=None, derandomize=True, database=None, max_examples=25)
settings.load_profile("project")


def pytest_configure(config):
    config.addinivalue_line("markers", "jit_only: too slow without compiled kernels, skipped with NUMBA_DISABLE_JIT=1")


def pytest_collection_modifyitems(items):
    if numba.config.DISABLE_JIT:
        for item in items:
            if "jit_only" in item.keywords:
                item.add_marker(pytest.mark.skip(reason="needs compiled kernels (NUMBA_DISABLE_JIT is set)"))
