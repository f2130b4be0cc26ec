"""The predicted kink: its onset, its slope, and where there is none."""

import numpy as np
import pytest

from feature_cascade.theory.deterministic import DeterministicEquivalent
from feature_cascade.theory.kink import kink
from feature_cascade.theory.label_law import LabelLaw

D = 300
LAW = LabelLaw.population(np.array([np.sqrt(0.5)]), np.tanh)


def test_the_curve_starts_at_the_onset_with_its_slope():
    found = kink(LAW, D, [0.5, 1.0, 1.01, 1.02])
    np.testing.assert_allclose(found.cos2[:2], 0, atol=1e-6)
    np.testing.assert_allclose(found.cos2[2:] / [0.01, 0.02], found.slope, rtol=0.02)
    assert found.onset == pytest.approx(0.6249 * D, rel=1e-3)


def test_the_curve_is_that_of_the_deterministic_equivalent():
    found = kink(LAW, D, [2.0, 5.0])
    expected = [DeterministicEquivalent(LAW, D, r * found.onset).cos2()[0] for r in (2.0, 5.0)]
    np.testing.assert_allclose(found.cos2, expected)


def test_onset_and_curve_scale_with_the_size():
    one, two = kink(LAW, D, [1.5]), kink(LAW, 4 * D, [1.5])
    assert two.onset == pytest.approx(4 * one.onset)
    np.testing.assert_allclose(two.cos2, one.cos2, rtol=1e-6)


def test_a_direction_that_no_label_knows_has_no_onset():
    law = LabelLaw(np.array([-1.0, 1.0]), np.array([0.5, 0.5]), np.ones((2, 1)))
    with pytest.raises(ValueError, match="direction 0 has no onset"):
        kink(law, D, [1.0])
