"""Whether groups of frames are as many voices."""

from __future__ import annotations

import numpy as np
import pytest

from workers.calls.voices.counting import are_voices
from workers.calls.voices.likeness import Timbre

SOUNDS, COEFFICIENTS = 14, 19
CLOSE = (0.9, 0.7, 0.3)
"""Eigenvalues of two groups that stand apart."""


def said(*groups, pause=0, turns=8, frames=60):
    """Frames of groups in turn, each group (shift, pitch): the same sounds, all of them shifted; `pause` frames before each turn."""
    draw = np.random.default_rng(4)
    sounds = draw.normal(0, 3, (SOUNDS, COEFFICIENTS))
    labels = np.repeat(np.arange(turns * len(groups)) % len(groups), frames)
    shifts, pitches = (np.array([group[place] for group in groups]) for place in (0, 1))
    cepstra = sounds[draw.integers(SOUNDS, size=len(labels))] + shifts[labels][:, None] + draw.normal(0, 0.3, (len(labels), COEFFICIENTS))
    numbers = np.arange(len(labels)) + pause * (np.arange(len(labels)) // frames)
    pitch = pitches[labels] + draw.normal(0, 0.02, len(labels))
    return Timbre(numbers, cepstra.astype(np.float32), pitch.astype(np.float32)), labels


def test_voices_far_apart():
    assert are_voices(*said((0.0, 4.6), (6.0, 5.2), pause=20), CLOSE)


def test_moods_of_one_voice():
    assert not are_voices(*said((0.0, 4.6), (0.0, 4.62)), CLOSE)


def test_voices_alike_in_timbre_are_told_by_all_signs_together():
    alike = ((0.0, 4.6), (0.8, 4.9))
    assert are_voices(*said(*alike, pause=20), CLOSE)
    assert not are_voices(*said(*alike), (0.9, 0.6, 0.58))


def test_each_two_of_three_must_be_two():
    values = (0.95, 0.9, 0.8, 0.4)
    assert are_voices(*said((0.0, 4.6), (6.0, 5.2), (-6.0, 4.9), pause=20), values)
    assert not are_voices(*said((0.0, 4.6), (6.0, 5.2), (6.0, 5.2), pause=20), (*values[:3], 0.75))


def test_voices_without_a_pitch():
    voice, labels = said((0.0, np.nan), (6.0, np.nan), pause=20)
    assert are_voices(voice, labels, CLOSE)


@pytest.mark.parametrize(("frames", "enough"), [(29, False), (31, True)])
def test_a_word_is_no_voice(frames, enough):
    assert are_voices(*said((0.0, 4.6), (6.0, 5.2), pause=20, turns=2, frames=frames), CLOSE) is enough
