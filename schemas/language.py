"""What a language engine says about a text. Character offsets count Unicode code points from 0, end exclusive."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from schemas.documents import Value

Polarity = Literal["positive", "neutral", "negative", "mixed"]


class LanguageGuess(Value):
    """The text's language (BCP 47) and how sure the engine is."""

    language: str
    confidence: float = Field(ge=0, le=1)


class Sentiment(Value):
    """Overall feeling of a text."""

    polarity: Polarity
    score: float = Field(ge=-1, le=1, description="-1 most negative, 1 most positive")
    confidence: float = Field(ge=0, le=1)


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


class Term(Value):
    """A word or phrase that carries the text's content; `weight` compares within one text."""

    term: str
    weight: float = Field(ge=0)
    char_start: int = Field(ge=0)
    char_end: int = Field(ge=0)


class Aspect(Value):
    """A thing that is praised or blamed, and the opinion on it."""

    term: str
    category: str | None = None
    opinion: str | None = None
    polarity: Polarity | None = None
    score: float | None = Field(default=None, ge=-1, le=1)
    char_start: int = Field(ge=0)
    char_end: int = Field(ge=0)
    confidence: float = Field(ge=0, le=1)


class Classification(Value):
    """A label that a trained classifier gives a text: an intent, a queue, a score."""

    model: str = Field(description="name of the classifier")
    label: str
    confidence: float = Field(ge=0, le=1)


class TextAnalysis(Value):
    """All a language engine says about one text; None or empty where it does not declare that capability."""

    language: LanguageGuess | None = None
    sentiment: Sentiment | None = None
    sentences: tuple[SentencePolarity, ...] = Field(default=(), description="those that praise or blame, in reading order; the others are neutral")
    entities: tuple[Entity, ...] = ()
    terms: tuple[Term, ...] = ()
    aspects: tuple[Aspect, ...] = ()
    classes: tuple[Classification, ...] = Field(default=(), description="labels of the classifiers in force, the surest first")
    embedding: tuple[float, ...] | None = Field(default=None, description="vector of length 1; compare two of one model by their dot product")
    adapter: str = Field(description="name/version/model")
