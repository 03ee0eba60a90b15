"""Levels and copies of channels."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.decoding.audio import Block
from adapters.testing.sound import RATE_HZ, silence, tone
from workers.calls.levels import FRAME, SILENCE_DB, survey


def blocks(samples, size=RATE_HZ, first=0):
    return [Block(first + at, samples[:, at : at + size]) for at in range(0, samples.shape[1], size)]


def test_levels_are_decibels_below_full_scale():
    found = survey(blocks(np.stack([tone(1, level=1.0), tone(1, level=0.1), silence(1)])), 3)
    assert found.levels.shape == (3, 34)
    assert found.levels[:, 5] == pytest.approx([-3.01, -23.01, SILENCE_DB], abs=0.1)
    assert found.duration_s == 1


@pytest.mark.parametrize("size", [1, 100, 479, 480, 481, 5000, RATE_HZ])
def test_the_size_of_blocks_changes_nothing(size):
    sound = np.stack([np.concatenate([tone(0.2), silence(0.15)])])
    assert np.array_equal(survey(blocks(sound, size), 1).levels, survey(blocks(sound), 1).levels)


def test_copies_point_to_the_first_of_their_kind():
    one, other = tone(1), tone(1, 880)
    assert survey(blocks(np.stack([one, other, one, other, one])), 5).copies == {2: 0, 3: 1, 4: 0}


def test_a_channel_that_differs_once_is_no_copy():
    one = np.tile(tone(1), 3)
    other = one.copy()
    other[RATE_HZ + 5] += 1
    assert survey(blocks(np.stack([one, other])), 2).copies == {}


def test_silent_channels_are_no_copies():
    found = survey(blocks(np.stack([silence(1), silence(1)])), 2)
    assert found.copies == {}
    assert found.voices() == (0, 1)


def test_loudness_of_a_stretch_of_a_later_part():
    found = survey(blocks(np.stack([np.concatenate([silence(1), tone(1)])]), first=100 * FRAME), 1)
    assert found.start_s == 3
    assert found.loudness_db(0, 4.1, 4.9) == pytest.approx(-13.5, abs=0.1)
    assert found.loudness_db(0, 3.1, 3.9) == SILENCE_DB
    assert found.loudness_db(0, 90, 91) == SILENCE_DB


def test_nothing_to_survey():
    found = survey([], 2)
    assert (found.levels.shape, found.samples, found.copies) == ((2, 0), 0, {})


def test_loudness_of_each_second_of_a_turn():
    found = survey(blocks(np.stack([np.concatenate([silence(1), tone(1), tone(1, level=0.03), silence(0.6)])])), 1)
    assert found.loudness_per_s(0, 1.02, 3.48) == pytest.approx([-13.5, -33.5, SILENCE_DB], abs=0.3)
    assert found.loudness_per_s(0, 1.2, 1.5) == [pytest.approx(-13.5, abs=0.1)]
    assert found.loudness_per_s(0, 90, 91) == []
