"""Channels that sound the same."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.decoding.audio import Block
from adapters.testing.sound import RATE_HZ
from tests.unit.workers.calls.voices.conftest import on_a_line, silence, voice
from workers.calls.voices.copies import Likeness

ONE, OTHER = on_a_line(voice(6), silence(4), voice(2)), on_a_line(silence(6), voice(4, 190, 1.2), silence(2), seed=4)


def copies(*channels):
    samples = np.stack([np.clip(channel, -32768, 32767).astype(np.int16) for channel in channels])
    likeness = Likeness(len(channels))
    for at in range(0, samples.shape[1], RATE_HZ):
        likeness.take(Block(at, samples[:, at : at + RATE_HZ]))
    return likeness.copies()


@pytest.mark.parametrize("gain", [0.2, 1.0, -0.7, 2.5])
def test_another_gain(gain):
    assert copies(ONE, gain * ONE) == {1: 0}


@pytest.mark.parametrize("late", [1, 80, 400, -240])
def test_a_delay(late):
    assert copies(ONE, np.roll(ONE, late)) == {1: 0}


def test_later_than_equipment_delays_is_an_echo():
    assert copies(ONE, np.roll(ONE, round(0.2 * RATE_HZ))) == {}


def test_noise_of_another_line():
    assert copies(ONE, ONE // 2 + np.random.default_rng(1).normal(0, 40, len(ONE))) == {1: 0}


def test_two_people_are_no_copies():
    assert copies(ONE, OTHER) == {}


def test_crosstalk_is_no_copy():
    assert copies(ONE + OTHER // 10, OTHER + ONE // 10) == {}


def test_a_copy_of_a_third_channel():
    assert copies(ONE, OTHER, ONE // 3, OTHER // 2) == {2: 0, 3: 1}


def test_silence_is_no_copy():
    assert copies(np.zeros(5 * RATE_HZ), np.zeros(5 * RATE_HZ)) == {}
    assert copies(ONE, np.zeros(len(ONE))) == {}
