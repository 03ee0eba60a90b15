"""Music on hold, told from talk by what instruments do and voices do not: they hold a note, and they hardly fall silent."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.calls.voices.features import HOP_S, Features
from workers.calls.voices.stretches import Mask, runs

Floats = NDArray[np.float32]

_LEAST: Final = round(5.0 / HOP_S)
"""Frames of the shortest music: less may be a drawn-out word or a jingle."""
_MUSIC_DB: Final = -50.0
"""Music below is another room's, or a line's hum."""
_STEP: Final = round(0.5 / HOP_S)
_PERIODIC, _PITCHED = 0.6, 0.3
"""Share of frames that are periodic, without which it is steady noise."""

_NOTE: Final = round(0.1 / HOP_S)
"""Frames for which the strongest frequency stays where it is when somebody plays: voices glide, by 5 to 20 Hz in this time."""
_STEADY_HZ: Final = 4.0
_LOWEST_HZ: Final = 205.0
"""Below the band in which the strongest frequency is looked for, it stands at its edge."""
_NOTES_WINDOW: Final = round(4.0 / HOP_S)
_MIDDLE: Final = _NOTES_WINDOW // 4
"""Frames at either end of a window that the next one tells better, where there may be pauses of talk."""
_LOUD_DB: Final = 15.0
"""Frames so little below the loud ones of the window count."""
_NOTES: Final = 0.55
"""Share of those that are part of a note: pianos, strings and flutes have 0.45 to 1 (made up, a telephone band too), meetings up to 0.37, readers
0.25, calls 0.16."""
_FULL_NOTES: Final = 0.16
"""Share that is enough where it never falls quiet: plucked strings and bands have 0.17 to 0.4, talk in noise up to 0.11."""
_FEWEST_TONES: Final = 4
_SHARE_OF_TONE: Final = 0.04
"""A tune has at least so many notes of that share of it; signals of the network have one to three."""
_EDGE: Final = round(0.5 / HOP_S)
_EDGE_NOTES: Final = 0.25
_EDGE_PART: Final = 0.4
"""Share of notes within a second at which music begins and ends, and part of the music's own share: voices may hold a vowel."""

_SLOW_WINDOW: Final = round(2.0 / HOP_S)
_QUIET_SHARE: Final = 0.08
"""Speech leaves at least a fifth of its frames 12 dB below the loud ones (pauses, closures: Scheirer and Slaney 1997); music on hold hardly any."""
_QUIET_DB: Final = 12.0
_CHANGES_DB: Final = 4.0
"""Mean change of the bands within 100 ms: 5 to 8 dB in speech, 1 to 3 in held chords."""
_AT_ONCE: Final = 10_000
"""Frames worked on at once."""


def music_in(features: Features) -> list[tuple[int, int]]:
    """(first, end) frames of each stretch of music, in order."""
    held = _slow(features)
    level, notes = features.level.astype(np.float32), _notes(features)
    for first, end in _tunes(features, level, notes):
        held[first:end] = True
    return [
        (first, end)
        for first, end in runs(held, _STEP)
        if end - first >= _LEAST and float(np.mean(features.periodic[first:end] > _PERIODIC)) > _PITCHED
    ]


def _tunes(features: Features, level: Floats, notes: Mask) -> list[tuple[int, int]]:
    """Stretches in which notes are held, from the first note to the last."""
    found = np.zeros(len(level), np.bool_)
    for first in range(0, max(1, len(level) - _NOTES_WINDOW + 1), _STEP):
        window = slice(first, first + _NOTES_WINDOW)
        loud = float(np.percentile(level[window], 80))
        share = float(notes[window][level[window] > loud - _LOUD_DB].mean())
        full = _is_full(level[window], loud)
        if loud > _MUSIC_DB and share >= (_FULL_NOTES if full else _NOTES):
            last = first + _NOTES_WINDOW + _STEP > len(level)
            found[first + (0 if full or not first else _MIDDLE) : first + _NOTES_WINDOW - (0 if full or last else _MIDDLE)] = True
    heard = [_from_note_to_note(level, notes, first, end) for first, end in runs(found)]
    return [(first, end) for first, end in heard if _is_tune(features, notes, first, end)]


def _from_note_to_note(level: Floats, notes: Mask, first: int, end: int) -> tuple[int, int]:
    """The stretch without what lies before its first notes and after its last ones."""
    loud = float(np.percentile(level[first:end], 80))
    played = notes[first:end] & (level[first:end] > loud - _LOUD_DB)
    share = np.convolve(played, np.full(2 * _EDGE + 1, 1 / (2 * _EDGE + 1)), "same")[: end - first]
    near = np.flatnonzero(share >= max(_EDGE_NOTES, _EDGE_PART * float(np.percentile(share, 80))))
    return (first + int(near[0]), first + int(near[-1]) + 1) if near.size else (first, first)


def _notes(features: Features) -> Mask:
    """Frames of a held note."""
    hertz = features.tone_hz.astype(np.float32)
    steady = (np.abs(np.diff(hertz, prepend=hertz[:1])) < _STEADY_HZ) & (hertz > _LOWEST_HZ)
    found = np.zeros_like(steady)
    for first, end in runs(steady):
        found[first:end] = end - first >= _NOTE - 1
    return found


def _is_tune(features: Features, notes: Mask, first: int, end: int) -> bool:
    """Whether several notes are played, by semitones."""
    hertz = features.tone_hz[first:end][notes[first:end]].astype(np.float32)
    tones = np.bincount(np.rint(12 * np.log2(hertz / 100)).astype(np.int64))
    return int((tones >= _SHARE_OF_TONE * hertz.size).sum()) >= _FEWEST_TONES


def _is_full(level: Floats, loud: float) -> bool:
    return float(np.mean(level < loud - _QUIET_DB)) <= _QUIET_SHARE


def _slow(features: Features) -> Mask:
    """Stretches that never fall quiet and change slowly."""
    level, changes = features.level.astype(np.float32), _changes(features)
    found = np.zeros(len(level), np.bool_)
    for first in range(0, max(1, len(level) - _SLOW_WINDOW + 1), _STEP):
        window = slice(first, first + _SLOW_WINDOW)
        loud = float(np.percentile(level[window], 80))
        found[window] |= loud > _MUSIC_DB and _is_full(level[window], loud) and float(changes[window].mean()) < _CHANGES_DB
    return found


def _changes(features: Features) -> Floats:
    """Mean absolute change of the bands over 100 ms, dB."""
    found = np.zeros(len(features), np.float32)
    for first in range(0, len(features), _AT_ONCE):
        bands = features.bands[first : first + _AT_ONCE + _NOTE].astype(np.float32)
        moved = np.abs(bands[_NOTE:] - bands[:-_NOTE]).mean(axis=1)
        found[first : first + len(moved)] = moved
    return found
