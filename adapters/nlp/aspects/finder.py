"""Aspects of a batch: found by a trained tagger where one speaks the language, by rules else; judged by the opinion words around them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.finding import FoundAspect, find_by_rules, tell
from adapters.nlp.aspects.lexicon import LANGUAGES
from adapters.nlp.aspects.polarity import feelings, polarity_name
from adapters.nlp.aspects.runs import Runs, nearest
from adapters.nlp.aspects.scene import Scene, look_at, places_of
from adapters.nlp.aspects.tagger import Tagger
from adapters.nlp.lexical.opinions import Opinions
from adapters.nlp.lexical.reading import Reading
from schemas.language import Polarity


class AspectFinder:
    """Finds and judges terms. Without a tagger, by rules alone."""

    def __init__(self, tagger: Tagger | None = None) -> None:
        self._tagger = tagger
        spoken = tagger.card.get("languages", ()) if tagger else ()
        self._tagged = np.array([*(language in spoken for language in LANGUAGES), False])

    def find(self, reading: Reading, texts: Sequence[str], languages: Sequence[str | None], said: Opinions, limit: int) -> list[list[FoundAspect]]:
        """At most `limit` aspects of each text, in reading order, the surest kept.

        `reading` and `said` are of these `texts`; `languages` are ISO 639-1 codes. A text in another language than `LANGUAGES` has none.
        """
        if not limit:
            return [[] for _ in texts]
        scene = look_at(reading, texts, languages)
        runs, sure = self._runs(reading, scene, said)
        return tell(reading, texts, scene, runs, sure, said, limit)

    def _runs(self, reading: Reading, scene: Scene, said: Opinions) -> tuple[Runs, NDArray[np.float64]]:
        tagged = self._tagged[scene.languages]
        if self._tagger is None or not tagged.any():
            return find_by_rules(scene, said)
        learned, certain = self._tagger.find(reading, scene, said)
        mine = np.flatnonzero(tagged[learned.first])
        if tagged.all():
            return learned, certain
        ruled, sure = find_by_rules(scene, said)
        other = np.flatnonzero(~tagged[ruled.first])
        first = np.concatenate((learned.first[mine], ruled.first[other]))
        order = np.argsort(first, kind="stable")
        both = [np.concatenate((one[mine], two[other]))[order] for one, two in zip(learned, ruled, strict=True)]
        return Runs(*both), np.concatenate((certain[mine], sure[other]))[order]


def judge_spans(reading: Reading, spans: Sequence[Sequence[tuple[int, int]]], said: Opinions) -> list[list[Polarity]]:
    """Polarity of the stretches (characters, end exclusive) of each text that somebody else found; one without a word in it is neutral."""
    starts, ends = places_of(reading)
    found: list[list[Polarity]] = [["neutral"] * len(wanted) for wanted in spans]
    owners, first, last = [], [], []
    for text, wanted in enumerate(spans):
        begin, end = int(reading.starts[text]), int(reading.starts[text + 1])
        for number, (left, right) in enumerate(wanted):
            one = begin + int(np.searchsorted(ends[begin:end], left, "right"))
            other = begin + int(np.searchsorted(starts[begin:end], right, "left")) - 1
            if one <= other:
                owners.append((text, number))
                first.append(one)
                last.append(other)
    order = np.argsort(np.array(first, np.int64), kind="stable")
    places = np.array(first, np.int64)[order], np.array(last, np.int64)[order]
    runs = Runs(places[0], places[1], places[1])
    for at, score in zip(order.tolist(), feelings(runs, said, nearest(runs, said)).score.tolist(), strict=True):
        text, number = owners[at]
        found[text][number] = polarity_name(score)
    return found
