"""Text that a recogniser wrote where nobody spoke: phrases of subtitled videos, left out only where no voice is found.

Recognisers doubt their own text by their own figures first; this is for what they were sure of. The phrases are those seen most often when Whisper is
given noise and silence (Barański et al. 2025, "Investigation of Whisper ASR hallucinations induced by non-speech audio").
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from workers.calls.phrases import plain
from workers.calls.turns import Span, Turn

LEAST_VOICE_S: Final = 0.2
"""Voice of this length within a turn makes its words believable: the shortest words last about as long, a click does not."""


@cache
def _table() -> tuple[frozenset[str], re.Pattern[str]]:
    """Whole turns, and phrases that are enough anywhere in one; as `plain` writes them."""
    lists = tomllib.loads((Path(__file__).parent / "words" / "invented.toml").read_text("utf-8"))
    whole = frozenset(plain(phrase) for phrase in lists["whole"].split("|"))
    return whole, re.compile("|".join(re.escape(plain(phrase)) for phrase in lists["holds"].split("|")))


def known_filler(text: str) -> bool:
    """Whether recognisers are known to write this into silence."""
    whole, holds = _table()
    said = plain(text)
    return said in whole or holds.search(said) is not None


def believable(turns: Sequence[Turn], voiced: Iterable[Span]) -> list[Turn]:
    """The turns without those known fillers in which no voice is found. `voiced`: where somebody talks, by channel."""
    by_channel: dict[int, list[Span]] = {}
    for span in voiced:
        by_channel.setdefault(span.channel, []).append(span)
    return [turn for turn in turns if not known_filler(turn.segment.text) or _voice_s(turn.span, by_channel.get(turn.channel, ())) >= LEAST_VOICE_S]


def _voice_s(span: Span, voiced: Iterable[Span]) -> float:
    return sum(max(0.0, min(span.end_s, one.end_s) - max(span.start_s, one.start_s)) for one in voiced)
