"""A recording heard stretch by stretch says what it says heard in one go: no word is lost or doubled at a cut."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from adapters.capabilities import Capabilities
from adapters.decoding.audio import Block
from adapters.stt.port import ChannelAudio
from adapters.testing.fake_speech import FakeSpeech
from adapters.testing.sound import RATE_HZ
from schemas.transcripts import Segment, TimedWord, Transcript
from workers.calls.levels import survey
from workers.calls.recognition import turns

WORD_S = 0.3
PITCHES = range(300, 3000, 50)


class Whistles(FakeSpeech):
    """Hears a word in every whistle, named after its pitch; a whistle that was cut in two is two words."""

    capabilities: ClassVar[Capabilities] = Capabilities()

    def recognize(self, audio):
        self.calls.append(audio)
        samples = np.frombuffer(audio.pcm, "<i2").astype(np.float64)
        loud = np.flatnonzero(np.abs(samples) > 1500)
        edges = np.flatnonzero(np.diff(loud) > 0.02 * RATE_HZ)
        runs = [(int(one[0]), int(one[-1])) for one in np.split(loud, edges + 1)] if loud.size else []
        return Transcript(
            channel=audio.channel,
            duration_s=len(samples) / RATE_HZ,
            language="en",
            segments=tuple(self._said(samples, audio.offset_s, *run) for run in runs if run[1] - run[0] > 200),
            adapter="whistles/1/x",
            why="it was at hand",
        )

    @staticmethod
    def _said(samples, offset_s, first, end):
        spectrum = np.abs(np.fft.rfft(samples[first:end], RATE_HZ))
        start_s, end_s = offset_s + first / RATE_HZ, offset_s + end / RATE_HZ
        return Segment(start_s=start_s, end_s=end_s, words=(TimedWord(text=f"{spectrum.argmax()}", start_s=start_s, end_s=end_s, confidence=1),))


def whistled(seconds, seed, longest_pause_s):
    """Whistles with random pauses over a little noise, and their pitches in order."""
    lots = np.random.default_rng(seed)
    samples = lots.normal(0, 20, round(seconds * RATE_HZ))
    said, at = [], 0.1
    while at + WORD_S < seconds:
        first, pitch = round(at * RATE_HZ), int(lots.choice(PITCHES))
        time = np.arange(round(WORD_S * RATE_HZ)) / RATE_HZ
        samples[first : first + len(time)] += 6000 * np.sin(2 * np.pi * pitch * time)
        said.append(str(pitch))
        at += WORD_S + lots.uniform(0.06, longest_pause_s)
    return samples.astype(np.int16), said


def blocks(channels):
    samples = np.stack(channels)
    return [Block(at, samples[:, at : at + RATE_HZ]) for at in range(0, samples.shape[1], RATE_HZ)]


@pytest.mark.parametrize(("seconds", "longest_pause_s"), [(9.7, 0.5), (61.0, 0.07), (150.0, 0.07), (200.3, 1.5)])
def test_stretches_say_what_the_whole_says(seconds, longest_pause_s):
    samples, said = whistled(seconds, 3, longest_pause_s)
    engine = Whistles(Whistles.Options())
    (whole,) = [Whistles(Whistles.Options()).recognize(ChannelAudio(pcm=samples.tobytes()))]
    pieces = blocks([samples])
    found = [word for turn in turns(pieces, survey(pieces, 1), engine, "en") for word in turn.segment.words]
    assert [word.text for word in found] == [segment.text for segment in whole.segments] == said
    assert [word.start_s for word in found] == pytest.approx([segment.start_s for segment in whole.segments], abs=0.002)
    assert len(engine.calls) >= seconds // 60


def test_channels_keep_their_own_words_and_stretches_their_reason():
    one, two = whistled(70.0, 1, 0.4), whistled(70.0, 2, 0.4)
    pieces = blocks([one[0], two[0]])
    found = turns(pieces, survey(pieces, 2), Whistles(Whistles.Options()), None, ("Moolane",))
    for channel, said in enumerate((one[1], two[1])):
        assert [word.text for turn in found if turn.channel == channel for word in turn.segment.words] == said
    assert {turn.why for turn in found} == {"it was at hand"}
