"""Stretches of speech as windows for a recogniser: silence left out, short turns together, long ones cut where it is quietest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from adapters.stt.pocketsphinx import cut_quietest, joined, levels, voiced

RATE_HZ: Final = 16_000
_FRAME_S: Final = 0.03
_FRAME_BYTES: Final = int(_FRAME_S * RATE_HZ) * 2


@dataclass(frozen=True, slots=True)
class SpeechWindow:
    """Audio from `start_s` of its stretch: float32 samples between -1 and 1."""

    start_s: float
    samples: Any


def speech_windows(pcm: bytes, vad_mode: int, pause_s: float, longest_s: float) -> list[SpeechWindow]:
    """Windows of at most `longest_s` seconds, in order. Turns that fit into one window with the pause between them share it: context helps."""
    import numpy as np
    from pocketsphinx import Vad

    detector = Vad(vad_mode, RATE_HZ, _FRAME_S)
    frames = [detector.is_speech(pcm[at : at + _FRAME_BYTES]) for at in range(0, len(pcm) - _FRAME_BYTES + 1, _FRAME_BYTES)]
    most = round(longest_s / _FRAME_S)
    spans: list[tuple[int, int]] = []
    for first, end in joined(voiced(frames), round(pause_s / _FRAME_S)):
        if spans and end - spans[-1][0] <= most:
            spans[-1] = (spans[-1][0], end)
        else:
            spans += [(first + start, first + stop) for start, stop in cut_quietest(levels(pcm[first * _FRAME_BYTES : end * _FRAME_BYTES]), most)]
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], "<i2").astype(np.float32) / 32768
    step = _FRAME_BYTES // 2
    return [SpeechWindow(first * _FRAME_S, samples[first * step : end * step]) for first, end in spans]
