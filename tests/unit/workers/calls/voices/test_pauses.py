"""Pauses within turns and between them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from adapters.decoding.audio import Block
from adapters.testing.sound import RATE_HZ, tone
from tests.unit.workers.calls.voices.conftest import crowd, features_of, on_a_line, silence, voice
from workers.calls.voices.listening import listen
from workers.calls.voices.pauses import non_talk_s, talking
from workers.calls.voices.speakers import VoiceSpan
from workers.calls.voices.speech import speech
from workers.calls.voices.stretches import spans_s


def breath(seconds, seed=0):
    """Air, -58 dB or so: above the noise of the line and without a period."""
    return np.random.default_rng(seed).normal(0, 40, round(seconds * RATE_HZ))


def turns(*pieces, voices=(), begin_s=0.0):
    return told(on_a_line(silence(1), *pieces, silence(1)), voices, begin_s)


def told(samples, voices=(), begin_s=0.0):
    features = replace(features_of(samples), start_s=begin_s)
    return spans_s(talking(features, speech(features), voices), begin_s)


def edges(*seconds, by=0.2):
    return [pytest.approx(pair, abs=by) for pair in zip(seconds[::2], seconds[1::2], strict=True)]


ONE, SAME, OTHER = voice(4, seed=1), voice(4, seed=2), voice(4, 200, 1.18, seed=2)


def test_who_takes_a_breath_goes_on():
    assert turns(ONE, breath(1), SAME) == edges(1, 10)


@pytest.mark.parametrize(
    ("between", "after"),
    [
        (silence(0.8), SAME),
        (np.concatenate([silence(0.7), breath(0.3)]), SAME),
        (breath(2), SAME),
        (breath(1), OTHER),
        (breath(1), 0.15 * SAME),
        (breath(1), voice(0.3, seed=2)),
    ],
    ids=["silence", "silence-and-a-breath", "long", "other-voice", "much-softer", "too-short-to-tell"],
)
def test_another_pause_is_nobodys(between, after):
    first, second = turns(ONE, between, after)
    assert first == pytest.approx((1, 5), abs=0.35)
    assert second == pytest.approx((5 + len(between) / RATE_HZ, 5 + (len(between) + len(after)) / RATE_HZ), abs=0.35)


def test_a_named_change_ends_a_turn_that_one_voice_would_go_on_with():
    spans = [VoiceSpan(101, 105, 1, 0.9), VoiceSpan(106, 110, 2, 0.9)]
    assert turns(ONE, breath(1), SAME, voices=spans, begin_s=100.0) == edges(101, 105, 106, 110, by=0.35)
    assert turns(ONE, breath(1), SAME, voices=[replace(span, speaker=1) for span in spans], begin_s=100.0) == edges(101, 110)


def test_an_answer_at_once_ends_the_turn():
    answered = (ONE, silence(0.4), OTHER)
    assert turns(*answered) == edges(1, 9.4)
    spans = [VoiceSpan(101, 105.1, 1, 0.9), VoiceSpan(105.1, 109.4, 2, 0.9)]
    assert turns(*answered, voices=spans, begin_s=100.0) == edges(101, 105, 105.4, 109.4)


def test_a_stop_at_a_change_of_voice_is_no_pause():
    spans = [VoiceSpan(1, 5.05, 1, 0.9), VoiceSpan(5.05, 9.1, 2, 0.9)]
    assert turns(ONE, silence(0.1), OTHER, voices=spans) == edges(1, 9.1)


def test_nobody():
    assert turns() == []


def listened(*channels):
    samples = np.stack(channels)
    blocks = (Block(at, samples[:, at : at + RATE_HZ]) for at in range(0, samples.shape[1], RATE_HZ))
    return listen(blocks, len(channels))


def test_seconds_of_a_shared_channel():
    found = listened(on_a_line(silence(1), ONE, silence(0.4), OTHER, silence(3)))
    assert non_talk_s(found, [VoiceSpan(1, 5.1, 1, 0.9), VoiceSpan(5.1, 9.4, 2, 0.9)]) == pytest.approx(4.4, abs=0.2)
    assert non_talk_s(found) == pytest.approx(4, abs=0.2)


def test_seconds_of_two_channels():
    found = listened(on_a_line(silence(1), ONE, silence(6)), on_a_line(silence(6), OTHER, silence(1)))
    assert non_talk_s(found) == pytest.approx(3, abs=0.2)


def test_without_a_voice_loudness_tells():
    found = listened(np.concatenate([np.zeros(RATE_HZ, np.int16), tone(2.0), np.zeros(RATE_HZ, np.int16)]))
    assert non_talk_s(found) == pytest.approx(2, abs=0.1)


def test_what_a_crowd_says_in_a_pause_does_not_bridge_it():
    whole = 2 * crowd(24)
    for start, said in ((6, ONE), (10.9, SAME)):
        whole[round(start * RATE_HZ) :][: len(said)] += said
    assert told(on_a_line(whole)[: 22 * RATE_HZ]) == edges(6, 10, 10.9, 14.9, by=0.35)
