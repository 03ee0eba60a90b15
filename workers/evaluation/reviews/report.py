"""Everything `tamiz eval reviews` tells, as one value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from schemas.documents import Value
from workers.evaluation.labelled import BadRow, FileCount
from workers.evaluation.reviews.aspects import AspectScores, aspect_scores, sentence
from workers.evaluation.reviews.found import Found
from workers.evaluation.reviews.gold import GoldReview
from workers.evaluation.reviews.running import Readings
from workers.evaluation.reviews.sentiment import Pair, SentimentScores, sentiment_scores
from workers.evaluation.shares import share

ALL: Final = "all"
PARTS: Final = ("sentiment", "aspects")
"""What labels tell of."""
OTHER: Final = "other"
FEW: Final = 0.005
"""Share of the reviews from which a language that was only guessed has figures of its own."""
SHOWN_CHARS: Final = 300
"""Of a text among the worst mistakes."""


class Speed(Value):
    """How fast the reviews went through the pipeline, from file to rows; models were loaded before."""

    reviews: int
    wall_s: float
    per_s: float
    """Reviews by seconds of the clock, all processes together."""
    jobs: int
    processor_s: float
    per_processor_s: float
    """Reviews by seconds of processor time: what one core does alone."""
    processor_us: float
    """Microseconds of processor time a review."""
    nlp_us: float
    """Of those, the language engine's; the rest is reading and checking."""


class Mistake(Value):
    """A review whose sign is wrong."""

    file: str
    line_no: int
    text: str
    truth: str
    """What the label says: the stars, else positive or negative."""
    said: str
    score: float
    confidence: float


class TermCount(Value):
    """A term and in how many sentences of its domain it went wrong."""

    domain: str
    term: str
    sentences: int


class EngineReport(Value):
    """Accuracy of one language engine. Groups are `all`, then `file ...`, `domain ...` and `language ...` where there are several."""

    nlp: str
    adapter: str
    """Name, version and model, as the rows say."""
    pipeline_version: str
    not_provided: tuple[str, ...]
    """Of `sentiment` and `aspects`, what the engine does not declare; there are no figures of it."""
    sentiment: dict[str, SentimentScores]
    aspects: dict[str, AspectScores]
    speed: Speed
    unread: int
    """Labelled reviews that the service refused; they count as wrong."""
    mistakes: tuple[Mistake, ...]
    """Wrong signs, the surest first."""
    missed_terms: tuple[TermCount, ...]
    invented_terms: tuple[TermCount, ...]


class Fault(Value):
    """Why an engine was not measured."""

    nlp: str
    code: str
    message: str


class ReviewReport(Value):
    """Accuracy of reviews on labelled files."""

    measured_on: date
    split: str | None
    told_language: bool
    """Whether the engines were told the language where a row states it, as a column of a file does."""
    models: str | None
    """Folder of trained models that were used."""
    files: tuple[FileCount, ...]
    bad: tuple[BadRow, ...]
    engines: tuple[EngineReport, ...]
    failed: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class EngineRun:
    """One engine's readings of the labelled reviews."""

    nlp: str
    readings: Readings
    jobs: int


def engine_report(run: EngineRun, reviews: Sequence[GoldReview], worst: int) -> EngineReport:
    """The report of one engine, with at most `worst` mistakes and terms of a kind."""
    pairs = list(zip(reviews, run.readings.found, strict=True))
    lacking = tuple(part for part in PARTS if part not in run.readings.provides)
    feelings = [] if "sentiment" in lacking else [pair for pair in pairs if pair[0].label is not None or pair[0].stars is not None]
    terms = [] if "aspects" in lacking else [pair for pair in pairs if pair[0].aspects is not None]
    missed, invented = _term_faults(terms, worst)
    return EngineReport(
        nlp=run.nlp,
        adapter=run.readings.adapter,
        pipeline_version=run.readings.pipeline_version,
        not_provided=lacking,
        sentiment={name: sentiment_scores(group) for name, group in _groups(feelings).items()},
        aspects={name: aspect_scores([sentence(pair) for pair in group]) for name, group in _groups(terms).items()},
        speed=_speed(run.readings, run.jobs),
        unread=sum(found is None for found in run.readings.found),
        mistakes=tuple(_mistakes(feelings)[:worst]),
        missed_terms=missed,
        invented_terms=invented,
    )


def _groups(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    """All of them, and by file, domain and language; a way of grouping that tells nothing new is left out."""
    if not pairs:
        return {}
    groups = {ALL: list(pairs)}
    seen = {(0,) * len(pairs)}
    ways = {"file": [gold.file for gold, _ in pairs], "domain": [gold.domain for gold, _ in pairs], "language": _languages(pairs)}
    for way, names in ways.items():
        numbers = {name: number for number, name in enumerate(dict.fromkeys(names))}
        parted = tuple(numbers[name] for name in names)
        if parted not in seen:
            seen.add(parted)
            groups.update({f"{way} {name}": [pair for pair, own in zip(pairs, names, strict=True) if own == name] for name in sorted(numbers)})
    return groups


def _languages(pairs: Sequence[Pair]) -> list[str]:
    """What each label states, else what was found; of the latter, languages that hardly any review is in are `other`."""
    guesses = Counter(found.language for gold, found in pairs if found and gold.language is None)
    few = {language for language, number in guesses.items() if language is None or number < FEW * len(pairs)}
    return [gold.language or (found.language if found and found.language not in few else None) or OTHER for gold, found in pairs]


def _speed(readings: Readings, jobs: int) -> Speed:
    number = len(readings.found)
    return Speed(
        reviews=number,
        wall_s=readings.wall_s,
        per_s=share(number, readings.wall_s),
        jobs=jobs,
        processor_s=readings.processor_s,
        per_processor_s=share(number, readings.processor_s),
        processor_us=share(1e6 * readings.processor_s, number),
        nlp_us=share(1e6 * readings.nlp_s, number),
    )


def _mistakes(pairs: Sequence[Pair]) -> list[Mistake]:
    wrong = [_mistake(gold, found) for gold, found in pairs if gold.positive is not None and found and found.positive is (not gold.positive)]
    return sorted(wrong, key=lambda one: (-one.confidence, -abs(one.score), one.file, one.line_no))


def _mistake(gold: GoldReview, found: Found) -> Mistake:
    text = f"{gold.title}: {gold.text}" if gold.title else gold.text
    sign = "positive" if gold.positive else "negative"
    return Mistake(
        file=gold.file,
        line_no=gold.line_no,
        text=text if len(text) <= SHOWN_CHARS else text[:SHOWN_CHARS] + "...",
        truth=sign if gold.stars is None else f"{gold.stars:g} stars",
        said=found.polarity or "",
        score=found.score or 0.0,
        confidence=found.confidence,
    )


def _term_faults(pairs: Sequence[Pair], worst: int) -> tuple[tuple[TermCount, ...], tuple[TermCount, ...]]:
    """The terms most often missed, and most often found where no label is, in sentences with a labelled term.

    Nothing is listed of a domain in which not one term is found: the engine does not know its language, and all its terms would crowd the others out.
    """
    missed, invented = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for gold, found in pairs:
        if gold.aspects:
            one = sentence((gold, found))
            missed.update((gold.domain, term) for term in one.wanted - one.stated)
            invented.update((gold.domain, term) for term in one.stated - one.wanted)
    spoken = {gold.domain for gold, found in pairs if found and found.aspects}
    return _most(Counter({one: count for one, count in missed.items() if one[0] in spoken}), worst), _most(invented, worst)


def _most(counted: Counter[tuple[str, str]], worst: int) -> tuple[TermCount, ...]:
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:worst]
    return tuple(TermCount(domain=domain, term=term, sentences=number) for (domain, term), number in ranked)
