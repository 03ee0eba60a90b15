"""Polarity by lexicon: opinion words, negation, intensifiers, contrast and fixed phrases.

The scheme is the one of VADER (Hutto and Gilbert 2014) and of Taboada et al. 2011: values add up, a negator within a few words turns and weakens
them, what follows "but" weighs more than what stands before it, and the sum is squashed into -1..1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import NamedTuple

from adapters.nlp.lexical.lexicons import WEAKEN, Mark, Pack, Role
from schemas.language import Polarity

NEGATION_SPAN = 4
"""Tokens a negator reaches, within its clause."""
SCALE_SPAN = 2
TURNED_PRAISE, TURNED_BLAME = -0.75, -0.4
""""Not good" is nearly bad; "not bad" is faintly good."""
BEFORE_BUT, AFTER_BUT = 0.6, 1.3
SQUASH = 15.0
"""VADER's alpha: score = sum / sqrt(sum^2 + 15)."""
BLAME_WEIGHT = 1.5
"""Praise is the habit of reviews; blame counts half as much again (Taboada et al. 2011, section 2.6)."""
NEUTRAL = 0.15
MIXED_RATIO, MIXED_LEAST, MIXED_SCORE = 0.5, 2.0, 0.5
"""Mixed: the weaker side has half of the stronger one's weight, at least one full opinion word, and neither wins clearly."""


class Verdict(NamedTuple):
    """Polarity, score -1..1 and confidence 0..1 of one text."""

    polarity: Polarity
    score: float
    confidence: float


def judge(tokens: list[str], lists: Pack) -> Verdict:
    """The feeling of a tokenised text. Without any opinion word: neutral, with hardly any confidence."""
    get = lists.marks.get
    hits = [(at, mark) for at, token in enumerate(tokens) if (mark := get(token)) is not None]
    return _verdict(_values(tokens, hits, lists))


def judge_emoji(tokens: list[str], marks: Mapping[str, Mark]) -> Verdict | None:
    """The feeling that emoji alone carry, for a text whose language is unknown; None when there are none."""
    values = [marks[token].value for token in tokens if token in marks]
    if not values:
        return None
    verdict = _verdict(values)
    return verdict._replace(confidence=round(verdict.confidence * 0.6, 3))


class _Context:
    """What the words read so far do to the next opinion: up to which token each influence reaches."""

    __slots__ = ("factor", "lessened_until", "negated_until", "scaled_until", "sentence", "weight")

    def __init__(self) -> None:
        self.negated_until = self.scaled_until = self.lessened_until = -1
        self.factor = self.weight = 1.0
        self.sentence = 0

    def value(self, value: float, at: int, negated_after: bool) -> float:
        """An opinion word's value here."""
        if at <= self.scaled_until:
            value *= self.factor
        if negated_after or at <= self.negated_until:
            value *= TURNED_PRAISE if value > 0 else TURNED_BLAME
        elif at <= self.lessened_until:
            value *= TURNED_PRAISE if value > 0 else WEAKEN
        return value * self.weight

    def take(self, mark: Mark, at: int, values: list[float]) -> None:
        """Let a token act on what follows; a contrast also weakens what the sentence said before it."""
        role = mark.role
        if role == Role.SCALES:
            self.factor, self.scaled_until = mark.factor, at + SCALE_SPAN
        elif role == Role.NEGATES:
            self.negated_until = at + NEGATION_SPAN
        elif role == Role.LESSENS:
            self.lessened_until = at + SCALE_SPAN
        elif role == Role.CONTRASTS:
            values[self.sentence :] = [earlier * BEFORE_BUT for earlier in values[self.sentence :]]
            self.weight, self.negated_until = AFTER_BUT, -1
        else:
            self.end_clause()
            if role == Role.ENDS_SENTENCE:
                self.weight, self.sentence = 1.0, len(values)

    def end_clause(self) -> None:
        """Negators and scaling words reach no further."""
        self.negated_until = self.scaled_until = self.lessened_until = -1


def _values(tokens: list[str], hits: list[tuple[int, Mark]], lists: Pack) -> list[float]:
    """The value of each opinion in its context."""
    values: list[float] = []
    context = _Context()
    read_until, last = 0, len(tokens) - 1
    for at, mark in hits:
        if at < read_until:
            continue
        if mark.phrases and at < last and (options := mark.phrases.get(tokens[at + 1])):
            length, value = _phrase(tokens, at, options)
            if length:
                values.append(value * context.weight)
                read_until = at + length
                context.end_clause()
                continue
        if mark.value:
            values.append(context.value(mark.value, at, lists.negates_backwards and _negated_after(tokens, at, lists)))
        if mark.role:
            context.take(mark, at, values)
    return values


def _phrase(tokens: list[str], at: int, options: Sequence[tuple[list[str], float]]) -> tuple[int, float]:
    """Length in tokens and value of the phrase that begins at `at`; 0 when none of the options does."""
    for rest, value in options:
        if tokens[at + 1 : at + 1 + len(rest)] == rest:
            return len(rest) + 1, value
    return 0, 0.0


def _negated_after(tokens: list[str], at: int, lists: Pack) -> bool:
    for token in tokens[at + 1 : at + 4]:
        mark = lists.marks.get(token)
        if mark is None:
            continue
        if mark.role == Role.NEGATES:
            return True
        if mark.role >= Role.CONTRASTS or mark.value:
            return False
    return False


def _verdict(values: list[float]) -> Verdict:
    praise = sum([value for value in values if value > 0])
    blame = -BLAME_WEIGHT * sum([value for value in values if value < 0])
    if not values or praise + blame == 0:
        return Verdict("neutral", 0.0, 0.15)
    total = praise - blame
    score = round(total / sqrt(total * total + SQUASH), 4)
    coherence = abs(total) / (praise + blame)
    weaker, stronger = sorted((praise, blame))
    if weaker >= MIXED_LEAST and weaker >= MIXED_RATIO * stronger and abs(score) < MIXED_SCORE:
        return Verdict("mixed", score, round(0.3 + 0.3 * (1 - coherence), 3))
    polarity: Polarity = "neutral" if abs(score) < NEUTRAL else "positive" if score > 0 else "negative"
    return Verdict(polarity, score, round(0.3 + 0.6 * coherence * abs(score), 3))
