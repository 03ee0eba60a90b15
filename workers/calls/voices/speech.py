"""When somebody talks, told from noise, tones and music.

A frame holds voice when it is periodic as vowels are, stands out of the noise around it and is not far below the recording's loud voice. Consonants
and pauses next to voice belong to it; so do pauses too short to be anybody's turn. A stretch of such frames is talk when a vowel is held in it or it
stands out as plainly as the recording's voices do: chairs, doors, paper and laughter have periodic moments, and neither of the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.calls.voices.features import HOP_S, Features
from workers.calls.voices.noise import above_noise
from workers.calls.voices.sounds import Sound
from workers.calls.voices.stretches import Mask, runs

PAUSE_S: Final = 0.5
"""Shorter pauses stay within a turn, as people label meetings and calls (half of the pauses within turns last under 0.5 s, Heldner, Edlund 2010)."""
SHORTEST_S: Final = 0.2
"""Less is a click or a breath."""

_PERIODIC: Final = 0.7
"""Least periodicity of voiced frames: noise through a 32 ms window reaches 0.5."""
_ABOVE_DB: Final = 9.0
"""Voice stands at least this far above the noise, as the mean over the bands."""
_CONSONANTS_DB: Final = 4.0
"""So do the frames beside it."""
_RANGE_DB: Final = 30.0
"""Voice further below the loud one is another room's, or crosstalk: two ends of a telephone call differ by up to 20 dB."""
_REACH: Final = round(0.2 / HOP_S)
"""Frames on either side of voice in which consonants lie."""
_FAR: Final = round(0.6 / HOP_S)
_HOARSE_DB: Final = 12.0
"""Loud frames further from voice are talk, too: a hoarse or creaking voice (a cold) leaves whole syllables without a period."""
_OF_FIVE: Final = 3
"""Voiced frames among five neighbours: the shortest vowels take 60 ms."""
_VOWEL: Final = 5
"""Frames (0.1 s) for which a vowel holds its pitch. Noises of meeting rooms did for 4 at most; a word without one is told by the next two."""
_GLIDE: Final = 0.06
"""By which a pitch moves from frame to frame (natural logarithm; a semitone): knocks jump from one to the next."""
_PLAIN_DB: Final = 20.0
"""Above the noise, from which a stretch without a held vowel is talk: noises of meeting rooms reached 19.7, talk without one 20.7 and more."""
_LESS_DB: Final = 10.0
"""So is one this little below the recording's plain voices: on a noisy line nothing reaches 20."""
_PEAKS: Final = 90
"""Percentile of a stretch's frames by which it is judged."""


@dataclass(frozen=True)
class Speech:
    """Two masks of frames."""

    talk: Mask
    """Somebody talks, the short pauses included."""
    clear: Mask
    """Those of talk that stand out of the noise: what voices are told apart by."""


def speech(features: Features, sounds: Sequence[Sound] = ()) -> Speech:
    """Where talk is; frames of `sounds` are none."""
    none = np.zeros(len(features), np.bool_)
    if not len(features):
        return Speech(none, none)
    other = _within(features, sounds)
    above = above_noise(features).db
    periodic = (features.periodic > _PERIODIC) & (above > _ABOVE_DB) & ~other
    if not periodic.any():
        return Speech(none, none)
    loud = np.percentile(features.level[periodic].astype(np.float32), 90)
    voiced = periodic & (features.level > loud - _RANGE_DB)
    voiced = np.convolve(voiced, np.ones(5), "same")[: len(features)] >= _OF_FIVE
    out_of_noise = ((_beside(voiced, _REACH) & (above > _CONSONANTS_DB)) | (_beside(voiced, _FAR) & (above > _HOARSE_DB))) & ~other
    out_of_noise &= _said(features, periodic, above, out_of_noise)
    talk = bridged(out_of_noise) & ~_within(features, [sound for sound in sounds if sound.end_s - sound.start_s > PAUSE_S])
    return Speech(talk, talk & out_of_noise)


def _said(features: Features, periodic: Mask, above: NDArray[np.float32], heard: Mask) -> Mask:
    """The stretches of what is `heard` that somebody says: with a held vowel, or far out of the noise."""
    plain = min(_PLAIN_DB, float(np.percentile(above[periodic], 95)) - _LESS_DB)
    vowels = _vowels(features, periodic)
    found = np.zeros_like(heard)
    for first, end in runs(heard, round(PAUSE_S / HOP_S)):
        found[first:end] = bool(vowels[first:end].any()) or float(np.percentile(above[first:end], _PEAKS)) >= plain
    return found


def _vowels(features: Features, periodic: Mask) -> Mask:
    """Frames in which a pitch has been held for `_VOWEL` of them."""
    pitch = np.log(features.pitch_hz.astype(np.float32))
    held = np.zeros_like(periodic)
    held[1:] = periodic[1:] & periodic[:-1] & (np.abs(np.diff(pitch)) < _GLIDE)
    found = np.zeros_like(periodic)
    for first, end in runs(held):
        found[first:end] = end - first >= _VOWEL - 1
    return found


def bridged(mask: Mask) -> Mask:
    """The mask with pauses under `PAUSE_S` filled and spans without `SHORTEST_S` of talk left out."""
    found = np.zeros_like(mask)
    for first, end in runs(mask, round(PAUSE_S / HOP_S)):
        if mask[first:end].sum() >= SHORTEST_S / HOP_S:
            found[first:end] = True
    return found


def _beside(mask: Mask, reach: int) -> Mask:
    """Frames at most `reach` away from one that is true."""
    found: Mask = np.convolve(mask, np.ones(2 * reach + 1))[reach : reach + len(mask)] > 0.5
    return found


def _within(features: Features, sounds: Sequence[Sound]) -> Mask:
    found = np.zeros(len(features), np.bool_)
    for sound in sounds:
        first, end = ((second - features.start_s) / HOP_S for second in (sound.start_s, sound.end_s))
        found[max(0, round(first)) : max(0, round(end))] = True
    return found
