"""Opinion words of a batch in their context: negation, intensifiers, contrast, questions, wishes and fixed phrases.

The scheme is the one of VADER (Hutto and Gilbert 2014) and of Taboada et al. 2011: a negator within a few words turns and weakens a value, an
intensifier scales it, what follows "but" weighs more than what stands before it, and what is asked or wished for hardly counts. All of it is
done on whole arrays, every token of the batch at once; only phrases of a batch are looked at one by one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from adapters.nlp.learned.ngrams import places_in
from adapters.nlp.lexical.compiled import compiled
from adapters.nlp.lexical.lexicons import WEAKEN, Role
from adapters.nlp.lexical.reading import Reading

NEGATION_SPAN = 4
"""Tokens a negator reaches, within its clause."""
SCALE_SPAN = 2
BACK_SPAN = 3
"""Tokens behind an opinion word in which its negator may follow, where the language allows it."""
UNREAL_SPAN = 8
"""Tokens a wish or a condition reaches, within its clause."""
TURNED_PRAISE, TURNED_BLAME = -0.75, -0.4
""""Not good" is nearly bad; "not bad" is faintly good."""
BEFORE_BUT, AFTER_BUT = 0.6, 1.3
WISHED_PRAISE, WISHED_BLAME = -0.3, 0.5
""""I wish it were good" says that it is not."""
ASKED = 0.4
"""Weight of what stands in a question."""


class OfThings(NamedTuple):
    """What words say of the thing next to them, which `things.toml` has where it differs. Arrays as in `Opinions`."""

    at: NDArray[np.int64]
    value: NDArray[np.float64]
    text: NDArray[np.int64]
    sentence: NDArray[np.int64]
    turned: NDArray[np.bool_]


class Opinions(NamedTuple):
    """Opinion words and phrases of a batch in reading order.

    `at` is the place of the (first) token in the reading, `value` about -4 to 4 in its context, `text` and `sentence` say where it stands, and
    `turned` marks those that a negator or a wish has turned. `sentence_of` and `role` speak of every token; sentences are numbered through the
    whole batch, and each text begins a new one.
    """

    at: NDArray[np.int64]
    value: NDArray[np.float64]
    text: NDArray[np.int64]
    sentence: NDArray[np.int64]
    turned: NDArray[np.bool_]
    sentence_of: NDArray[np.int64]
    role: NDArray[np.int8]
    things: OfThings

    def on_things(self) -> Opinions:
        """The same batch with what its words say of the thing they stand by in place of what they say of the whole (see `OfThings`)."""
        return self._replace(**self.things._asdict())


class _Phrase(NamedTuple):
    at: int
    length: int
    value: float
    role: int


def opinions(reading: Reading, rows: NDArray[np.int64]) -> Opinions:
    """What the batch praises and blames; `rows` says by which language's lists each text is read (see `rows_of`)."""
    lists = compiled()
    row = rows[reading.text_of]
    role = lists.roles[row, reading.ids]
    value, thing = (table[row, reading.ids].astype(np.float64) for table in (lists.values, lists.things))
    fixed, first = _lay(_phrases(reading, row), role, (value, thing))
    _pairs(reading, row, thing)
    begins = np.zeros(len(row), np.bool_)
    begins[reading.starts[:-1][np.diff(reading.starts) > 0]] = True
    places = np.arange(len(row))
    np.maximum(first, np.where(begins, places, np.where(role >= Role.CONTRASTS, places + 1, 0)), out=first)
    at = np.flatnonzero((value != 0) | (thing != 0))
    scene = _Scene(role, np.maximum.accumulate(first) if len(first) else first, at)
    scale = np.where(scene.reached(Role.SCALES, SCALE_SPAN), lists.factors[row[at], reading.ids[scene.last(Role.SCALES)]], 1.0)
    negated = (scene.reached(Role.NEGATES, NEGATION_SPAN) | (lists.backwards[row[at]] & scene.followed(value))) & ~fixed[at]
    wished = scene.reached(Role.UNREAL, UNREAL_SPAN) & ~fixed[at]
    lessened = scene.reached(Role.LESSENS, SCALE_SPAN)
    ends = np.concatenate(([False], role[:-1] == Role.ENDS_SENTENCE)) if len(role) else begins
    sentence_of = np.cumsum(begins | ends) - 1
    weights = _weights(reading, role, at, sentence_of)
    spoken = [_turned(one[at] * scale, negated, wished, lessened) * weights for one in (value, thing)]
    whole, things = (
        OfThings(at[said], worth[said], reading.text_of[at[said]], sentence_of[at[said]], (negated | wished)[said])
        for worth, said in ((worth, np.flatnonzero(worth)) for worth in spoken)
    )
    return Opinions(*whole, sentence_of, role, things)


def _lay(phrases: list[_Phrase], role: NDArray[np.int8], values: Sequence[NDArray[np.float64]]) -> tuple[NDArray[np.bool_], NDArray[np.int64]]:
    """Lay phrases over what their words say alone. Returns which tokens begin one that holds its own negation, and where what stands before ends."""
    fixed, first = np.zeros(len(role), np.bool_), np.zeros(len(role), np.int64)
    if not phrases:
        return fixed, first
    begin, length, sense, acts = (np.array(column) for column in zip(*phrases, strict=True))
    end = begin + length
    negators = np.concatenate(([0], np.cumsum(role == Role.NEGATES)))
    fixed[begin] = negators[end] > negators[begin]
    within = np.arange(length.sum()) + np.repeat(end - np.cumsum(length), length)
    role[within] = Role.WORD
    role[begin] = acts
    for value in values:
        value[within] = 0.0
        value[begin] = sense
    said_all = end[(acts == Role.WORD) & (end < len(role))]
    first[said_all] = said_all  # it has said what it says: nothing before it reaches further
    return fixed, first


def _pairs(reading: Reading, row: NDArray[np.int64], thing: NDArray[np.float64]) -> None:
    """Lay over `thing` what pairs of words say of things: at the first word, in place of what either says alone."""
    lists = compiled()
    words = lists.values.shape[1]
    opens = np.flatnonzero(lists.opens[row, reading.ids])
    opens = opens[opens + 1 < len(row)]
    keys = (row[opens] * words + reading.ids[opens]) * words + reading.ids[opens + 1]
    which = np.minimum(places_in(lists.thing_pairs, keys), len(lists.thing_pairs) - 1)
    known = (lists.thing_pairs[which] == keys) & (reading.text_of[opens] == reading.text_of[np.minimum(opens + 1, len(row) - 1)])
    thing[opens[known] + 1] = 0.0
    thing[opens[known]] = lists.thing_values[which[known]]


class _Scene:
    """What stands around the opinion words at `at`. `first` is, for each token, the first place of its clause."""

    def __init__(self, role: NDArray[np.int8], first: NDArray[np.int64], at: NDArray[np.int64]) -> None:
        self._role, self._first, self._at = role, first, at

    def last(self, role: int) -> NDArray[np.int64]:
        """Place of the nearest token of that role before each opinion word; -1 where there is none."""
        places = np.concatenate(([-1], np.flatnonzero(self._role == role)))
        return places[np.searchsorted(places, self._at) - 1]

    def reached(self, role: int, span: int) -> NDArray[np.bool_]:
        """Whether a token of that role stands at most `span` tokens before, within the clause."""
        last = self.last(role)
        return (last >= self._first[self._at]) & (last >= 0) & (self._at - last <= span)

    def followed(self, value: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Whether a negator stands at most `BACK_SPAN` tokens behind, with no other opinion word and no clause's end between."""
        size = len(self._role)
        negators = np.append(np.flatnonzero(self._role == Role.NEGATES), size + BACK_SPAN)
        blocks = np.append(np.flatnonzero((value != 0) | (self._role >= Role.CONTRASTS)), size)
        negator = negators[np.searchsorted(negators, self._at)]
        following = blocks[np.searchsorted(blocks, self._at, "right")]
        return (negator - self._at <= BACK_SPAN) & (negator < following)


def _turned(value: NDArray[np.float64], negated: NDArray[np.bool_], wished: NDArray[np.bool_], lessened: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Values as negators, wishes and words like `poco` leave them."""
    praise = value > 0
    factor = np.where(lessened, np.where(praise, TURNED_PRAISE, WEAKEN), 1.0)
    factor = np.where(negated, np.where(praise, TURNED_PRAISE, TURNED_BLAME), factor)
    return np.asarray(value * np.where(wished, np.where(praise, WISHED_PRAISE, WISHED_BLAME), factor))


def _weights(reading: Reading, role: NDArray[np.int8], at: NDArray[np.int64], sentence_of: NDArray[np.int64]) -> NDArray[np.float64]:
    """What stands before a contrast of its sentence counts less, what stands behind one more, what is asked hardly."""
    if not len(at):
        return np.ones(0)
    contrast = role == Role.CONTRASTS
    sentences = int(sentence_of[-1]) + 1
    so_far = np.cumsum(contrast)
    all_of = np.bincount(sentence_of, contrast, sentences)
    ended = np.concatenate(([0.0], np.cumsum(all_of)))
    sentence = sentence_of[at]
    before = so_far[at] - ended[sentence]
    after = all_of[sentence] - before
    asked = np.bincount(sentence_of, reading.ids == compiled().ids["?"], sentences) > 0
    return np.asarray(np.where(before > 0, AFTER_BUT, 1.0) * BEFORE_BUT**after * np.where(asked[sentence], ASKED, 1.0))


def _phrases(reading: Reading, row: NDArray[np.int64]) -> list[_Phrase]:
    """Fixed phrases, from the left, the longest first; none overlaps another."""
    known, flat = compiled().phrases, reading.flat
    found: list[_Phrase] = []
    until = 0
    for at, options, end in zip(*_beginnings(reading, row), strict=True):
        if at < until:
            continue
        for rest, value, role in known[options]:
            behind = at + 1 + len(rest)
            if behind <= end and flat[at + 1 : behind] == rest:
                found.append(_Phrase(at, len(rest) + 1, value, role))
                until = behind
                break
    return found


def _beginnings(reading: Reading, row: NDArray[np.int64]) -> tuple[list[int], list[int], list[int]]:
    """Places of two tokens with which some phrase begins, the place of its phrases in the lists, and where the text ends."""
    lists = compiled()
    at = np.flatnonzero(lists.begins[row, reading.ids])
    at = at[at + 1 < len(row)]
    words = lists.values.shape[1]
    pairs = (row[at] * words + reading.ids[at]) * words + reading.ids[at + 1]
    options = np.minimum(places_in(lists.pairs, pairs), len(lists.pairs) - 1)
    known = lists.pairs[options] == pairs
    at = at[known]
    return at.tolist(), options[known].tolist(), reading.starts[reading.text_of[at] + 1].tolist()
