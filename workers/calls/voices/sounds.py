"""Sounds of a telephone line that are no talk: ringing, key tones, beeps, music on hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from workers.calls.voices.features import HOP_S, Features
from workers.calls.voices.music import music_in
from workers.calls.voices.stretches import runs

SoundKind = Literal["ringing", "tone", "music"]

_TONAL: Final = 0.98
"""Share of the power in two frequencies from which a frame is a tone: vowels have more than two harmonics in the telephone band."""
_MACHINE_HZ, _MACHINE_SHARE = 3.0, 0.6
"""Most frames of a tone lie this close to its middle: a hummed vowel drifts by 5 to 20 Hz in a tenth of a second."""
_TWO_TONES: Final = 0.995
"""Share from which a changed strongest frequency is the other one of a key tone's two, not a voice that moves on."""
_STEADY_HZ: Final = 20.0
"""Machines keep their frequency; two bins of the transform are 31 Hz."""
_STEADY_DB: Final = 2.0
"""So they keep their loudness."""
_SHORTEST_TONE_S: Final = 0.08
"""Key tones last at least 40 ms (ITU-T Q.24), mostly 80 and more; a hummed vowel may hold still for 60."""
_RING_SHARE: Final = 0.95
"""Share of the power in the ringing band from which a frame rings: vowels have power above 530 Hz, or none but their pitch, below 320."""
_RING_S: Final = 0.3
"""The shortest beat of a ringing or busy cadence is 0.2 to 0.5 s; key tones do not last as long on those frequencies."""
_BEATS: Final = 3
"""Frames that may fail meanwhile: two tones 40 Hz apart (North America) cancel each other every 25 ms."""
_FLOOR_DB: Final = -60.0
"""Below lies line hum."""


@dataclass(frozen=True, slots=True)
class Sound:
    """Something that is no talk, seconds from the recording's start."""

    kind: SoundKind
    start_s: float
    end_s: float


def sounds(features: Features) -> list[Sound]:
    """All such sounds in order of time; tones within music are part of it."""
    if not len(features):
        return []
    rings = _rings(features)
    music = [Sound("music", _second(features, first), _second(features, end)) for first, end in music_in(features)]
    longer = [*(one for one in music if not _is_ringing(one, rings)), *rings]
    tones = [sound for sound in _tones(features) if not any(one.start_s < sound.end_s and sound.start_s < one.end_s for one in longer)]
    return sorted([*longer, *tones], key=lambda sound: (sound.start_s, sound.end_s))


def _is_ringing(music: Sound, rings: list[Sound]) -> bool:
    """Whether most of what sounds like music is ringing: a dial tone goes on for long."""
    return 2 * sum(max(0.0, min(one.end_s, music.end_s) - max(one.start_s, music.start_s)) for one in rings) > music.end_s - music.start_s


def _rings(features: Features) -> list[Sound]:
    rings = (features.ringing > _RING_SHARE) & (features.level > _FLOOR_DB)
    return [
        Sound("ringing", _second(features, first), _second(features, end))
        for first, end in runs(rings, _BEATS)
        if (end - first) * HOP_S >= _RING_S and rings[first:end].mean() >= _MACHINE_SHARE
    ]


def _tones(features: Features) -> list[Sound]:
    tonal = (features.tonal > _TONAL) & (features.level > _FLOOR_DB)
    found: list[Sound] = []
    first = 0
    hertz = features.tone_hz.astype(np.float32)
    for frame in range(1, len(features) + 1):
        if frame < len(features) and tonal[frame] and tonal[first] and _same(features, hertz, first, frame):
            continue
        if tonal[first] and (tone := _tone(features, hertz[first:frame], first)):
            found.append(tone)
        first = frame
    return found


def _same(features: Features, hertz: NDArray[np.float32], first: int, frame: int) -> bool:
    """Whether a tone goes on: its loudness and its frequency; of two, either may be the strongest."""
    steady = min(abs(float(hertz[frame]) - float(hertz[frame - 1])), abs(float(hertz[frame]) - float(hertz[first]))) <= _STEADY_HZ
    other = features.tonal[frame] > _TWO_TONES
    return (steady or bool(other)) and abs(float(features.level[frame]) - float(features.level[frame - 1])) < _STEADY_DB


def _tone(features: Features, hertz: NDArray[np.float32], first: int) -> Sound | None:
    """What a stretch of tonal frames is: nothing where it is short or wavers as voices do."""
    off = np.abs(hertz - np.median(hertz)) > _MACHINE_HZ
    if len(hertz) * HOP_S < _SHORTEST_TONE_S or np.mean(off) > 1 - _MACHINE_SHARE:
        return None
    return Sound("tone", _second(features, first), _second(features, first + len(hertz)))


def _second(features: Features, frame: int) -> float:
    return round(features.start_s + frame * HOP_S, 3)
