"""Random words from a counter: Philox 4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as
1, 2, 3", 2011).

Block number i of a stream is a function of i and the stream's key alone, so blocks can be made in any order, by any
thread, many at a time in vector instructions. Words are 32 bits, held in 64-bit integers so that products keep all
their bits; the functions take numbers inside compiled code and arrays outside of it.
"""

from __future__ import annotations

import numpy as np

from ..compiled import jit

ROUNDS = 10
WORD = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)
_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_WEYL = np.uint64(0x9E3779B9), np.uint64(0xBB67AE85)


@jit(forceinline=True)  # else not vectorised
def philox(c0, c1, c2, c3, k0, k1):
    """Four random words of a counter under a key.

    Parameters
    ----------
    c0, c1, c2, c3 : uint64 or ndarray of uint64
        Words of the counter, 32 bits each.
    k0, k1 : uint64 or ndarray of uint64
        Words of the key, 32 bits each.

    Returns
    -------
    tuple of four uint64 or ndarray of uint64
        The random words, 32 bits each.
    """
    for _ in range(ROUNDS):
        first, second = _MULTIPLIERS[0] * (c0 & WORD), _MULTIPLIERS[1] * (c2 & WORD)
        c0, c1 = (second >> _HALF) ^ c1 ^ k0, second & WORD
        c2, c3 = (first >> _HALF) ^ c3 ^ k1, first & WORD
        k0, k1 = (k0 + _WEYL[0]) & WORD, (k1 + _WEYL[1]) & WORD
    return c0, c1, c2, c3
