"""How often aspect terms are found, and their polarity is right.

A term is found when one of ours in the same sentence is the same words, case ignored; a sentence's terms are a set, a term it repeats counts once.
The stricter figure asks for the same characters of the text. Source: the SemEval tasks on aspects (Pontiki et al. 2014, 2016); the sentences with at
least one labelled term are what published figures are over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from schemas.documents import Value
from schemas.language import Polarity
from workers.evaluation.reviews.found import Found, FoundAspect, normal, span_of
from workers.evaluation.reviews.gold import GoldAspect
from workers.evaluation.reviews.sentiment import Pair
from workers.evaluation.shares import Retrieval, share


class PolarityScore(Value):
    """Polarities of terms that carry a label."""

    terms: int
    judged: int
    """Terms of which we say something; the others are wrong."""
    right: int
    accuracy: float


class AspectScores(Value):
    """Accuracy over a group of sentences."""

    sentences: int
    with_terms: int
    """Sentences with at least one labelled term."""
    terms: Retrieval
    """Same words, over the sentences with a term."""
    terms_everywhere: Retrieval
    """Same words, over all sentences: what is found where nothing is labelled counts too."""
    spans: Retrieval
    """Same characters, over the sentences with a term."""
    matched: PolarityScore
    """Polarity of the terms that we found."""
    given: PolarityScore | None
    """Polarity of all labelled terms, told where they stand; None when the engine judges no given terms."""
    unplaced: int
    """Labelled terms that do not stand in their text: no span is theirs, and no engine can be given them."""
    majority: float
    """Accuracy of always saying the most frequent polarity of the labels."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence with both sides' terms."""

    text: str
    gold: tuple[GoldAspect, ...]
    ours: tuple[FoundAspect, ...]
    given: tuple[Polarity | None, ...] | None

    @property
    def wanted(self) -> set[str]:
        """Labelled terms as they are compared."""
        return {normal(aspect.term) for aspect in self.gold}

    @property
    def stated(self) -> set[str]:
        """Ours."""
        return {normal(aspect.term) for aspect in self.ours}

    @property
    def wanted_spans(self) -> set[tuple[int, int]]:
        """Where the labelled terms stand; one without a place stands before the text, where nothing of ours does."""
        return {span_of(self.text, aspect) or (-1 - number, -1) for number, aspect in enumerate(self.gold)}

    @property
    def stated_spans(self) -> set[tuple[int, int]]:
        """Where ours stand."""
        return {(aspect.start, aspect.end) for aspect in self.ours}

    def labelled(self) -> Iterator[tuple[int, GoldAspect]]:
        """Labelled terms with a polarity, each place of the text once."""
        seen: set[tuple[str, int | None]] = set()
        for number, aspect in enumerate(self.gold):
            key = (normal(aspect.term), aspect.start)
            if aspect.polarity is not None and key not in seen:
                seen.add(key)
                yield number, aspect


def sentence(pair: Pair) -> Sentence:
    """The terms of a pair whose label states aspects; one that was not read has none of ours."""
    gold, found = pair
    read = found or Found(gold.text, None, None, None, 0.0)
    return Sentence(read.text, gold.aspects or (), read.aspects, read.given)


def aspect_scores(sentences: Sequence[Sentence]) -> AspectScores:
    """The figures of `sentences`."""
    some = [one for one in sentences if one.gold]
    labelled = [aspect.polarity for one in some for _, aspect in one.labelled()]
    return AspectScores(
        sentences=len(sentences),
        with_terms=len(some),
        terms=_terms((one.wanted, one.stated) for one in some),
        terms_everywhere=_terms((one.wanted, one.stated) for one in sentences),
        spans=_terms((one.wanted_spans, one.stated_spans) for one in some),
        matched=_polarities(pair for one in some for pair in _matched(one)),
        given=_polarities(pair for one in some for pair in _given(one)) if any(one.given is not None for one in some) else None,
        unplaced=sum(span_of(one.text, aspect) is None for one in some for aspect in one.gold),
        majority=share(max(Counter(labelled).values(), default=0), len(labelled)),
    )


def _terms(both: Iterable[tuple[set[str], set[str]]] | Iterable[tuple[set[tuple[int, int]], set[tuple[int, int]]]]) -> Retrieval:
    labelled = stated = right = 0
    for wanted, ours in both:
        labelled, stated, right = labelled + len(wanted), stated + len(ours), right + len(wanted & ours)
    return Retrieval.counted(labelled=labelled, stated=stated, right=right)


def _polarities(pairs: Iterable[tuple[Polarity | None, Polarity | None]]) -> PolarityScore:
    terms = judged = right = 0
    for label, said in pairs:
        terms, judged, right = terms + 1, judged + (said is not None), right + (label == said)
    return PolarityScore(terms=terms, judged=judged, right=right, accuracy=share(right, terms))


def _matched(one: Sentence) -> Iterator[tuple[Polarity | None, Polarity | None]]:
    """Polarity of each labelled term that we found, and ours: of the same words nearest to it."""
    for _, aspect in one.labelled():
        same = [ours for ours in one.ours if normal(ours.term) == normal(aspect.term)]
        if same:
            start = (span_of(one.text, aspect) or (aspect.start or 0,))[0]
            yield aspect.polarity, min(same, key=lambda ours: abs(ours.start - start)).polarity


def _given(one: Sentence) -> Iterator[tuple[Polarity | None, Polarity | None]]:
    """Polarity of each labelled term that has a place, and what the engine said of it; a sentence it was not asked about is wrong."""
    for number, aspect in one.labelled():
        if span_of(one.text, aspect) is not None:
            yield aspect.polarity, one.given[number] if one.given is not None else None
