"""Philox 4x32-10 against the published answers and a naive loop."""

import numpy as np
import pytest

from feature_cascade.sampling.philox import philox

# known answers that the authors of the generator distribute: counter, key, words
ANSWERS = [
    ([0] * 4, [0] * 2, [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]),
    ([0xFFFFFFFF] * 4, [0xFFFFFFFF] * 2, [0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD]),
    (
        [0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344],
        [0xA4093822, 0x299F31D0],
        [0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1],
    ),
]


def naive(counter, key):
    """The rounds in Python's integers."""
    (c0, c1, c2, c3), (k0, k1) = counter, key
    for _ in range(10):
        first, second = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (second >> 32) ^ c1 ^ k0, second % 2**32, (first >> 32) ^ c3 ^ k1, first % 2**32
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return [c0, c1, c2, c3]


@pytest.mark.parametrize(("counter", "key", "words"), ANSWERS)
def test_published_answers(counter, key, words):
    assert [int(word) for word in philox(*map(np.uint64, counter + key))] == words == naive(counter, key)


def test_arrays_of_counters():
    plain, key = getattr(philox, "py_func", philox), [7, 2**32 - 2]
    blocks = np.arange(5, dtype=np.uint64)
    words = np.stack(plain(blocks, *map(np.uint64, [1, 2, 3, *key])))
    for i in range(5):
        assert words[:, i].tolist() == naive([i, 1, 2, 3], key)
