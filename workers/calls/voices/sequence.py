"""The most likely sequence of voices, each a mixture adapted from the recording's and a pitch (Viterbi over 100 ms)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from workers.calls.voices.likeness import Timbre
from workers.calls.voices.mixtures import Mixture, fit

Floats = NDArray[np.float32]
Labels = NDArray[np.int64]

CELL: Final = 5
"""Frames decided together: 100 ms, within the half of a collar in which people disagree about a boundary."""
_ROUNDS: Final = 4
_SIZE, _RELEVANCE = 8, 8.0
_CHANGE: Final = 25.0
"""Log-likelihood that a change of speaker must gain: with frames of 20 ms a second of another voice gains 20 to 100."""
_LEAST_WIDTH: Final = 0.12
"""Of a voice's pitch, natural logarithm."""
_ODD_PITCH: Final = -2.5
"""Log-likelihood of a pitch that fits nobody: the analysis errs by an octave now and then."""
_CORRELATED: Final = 0.1
"""Neighbouring frames say much the same: of ten one counts."""
_SMOOTH: Final = 15
"""Cells (1.5 s) over which the confidence is taken."""


@dataclass(frozen=True)
class Cells:
    """The 100 ms that hold speech: their numbers, and the cell of each frame of speech as a place among them."""

    times: NDArray[np.int64]
    of_frame: NDArray[np.int64]


def cells_of(voice: Timbre) -> Cells:
    """Of all frames of speech."""
    times, of_frame = np.unique(voice.frames // CELL, return_inverse=True)
    return Cells(times, of_frame)


def heard(cells: Cells, voice: Timbre, labels: Labels, count: int) -> tuple[Labels, NDArray[np.float64]]:
    """The voice (0 to count - 1) of each cell and the confidence in it (0 to 1), beginning from the `labels` of the frames of speech."""
    mixture = fit(voice.cepstra, _SIZE, 0)
    likely = np.zeros((len(cells.times), count))
    found = np.zeros(len(cells.times), np.int64)
    for _ in range(_ROUNDS):
        for one in range(count):
            frames = _likely(voice, labels == one, mixture)
            likely[:, one] = np.bincount(cells.of_frame, weights=frames, minlength=len(cells.times))
        found = best_sequence(likely, _CHANGE)
        labels = found[cells.of_frame]
    return found, _sure(likely, found)


def _likely(voice: Timbre, mine: NDArray[np.bool_], mixture: Mixture) -> Floats:
    """Log-likelihood of each frame under the voice of the frames that are `mine`."""
    if mine.sum() <= 10:
        return np.full(len(mine), -1e3, np.float32)
    _, likely = mixture.adapted(voice.cepstra[mine], _RELEVANCE).posteriors(voice.cepstra)
    known = ~np.isnan(voice.pitch)
    mine_known = voice.pitch[known & mine]
    if mine_known.size > 10:
        middle = np.median(mine_known)
        width = max(_LEAST_WIDTH, 1.48 * float(np.median(np.abs(mine_known - middle))))
        likely[known] += np.logaddexp(-0.5 * ((voice.pitch[known] - middle) / width) ** 2 - np.log(width), _ODD_PITCH)
    return likely


def best_sequence(likely: NDArray[np.float64], change: float) -> Labels:
    """The path of most log-likelihood through `likely` of shape (steps, states), each change of state costing `change`."""
    steps, states = likely.shape
    came = np.empty((steps, states), np.int64)
    staying = np.arange(states)
    score = likely[0].copy()
    for step in range(1, steps):
        best = int(score.argmax())
        changed = score[best] - change
        stays = score >= changed
        came[step] = np.where(stays, staying, best)
        score = np.where(stays, score, changed) + likely[step]
    found = np.empty(steps, np.int64)
    found[-1] = score.argmax()
    for step in range(steps - 1, 0, -1):
        found[step - 1] = came[step, found[step]]
    return found


def _sure(likely: NDArray[np.float64], found: Labels) -> NDArray[np.float64]:
    """Share of the chosen voice among all, over a second and a half around each cell."""
    ahead = np.concatenate([np.zeros((1, likely.shape[1])), likely.cumsum(axis=0)])
    places = np.arange(len(likely))
    window = ahead[np.minimum(places + _SMOOTH // 2 + 1, len(likely))] - ahead[np.maximum(places - _SMOOTH // 2, 0)]
    shares = np.exp(_CORRELATED * (window - window.max(axis=1, keepdims=True)))
    found_shares: NDArray[np.float64] = shares[places, found] / shares.sum(axis=1)
    return found_shares
