"""Text that a recogniser made up: told by its own figures, by its repetitions, and by sentences that come from subtitles, not from calls.

The three figures and their limits are those of Whisper's own decoding (Radford et al. 2022, section 4.5). The sentences are those that Whisper is
known to write into silence and noise (Barański et al. 2025, "Investigation of Whisper ASR hallucinations induced by non-speech audio").
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from typing import Final

from pydantic import Field

from schemas.documents import Value

_CREDITS: Final = re.compile(
    r"amara\.org|subtitles? by|subtitled by|transcription by|transcribed by|captioning (made|by)|subt[ií]tulos (realizados )?(por|de)|legendas? pela|"
    r"sous-titr(es|age)|untertitel(ung)? (von|des|der|im|durch)|sottotitoli (creati|e revisione)|субтитры|字幕",
    re.IGNORECASE,
)
"""Whoever wrote the subtitles a model was trained on: nobody says this in a call."""

_FAREWELLS: Final = frozenset(
    "thanks for watching|thank you for watching|thank you so much for watching|please subscribe|like and subscribe|see you in the next video|"
    "gracias por ver el video|gracias por ver|suscríbete al canal|suscríbete|merci d'avoir regardé cette vidéo|merci d'avoir regardé|"
    "vielen dank fürs zuschauen|danke fürs zuschauen|obrigado por assistir|grazie per la visione|grazie per aver guardato".split("|")
)
"""A video's last words: nobody says these in a call either."""

_EMPTY_WORDS: Final = frozenset("you|thank you|thanks|bye|bye bye|okay|oh|so|gracias|sí|merci|danke|tschüss|obrigado|grazie".split("|"))
"""What is said in calls and written into silence as well: believed only where the model heard speech."""


class Doubt(Value):
    """From where on text is taken for invented."""

    max_no_speech: float = Field(
        default=0.6,
        ge=0,
        le=1,
        description="0 to 1: text of a window surer to hold no speech goes, if its words are unsure too; lower drops more",
    )
    min_log_probability: float = Field(
        default=-1.0, ge=-20, le=0, description="mean natural log-probability of tokens below which a text is unsure; higher drops more"
    )
    max_compression: float = Field(
        default=2.4, ge=1, le=100, description="size of a text by that of its zlib compression above which it only repeats itself; lower drops more"
    )
    drop_known: bool = Field(default=True, description="drop sentences known to come from subtitles (credits, `thanks for watching`)")


@dataclass(frozen=True, slots=True)
class Figures:
    """What a recogniser says about one stretch of its text."""

    no_speech: float
    """Probability that the window holds no speech."""
    log_probability: float
    """Mean natural logarithm of the tokens' probabilities."""


def invented(text: str, figures: Figures, doubt: Doubt) -> bool:
    """Whether nobody said this."""
    if compression(text) > doubt.max_compression:
        return True
    unheard = figures.no_speech > doubt.max_no_speech
    if unheard and figures.log_probability < doubt.min_log_probability:
        return True
    if not doubt.drop_known:
        return False
    plain = " ".join(re.findall(r"[\w']+", text.lower()))
    return bool(_CREDITS.search(text)) or plain in _FAREWELLS or (unheard and plain in _EMPTY_WORDS)


def compression(text: str) -> float:
    """Bytes of the text by bytes of its compression: 1 to 2 for speech, above for loops; 0 for no text."""
    encoded = text.encode()
    return len(encoded) / len(zlib.compress(encoded)) if encoded else 0.0
