"""Standard normal numbers: Box–Muller in float32 polynomials against its definition in float64."""

import hashlib

import numpy as np
import pytest
from scipy import stats

from feature_cascade.normal import _normal_pair, standard_normal
from feature_cascade.stream import generator

WORDS = generator(0, "test words").integers(2**64, size=100_000, dtype=np.uint64)
EXTREME = np.array([0, 2**32 - 1, 2**64 - 1, 2**63, 2**32, 3 << 30, 1 << 29, (2**32 - 1) << 32], dtype=np.uint64)


def naive(words):
    """Box–Muller by numpy's functions in float64."""
    high, low = (words >> np.uint64(32)).astype(float), (words & np.uint64(2**32 - 1)).astype(np.int64)
    radius = np.sqrt(-2 * np.log((high + 0.5) / 2**32))
    quarter, rest = low >> 30, low & (2**30 - 1)
    angle = np.pi / 2 * (quarter + np.where(rest < 2**29, rest, rest - 2**30) / 2**30)
    return np.concatenate([radius * np.cos(angle), radius * np.sin(angle)])


@pytest.mark.parametrize("words", [WORDS, EXTREME], ids=["random", "extreme"])
def test_equals_the_definition(words):
    # float32 cannot tell u from 1 by less than 2⁻²⁵, which moves the smallest radii by up to √(2·2⁻²⁵)
    np.testing.assert_allclose(standard_normal(words), naive(words), rtol=2e-6, atol=3e-4)
    far = np.abs(naive(words)) > 0.5
    np.testing.assert_allclose(standard_normal(words)[far], naive(words)[far], rtol=2e-6)


def test_compiled_and_plain_bits_are_equal():
    plain = getattr(_normal_pair, "py_func", _normal_pair)
    np.testing.assert_array_equal(standard_normal(WORDS), np.concatenate(plain(WORDS)))


def test_bits_never_change():
    """Pinned: only exactly rounded operations are used, so no machine may differ."""
    digest = hashlib.sha256(standard_normal(WORDS).astype("<f4").tobytes()).hexdigest()
    assert digest[:16] == "8cd0345c4327149a"


def test_distribution_is_normal_and_pairs_are_independent():
    x = standard_normal(WORDS).astype(float)
    assert stats.kstest(x, "norm").pvalue > 0.01
    first, second = np.split(x, 2)
    for u, v in [(first, second), (first**2 - 1, second**2 - 1), (first, second**2 - 1)]:
        assert abs(np.mean(u * v)) < 4 * u.std() * v.std() / np.sqrt(len(u))
    for power, moment in [(1, 0), (2, 1), (3, 0), (4, 3), (6, 15)]:
        error = np.sqrt(stats.norm.moment(2 * power) / len(x))
        assert abs(np.mean(x**power) - moment) < 4 * error
