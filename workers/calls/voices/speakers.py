"""Who speaks when on one channel: the local diarisation, without trained models or downloads.

Windows of speech are clustered by likeness; then each voice becomes a mixture adapted from the recording's, and the best sequence of voices is
found anew (Viterbi) a few times over. How many there are follows from the similarities and from how the groups differ (`counting`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.calls.voices.clusters import Spectrum
from workers.calls.voices.counting import are_voices
from workers.calls.voices.features import HOP_S, Features
from workers.calls.voices.likeness import WINDOW, Timbre, likeness, timbre
from workers.calls.voices.sequence import cells_of, heard
from workers.calls.voices.speech import Speech
from workers.calls.voices.stretches import Mask, runs

Labels = NDArray[np.int64]

ADAPTER: Final = "tamiz/1/voices"
"""What stands in rows derived here."""
MOST_SPEAKERS: Final = 8
ALONE: Final = 0
"""The number of a voice that shares its channel with nobody: it needs no name."""
BREATH_S: Final = 0.8
"""A shorter pause between two spans of one speaker is part of them: breath is taken in half a second, and nobody else spoke."""
SECONDS_A_VOICE: Final = 4.0
"""Speech that each further voice asks for: a voice heard for less is not told from a mood of another."""
_EIGENVALUE: Final = 0.67
"""An eigenvalue from which a group stands apart: within one voice they fall to a half (made-up conversations of 1 to 4 voices)."""
_LEAST_TURN: Final = 13
"""Frames (0.26 s) of the shortest turn without a pause around it: "yes" takes 0.3 s."""


@dataclass(frozen=True, slots=True)
class VoiceSpan:
    """A speaker talks, seconds from the recording's start. Speakers count from 1 in order of their first word; `ALONE` is the only one."""

    start_s: float
    end_s: float
    speaker: int
    confidence: float
    """0 to 1: the share of the speaker among all, by how well they fit."""


def segments(features: Features, speech: Speech, speakers: int | None = None) -> list[VoiceSpan]:
    """Who speaks when, in order of time; spans do not overlap. `speakers`: how many there are, where somebody knows; at most `MOST_SPEAKERS`.

    Deterministic; an hour takes seconds and some 100 MB. Where two talk at once the louder is named.
    """
    if not speech.clear.any():
        return []
    voice = timbre(features, speech.clear)
    cells = cells_of(voice)
    if speakers == 1 or len(voice.frames) < 2 * WINDOW:
        return _spans(features, speech.talk, voice, np.zeros(len(cells.times), np.int64), np.ones(len(cells.times)))
    windows = voice.windows()
    spectrum = Spectrum(likeness(voice, windows))
    for count in [min(speakers, MOST_SPEAKERS, len(windows))] if speakers else _candidates(spectrum, voice, len(windows)):
        labels, sure = heard(cells, voice, _spread(spectrum.groups(count), windows, len(voice.frames)), count)
        if speakers or are_voices(voice, labels[cells.of_frame], spectrum.largest(count + 1)):
            return _spans(features, speech.talk, voice, labels, sure)
    return _spans(features, speech.talk, voice, np.zeros(len(cells.times), np.int64), np.ones(len(cells.times)))


def _candidates(spectrum: Spectrum, voice: Timbre, most: int) -> list[int]:
    """Numbers of speakers worth a try, the largest first; 2 always."""
    enough = int(len(voice.frames) * HOP_S / SECONDS_A_VOICE)
    apart = int((spectrum.values[: min(most, MOST_SPEAKERS)] >= _EIGENVALUE).sum())
    return list(range(max(2, min(apart, enough)), 1, -1))


def _spread(groups: Labels, windows: list[slice], frames: int) -> Labels:
    """The group of the window whose middle is nearest to each frame of speech."""
    middles = np.array([window.start + WINDOW // 2 for window in windows])
    found: Labels = groups[np.searchsorted((middles[1:] + middles[:-1]) / 2, np.arange(frames))]
    return found


def _spans(features: Features, talk: Mask, voice: Timbre, labels: Labels, sure: NDArray[np.float64]) -> list[VoiceSpan]:
    """Stretches of talk cut where the speaker changes; pauses within them go with the nearest frame that is clear."""
    talking = np.flatnonzero(talk)
    nearest = np.searchsorted((voice.frames[1:] + voice.frames[:-1]) / 2, talking)
    of_frame = cells_of(voice).of_frame[nearest]
    who = np.full(len(features), -1, np.int64)
    who[talking] = labels[of_frame]
    confidence = np.zeros(len(features))
    confidence[talking] = sure[of_frame]
    found: list[VoiceSpan] = []
    numbers: dict[int, int] = {}
    for first, end in runs(talk):
        for start, stop in pairwise(_turns(who, first, end)):
            speaker = numbers.setdefault(int(who[start]), len(numbers) + 1)
            times = (round(features.start_s + start * HOP_S, 3), round(features.start_s + stop * HOP_S, 3))
            span = VoiceSpan(*times, speaker, round(float(confidence[start:stop].mean()), 4))
            if found and found[-1].speaker == speaker and span.start_s - found[-1].end_s < BREATH_S:
                span = replace(span, start_s=found[-1].start_s, confidence=min(found[-1].confidence, span.confidence))
                found.pop()
            found.append(span)
    return found


def _turns(who: Labels, first: int, end: int) -> list[int]:
    """Edges of the turns within a stretch; too short a one is given to its longer neighbour, in `who` too."""
    while True:
        edges = [first, *(int(edge) + first + 1 for edge in np.flatnonzero(np.diff(who[first:end]))), end]
        lengths = np.diff(edges)
        shortest = int(lengths.argmin())
        if len(lengths) == 1 or lengths[shortest] >= _LEAST_TURN:
            return edges
        beside = [one for one in (shortest - 1, shortest + 1) if 0 <= one < len(lengths)]
        who[edges[shortest] : edges[shortest + 1]] = who[edges[max(beside, key=lambda one: int(lengths[one]))]]
