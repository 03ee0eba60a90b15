from __future__ import annotations

import random

import pytest

from tests.unit.workers.evaluation.reviews.cases import sentence_of, termed
from workers.evaluation.reviews.aspects import aspect_scores, sentence
from workers.evaluation.reviews.found import Found, FoundAspect
from workers.evaluation.reviews.gold import GoldAspect, GoldReview
from workers.evaluation.reviews.sentiment import Pair

SCREEN = "The screen is great but the battery life is poor."
BARE = "I bought it in May."


def scores(*pairs: Pair):  # type: ignore[no-untyped-def]
    return aspect_scores([sentence(pair) for pair in pairs])


def test_figures_counted_by_hand() -> None:
    """Two labelled terms: `screen` found, `battery life` found as `battery`; and an invented term where nothing is labelled."""
    gold = sentence_of(SCREEN, ("screen", "positive"), ("battery life", "negative"))
    found = scores((gold, termed(SCREEN, ("screen", "positive"), ("battery", "negative"))), (sentence_of(BARE), termed(BARE, ("May", "neutral"))))
    assert (found.sentences, found.with_terms) == (2, 1)
    assert (found.terms.labelled, found.terms.stated, found.terms.right) == (2, 2, 1)
    assert (found.terms.precision, found.terms.recall, found.terms.f1) == (0.5, 0.5, 0.5)
    everywhere = found.terms_everywhere
    assert (everywhere.labelled, everywhere.stated, everywhere.right) == (2, 3, 1)
    assert everywhere.f1 == pytest.approx(2 * 1 / (2 + 3))
    assert (found.matched.terms, found.matched.right) == (1, 1)
    assert found.given is None
    assert found.majority == 0.5


def test_case_and_wide_spaces_are_ignored_and_a_repeated_term_counts_once() -> None:
    text = "Battery  life good, battery life bad."
    gold = GoldReview("c.jsonl", 1, text, aspects=(GoldAspect("Battery  life", "positive", 0), GoldAspect("battery life", "negative", 20)))
    found = scores((gold, Found(text, "en", None, None, 0.5, (FoundAspect("BATTERY LIFE", "negative", 20, 32, 0.5),))))
    assert (found.terms.labelled, found.terms.stated, found.terms.right) == (1, 1, 1)
    assert (found.spans.labelled, found.spans.stated, found.spans.right) == (2, 1, 1)
    assert (found.matched.terms, found.matched.right) == (2, 1)


def test_the_same_words_elsewhere_are_the_term_and_not_the_span() -> None:
    text = "A menu is a menu."
    gold = GoldReview("c.jsonl", 1, text, aspects=(GoldAspect("menu", "neutral", 2),))
    found = scores((gold, Found(text, "en", None, None, 0.5, (FoundAspect("menu", "neutral", 12, 16, 0.5),))))
    assert (found.terms.f1, found.spans.f1) == (1.0, 0.0)


def test_polarity_of_a_term_is_that_of_our_nearest_one() -> None:
    text = "The menu is good, the other menu is bad."
    gold = GoldReview("c.jsonl", 1, text, aspects=(GoldAspect("menu", "positive", 4), GoldAspect("menu", "negative", 28)))
    ours = (FoundAspect("menu", "negative", 28, 32, 0.5), FoundAspect("menu", "positive", 4, 8, 0.5))
    assert scores((gold, Found(text, "en", None, None, 0.5, ours))).matched.accuracy == 1.0


def test_given_terms_are_judged_where_they_have_a_place() -> None:
    gold = GoldReview(
        "c.jsonl", 1, SCREEN, aspects=(GoldAspect("screen", "positive", 4), GoldAspect("lid", "negative", 4), GoldAspect("battery life", None, 28))
    )
    found = scores((gold, termed(SCREEN, given=("negative", None, "negative"))))
    assert found.given is not None
    assert (found.given.terms, found.given.right) == (1, 0)
    assert found.unplaced == 1


def test_a_label_written_twice_is_judged_once() -> None:
    gold = sentence_of(SCREEN, ("screen", "positive"), ("screen", "positive"))
    found = scores((gold, termed(SCREEN, ("screen", "positive"), given=("positive", "positive"))))
    assert (found.matched.terms, found.given and found.given.terms) == (1, 1)


def test_a_sentence_that_was_not_read_misses_all_its_terms() -> None:
    gold = sentence_of(SCREEN, ("screen", "positive"))
    found = scores((gold, None), (gold, termed(SCREEN, ("screen", None), given=("positive",))))
    assert (found.terms.labelled, found.terms.right, found.spans.labelled) == (2, 1, 2)
    assert (found.matched.terms, found.matched.judged, found.matched.right) == (1, 0, 0)
    assert found.given is not None
    assert (found.given.terms, found.given.judged, found.given.right) == (2, 1, 1)


def test_figures_are_those_of_a_second_writing() -> None:
    chance, words = random.Random(7), ("screen", "keyboard", "Battery", "price", "lid")
    pairs: list[Pair] = []
    for _ in range(200):
        text = " ".join(chance.sample(words, 5))
        gold = sentence_of(text, *((word, chance.choice(("positive", "negative"))) for word in chance.sample(words, chance.randint(0, 3))))
        pairs.append((gold, termed(text, *((word, "positive") for word in chance.sample(words, chance.randint(0, 3))))))
    found = scores(*pairs)
    wanted = {(number, one.term.lower()) for number, (gold, _) in enumerate(pairs) for one in gold.aspects or ()}
    some = {number for number, _ in wanted}
    stated = {(number, one.term.lower()) for number, (_, ours) in enumerate(pairs) for one in (ours.aspects if ours else ()) if number in some}
    precision, recall = len(wanted & stated) / len(stated), len(wanted & stated) / len(wanted)
    assert found.terms.f1 == pytest.approx(2 * precision * recall / (precision + recall))
    assert found.spans.f1 == found.terms.f1
    truth = {(number, one.term): one.polarity for number, (gold, _) in enumerate(pairs) for one in gold.aspects or ()}
    both = [polarity for (number, term), polarity in truth.items() if (number, term.lower()) in stated]
    assert found.matched.accuracy == pytest.approx(both.count("positive") / len(both))
