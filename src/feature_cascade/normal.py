"""Standard normal numbers from random words, by arithmetic alone.

Box–Muller: a 64-bit word gives a radius √(−2 ln u) and an angle, hence two independent normal numbers. The logarithm,
sine and cosine are short Taylor polynomials in float32, made of operations that IEEE 754 rounds exactly, so the bits
are the same on every machine, and the loop runs in vector instructions: several times faster than the ziggurat method
of numpy, whose cost would show in every pass over the samples.
"""

from __future__ import annotations

import math

import numpy as np
from numba import config, njit

_F = np.float32
_LN2, _EIGHTH_TURN = _F(math.log(2)), _F(math.pi / 4)
_SQRT_HALF_BITS = np.int32(np.array(math.sqrt(0.5), np.float32).view(np.int32))
_MANTISSA_BITS, _WORD_BITS = np.int32(23), np.int32(32)
_ODD = tuple(_F(1 / k) for k in (3, 5, 7, 9))  # ln((1+s)/(1−s)) = 2s(1 + s²/3 + s⁴/5 + …)
_SIN = tuple(_F((-1) ** (k // 2) / math.factorial(k)) for k in (3, 5, 7, 9))
_COS = tuple(_F((-1) ** (k // 2) / math.factorial(k)) for k in (2, 4, 6, 8, 10))
_ONE, _TWO = _F(1), _F(2)
_TO_ANGLE = _F(math.pi / 2**33)  # 30 bits, taken as a signed 32-bit number, onto (−π/4, π/4)


def _normal_pair(word):
    """Two normal numbers of one 64-bit word (or two arrays of an array of words)."""
    high, low = np.uint32(word >> np.uint64(32)), np.uint32(word & np.uint64(0xFFFFFFFF))

    uniform = _F(high) + _F(0.5)  # u·2^32
    bits = np.float32(uniform).view(np.int32)
    exponent = (bits - _SQRT_HALF_BITS) >> _MANTISSA_BITS
    mantissa = np.int32(bits - (exponent << _MANTISSA_BITS)).view(np.float32)  # in [√½, √2)
    s = (mantissa - _ONE) / (mantissa + _ONE)
    s2 = s * s
    log = _TWO * s * (_ONE + s2 * (_ODD[0] + s2 * (_ODD[1] + s2 * (_ODD[2] + s2 * _ODD[3]))))
    radius = np.sqrt(-_TWO * (_F(exponent - _WORD_BITS) * _LN2 + log))

    angle = _F(np.int32(low << np.uint32(2))) * _TO_ANGLE
    a2 = angle * angle
    sin = angle * (_ONE + a2 * (_SIN[0] + a2 * (_SIN[1] + a2 * (_SIN[2] + a2 * _SIN[3]))))
    cos = _ONE + a2 * (_COS[0] + a2 * (_COS[1] + a2 * (_COS[2] + a2 * (_COS[3] + a2 * _COS[4]))))

    quarter = low >> np.uint32(30)  # the two bits left choose a quarter of the circle
    signed = radius * (_ONE - _F(quarter & np.uint32(2)))
    turned = _F(quarter & np.uint32(1))
    return signed * (cos * (_ONE - turned) - sin * turned), signed * (sin * (_ONE - turned) + cos * turned)


def _fill_plain(words, out):
    out[: len(words)], out[len(words) :] = _normal_pair(words)


def _fill(words, out):
    half = len(words)
    first, second = out[:half], out[half:]
    for i in range(half):
        first[i], second[i] = _normal_pair(words[i])


if config.DISABLE_JIT:
    _fill = _fill_plain
else:
    _normal_pair = njit(nogil=True, cache=True, error_model="numpy")(_normal_pair)
    _fill = njit(nogil=True, cache=True, error_model="numpy")(_fill)


def standard_normal(words: np.ndarray) -> np.ndarray:
    """Independent N(0, 1) numbers, float32, two per random 64-bit word: shape (2·len(words),).

    The radius has 32 random bits, so |x| never exceeds √(66 ln 2) = 6.8 (probability 10⁻¹¹).
    """
    out = np.empty(2 * len(words), dtype=np.float32)
    _fill(words, out)
    return out
