"""A recording read through once: its levels, when somebody talks, what else sounds, and who speaks where only one channel has voices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from adapters.decoding.audio import Block
from workers.calls.activity import talk as loud
from workers.calls.cuts import INAUDIBLE_DB
from workers.calls.levels import SILENCE_DB, Survey, survey
from workers.calls.turns import Span
from workers.calls.voices.copies import Likeness, compared
from workers.calls.voices.features import Extractor, Features, described
from workers.calls.voices.sounds import Sound, sounds
from workers.calls.voices.speakers import VoiceSpan, segments
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
        channels = self.survey.voices()
        if not all(channel in self.speech for channel in channels) or not any(self.speech[channel].talk.any() for channel in channels):
            return loud(self.survey)
        found = [Span(one, *span) for one in channels for span in spans_s(self.speech[one].talk, self.features[one].start_s)]
        return sorted(found, key=lambda span: (span.start_s, span.channel))

    def voices(self, speakers: int | None = None) -> tuple[VoiceSpan, ...]:
        """Who speaks when, where exactly one channel is heard and more than one voice on it; else nothing: a channel is a speaker."""
        heard = [one for one in self.survey.voices() if self.survey.levels[one].max(initial=SILENCE_DB) > INAUDIBLE_DB]
        if len(heard) != 1 or heard[0] not in self.features:
            return ()
        found = segments(self.features[heard[0]], self.speech[heard[0]], speakers)
        return tuple(found) if len({span.speaker for span in found}) > 1 else ()


def listen(blocks: Iterable[Block], channels: int) -> Listened:
    """Read all blocks, which follow each other without holes."""
    extractor, likeness = Extractor(range(min(channels, MOST_CHANNELS))), Likeness(channels)
    levels = survey(compared(described(blocks, extractor), likeness), channels)
    return Listened(replace(levels, copies={**likeness.copies(), **levels.copies}), extractor.features())


def within(spans: Sequence[VoiceSpan], start_s: float, end_s: float) -> tuple[VoiceSpan, ...]:
    """Those that touch a part of the recording."""
    return tuple(span for span in spans if span.start_s < end_s and span.end_s > start_s)
