"""How many voices there are: whether groups of frames are told apart as two people are, not as two moods of one.

Two tests, either of which is enough. One asks whether a mixture each explains two groups better than one mixture does: it needs little speech, and
misses voices that are alike in all but a few sounds, as synthetic ones are. The other weighs six signs. Its weights are a logistic regression on half
of some 190 conversations composed of synthetic voices, readers and speakers of meetings; docs/voices.md says what the other half showed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.calls.voices.likeness import Timbre
from workers.calls.voices.mixtures import fit

Labels = NDArray[np.int64]
Floats = NDArray[np.float32]

_LEAST_GAIN_OF_MORE: Final = -0.25
"""`_gain` from which each two of more than two groups are two voices, as in most conversations of three (-0.2 and more, some down to -0.8); one or
two voices taken for three lost 0.57 and more (readers in four languages and an agent, composed)."""
_LEAST_GAINS_OF_TWO: Final = ((400.0, 1000.0), (-0.9, -0.3))
"""`_gain` from which two groups are two voices, by the frames of the smaller one. In theory 0; but most calls
have two voices, and mixtures of little speech fit badly. In conversations two people gain -0.2 and more over half a minute each, -0.8 over five
seconds; the halves of one voice lose 0.5 over a minute and 1 to 2 over ten seconds."""
_SIZE, _DRAWS, _MOST_FRAMES = 4, 6, 5_000
_LEAST_FRAMES: Final = 60
"""Clear speech (1.2 s) without which a group is no voice."""
_PAUSE: Final = 8
"""Frames (0.16 s) between two of speech from which a change of voice is at a pause: within a word none is as long."""
_MOST_PITCH: Final = 0.5
"""Difference of pitch (natural logarithm, nine semitones) beyond which two voices are no surer."""
_WEIGHTS: Final = (0.27, 0.52, 1.41, 4.64, 3.09, 4.59)
_LEAST_ODDS: Final = 4.41
"""3.91 is even odds; half a unit more, since one person taken for two is the worse error."""


@dataclass(frozen=True, slots=True)
class _Contrast:
    """How two groups of frames differ."""

    smaller: int
    """Frames of the smaller one."""
    gain: float
    """Of a mixture each, as `_gain` says."""
    own: float
    """The same between the halves of each group, the mean of both: what one voice differs from itself in this recording."""
    distance: float
    """Sum over the coefficients of the squared difference of means in units of the groups' variance."""
    pitch: float
    """Difference of the median pitches, natural logarithm; 0 where one has none."""
    paused: float
    """Share (0 to 1) of changes between the two that are at a pause: people mostly pause before others begin, and vowels do not."""

    def odds(self, fall: float) -> float:
        """Weighed signs, from 0 on; `fall`: by how much the eigenvalue after the last group's is lower."""
        signs = (self.gain - self.own, np.log(self.smaller / 500), np.log(self.distance + 0.1), min(self.pitch, _MOST_PITCH), self.paused, fall)
        return float(np.dot(signs, _WEIGHTS))


def are_voices(voice: Timbre, labels: Labels, values: Sequence[float] | NDArray[np.float64]) -> bool:
    """Whether each two of the groups that `labels` make of the frames of speech are two voices.

    `values`: the eigenvalues of the similarity, from the largest on, one more than there are groups.
    """
    count = len(values) - 1
    groups = [voice.cepstra[labels == one] for one in range(count)]
    if min(len(group) for group in groups) < _LEAST_FRAMES:
        return False
    own = [_gain(group[: len(group) // 2], group[len(group) // 2 :]) for group in groups]
    found = [_contrast(voice, labels, pair, own) for pair in combinations(range(count), 2)]
    fall = float(values[-2] - values[-1])
    return all(one.gain >= _least_gain(one, count) for one in found) or all(one.odds(fall) > _LEAST_ODDS for one in found)


def _least_gain(contrast: _Contrast, count: int) -> float:
    return float(np.interp(contrast.smaller, *_LEAST_GAINS_OF_TWO)) if count == 2 else _LEAST_GAIN_OF_MORE


def _contrast(voice: Timbre, labels: Labels, pair: tuple[int, int], own: Sequence[float]) -> _Contrast:
    one, other = (voice.cepstra[labels == group] for group in pair)
    spread = (one.var(axis=0) + other.var(axis=0)) / 2 + 1e-3
    return _Contrast(
        smaller=min(len(one), len(other)),
        gain=_gain(other, one),
        own=(own[pair[0]] + own[pair[1]]) / 2,
        distance=float(((one.mean(axis=0) - other.mean(axis=0)) ** 2 / spread).sum()),
        pitch=_pitch_apart(*(voice.pitch[labels == group] for group in pair)),
        paused=_paused(voice, labels, pair),
    )


def _pitch_apart(one: Floats, other: Floats) -> float:
    known = [pitch[~np.isnan(pitch)] for pitch in (one, other)]
    if min(len(pitch) for pitch in known) <= 10:
        return 0.0
    return abs(float(np.median(known[0]) - np.median(known[1])))


def _paused(voice: Timbre, labels: Labels, pair: tuple[int, int]) -> float:
    changes = (labels[1:] != labels[:-1]) & np.isin(labels[1:], pair) & np.isin(labels[:-1], pair)
    return float((np.diff(voice.frames)[changes] > _PAUSE).mean()) if changes.any() else 0.0


def _gain(one: Floats, other: Floats) -> float:
    """Log-likelihood that two groups gain by a mixture each over one of twice the size, per frame of the smaller one.

    Both sides have as many parameters, so no penalty need be tuned (Ajmera and Wooters 2003).
    """
    thin = max(1, max(len(one), len(other)) // _MOST_FRAMES)
    one, other = one[::thin], other[::thin]
    both = np.concatenate([one, other])
    gains = [_fitted(one, _SIZE, draw) + _fitted(other, _SIZE, draw) - _fitted(both, 2 * _SIZE, draw) for draw in range(_DRAWS)]
    return float(np.mean(gains)) / min(len(one), len(other))


def _fitted(frames: Floats, size: int, draw: int) -> float:
    return float(fit(frames, size, draw).posteriors(frames)[1].sum())
