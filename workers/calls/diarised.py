"""Who speaks on a channel that several people share: the engine of the settings where it tells, else the pipeline's own diarisation."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from adapters.decoding.audio import Block
from adapters.diarisation.port import SharedChannel
from workers.calls.voices.listening import Listened, stated_speakers
from workers.calls.voices.speakers import VoiceSpan
from workers.pipeline import Source, Tools


def voices_of(listened: Listened, source: Source, tools: Tools, read: Callable[[], Iterable[Block]]) -> tuple[VoiceSpan, ...]:
    """Who speaks when, where exactly one channel has talk, `Listened.alone` where it is one voice; `read` decodes the recording anew.

    A recording longer than the engine takes is left to the pipeline's own diarisation. Raises what the engine raises.
    """
    engine, speakers, channel = tools.diarisation, stated_speakers(source.metadata), listened.lone_channel
    if "stretches" not in engine.capabilities.provides or channel is None:
        return listened.voices(speakers)
    audio = SharedChannel(
        fingerprint=f"{source.sha256}/{channel}",
        duration_s=listened.survey.duration_s,
        blocks=lambda: (block.samples[channel].astype("<i2").tobytes() for block in read()),
    )
    if engine.capabilities.max_bytes is not None and audio.size_bytes > engine.capabilities.max_bytes:
        return listened.voices(speakers)
    with tools.steps.step("diarisation", adapter=f"{engine.name}/{engine.version}/{engine.model}"):
        found = [VoiceSpan(one.start_s, one.end_s, one.speaker, one.confidence) for one in engine.separate(audio, speakers)]
    if len({span.speaker for span in found}) < 2:
        return listened.alone()
    begin_s = listened.survey.start_s
    return tuple(replace(span, start_s=round(span.start_s + begin_s, 3), end_s=round(span.end_s + begin_s, 3)) for span in found)
