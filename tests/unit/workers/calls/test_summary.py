"""A call in three of its own sentences. The calls are our own."""

from __future__ import annotations

from schemas.rows.call import UtteranceRow
from workers.calls.happenings import happenings
from workers.calls.summary import LONGEST, summary


def told(*turns, language="en"):
    rows = [
        UtteranceRow(utterance_no=number, role=role, text=text, language=language, confidence=1, adapter="x/1/y")
        for number, (role, text) in enumerate(turns, start=1)
    ]
    return summary(rows, happenings(rows))


def test_reason_action_and_outcome_in_that_order():
    assert (
        told(
            ("agent", "Good morning, Moolane. How can I help?"),
            ("customer", "Hello there. I would like a refund for two yogurts. They tasted sour."),
            ("agent", "Let me check your order."),
            ("agent", "I will send you two new ones. They are on us."),
            ("customer", "Thank you."),
            ("agent", "Your order has been refunded."),
        )
        == "I would like a refund for two yogurts. I will send you two new ones. Your order has been refunded."
    )


def test_in_spanish_too():
    turns = ("customer", "buenas quiero cancelar mi contrato"), ("agent", "Déjeme ver. Queda cancelado desde hoy.")
    assert told(*turns, language="es") == "buenas quiero cancelar mi contrato. Déjeme ver. Queda cancelado desde hoy."


def test_looking_something_up_counts_where_nothing_else_was_done():
    assert told(("agent", "Let me check that.")) == "Let me check that."


def test_without_a_known_reason_the_longest_early_sentence_of_the_customer_stands_for_it():
    shop = "We are the lamp shop and we have been here for many years now."
    turns = [("agent", shop), ("customer", "Hello. It is about the lamp in my kitchen."), ("customer", "Yes.")]
    assert told(*turns) == "It is about the lamp in my kitchen."
    assert told(*[("unknown", text) for _, text in turns]) == shop
    late = [("customer", "Yes, yes."), *[("customer", "No.")] * 5, ("customer", "And now something long at the end of it.")]
    assert told(*late) is None


def test_the_same_sentence_stands_once():
    assert told(("unknown", "I will send you a refund")) == "I will send you a refund."


def test_nothing_to_go_by():
    assert told() is None
    assert told(("customer", "Yes."), ("agent", "Where do you live exactly, may I ask?")) is None


def test_long_sentences_are_cut_between_words():
    long = "I want to cancel my order because " + "of the very long story " * 30
    found = told(("customer", long), ("agent", "I will send you " + "many " * 60), ("agent", "All set " + "at last " * 60))
    assert found is not None
    assert len(found) <= LONGEST
    assert found.count("…") == 3
    assert all(part.split()[-1] in (long + "many at last").split() for part in found.split("…")[:-1])


def test_a_sentence_without_spaces_is_cut_too():
    found = told(("customer", "I want to cancel " + "x" * 500))
    assert found == "I want to cancel…"
