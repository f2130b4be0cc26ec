"""The scaling form of the paper: thresholds, staircase, exponents and tails, against numbers worked out by hand."""

import numpy as np
import pytest

from feature_cascade.theory.scaling import alpha_thresholds, mse_exponent, staircase, tail_sum


def test_thresholds_of_the_staircase():
    alpha = alpha_thresholds(120, 10, 0.4, 0.5, 2)
    assert alpha[0] == pytest.approx(2.1)
    assert alpha[9] == pytest.approx(2.1 + 0.8 * np.log(10) / np.log(120))
    np.testing.assert_allclose(alpha_thresholds(120, 3, 0.8, 0.5, 2)[0], 2.0)
    np.testing.assert_allclose(alpha_thresholds(120, 3, 0.0, 0.5, 2), 2.5)
    np.testing.assert_array_equal(staircase(np.array([2.0, 2.2, 9.0]), alpha)[[0, 2]], [0, 10])


def test_exponent():
    assert mse_exponent(1.0) == -0.5
    with pytest.raises(ValueError, match="gamma > 1/2"):
        mse_exponent(0.5)


def test_tail_sum():
    np.testing.assert_allclose(tail_sum([0.8, 0.6], [0, 1, 2]), [1.0, 0.36, 0.0])
