"""What a language engine says about a text. Character offsets count Unicode code points from 0, end exclusive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, TypeAdapter

from schemas.documents import Value

Polarity = Literal["positive", "neutral", "negative", "mixed"]
Score = Annotated[float, Field(ge=-1, le=1)]
Confidence = Annotated[float, Field(ge=0, le=1)]
Place = Annotated[int, Field(ge=0)]


class LanguageGuess(Value):
    """The text's language (BCP 47) and how sure the engine is."""

    language: str
    confidence: float = Field(ge=0, le=1)


class Sentiment(NamedTuple):
    """Overall feeling of a text; `score` is -1 where it is most negative, 1 where most positive."""

    polarity: Polarity
    score: Score
    confidence: Confidence


SentencePolarity = tuple[int, int, Polarity]
"""A sentence that takes a side: first character, end, polarity. Plain, because every review has some."""


class Entity(Value):
    """A named thing in the text."""

    text: str
    type: str = Field(description="PERSON, ORGANIZATION, LOCATION, PRODUCT, PRICE, DATE, PHONE_NUMBER, EMAIL, URL, ...")
    normalized: str | None = None
    char_start: int = Field(ge=0)
    char_end: int = Field(ge=0)
    confidence: float = Field(ge=0, le=1)


class Term(NamedTuple):
    """A word or phrase that carries the text's content; `weight` compares within one text."""

    term: str
    weight: Annotated[float, Field(ge=0)]
    char_start: Place
    char_end: Place


class Aspect(NamedTuple):
    """A thing that is praised or blamed, and the opinion on it."""

    term: str
    category: str | None
    opinion: str | None
    polarity: Polarity | None
    score: Score | None
    char_start: Place
    char_end: Place
    confidence: Confidence


class Classification(Value):
    """A label that a trained classifier gives a text: an intent, a queue, a score."""

    model: str = Field(description="name of the classifier")
    label: str
    confidence: float = Field(ge=0, le=1)


class TextAnalysis(NamedTuple):
    """All a language engine says about one text; None or empty where it does not declare that capability.

    This and what every text has some of are plain tuples: a review has ten, and a model of each would cost as much as finding them. Engines that
    hand on what another program says check it by `checked_analyses`.
    """

    adapter: str
    """name/version/model"""
    language: LanguageGuess | None = None
    sentiment: Sentiment | None = None
    sentences: tuple[SentencePolarity, ...] = ()
    """Those that praise or blame, in reading order; the others are neutral."""
    entities: tuple[Entity, ...] = ()
    terms: tuple[Term, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    classes: tuple[Classification, ...] = ()
    """Labels of the classifiers in force, the surest first."""
    embedding: tuple[float, ...] | None = None
    """Vector of length 1; compare two of one model by their dot product."""


_ANALYSES = TypeAdapter(tuple[TextAnalysis, ...])


def checked_analyses(found: Sequence[Mapping[str, Any]]) -> tuple[TextAnalysis, ...]:
    """Analyses from their fields by name, each checked. Raises `pydantic.ValidationError`."""
    return _ANALYSES.validate_python(found)
