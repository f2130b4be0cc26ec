"""Named random streams: every random number of the project comes from one.

A stream is named by (seed, purpose, index), so its numbers do not depend on the machine, the number of threads or the
order of jobs.
"""

from __future__ import annotations

import zlib

import numpy as np


def generator(seed: int, purpose: str, index: int = 0) -> np.random.Generator:
    """The random generator of the stream (seed, purpose, index).

    Parameters
    ----------
    seed : int
        Seed, ≥ 0.
    purpose : str
        What the numbers are for.
    index : int
        Number of the stream among those of one purpose.

    Returns
    -------
    numpy.random.Generator
        A generator at the start of the stream.
    """
    return np.random.Generator(np.random.SFC64(seed_sequence(seed, purpose, index)))


def seed_sequence(seed: int, purpose: str, index: int) -> np.random.SeedSequence:
    """What seeds the stream (seed, purpose, index): different names give independent streams.

    Parameters
    ----------
    seed : int
        Seed, ≥ 0.
    purpose : str
        What the numbers are for.
    index : int
        Number of the stream among those of one purpose.

    Returns
    -------
    numpy.random.SeedSequence
        The seed sequence.
    """
    return np.random.SeedSequence([seed, zlib.crc32(purpose.encode()), index])
