"""Recognises the channels of a recording stretch by stretch, holding one stretch of each channel in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from adapters.decoding.audio import Block
from adapters.stt.port import ChannelAudio, SpeechRecognizer
from workers.calls.cuts import stretches
from workers.calls.levels import FRAME, FRAME_S, Survey
from workers.calls.turns import Turn, in_order, joined


@dataclass
class _Listener:
    """One channel's stretches still to come, as samples from the recording's start, and the audio at hand of the first of them."""

    channel: int
    waiting: list[tuple[int, int]]
    pcm: bytearray = field(default_factory=bytearray)

    def take(self, block: Block) -> Iterator[tuple[int, bytes]]:
        """Add the channel's samples of a block; the stretches it completes, with their first sample."""
        at = block.first
        samples = block.samples[self.channel]
        while self.waiting:
            first, end = self.waiting[0]
            self.pcm += samples[max(0, first - at) : max(0, end - at)].astype("<i2").tobytes()
            if at + len(samples) < end:
                return
            yield first, self._emptied()

    def rest(self) -> Iterator[tuple[int, bytes]]:
        """The last stretch, when the audio ended within its last frame."""
        if self.waiting and self.pcm:
            yield self.waiting[0][0], self._emptied()

    def _emptied(self) -> bytes:
        self.waiting.pop(0)
        pcm = bytes(self.pcm)
        self.pcm.clear()
        return pcm


def turns(blocks: Iterable[Block], survey: Survey, engine: SpeechRecognizer, language: str | None, vocabulary: tuple[str, ...] = ()) -> list[Turn]:
    """All turns in order of time. `vocabulary`: names the engine may expect.

    Each stretch is one call of the engine: its output is kept and replayed by the stretch.
    Cuts depend on the audio alone, so the same recording gives the same stretches. Raises what the engine raises.
    """
    listeners = [
        _Listener(channel, [(survey.first + first * FRAME, survey.first + end * FRAME) for first, end in stretches(survey.levels[channel])])
        for channel in survey.voices()
    ]
    cuts = {listener.channel: [edge / FRAME * FRAME_S for stretch in listener.waiting for edge in stretch] for listener in listeners}
    heard: dict[int, list[Turn]] = {listener.channel: [] for listener in listeners}

    def recognise(listener: _Listener, complete: Iterable[tuple[int, bytes]]) -> None:
        for first, pcm in complete:
            transcript = engine.recognize(
                ChannelAudio(pcm=pcm, channel=listener.channel, offset_s=round(first / FRAME * FRAME_S, 3), language=language, vocabulary=vocabulary)
            )
            about = (transcript.language, transcript.adapter, transcript.why)
            heard[listener.channel] += [Turn(listener.channel, segment, *about) for segment in transcript.segments]

    for block in blocks:
        for listener in listeners:
            recognise(listener, listener.take(block))
    for listener in listeners:
        recognise(listener, listener.rest())
    return in_order(turn for channel, found in heard.items() for turn in joined(found, cuts[channel]))
