from __future__ import annotations

import numpy as np

from training.calls.hearing import RATE_HZ, in_band


def test_a_telephone_carries_the_middle_of_speech_only():
    seconds = np.arange(RATE_HZ) / RATE_HZ
    low, middle, high = (np.sin(2 * np.pi * hertz * seconds) for hertz in (100, 1000, 5000))
    assert np.abs(in_band(low + middle + high) - middle).max() < 1e-6
