"""Runs of nouns that may be aspects, and what speaks for and against each."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.aspects.lexicon import GENERIC, HEAD_FIRST, LANGUAGES, WHOLE, Class
from adapters.nlp.aspects.scene import Bools, Ints, Scene, before, behind
from adapters.nlp.lexical.opinions import Opinions

FAR = 99
"""Distance of an opinion word that is not there."""
_HEADS_FIRST = np.array([*(language in HEAD_FIRST for language in LANGUAGES), False])


class Runs(NamedTuple):
    """Candidates of a batch: places of their first and last token, and of the head. One entry per run in every array."""

    first: Ints
    last: Ints
    head: Ints

    def taken(self, which: Ints) -> Runs:
        """Only these runs, in this order."""
        return Runs(self.first[which], self.last[which], self.head[which])


def noun_runs(scene: Scene) -> Runs:
    """Runs of nouns that stand together, joined by a space or a hyphen."""
    noun = scene.classes == Class.NOUN
    linked = noun & before(noun) & scene.joined
    first = np.flatnonzero(noun & ~linked)
    last = np.flatnonzero(noun & ~behind(linked))
    return Runs(first, last, np.where(_HEADS_FIRST[scene.languages[first]], first, last))


class Nearest(NamedTuple):
    """The nearest opinion word on each side of a run within its sentence: places in `Opinions` (-1 for none) and distances in tokens."""

    left: Ints
    right: Ints
    left_by: Ints
    right_by: Ints


def nearest(runs: Runs, said: Opinions) -> Nearest:
    """Opinion words inside a run stand at its left with distance 0."""
    count = len(said.at)
    if not count or not len(runs.first):
        none = np.full(len(runs.first), -1, np.int64)
        return Nearest(none, none, none + 1 + FAR, none + 1 + FAR)
    left = np.searchsorted(said.at, runs.last, "right") - 1
    right = left + 1
    sentence = said.sentence_of[runs.first]
    has_left = (left >= 0) & (said.sentence[np.maximum(left, 0)] == sentence)
    has_right = (right < count) & (said.sentence[np.minimum(right, count - 1)] == sentence)
    left_by = np.where(has_left, np.maximum(runs.first - said.at[np.maximum(left, 0)], 0), FAR)
    right_by = np.where(has_right, said.at[np.minimum(right, count - 1)] - runs.last, FAR)
    return Nearest(np.where(has_left, left, -1), np.where(has_right, right, -1), left_by, right_by)


SIGNS = (
    "one",
    "named",
    "partly_named",
    "generic",
    "generic_pair",
    "whole",
    "whole_judged",
    "after_determiner",
    "after_adjective",
    "after_preposition",
    "after_verb",
    "before_be",
    "before_verb",
    "before_preposition",
    "opinion_at",
    "opinion_near",
    "opinion_said",
    "capital",
    "two",
    "more",
    "feeling",
    "begins",
    "after_and",
)


def signs(scene: Scene, runs: Runs, said: Opinions, near: Nearest) -> NDArray[np.float32]:
    """What speaks for or against each run: (runs, `SIGNS`) of zeros and ones."""
    classes = scene.classes
    prior = np.where(scene.first[runs.first], Class.OTHER, before(classes)[runs.first])
    ending = np.zeros(len(classes), np.bool_)
    if len(classes):
        ending[:-1] = scene.first[1:]
        ending[-1] = True
    following = np.where(ending[runs.last], Class.OTHER, behind(classes)[runs.last])
    single = runs.first == runs.last
    named = scene.categories[runs.head] >= 0
    spans = np.concatenate(([0], np.cumsum(scene.categories >= 0)))
    feelings = np.zeros(len(classes), np.bool_)
    feelings[said.at] = True
    kind = scene.generic[runs.head]
    by = np.minimum(near.left_by, near.right_by)
    begins = scene.first | before(scene.punctuation & (said.role >= 5))
    columns: list[Bools] = [
        np.ones(len(single), np.bool_),
        named,
        ~named & (spans[runs.last + 1] - spans[runs.first] > 0),
        (kind == GENERIC) & single,
        (kind > 0) & ~single,
        (kind == WHOLE) & single & (by > 4),
        (kind == WHOLE) & single & (by <= 4),
        prior == Class.DETERMINER,
        prior == Class.ADJECTIVE,
        prior == Class.PREPOSITION,
        (prior >= Class.MODAL) & (prior <= Class.GERUND),
        following == Class.BE,
        (following >= Class.VERB) & (following <= Class.GERUND),
        following == Class.PREPOSITION,
        by <= 1,
        (by > 1) & (by <= 4),
        (by > 4) & (by < FAR),
        scene.capital[runs.head] & ~begins[runs.head],
        runs.last - runs.first == 1,
        runs.last - runs.first > 1,
        feelings[runs.head],
        begins[runs.first],
        prior == Class.CONJUNCTION,
    ]
    return np.stack(columns, 1).astype(np.float32)
