"""Ringing, tones and music, and that voices are none of them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.workers.calls.voices.conftest import features_of, music, on_a_line, silence, tones, voice
from workers.calls.voices.sounds import sounds

KEYS = ((697, 1209), (770, 1336), (852, 1477), (941, 1633))


def heard(*pieces):
    return [(one.kind, pytest.approx(one.start_s, abs=0.06), pytest.approx(one.end_s, abs=0.06)) for one in sounds(features_of(on_a_line(*pieces)))]


@pytest.mark.parametrize("hertz", [(440, 480), (425,), (400, 450), (350, 440)])
def test_ringing(hertz):
    ring = tones(1.2, *hertz)
    assert heard(silence(1), ring, silence(2), ring, silence(1)) == [("ringing", 1, 2.2), ("ringing", 4.2, 5.4)]


@pytest.mark.parametrize("keys", KEYS)
def test_a_key_tone(keys):
    assert heard(voice(1), silence(0.3), tones(0.12, *keys), silence(0.3)) == [("tone", 1.3, 1.42)]


def test_a_beep():
    assert heard(silence(1), tones(0.4, 1400), silence(1)) == [("tone", 1, 1.4)]


@pytest.mark.parametrize("seed", range(4))
def test_music_on_hold_between_talk(seed):
    ((kind, start, end),) = heard(voice(5, seed=seed), music(20, seed), voice(5, seed=seed + 50))
    assert (kind, start.expected, end.expected) == ("music", pytest.approx(5, abs=1.5), pytest.approx(25, abs=1.5))


@pytest.mark.parametrize(("pitch", "tract"), [(95, 0.95), (120, 1.0), (200, 1.15), (250, 1.2)])
def test_a_voice_is_none(pitch, tract):
    assert heard(silence(1), voice(12, pitch, tract, seed=int(pitch)), silence(1)) == []


def test_noise_and_silence_are_none():
    assert heard(silence(10)) == []
    assert sounds(features_of(np.zeros(16_000, np.int16))) == []
    assert sounds(features_of(on_a_line(silence(10), noise=800))) == []
