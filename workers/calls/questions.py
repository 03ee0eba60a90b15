"""Which turns ask something, and which turn answers.

A question is told by cues that add up (log-odds, in `words/questions.toml`): a question mark where the transcript has them, an auxiliary before its
subject, a question word where sentences begin, a tag at the end, a question handed back, an indirect one ("I was wondering if"). An echo ("Oh,
really?") keeps the other talking and asks nothing (a backchannel in question form, Jurafsky et al. 1997, SWBD-DAMSL `bh`), and neither does
"Pardon?" ask for anything but the words again. Nothing here was fitted to labelled calls; the weights are judgements.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from schemas.rows.call import UtteranceRow
from workers.calls.phrases import base, sentences, words

LEAST: Final = 0.5
"""A turn is a question from this probability on."""
REACH: Final = 4
"""An answer stands among this many turns after its question."""
TELLING_WORDS: Final = 4
"""Words from which a sentence before a counter-question says something; "I'm sorry?" and "Hold on." do not."""
_TAIL: Final = 3
"""Words in which a question word is near the end."""


@dataclass(frozen=True, slots=True)
class Question:
    """How likely a turn asks something (0 to 1), and the number of the turn that answers it, if any does."""

    probability: float
    answered_by: int | None = None


@dataclass(frozen=True)
class _Cues:
    """One language's lists."""

    words: Mapping[str, frozenset[str]]
    phrases: Mapping[str, frozenset[tuple[str, ...]]]
    weights: Mapping[str, float]

    def weight(self, cue: str) -> float:
        return self.weights.get(cue, 0.0)


_PHRASES: Final = ("filler_phrases", "tags", "no_tags", "back", "indirect", "echoes", "repairs", "phrases")


@cache
def _cues(language: str) -> _Cues | None:
    table: dict[str, Any] = _tables().get(language, {})
    if not table:
        return None
    phrases = {name: frozenset(tuple(phrase.split()) for phrase in table.get(name, "").split("|") if phrase) for name in _PHRASES}
    words = {name: frozenset(text.split()) for name, text in table.items() if isinstance(text, str) and name not in _PHRASES}
    return _Cues(words, phrases, table["weights"])


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "words" / "questions.toml").read_text("utf-8"))


def find_questions(rows: Sequence[UtteranceRow], default_language: str | None = None) -> dict[int, Question]:
    """Questions by utterance number. A turn in a language without lists asks something only where it has a question mark."""
    asked: dict[int, float] = {}
    punctuated = any(_marked(row.text) for row in rows)
    for at, row in enumerate(rows):
        following = rows[at + 1] if at + 1 < len(rows) else None
        reply = following.text if following and _other(row, following) else None
        probability = asks(row.text, row.language or default_language, reply, punctuated=punctuated)
        if probability >= LEAST:
            asked[at] = probability
    only = {at for at in asked if not _says_first(rows[at], default_language)}
    return {rows[at].utterance_no: Question(round(probability, 4), _answer(rows, at, only)) for at, probability in asked.items()}


def asks(text: str, language: str | None, reply: str | None = None, *, punctuated: bool = True) -> float:
    """How likely a turn asks something, 0 to 1; `reply` is what another speaker says next, `punctuated` whether the transcript has question marks."""
    cues = _cues(base(language))
    if cues is None:
        return 0.9 if _marked(text) else 0.02
    said = words(text)
    if not said:
        return 0.0
    total = cues.weight("bias") + cues.weight("mark") * _marked(text) + _answered(reply, cues) * cues.weight("answered")
    total += _whole_turn(said, cues) + cues.weight("unpunctuated") * (not punctuated)
    total += max(_clause(clause, cues) for clause in _clauses(text, said))
    return 1 / (1 + math.exp(-total))


def _marked(text: str) -> bool:
    return "?" in text or "¿" in text


def _clauses(text: str, whole: list[str]) -> list[list[str]]:
    """The sentences of a turn that is punctuated, the whole turn else."""
    parts = [found for part in sentences(text) if (found := words(part))]
    return parts if len(parts) > 1 else [whole]


def affirms(text: str, language: str | None) -> bool:
    """Whether a turn begins as an answer does: yes, no, sure. False in a language without lists."""
    cues = _cues(base(language))
    return cues is not None and _answered(text, cues)


def _answered(reply: str | None, cues: _Cues) -> bool:
    first = words(reply)[:1] if reply else []
    return bool(first) and first[0] in cues.words.get("answers", ())


def _whole_turn(words: list[str], cues: _Cues) -> float:
    """What a turn of a few words is as a whole: an echo of the other, a call for repetition, a greeting into the line."""
    few = tuple(word for word in words if word not in ("oh", "uh", "um", "well", "ah", "eh"))[:5]
    if few in cues.phrases["echoes"]:
        return cues.weight("echo")
    if few in cues.phrases["repairs"]:
        return cues.weight("repair")
    return cues.weight("greeting") if words[0] in cues.words.get("greetings", ()) and len(words) <= 2 else 0.0


def _clause(words: list[str], cues: _Cues) -> float:
    core = _core(words, cues)
    total = _opening(core, cues) + _inside(words, core, cues)
    if len(words) > 2 and any(_ends(words, tag) for tag in cues.phrases["tags"]) and not any(_ends(words, end) for end in cues.phrases["no_tags"]):
        total += cues.weight("tag")
    if any(_ends(words, phrase) or tuple(core[: len(phrase)]) == phrase for phrase in cues.phrases["back"]):
        total += cues.weight("back")
    for name in ("indirect", "phrases"):
        if any(_holds(words, phrase) for phrase in cues.phrases[name]):
            total += cues.weight("phrase" if name == "phrases" else name)
    return total


def _core(words: list[str], cues: _Cues) -> list[str]:
    """The words from where the sentence begins: without fillers and words said twice."""
    at = 0
    fillers, phrases = cues.words.get("fillers", frozenset()), cues.phrases["filler_phrases"]
    while at < len(words):
        longer = next((len(phrase) for phrase in phrases if tuple(words[at : at + len(phrase)]) == phrase), 0)
        if longer:
            at += longer
        elif words[at] in fillers or words[at] == (words[at + 1] if at + 1 < len(words) else None):
            at += 1
        else:
            break
    return words[at:]


def _opening(core: list[str], cues: _Cues) -> float:
    """How the sentence begins."""
    if not core:
        return 0.0
    auxiliaries, subjects, asking = (cues.words.get(name, frozenset()) for name in ("auxiliaries", "subjects", "asking"))
    second = cues.words.get("second", frozenset())
    if core[0] in asking:
        return cues.weight("asking_inverted" if _inverted(core, cues) else "asking") + cues.weight("asking_first")
    if core[0] in auxiliaries and len(core) > 1 and core[1] in subjects:
        return cues.weight("inversion") + cues.weight("inversion_of_you") * (core[1] in second)
    first = cues.weight("plain_asking_first") if core[0] in cues.words.get("plain_asking", ()) else 0.0
    return first + (cues.weight("second_edge") if core[0] in second and "second_edge" in cues.weights else 0.0)


def _inverted(core: list[str], cues: _Cues) -> bool:
    """Question word, then auxiliary ("where are", "what's"), or after what is asked for an auxiliary and its subject ("how many days do you")."""
    auxiliaries, subjects = cues.words.get("auxiliaries", frozenset()), cues.words.get("subjects", frozenset())
    if "'" in core[0] or (len(core) > 1 and core[1] in auxiliaries):
        return True
    measured = core[0] in cues.words.get("asking_what", ())
    return measured and any(word in auxiliaries and after in subjects for word, after in pairwise(core[2:7]))


def _inside(words: list[str], core: list[str], cues: _Cues) -> float:
    """What stands further in, where nobody marks the beginning of a sentence."""
    auxiliaries, asking, second = (cues.words.get(name, frozenset()) for name in ("auxiliaries", "asking", "second"))
    total = 0.0
    if any(word in auxiliaries and after in second for word, after in pairwise(core[1:])):
        total += cues.weight("inner_you")
    later = core[1:] if core and core[0] in asking else words
    if "asking_last" in cues.weights and any(word in asking for word in later):
        total += cues.weight("asking_last" if any(word in asking for word in words[-_TAIL:]) else "asking")
    if words[-1] in second:
        total += cues.weight("second_edge")
    elif any(word in second for word in words):
        total += cues.weight("second") if "second_edge" in cues.weights else 0.0
    return total


def _ends(words: list[str], phrase: tuple[str, ...]) -> bool:
    return tuple(words[-len(phrase) :]) == phrase


def _holds(words: list[str], phrase: tuple[str, ...]) -> bool:
    size = len(phrase)
    return any(tuple(words[at : at + size]) == phrase for at in range(len(words) - size + 1))


def _other(row: UtteranceRow, following: UtteranceRow) -> bool:
    """Whether somebody else speaks next, as far as anybody can tell."""
    return _voice(row) != _voice(following) if _voice(row) else False


def _voice(row: UtteranceRow) -> object:
    return row.speaker or row.channel or (row.role if row.role != "unknown" else None)


def _says_first(row: UtteranceRow, default_language: str | None) -> bool:
    """Whether a turn says something before it asks: "Sure, it's on page two. And when do you close?" """
    parts = sentences(row.text)
    if len(parts) < 2 or _marked(parts[0]):
        return False
    language = row.language or default_language
    return (affirms(parts[0], language) or len(words(parts[0])) >= TELLING_WORDS) and asks(parts[0], language) < LEAST


def _answer(rows: Sequence[UtteranceRow], at: int, questions: Collection[int]) -> int | None:
    """The first turn of another speaker soon after that says something and does not only ask back; None when the asker goes on alone."""
    for place in range(at + 1, min(at + 1 + REACH, len(rows))):
        row = rows[place]
        if row.text.strip() and (_other(rows[at], row) or not _voice(rows[at])) and place not in questions:
            return row.utterance_no
    return None
