"""A recording read through once: its levels, when somebody talks, what else sounds, and who speaks where only one channel has voices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from pydantic import JsonValue

from adapters.decoding.audio import Block
from workers.calls.activity import ADAPTER as LOUDNESS
from workers.calls.activity import talk as loud
from workers.calls.cuts import INAUDIBLE_DB
from workers.calls.levels import SILENCE_DB, Survey, survey
from workers.calls.turns import Span
from workers.calls.voices.copies import Likeness, compared
from workers.calls.voices.features import Extractor, Features, described
from workers.calls.voices.sounds import Sound, sounds
from workers.calls.voices.speakers import ADAPTER as VOICES
from workers.calls.voices.speakers import ALONE, MOST_SPEAKERS, VoiceSpan, segments
from workers.calls.voices.speech import Speech, speech
from workers.calls.voices.stretches import spans_s

MOST_CHANNELS: Final = 2
"""Channels described; further ones are conference legs, each a voice of its own."""


@dataclass(frozen=True)
class Listened:
    """What one reading of a recording told."""

    survey: Survey
    features: dict[int, Features]
    """Of the first channels; none of a recording longer than four hours."""

    @cached_property
    def sounds(self) -> dict[int, list[Sound]]:
        """Ringing, tones and music by channel."""
        return {channel: sounds(features) for channel, features in self.features.items()}

    @cached_property
    def speech(self) -> dict[int, Speech]:
        """Where talk is, by channel."""
        return {channel: speech(features, self.sounds[channel]) for channel, features in self.features.items()}

    def talk(self) -> list[Span]:
        """Talk of all channels that copy no other, in order of start; by loudness alone where voices were not looked for or nobody was heard."""
        if not self._has_voice:
            return loud(self.survey)
        found = [Span(one, *span) for one in self.survey.voices() for span in spans_s(self.speech[one].talk, self.features[one].start_s)]
        return sorted(found, key=lambda span: (span.start_s, span.channel))

    @property
    def adapter(self) -> str:
        """What found `talk`."""
        return VOICES if self._has_voice else LOUDNESS

    def voices(self, speakers: int | None = None) -> tuple[VoiceSpan, ...]:
        """Who speaks when, where exactly one channel has talk; one voice is `ALONE`; nothing where channels are speakers."""
        channel = self.lone_channel
        if channel is None or channel not in self.features:
            return ()
        found = segments(self.features[channel], self.speech[channel], speakers)
        several = len({span.speaker for span in found}) > 1
        return tuple(found if several else (replace(span, speaker=ALONE) for span in found))

    def alone(self) -> tuple[VoiceSpan, ...]:
        """When somebody talks on the only channel that is heard, whoever it is: turns begin and end there and get no name."""
        return self.voices(1)

    @property
    def lone_channel(self) -> int | None:
        """The only channel on which somebody is heard; None where there are several or none."""
        heard = [one for one in self.survey.voices() if self._is_heard(one)]
        return heard[0] if len(heard) == 1 else None

    @property
    def _has_voice(self) -> bool:
        channels = self.survey.voices()
        return all(one in self.speech for one in channels) and any(self.speech[one].talk.any() for one in channels)

    def _is_heard(self, channel: int) -> bool:
        if channel in self.speech:
            return bool(self.speech[channel].talk.any())
        return bool(self.survey.levels[channel].max(initial=SILENCE_DB) > INAUDIBLE_DB)


def stated_speakers(metadata: Mapping[str, JsonValue]) -> int | None:
    """How many people the sender says speak, 1 to `MOST_SPEAKERS`; None where nobody says or it makes no sense."""
    stated = metadata.get("speakers")
    text = str(stated).strip() if isinstance(stated, int | str) and not isinstance(stated, bool) else ""
    return int(text) if text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_SPEAKERS else None


def listen(blocks: Iterable[Block], channels: int) -> Listened:
    """Read all blocks, which follow each other without holes."""
    extractor, likeness = Extractor(range(min(channels, MOST_CHANNELS))), Likeness(channels)
    levels = survey(compared(described(blocks, extractor), likeness), channels)
    return Listened(replace(levels, copies={**likeness.copies(), **levels.copies}), extractor.features())


def within(spans: Sequence[VoiceSpan], start_s: float, end_s: float) -> tuple[VoiceSpan, ...]:
    """Those that touch a part of the recording."""
    return tuple(span for span in spans if span.start_s < end_s and span.end_s > start_s)
