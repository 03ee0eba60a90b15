"""Classifiers in force: what they read of a text and what they answer."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from adapters.nlp.learned.classifiers import SPELLED, Classifiers, pieces
from adapters.nlp.learned.ngrams import Grams
from adapters.nlp.learned.store import ModelStore, Stored
from workers.learning.fit import FitOptions, fit

AT = datetime(2026, 11, 21, tzinfo=UTC)
TEXTS = ["cancel my flight", "please cancel it", "book a seat", "i want to book 2 seats"] * 6


def stored(store: ModelStore, name: str, labels: list[str]) -> Stored:
    model = fit([pieces(text) for text in TEXTS], None, labels, FitOptions(scaling="rarity", grams=Grams(lead=False)))
    return store.add("classifier", name, AT, model.save)


def test_pieces_are_words_numbers_by_length_signs_ends_and_parts_of_words() -> None:
    assert pieces("cancelled 42 ñandús?")[:10] == ["<", "cancelled", "2#", "ñandús", "?", ">", "canc-", "ñand-", "-led", "-dús"]
    assert pieces("") == ["<", ">", "=0"]


def test_pieces_are_stretches_of_words_and_how_many_there_are() -> None:
    assert pieces("cat")[3:] == ["=1", *(piece for one in "_c ca at t_ _ca cat at_ _cat cat_".split() for piece in ("", f"~{one}"))]
    assert ("=6" in pieces("a b c d e f"), "=6" in pieces("a b c d e f g"), "=7" in pieces("a b c d e f g")) == (True, True, False)


def test_of_a_long_text_only_the_first_words_are_read_in_stretches() -> None:
    assert "~zz" not in pieces("a " * SPELLED + "zz")
    assert "~zz" in pieces("a " * (SPELLED - 1) + "zz")


def test_promoted_classifiers_answer_and_others_do_not(tmp_path: Path) -> None:
    store = ModelStore(tmp_path)
    asked = Classifiers(store)
    assert asked.classify(["cancel"]) == [()]
    intent = stored(store, "intent", ["cancel", "cancel", "book", "book"] * 6)
    assert asked.classify(["cancel"]) == [()]
    store.promote(intent)
    (first,), (second,) = asked.classify(["cancelling the flight", "book me"])
    assert (first.model, first.label, second.label) == ("intent", "cancel", "book")
    assert 0.5 < first.confidence <= 1
    store.promote(stored(store, "queue", ["quick", "quick", "slow", "slow"] * 6))
    assert {one.model for one in asked.classify(["book me"])[0]} == {"intent", "queue"}
    store.rollback("classifier", "intent")
    assert [one.model for one in asked.classify(["book me"])[0]] == ["queue"]
    assert asked.classify([]) == []
