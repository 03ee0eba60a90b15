"""A stream's channels as partial and final utterances."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.stt.live import listening
from adapters.testing.fake_speech import FakeSpeech
from adapters.testing.sound import silence, tone
from schemas.live import StreamStart
from schemas.transcripts import TimedWord
from workers.live.call import LiveCall


class Counting:
    """Says how many tenths of a second it has heard."""

    def __init__(self, channel, start_s, words=True):
        self.channel, self.start_s, self.size, self.words = channel, start_s, 0, words

    def hear(self, pcm):
        self.size += len(pcm)
        return f"{self.size // 3200}" if self.words else ""

    def finish(self):
        return (TimedWord(text="all", start_s=self.start_s, end_s=self.start_s + 1, confidence=0.5),) if self.words else ()


def told(start, line, begin, step=640):
    call = LiveCall(StreamStart.model_validate(start), begin)
    pcm = line.astype("<i2").tobytes()
    return [*(heard for at in range(0, len(pcm), step) for heard in call.hear(pcm[at : at + step])), *call.end()]


def test_partials_grow_and_a_final_follows_the_pause():
    line = np.concatenate([silence(0.6), tone(1.5), silence(1)])
    *partials, final = told({"sample_rate": 16000}, line, Counting)
    assert {one.type for one in partials} == {"partial"}
    counts = [int(one.text) for one in partials]
    assert counts == sorted(set(counts))
    assert (final.type, final.text, final.confidence) == ("final", "all", 0.5)
    assert final.start_s == partials[0].start_s


def test_each_channel_has_utterances_of_its_own():
    left, right = np.concatenate([tone(1), silence(2)]), np.concatenate([silence(1.8), tone(1.2)])
    heard = told({"sample_rate": 16000, "channels": 2}, np.stack([left, right], axis=1).reshape(-1), Counting, 1280)
    finals = [one for one in heard if one.type == "final"]
    assert [(one.channel, round(one.end_s)) for one in finals] == [(0, 1), (1, 3)]
    assert {one.channel for one in heard if one.type == "partial"} == {0, 1}


def test_eight_kilohertz_keep_their_times():
    line = np.concatenate([silence(0.6), tone(1.5), silence(1)])
    at_8k = [one for one in told({"sample_rate": 8000}, line[::2], Counting) if one.type == "final"]
    at_16k = [one for one in told({"sample_rate": 16000}, line, Counting) if one.type == "final"]
    assert len(at_8k) == len(at_16k) == 1
    assert (at_8k[0].start_s, at_8k[0].end_s) == pytest.approx((at_16k[0].start_s, at_16k[0].end_s), abs=0.04)


def test_a_noise_without_words_is_not_told():
    assert told({"sample_rate": 16000}, np.concatenate([tone(1), silence(1)]), lambda *place: Counting(*place, words=False)) == []


def test_partials_that_were_no_speech_are_taken_back():
    class Deceived(Counting):
        def finish(self):
            return ()

    *_, final = told({"sample_rate": 16000}, np.concatenate([tone(1), silence(1)]), Deceived)
    assert (final.type, final.text, final.confidence) == ("final", "", 0.0)


def test_an_engine_that_cannot_go_on_hears_the_stretch_again_now_and_then():
    engine = FakeSpeech(FakeSpeech.Options())
    heard = told({"sample_rate": 16000}, np.concatenate([silence(1), tone(4), silence(1)]), listening(engine, "en"))
    assert len(engine.calls) <= 4.8 / 0.7 + 1
    assert heard[-1].type == "final"
    assert heard[-1].text.split()[:4] == ["w1", "w2", "w3", "w4"]
    assert engine.calls[-1].language == "en"
