"""Ringing, tones and music, and that voices are none of them."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.workers.calls.voices.conftest import features_of, melody, music, on_a_line, silence, tones, voice
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


@pytest.mark.parametrize(
    "tune",
    [
        {"parts": (1.0, 0.5, 0.3, 0.2), "fades": 3.0, "step": 0.35},
        {"parts": (1.0, 0.5, 0.3, 0.2), "fades": 3.0, "step": 0.5, "voices": 3},
        {"parts": (1.0, 0.6, 0.5, 0.4, 0.3), "fades": 0.0, "step": 0.25},
        {"parts": (1.0, 0.2), "fades": 0.0, "step": 0.4, "rests": 0.3},
        {"parts": (1.0, 0.6, 0.5, 0.4, 0.3), "fades": 0.0, "step": 0.5, "voices": 2, "drum": 6000.0},
    ],
    ids=["piano", "chords", "strings", "flute", "band"],
)
def test_tunes_of_many_instruments(tune):
    found = sounds(features_of(on_a_line(voice(5, seed=1), melody(15, **tune), voice(5, seed=2))))
    ((start, end),) = [(one.start_s, one.end_s) for one in found if one.kind == "music"]
    assert (start, end) == pytest.approx((5, 20), abs=1.5)


def test_signals_of_the_network_are_no_music():
    busy = np.concatenate([np.concatenate([tones(0.5, 480, 620), silence(0.5)]) for _ in range(10)])
    assert {one.kind for one in sounds(features_of(on_a_line(busy)))} == {"tone"}
    assert [one.kind for one in sounds(features_of(on_a_line(tones(12, 350, 440))))] == ["ringing"]


@pytest.mark.parametrize(("pitch", "tract"), [(95, 0.95), (120, 1.0), (200, 1.15), (250, 1.2)])
def test_a_voice_is_none(pitch, tract):
    assert heard(silence(1), voice(12, pitch, tract, seed=int(pitch)), silence(1)) == []


def test_noise_and_silence_are_none():
    assert heard(silence(10)) == []
    assert sounds(features_of(np.zeros(16_000, np.int16))) == []
    assert sounds(features_of(on_a_line(silence(10), noise=800))) == []
