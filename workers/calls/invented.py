"""What a recogniser wrote where nobody speaks: left out, and said to be.

Recognisers doubt their own text by their own figures first; this is for what they believed. Three things go where no voice is found: turns of which
nothing was understood, words that the recogniser was not sure of, and phrases of subtitled videos however sure it was (those seen most often when
Whisper is given noise and silence: Barański et al. 2025, "Investigation of Whisper ASR hallucinations induced by non-speech audio"). What it was sure
of stays, flagged `no_voice`: a voice may be missed, too.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from schemas.extractions import Problem
from schemas.rows.call import UtteranceRow
from schemas.transcripts import TimedWord
from workers.calls.phrases import plain
from workers.calls.turns import Span, Turn
from workers.calls.voices.listening import Listened
from workers.calls.voices.stretches import spans_s

LEAST_VOICE_S: Final = 0.2
"""Voice of this length within a turn makes its words believable: the shortest words last about as long, a click does not."""
NEAR_S: Final = 0.5
"""A voice this near to a word may have said it: recognisers and voice detectors set their edges about this loosely."""
UNSURE: Final = 0.5
"""Less sure of a word than this, a recogniser thinks it more likely wrong than right."""
FLAG: Final = "no_voice"

_WORDLESS: Final = ("turn without words", "turns without words")
_Voices = Mapping[int, Sequence[Span]]


@dataclass(frozen=True, slots=True)
class Believed:
    """The turns that are left, and how many words and wordless turns are not, by channel."""

    turns: list[Turn]
    words: Counter[int]
    wordless: Counter[int]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """One for each channel that lost something."""
        lost = sorted({*self.words, *self.wordless})
        return tuple(Problem(code=FLAG, message=_sentence(channel, self.words[channel], self.wordless[channel])) for channel in lost)


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


def believable(turns: Sequence[Turn], talk: Iterable[Span], voices: Mapping[int, Iterable[Span]]) -> Believed:
    """What of the turns somebody can have said.

    `talk`: where somebody seems to talk, by loudness where no voice was found. `voices`: where voices are, of the channels in which they were looked
    for; the words of others are believed.
    """
    talking = _by_channel(talk)
    heard = {channel: sorted(spans, key=lambda span: span.start_s) for channel, spans in voices.items()}
    found = Believed([], Counter(), Counter())
    for turn in turns:
        said = turn.segment.words
        quiet = _voice_s(turn.span, talking.get(turn.channel, ())) < LEAST_VOICE_S
        if quiet and not said:
            found.wordless[turn.channel] += 1
            continue
        filler = quiet and known_filler(turn.segment.text)
        kept = () if filler else tuple(word for word in said if word.confidence >= UNSURE or _near(word, turn.channel, heard))
        if len(kept) < len(said):
            found.words[turn.channel] += len(said) - len(kept)
        if kept or not said:
            found.turns.append(_with(turn, kept))
    return found


def voices(listened: Listened) -> dict[int, list[Span]]:
    """Where voices are, by channel, of the channels in which they were looked for."""
    return {
        channel: [Span(channel, *span) for span in spans_s(found.talk, listened.features[channel].start_s)]
        for channel, found in listened.speech.items()
    }


def flagged(rows: Iterable[UtteranceRow], talk: Iterable[Span]) -> tuple[UtteranceRow, ...]:
    """The rows, those flagged near whose words nobody talks."""
    talking = _by_channel(talk)
    return tuple(row if _talked(row, talking) else row.model_copy(update={"flags": (*row.flags, FLAG)}) for row in rows)


def _talked(row: UtteranceRow, talking: _Voices) -> bool:
    if not row.text or row.start_s is None or row.end_s is None:
        return True
    around = Span(row.channel or 0, row.start_s - NEAR_S, row.end_s + NEAR_S)
    return _voice_s(around, talking.get(around.channel, ())) > 0


def _with(turn: Turn, kept: tuple[TimedWord, ...]) -> Turn:
    """The turn with these of its words, begun and ended with them where the first or the last ones went."""
    whole = turn.segment
    if len(kept) == len(whole.words):
        return turn
    start = whole.start_s if kept[0] == whole.words[0] else kept[0].start_s
    end = whole.end_s if kept[-1] == whole.words[-1] else kept[-1].end_s
    return replace(turn, segment=whole.model_copy(update={"start_s": start, "end_s": max(start, end), "words": kept}))


def _near(word: TimedWord, channel: int, heard: _Voices) -> bool:
    """Whether a voice is near the word, or nobody looked for one."""
    if channel not in heard:
        return True
    return any(one.start_s < word.end_s + NEAR_S and one.end_s > word.start_s - NEAR_S for one in heard[channel])


def _by_channel(spans: Iterable[Span]) -> dict[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for span in spans:
        found.setdefault(span.channel, []).append(span)
    return found


def _voice_s(span: Span, voiced: Iterable[Span]) -> float:
    return sum(max(0.0, min(span.end_s, one.end_s) - max(span.start_s, one.start_s)) for one in voiced)


def _sentence(channel: int, words: int, wordless: int) -> str:
    lost = [f"{count} {one if count == 1 else many}" for count, one, many in ((words, "word", "words"), (wordless, *_WORDLESS)) if count]
    return f"channel {channel}: {' and '.join(lost)} that the recogniser heard where nobody speaks left out"
