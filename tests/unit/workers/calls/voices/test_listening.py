"""A recording read through once."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.decoding.audio import Block
from adapters.testing.sound import RATE_HZ, tone
from tests.unit.workers.calls.voices.conftest import on_a_line, silence, voice
from workers.calls.voices.listening import listen, stated_speakers, within
from workers.calls.voices.speakers import ALONE, VoiceSpan


def heard(*channels, first=0):
    samples = np.stack(channels)
    blocks = (Block(first + at, samples[:, at : at + RATE_HZ]) for at in range(0, samples.shape[1], RATE_HZ))
    return listen(blocks, len(channels))


def test_talk_of_two_channels_in_order_of_time():
    left, right = on_a_line(voice(3), silence(5)), on_a_line(silence(4), voice(3, 200, 1.15), silence(1))
    found = heard(left, right, first=100 * RATE_HZ)
    assert [(span.channel, round(span.start_s), round(span.end_s)) for span in found.talk()] == [(0, 100, 103), (1, 104, 107)]
    assert found.adapter == "tamiz/1/voices"
    assert found.voices() == ()


def test_one_voice_is_heard_without_a_name():
    found = heard(on_a_line(silence(2), voice(10), silence(3), voice(8, seed=1), silence(1)), first=100 * RATE_HZ)
    assert [(span.speaker, round(span.start_s), round(span.end_s)) for span in found.voices()] == [(ALONE, 102, 112), (ALONE, 115, 123)]
    assert found.alone() == found.voices()


def test_what_is_no_voice_is_told_by_loudness():
    found = heard(np.concatenate([np.zeros(RATE_HZ, np.int16), tone(2.0), np.zeros(RATE_HZ, np.int16)]))
    ((channel, start, end),) = [(span.channel, span.start_s, span.end_s) for span in found.talk()]
    assert (channel, start, end, found.adapter) == (0, pytest.approx(1, abs=0.05), pytest.approx(3, abs=0.05), "tamiz/1/energy")


def test_noise_on_the_other_channel_is_nobody(conversation):
    noise = on_a_line(np.zeros(len(conversation)), noise=150, seed=5)
    assert {span.speaker for span in heard(noise, conversation).voices()} == {1, 2}


def test_the_stated_number_of_speakers(conversation):
    assert {span.speaker for span in heard(conversation).voices(1)} == {ALONE}
    assert {span.speaker for span in heard(conversation).voices(2)} == {1, 2}


@pytest.mark.parametrize(
    ("stated", "found"), [(2, 2), ("3", 3), (0, None), (9, None), (True, None), ("two", None), (2.5, None), (None, None), ("²", None)]
)
def test_what_the_sender_says_of_speakers(stated, found):
    assert stated_speakers({"speakers": stated}) == found


def test_the_voices_of_a_part():
    spans = [VoiceSpan(0, 4, 1, 0.9), VoiceSpan(4, 6, 2, 0.9), VoiceSpan(7, 9, 1, 0.9)]
    assert within(spans, 5, 7) == (spans[1],)
