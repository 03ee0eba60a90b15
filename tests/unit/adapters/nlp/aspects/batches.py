"""Batches of texts as the aspects' functions want them."""

from __future__ import annotations

from adapters.nlp.aspects.finder import AspectFinder
from adapters.nlp.aspects.scene import look_at
from adapters.nlp.lexical.compiled import rows_of
from adapters.nlp.lexical.opinions import opinions
from adapters.nlp.lexical.reading import read

RULES = AspectFinder()


def find(texts, languages="en", limit=12, finder=RULES):
    spoken = [languages] * len(texts) if isinstance(languages, str) or languages is None else languages
    reading = read(texts)
    return finder.find(reading, texts, look_at(reading, texts, spoken), opinions(reading, rows_of(spoken)), limit)


def terms(text, language="en"):
    (found,) = find([text], language)
    return [aspect.term for aspect in found]
