"""Talk told from everything else."""

from __future__ import annotations

import numpy as np
import pytest

from tests.unit.workers.calls.voices.conftest import crowd, features_of, music, on_a_line, rattle, silence, tones, voice
from workers.calls.voices.sounds import sounds
from workers.calls.voices.speech import speech
from workers.calls.voices.stretches import runs, spans_s


def talk(samples):
    features = features_of(samples)
    return spans_s(speech(features, sounds(features)).talk, features.start_s)


def test_turns_and_the_pauses_between_them():
    found = talk(on_a_line(silence(2), voice(3, seed=1), silence(1.5), voice(4, 200, 1.15, seed=2), silence(3)))
    assert [edge for span in found for edge in span] == pytest.approx([2, 5, 6.5, 10.5], abs=0.15)


def test_a_breath_does_not_end_a_turn():
    found = talk(on_a_line(silence(1), voice(2, seed=1), silence(0.3), voice(2, seed=2), silence(1)))
    assert len(found) == 1


@pytest.mark.parametrize("level", [1.0, 0.1, 0.03])
def test_talk_is_found_at_any_level(level):
    found = talk(on_a_line(silence(2), level * voice(4, seed=3), silence(2), noise=2))
    assert [edge for span in found for edge in span] == pytest.approx([2, 6], abs=0.2)


def test_tones_music_and_noise_are_no_talk():
    samples = on_a_line(silence(1), tones(1.5, 440, 480), silence(2), music(15), silence(1), voice(4, seed=5), silence(1))
    ((start, end),) = talk(samples)
    assert (start, end) == pytest.approx((20.5, 24.5), abs=0.3)
    assert talk(on_a_line(silence(8), noise=900)) == []


def test_a_chair_that_creaks_is_no_talk_and_a_voice_as_faint_is():
    found = talk(on_a_line(silence(1), voice(4), silence(2), rattle(3, seed=2), silence(2), 0.05 * voice(2, seed=1), silence(1)))
    assert [edge for span in found for edge in span] == pytest.approx([1, 5, 12, 14], abs=0.2)


def test_a_louder_line_after_a_transfer_is_no_talk():
    quiet, loud = on_a_line(silence(60), voice(5), silence(5), noise=5), on_a_line(silence(65), voice(5, seed=2), noise=150)
    found = talk(np.concatenate([quiet, loud]))
    assert sum(end - start for start, end in found) == pytest.approx(10, abs=1)


def test_many_who_talk_far_away_are_no_talk():
    whole = 2 * crowd(24)
    whole[8 * 16_000 : 12 * 16_000] += voice(4, seed=4)
    ((start, end),) = talk(on_a_line(whole)[: 22 * 16_000])
    assert (start, end) == pytest.approx((8, 12), abs=0.3)


def test_clear_frames_are_talk_that_stands_out():
    found = speech(features_of(on_a_line(silence(1), voice(3), silence(0.3), voice(3, seed=1), silence(1))))
    assert not (found.clear & ~found.talk).any()
    assert found.clear.sum() < found.talk.sum()


def test_nothing_said():
    assert talk(np.zeros(0, np.int16)) == []
    assert talk(np.zeros(16_000, np.int16)) == []


def test_stretches_of_a_mask():
    mask = np.array([0, 1, 1, 0, 1, 0, 0, 0, 1], np.bool_)
    assert runs(mask) == [(1, 3), (4, 5), (8, 9)]
    assert runs(mask, 1) == [(1, 5), (8, 9)]
    assert runs(np.zeros(4, np.bool_)) == []


def test_a_key_pressed_while_talking_does_not_end_the_turn():
    assert len(talk(on_a_line(silence(1), voice(3, seed=1), tones(0.12, 770, 1336), voice(3, seed=2), silence(1)))) == 1
