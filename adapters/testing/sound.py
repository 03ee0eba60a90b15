"""Audio made for the contract suites and tests: tones, silence and one spoken sentence."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.decoding.audio import decode
from schemas.settings import Limits

RATE_HZ: Final = 16_000

SENTENCE: Final = Path(__file__).with_name("sentence.flac")
"""An invented sentence, spoken by espeak-ng 1.51 (`-v en-us -s 150`) with half a second of silence around it."""

SENTENCE_TEXT: Final = "thank you for your patience we will call you tomorrow morning"


def spoken() -> bytes:
    """`SENTENCE` as mono PCM at `RATE_HZ`."""
    return b"".join(block.samples[0].tobytes() for block in decode(SENTENCE, Limits()))


def silence(seconds: float) -> NDArray[np.int16]:
    """Digital silence."""
    return np.zeros(round(seconds * RATE_HZ), np.int16)


def tone(seconds: float, hertz: float = 440.0, level: float = 0.3) -> NDArray[np.int16]:
    """A sine at `level` of full scale."""
    at = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (level * 32767 * np.sin(2 * np.pi * hertz * at)).astype(np.int16)
