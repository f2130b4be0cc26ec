"""Standard normal numbers: Box–Muller in float32 polynomials against its definition in float64."""

import hashlib

import numpy as np
import pytest
from scipy import stats

from feature_cascade.sampling import normal
from feature_cascade.sampling.normal import standard_normal
from feature_cascade.sampling.philox import philox
from feature_cascade.sampling.streams import generator

KEY = np.arange(1, 6, dtype=np.uint64)
NUMBERS = standard_normal(KEY, 200_000)
WORDS = generator(0, "test words").integers(2**32, size=(2, 100_000), dtype=np.uint64)
EXTREME = np.array([[0, 2**32 - 1, 2**31, 1, 2**32 - 2], [0, 2**32 - 1, 1 << 29, 3 << 30, 1 << 30]], dtype=np.uint64)


def naive(high, low):
    """Box–Muller by numpy's functions in float64."""
    radius = np.sqrt(-2 * np.log((high.astype(float) + 0.5) / 2**32))
    low = low.astype(np.int64)
    quarter, rest = low >> 30, low & (2**30 - 1)
    angle = np.pi / 2 * (quarter + np.where(rest < 2**29, rest, rest - 2**30) / 2**30)
    return radius * np.cos(angle), radius * np.sin(angle)


def plain(function):
    """The Python function of a compiled one."""
    return getattr(function, "py_func", function)


@pytest.mark.parametrize("words", [WORDS, EXTREME], ids=["random", "extreme"])
def test_equals_the_definition(words):
    found, expected = np.stack(plain(normal._normal_pair)(*words)), np.stack(naive(*words))
    # float32 cannot tell u from 1 by less than 2⁻²⁵, which moves the smallest radii by up to √(2·2⁻²⁵)
    np.testing.assert_allclose(found, expected, rtol=2e-6, atol=3e-4)
    far = np.abs(expected) > 0.5
    np.testing.assert_allclose(found[far], expected[far], rtol=2e-6)


def test_numbers_come_from_the_words_of_the_stream():
    blocks = np.arange(50, dtype=np.uint64)
    w0, w1, w2, w3 = plain(philox)(blocks, *KEY)
    expected = np.stack([*naive(w0, w1), *naive(w2, w3)])
    np.testing.assert_allclose(standard_normal(KEY, 200).reshape(4, 50), expected, rtol=2e-6, atol=3e-4)


def test_compiled_and_plain_bits_are_equal(monkeypatch):
    out = np.empty((4, 50_000), dtype=np.float32)
    monkeypatch.setattr(normal, "philox", plain(philox))
    monkeypatch.setattr(normal, "_normal_pair", plain(normal._normal_pair))
    monkeypatch.setattr(normal, "_four_normals", plain(normal._four_normals))
    normal._fill_plain(KEY, out)
    np.testing.assert_array_equal(out.reshape(-1), NUMBERS)


def test_bits_never_change():
    """Pinned: only exactly rounded operations are used, so no machine may differ."""
    assert hashlib.sha256(NUMBERS.astype("<f4").tobytes()).hexdigest()[:16] == "8cedef9510fe8f1c"


def test_distribution_is_normal_and_independent():
    x = NUMBERS.astype(float)
    assert stats.kstest(x, "norm").pvalue > 0.01
    for first, second in [(x[::2], x[1::2]), (x[:100_000], x[100_000:]), (x[:50_000], x[50_000:100_000])]:
        for u, v in [(first, second), (first**2 - 1, second**2 - 1), (first, second**2 - 1)]:
            assert abs(np.mean(u * v)) < 4 * u.std() * v.std() / np.sqrt(len(u))
    for power, moment in [(1, 0), (2, 1), (3, 0), (4, 3), (6, 15)]:
        error = np.sqrt(stats.norm.moment(2 * power) / len(x))
        assert abs(np.mean(x**power) - moment) < 4 * error


@pytest.mark.parametrize(("key", "size"), [(KEY, 6), (KEY[:4], 8)])
def test_wrong_size_or_key(key, size):
    with pytest.raises(ValueError, match="size must be a multiple of 4"):
        standard_normal(key, size)
