"""Who speaks when on one channel."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.workers.calls.voices.conftest import features_of, on_a_line, silence, voice
from workers.calls.voices.sounds import sounds
from workers.calls.voices.speakers import segments
from workers.calls.voices.speech import speech


def told(samples, speakers=None):
    features = features_of(samples)
    return segments(features, speech(features, sounds(features)), speakers)


def turns(*voices, seconds=4.0, gap=0.8):
    """Each (pitch, tract, seed) in turn."""
    return on_a_line(silence(0.5), *(piece for one in voices for piece in (voice(seconds, *one), silence(gap))))


LOW, HIGH, OLD = (105, 1.0), (190, 1.18), (135, 0.86)


def test_two_voices_in_turn(conversation):
    found = told(conversation)
    assert [span.speaker for span in found] == [1, 2, 1, 2, 1, 2]
    assert [span.start_s for span in found] == pytest.approx([0.5 + 4.8 * turn for turn in range(6)], abs=0.2)
    assert [span.end_s for span in found] == pytest.approx([4.5 + 4.8 * turn for turn in range(6)], abs=0.2)
    assert min(span.confidence for span in found) > 0.8


def test_the_same_recording_gives_the_same_speakers(conversation):
    assert told(conversation) == told(conversation)


def test_voices_that_follow_each_other_at_once_are_cut_apart():
    found = told(turns((*LOW, 1), (*HIGH, 2), (*LOW, 3), (*HIGH, 4), gap=0.0))
    assert [span.speaker for span in found] == [1, 2, 1, 2]
    assert [span.start_s for span in found][1:] == pytest.approx([4.5, 8.5, 12.5], abs=0.4)


def test_one_voice_is_one_speaker():
    assert {span.speaker for span in told(turns(*((*LOW, seed) for seed in range(6))))} == {1}


def test_three_voices():
    found = told(turns(*((*one, seed) for seed, one in enumerate((LOW, HIGH, OLD, HIGH, LOW, OLD, LOW, HIGH, OLD)))))
    assert [span.speaker for span in found] == [1, 2, 3, 2, 1, 3, 1, 2, 3]


def test_the_stated_number_is_kept(conversation):
    assert {span.speaker for span in told(conversation, 1)} == {1}
    assert {span.speaker for span in told(turns(*((*LOW, seed) for seed in range(4))), 2)} == {1, 2}


def test_pitch_alone_tells_voices_apart():
    found = told(turns((100, 1.0, 1), (170, 1.0, 2), (100, 1.0, 3), (170, 1.0, 4), (100, 1.0, 5), (170, 1.0, 6)), 2)
    assert [span.speaker for span in found] == [1, 2, 1, 2, 1, 2]


def test_a_word_alone_has_a_speaker():
    (span,) = told(on_a_line(silence(1), voice(0.6), silence(1)))
    assert (span.speaker, span.start_s, span.end_s) == (1, pytest.approx(1, abs=0.1), pytest.approx(1.6, abs=0.15))


def test_nobody_speaks():
    assert told(np.zeros(32_000, np.int16)) == []
    assert told(on_a_line(silence(3))) == []
