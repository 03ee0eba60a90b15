"""Silence in the redacted copy of a recording."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.decoding.audio import Block
from adapters.testing.sound import RATE_HZ, silence, tone
from workers.calls.silencing import LONGEST_S, silenced
from workers.redaction import Silence

NOISE = np.random.default_rng(3)


def voice(seconds, level=3000):
    """Something no other channel has."""
    return NOISE.normal(0, level, round(seconds * RATE_HZ)).astype(np.int16)


def blocks(samples, size=RATE_HZ, first=0):
    return [Block(first + at, samples[:, at : at + size]) for at in range(0, samples.shape[1], size)]


def copy_of(samples, *quiet, size=RATE_HZ, first=0):
    quiet = [Silence(channel=channel, start_s=start, end_s=end) for channel, start, end in quiet]
    return np.concatenate(list(silenced(blocks(samples, size, first), quiet, RATE_HZ)), axis=1)


def at(second):
    return round(second * RATE_HZ)


@pytest.mark.parametrize("size", [100, 4567, RATE_HZ, 10 * RATE_HZ])
def test_silent_where_it_was_said_and_the_same_elsewhere(size):
    sound = np.stack([voice(5), voice(5)])
    found = copy_of(sound, (0, 1.25, 2.5), (1, 4, 9), size=size)
    expected = sound.copy()
    expected[0, at(1.25) : at(2.5)] = 0
    expected[1, at(4) :] = 0
    assert np.array_equal(found, expected)


def test_stretches_that_overlap_on_two_channels():
    sound = np.stack([voice(5), voice(5)])
    found = copy_of(sound, (0, 0, 3), (1, 2, 4), (0, 1, 2))
    assert not found[0, : at(3)].any()
    assert not found[1, at(2) : at(4)].any()
    assert np.array_equal(found[0, at(3) :], sound[0, at(3) :])
    assert np.array_equal(found[1, : at(2)], sound[1, : at(2)])


@pytest.mark.parametrize(("gain", "delay"), [(1.0, 0), (0.1, 0), (-0.5, 200), (0.02, 450)])
def test_a_channel_that_carries_the_same_sound_is_silent_too(gain, delay):
    said = voice(4)
    other = (gain * np.roll(said, delay)).astype(np.int16) + NOISE.normal(0, 3, len(said)).astype(np.int16)
    sound = np.stack([said, other, voice(4)])
    found = copy_of(sound, (0, 1, 3))
    assert not found[:2, at(1) : at(3)].any()
    assert np.array_equal(found[2], sound[2])
    assert np.array_equal(found[:, at(3) :], sound[:, at(3) :])


def test_what_leaks_where_the_other_side_pauses_is_silent_too():
    said, talk = voice(6), np.concatenate([voice(4, 6000), silence(2)])
    sound = np.stack([said, talk + (0.1 * said).astype(np.int16)])
    assert not copy_of(sound, (0, 0, 6))[1].any()


def test_the_other_voice_stays():
    """Two tones stand for two voices; the line's noise of the second is no sound of the first."""
    sound = np.stack([tone(3), tone(3, 883)])
    assert np.array_equal(copy_of(sound, (0, 0.5, 2.5))[1], sound[1])


def test_a_long_stretch_is_silenced_piece_by_piece():
    sound = np.stack([voice(3 * LONGEST_S)])
    pieces = list(silenced(blocks(sound), [Silence(channel=0, start_s=1, end_s=29)], RATE_HZ))
    assert max(piece.shape[1] for piece in pieces) == LONGEST_S * RATE_HZ
    assert not np.concatenate(pieces, axis=1)[0, at(1) : at(29)].any()


def test_times_are_those_of_the_recording_when_it_begins_late():
    sound = np.stack([voice(3)])
    found = copy_of(sound, (0, 3, 4), first=at(2.5))
    assert found.shape == (1, at(5.5))
    assert not found[0, : at(2.5)].any()
    assert np.array_equal(found[0, at(2.5) : at(3)], sound[0, : at(0.5)])
    assert not found[0, at(3) : at(4)].any()
    assert np.array_equal(found[0, at(4) :], sound[0, at(1.5) :])


def test_nothing_to_silence_and_nothing_to_hear():
    sound = np.stack([voice(2)])
    assert np.array_equal(copy_of(sound), sound)
    assert list(silenced([], [Silence(channel=0, start_s=1, end_s=2)], RATE_HZ)) == []


def test_a_channel_the_recording_does_not_have_silences_nothing():
    sound = np.stack([voice(2)])
    assert np.array_equal(copy_of(sound, (3, 0, 1)), sound)
