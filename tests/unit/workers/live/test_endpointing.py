"""Where utterances begin and end while the audio comes."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.testing.sound import silence, tone
from workers.live.endpointing import FRAME_S, Doubler, Endpointer, level_db


def noise(seconds, level, seed=1):
    return (np.random.default_rng(seed).standard_normal(round(seconds * 16_000)) * level).astype(np.int16)


def heard(samples, step=320):
    """Pieces of audio that comes in frames of 20 ms, then ends."""
    endpointer = Endpointer()
    pieces = [piece for at in range(0, len(samples), step) for piece in endpointer.hear(samples[at : at + step])]
    return [*pieces, *endpointer.end()]


def utterances(samples, step=320):
    """(start, end, seconds of audio) of each."""
    found, size = [], 0
    for piece in heard(samples, step):
        size = len(piece.pcm) if piece.begins else size + len(piece.pcm)
        if piece.ends:
            found.append((piece.start_s, piece.end_s, size / 32_000))
    return found


@pytest.mark.parametrize("floor", [0, 20, 100])
def test_speech_between_pauses_is_an_utterance_whatever_the_line_hisses(floor):
    line = np.concatenate([silence(1), tone(1.2), silence(1), tone(0.8), silence(1)]) + (noise(5, floor) if floor else 0)
    (first, second) = utterances(line.astype(np.int16))
    assert first[:2] == pytest.approx((0.88, 2.2), abs=0.2)
    assert second[:2] == pytest.approx((3.08, 4.0), abs=0.2)
    assert first[2] == pytest.approx(2.2 + 0.5 - first[0], abs=0.1)


def test_an_utterance_ends_half_a_second_after_its_last_voice():
    endpointer, line = Endpointer(), np.concatenate([silence(0.5), tone(1), silence(2)])
    for at in range(0, len(line), 480):
        if any(piece.ends for piece in endpointer.hear(line[at : at + 480])):
            assert (at + 480) / 16_000 == pytest.approx(2.0, abs=2 * FRAME_S)
            return
    pytest.fail("the utterance never ended")


def test_a_click_and_steady_noise_are_no_speech():
    assert utterances(np.concatenate([silence(1), tone(0.06), silence(1)])) == []
    hiss = utterances(noise(30, 300))
    assert sum(size for *_, size in hiss) < 12


def test_whoever_never_pauses_is_cut_at_fifteen_seconds():
    found = utterances(np.concatenate([silence(0.5), tone(40)]))
    assert len(found) == 3
    assert all(size <= 15.1 for *_, size in found)
    assert sum(size for *_, size in found) == pytest.approx(40, abs=0.8)


def test_after_twelve_seconds_a_gap_between_words_is_enough():
    words = [tone(2.5), silence(0.15)] * 6
    (first, *_) = utterances(np.concatenate([silence(0.5), *words]))
    assert first[2] == pytest.approx(12.2, abs=1.5)
    assert first[1] < 14


def test_frames_may_come_in_any_size():
    line = np.concatenate([silence(0.7), tone(1.1), silence(0.9), tone(0.7)])
    assert utterances(line, 1) == utterances(line, 313) == utterances(line, len(line))


def test_no_sample_is_lost_or_doubled_while_somebody_speaks():
    line = np.concatenate([silence(0.6), np.arange(1, 30_000, dtype=np.int16)])
    told = np.frombuffer(b"".join(piece.pcm for piece in heard(line)), "<i2")
    assert np.array_equal(told, line[len(line) - len(told) :])
    assert len(told) >= 29_999


def test_eight_kilohertz_doubled_is_the_same_tone_without_seams():
    at_8k = (8000 * np.sin(2 * np.pi * 700 * np.arange(8000) / 8000)).astype(np.int16)
    doubler, whole = Doubler(), Doubler().double(at_8k)
    pieces = np.concatenate([doubler.double(at_8k[at : at + 37]) for at in range(0, len(at_8k), 37)])
    assert np.array_equal(pieces, whole)
    assert len(whole) == 16_000
    ideal = 8000 * np.sin(2 * np.pi * 700 * (np.arange(16_000) - 16) / 16_000)
    assert np.abs(whole[100:] - ideal[100:]).max() < 100


def test_silence_has_the_lowest_level():
    assert level_db(silence(0.03)) == -96.0
    assert level_db(tone(0.03, level=1.0)) == pytest.approx(-3, abs=0.2)
