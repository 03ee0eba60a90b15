"""Words that say something else of the thing they stand by than of the whole review."""

from __future__ import annotations

import numpy as np
import pytest

from adapters.nlp.lexical.compiled import compiled, rows_of
from adapters.nlp.lexical.lexicons import PACKS, on_things
from adapters.nlp.lexical.opinions import opinions
from adapters.nlp.lexical.reading import read


def values(text: str, language: str = "en") -> tuple[list[float], list[float]]:
    said = opinions(read([text]), rows_of([language]))
    return said.value.tolist(), said.on_things().value.tolist()


@pytest.mark.parametrize(
    ("text", "of_the_whole", "of_things"),
    [
        ("replaced", [1.0], []),
        ("wish", [], [-1.0]),
        ("good", [2.0], [2.0]),
        ("ease of", [], [2.0]),
        ("not quicker", [], [-1.5]),
        ("hours of", [2.0], []),
    ],
)
def test_a_word_may_say_one_thing_of_the_whole_and_another_of_things(text: str, of_the_whole: list[float], of_things: list[float]) -> None:
    assert values(text) == (of_the_whole, of_things)


def test_a_pair_is_not_read_across_two_texts() -> None:
    reading = read(["great ease", "of course"])
    assert opinions(reading, rows_of(["en", "en"])).on_things().at.tolist() == [0]


@pytest.mark.parametrize("language", PACKS)
def test_words_without_an_entry_say_the_same_of_both(language: str) -> None:
    lists, row = compiled(), PACKS.index(language) + 1
    told = {lists.ids[word] for word in on_things(language).words}
    others = [number for number in lists.ids.values() if number not in told]
    assert np.array_equal(lists.values[row, others], lists.things[row, others])


def test_nearly_every_entry_says_something_new() -> None:
    """An entry that repeats the language's own list is dead weight; a few may come about when a list grows."""
    lists = compiled()
    for row, language in enumerate(PACKS, 1):
        told = on_things(language).words
        repeated = [word for word, value in told.items() if value == lists.values[row, lists.ids[word]]]
        assert len(repeated) <= len(told) // 10


def test_a_wrong_pair_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.nlp.lexical.lexicons._read", lambda name: {"xx": {"pairs": {"good": ["one two three"]}}})
    with pytest.raises(ValueError, match="too many values"):
        on_things.__wrapped__("xx")
