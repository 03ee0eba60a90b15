"""How long nobody talks: pauses within a turn, which belong to it as people label talk, told from those between turns.

Turns end at half a second without voice. That is too early for one who takes a breath or thinks aloud, and too late where another answers at once. A
pause of up to 1.2 s is within a turn when the voice after it is like the voice before it and the line never falls quiet for long meanwhile; and a
shorter one ends the turn where another voice goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.calls.activity import ADAPTER as LOUDNESS
from workers.calls.turns import Span, talk_s
from workers.calls.voices.features import HOP_S, Features
from workers.calls.voices.likeness import Timbre, timbre
from workers.calls.voices.listening import Listened
from workers.calls.voices.noise import AboveNoise, above_noise
from workers.calls.voices.speakers import VoiceSpan
from workers.calls.voices.speech import Speech
from workers.calls.voices.stretches import Mask, runs, spans_s

Floats = NDArray[np.float32]

_LONGEST: Final = round(1.2 / HOP_S)
"""Who labels meetings leaves a second and more between two segments of one person, and measures from the last sound to the first (AMI)."""
_SOUND_DB: Final = 4.0
"""From here on above the noise something sounds: breath, a word too soft to be told from it; noise itself reaches 3."""
_QUIET: Final = round(0.6 / HOP_S)
"""Frames of quiet that end a turn whoever goes on: turns that people plan are as far apart or more, breath takes half a second."""
_CLEARLY_DB: Final = 20.0
"""Voices that stand less above the noise are not compared: at 10 to 15 dB two made-up voices are as alike as one."""
_CROWD_DB: Final = 1.0
"""In a crowd the sounds of a pause are others'."""

_BESIDE: Final = round(3 / HOP_S)
"""Talk on either side that is compared: three seconds hold most sounds of a language."""
_LEAST: Final = round(0.5 / HOP_S)
_APART: Final = 0.25
"""Mean squared difference of the cepstra's means, in their variances, from which two voices are two. Within a turn it stays below in three of four
places, at changes of voice in one of ten (readers in four languages, composed)."""
_SYLLABLE: Final = 5
"""Frames (0.1 s) that say much the same: as many fewer means differ by chance."""
_PITCH: Final = 0.15
"""Difference of the middle pitches (natural logarithm; two and a half semitones) from which voices are two."""
_LEAST_PITCHES: Final = 5
_UNKNOWN_PITCH: Final = 0.12
"""What stands for it where fewer frames have one: two semitones, as far as a voice wavers."""
_LOUDER_DB: Final = 10.0
"""A voice so much louder is another one, too: people in one room sit at different distances."""

_CHANGE: Final = round(0.25 / HOP_S)
"""Silence at a change of voice that lies between two turns: stops close for up to 0.15 s."""
_NEAR: Final = round(0.5 / HOP_S)
"""How far the change may be named from where it is."""


def non_talk_s(listened: Listened, voices: Sequence[VoiceSpan] = ()) -> float:
    """Seconds in which nobody talks, of all channels that copy no other; `voices` are those of the only channel that has talk."""
    return round(max(0.0, listened.survey.duration_s - talk_s(_talking(listened, voices))), 3)


def _talking(listened: Listened, voices: Sequence[VoiceSpan]) -> list[Span]:
    if listened.adapter == LOUDNESS:
        return listened.talk()
    return [
        Span(channel, *span)
        for channel in listened.survey.voices()
        for span in spans_s(
            talking(listened.features[channel], listened.speech[channel], voices if channel == listened.lone_channel else ()),
            listened.features[channel].start_s,
        )
    ]


def talking(features: Features, speech: Speech, voices: Sequence[VoiceSpan] = ()) -> Mask:
    """Frames of one channel in which a turn goes on; without `voices` the channel is one person's, who is compared with himself all the same."""
    found = speech.talk.copy()
    if not speech.clear.any():
        return found
    noise = above_noise(features)
    sides = _Sides(features, speech, noise)
    for (_, first), (end, _) in pairwise(runs(speech.talk)):
        if end - first <= _LONGEST and _sounds_on(noise, first, end) and sides.alike(first, end) and _one_speaker(features, voices, first, end):
            found[first:end] = True
    for first, end in _changes(features, speech, voices):
        found[first:end] = False
    return found


def _one_speaker(features: Features, voices: Sequence[VoiceSpan], first: int, end: int) -> bool:
    """Whether who was heard last before a pause is heard next after it, as far as anybody is named."""
    before = [span.speaker for span in voices if _frame(features, span.start_s) < first]
    after = [span.speaker for span in voices if _frame(features, span.end_s) > end]
    return not before or not after or before[-1] == after[0]


def _frame(features: Features, second: float) -> int:
    return max(0, round((second - features.start_s) / HOP_S))


def _sounds_on(noise: AboveNoise, first: int, end: int) -> bool:
    """Whether a pause is never quiet for long, and not because others talk in it."""
    quiet = max((stop - start for start, stop in runs(noise.smooth[first:end] < _SOUND_DB)), default=0)
    return quiet < _QUIET and bool(noise.crowd_db[first] <= _CROWD_DB)


def _changes(features: Features, speech: Speech, voices: Sequence[VoiceSpan]) -> list[tuple[int, int]]:
    """The longest silence near each change of voice that nothing else parts, of those long enough."""
    found: list[tuple[int, int]] = []
    for before, after in pairwise(voices):
        if before.speaker != after.speaker and after.start_s - before.end_s < 2 * HOP_S:
            at = _frame(features, after.start_s)
            start = max(0, at - _NEAR)
            silent = runs(~speech.clear[start : at + _NEAR])
            first, end = max(silent, key=lambda one: one[1] - one[0], default=(0, 0))
            if end - first >= _CHANGE:
                found.append((start + first, start + end))
    return found


@dataclass(frozen=True, slots=True)
class _Voice:
    """Some seconds of talk."""

    cepstra: Floats
    pitch: Floats
    level: Floats


class _Sides:
    """What is said before and after a pause."""

    def __init__(self, features: Features, speech: Speech, noise: AboveNoise) -> None:
        self._features = features
        self._above = noise.db
        self._timbre: Timbre = timbre(features, speech.clear)

    def alike(self, first: int, end: int) -> bool:
        """Whether the same voice seems to talk on both sides of the frames from `first` to `end`; not told with little speech or in noise."""
        frames = self._timbre.frames
        edges = np.searchsorted(frames, (first - _BESIDE, first, end, end + _BESIDE))
        if min(edges[1] - edges[0], edges[3] - edges[2]) < _LEAST:
            return False
        if np.percentile(self._above[frames[edges[0] : edges[3]]], 80) < _CLEARLY_DB:
            return False
        before, after = self._voice(slice(edges[0], edges[1])), self._voice(slice(edges[2], edges[3]))
        louder = abs(np.percentile(before.level, 80) - np.percentile(after.level, 80))
        return bool(louder < _LOUDER_DB) and _pitches_apart(before.pitch, after.pitch) < _PITCH and _apart(before.cepstra, after.cepstra) < _APART

    def _voice(self, which: slice) -> _Voice:
        level = self._features.level[self._timbre.frames[which]].astype(np.float32)
        return _Voice(self._timbre.cepstra[which], self._timbre.pitch[which], level)


def _apart(one: Floats, other: Floats) -> float:
    """Mean squared difference of the means in units of the variances, less what chance makes of so few syllables."""
    variances = (one.var(axis=0) + other.var(axis=0)) / 2 + 0.01
    chance = _SYLLABLE * (1 / len(one) + 1 / len(other))
    return float(np.mean((one.mean(axis=0) - other.mean(axis=0)) ** 2 / variances) - chance)


def _pitches_apart(one: Floats, other: Floats) -> float:
    """Difference of the middle pitches; a little where one is hardly known."""
    known = [pitch[~np.isnan(pitch)] for pitch in (one, other)]
    if min(len(pitch) for pitch in known) <= _LEAST_PITCHES:
        return _UNKNOWN_PITCH
    return float(abs(np.median(known[0]) - np.median(known[1])))
