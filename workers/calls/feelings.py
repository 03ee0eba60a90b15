"""How a call felt: what each turn's score is worth, and the score of each side over the whole call and over its quarters, -5 to 5.

Language engines learned feeling from reviews, where "when does the store open?" is said by somebody who stands before a closed door. A turn's score
counts as far as there is evidence of feeling in it: a sentence that praises or blames, or what callers say when they are cross or pleased
(`words/feelings.toml`).
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from schemas.language import Polarity, TextAnalysis
from schemas.rows.call import UtteranceRow
from workers.calls.frames import Frames
from workers.calls.happenings import frames_of, happenings
from workers.calls.phrases import base

UNFOUNDED: Final = 0.2
"""What is left of a score without any evidence. On 60 made-up turns the scores of neutral ones went to -0.82, of angry ones without opinion words to
-0.75, so that the size of such a score tells nothing; with a fifth of it no neutral turn counts as clear (`categories.CLEAR`)."""
CROSS, WARM, ISSUE = -0.6, 0.5, -0.3
"""Least feeling of a turn without opinion words that is cross, pleased, or says that something is wrong."""
QUARTERS: Final = 4
SCALE: Final = 5.0
"""An utterance's sentiment goes from -1 to 1, a call's from -5 to 5 (AWS Post Call Analytics `SentimentScore`)."""


@dataclass(frozen=True, slots=True)
class _Signs:
    frames: Frames
    cross: re.Pattern[str]
    warm: re.Pattern[str]
    formulas: re.Pattern[str]


@cache
def _signs(language: str) -> _Signs | None:
    table = tomllib.loads((Path(__file__).parent / "words" / "feelings.toml").read_text("utf-8")).get(language)
    frames = frames_of(language)
    if table is None or frames is None:
        return None
    return _Signs(frames, *(frames.pattern(table[name]) for name in ("cross", "warm", "formulas")))


def felt(row: UtteranceRow, analysis: TextAnalysis) -> float | None:
    """A turn's score, -1 to 1, as far as there is evidence of feeling; of an engine that tells which sentences take sides."""
    if analysis.sentiment is None:
        return None
    score = analysis.sentiment.score
    signs = _signs(base(row.language))
    if signs is None or any(_is_meant(row.model_copy(update={"text": row.text[start:end]}), side, signs) for start, end, side in analysis.sentences):
        return score
    return round(_shown(row, signs, score * UNFOUNDED), 4)


def stated(_: UtteranceRow, analysis: TextAnalysis) -> float | None:
    """A turn's score as the engine states it: of one that does not tell which sentences take sides."""
    return analysis.sentiment.score if analysis.sentiment else None


def _is_meant(sentence: UtteranceRow, side: Polarity, signs: _Signs) -> bool:
    """Whether a sentence that takes a side means it.

    Less than two of three words are politeness, it is no set phrase of relief ("menos mal"), and no agent saying what will be done: "we will refund
    you" is about something bad, and good news.
    """
    if side == "negative" and sentence.role == "agent" and any(one.kind == "action" for one in happenings([sentence])):
        return False
    text = signs.frames.clean(sentence.text).replace(",", "")
    polite = sum(len(match.group().split()) for match in signs.formulas.finditer(text))
    return 3 * polite < 2 * len(text.split()) and not (side == "negative" and signs.warm.search(text))


def _shown(row: UtteranceRow, signs: _Signs, score: float) -> float:
    """The score of a turn without opinion words, as strong at least as what else it says shows."""
    text = signs.frames.clean(row.text)
    if any(not signs.frames.denied(text, match, inability=False) for match in signs.warm.finditer(text)):
        return max(score, WARM)
    happened = {(one.kind, one.name) for one in happenings([row]) if row.role in ("customer", "unknown")}
    if signs.cross.search(text) or ("operation", "complain") in happened:
        return min(score, CROSS)
    return min(score, ISSUE) if any(kind == "issue" for kind, _ in happened) else score


def sentiment_by_role(rows: Sequence[UtteranceRow], duration_s: float | None) -> dict[str, dict[str, Any]] | None:
    """Per role `score`, `quarters` (null where the role says nothing) and `change`, the last quarter with words less the first; None for no scores.

    Quarters are of time; of turns where the transcript has no times. An utterance counts by its words, so that "yes" does not outweigh a complaint.
    """
    found: dict[str, list[tuple[int, float, int]]] = defaultdict(list)
    for at, row in enumerate(rows):
        if row.sentiment is not None and row.role != "unknown":
            found[row.role].append((_quarter(row, at, len(rows), duration_s), row.sentiment, len(row.text.split())))
    return {role: _summed(scores) for role, scores in sorted(found.items())} or None


def _quarter(row: UtteranceRow, at: int, count: int, duration_s: float | None) -> int:
    share = at / count
    if duration_s and row.start_s is not None and row.end_s is not None:
        share = (row.start_s + row.end_s) / 2 / duration_s
    return min(QUARTERS - 1, int(share * QUARTERS))


def _summed(scores: Sequence[tuple[int, float, int]]) -> dict[str, Any]:
    quarters = [_mean([(score, words) for quarter, score, words in scores if quarter == wanted]) for wanted in range(QUARTERS)]
    known = [quarter for quarter in quarters if quarter is not None]
    change = round(known[-1] - known[0], 2) if len(known) > 1 else None
    return {"score": _mean([(score, words) for _, score, words in scores]), "quarters": quarters, "change": change}


def _mean(scores: Sequence[tuple[float, int]]) -> float | None:
    weight = sum(words for _, words in scores)
    return round(SCALE * sum(score * words for score, words in scores) / weight, 2) if weight else None
