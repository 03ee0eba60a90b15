"""What happens in a call, how it felt and where nobody spoke. The calls are our own."""

from __future__ import annotations

import pytest

from schemas.rows.call import UtteranceRow
from workers.calls.feelings import sentiment_by_role
from workers.calls.happenings import happenings, intent_of, outcome_of
from workers.calls.silences import cuttings_short, silences
from workers.calls.understanding import understood, with_roles


def row(number=1, text="", role="unknown", **fields):
    return UtteranceRow(utterance_no=number, text=text, role=role, confidence=1, adapter="x/1/y", **{"language": "en"} | fields)


def names(text, role="customer", language="en"):
    return {(one.kind, one.name) for one in happenings([row(text=text, role=role, language=language)])}


@pytest.mark.parametrize(
    ("language", "role", "text", "found"),
    [
        ("en", "customer", "I want to cancel my subscription.", ("operation", "cancel")),
        ("en", "customer", "The lid is broken and it leaks.", ("issue", "broken")),
        ("en", "customer", "You should print the date larger.", ("suggestion", "suggestion")),
        ("en", "agent", "I will send you a new one.", ("action", "send")),
        ("en", "agent", "It has been refunded.", ("outcome", "resolved")),
        ("es", "customer", "quiero un reembolso porque está roto", ("operation", "refund")),
        ("de", "customer", "Ich möchte meinen Vertrag kündigen.", ("operation", "cancel")),
        ("fr", "customer", "Je n'ai toujours pas reçu mon colis", ("issue", "late")),
        ("pt", "customer", "ainda não recebi o meu pedido", ("issue", "late")),
        ("it", "customer", "vorrei un rimborso", ("operation", "refund")),
        ("en", "customer", "I'd like to, uh, stop my membership.", ("operation", "cancel")),
        ("en", "customer", "I want one night's money back.", ("operation", "refund")),
        ("en", "customer", "Somebody stole my wallet.", ("operation", "report")),
        ("en", "customer", "I was wondering if you could cancel it.", ("operation", "cancel")),
        ("en", "customer", "Something went wrong with it.", ("issue", "problem")),
        ("en", "agent", "We are sending you a voucher.", ("action", "send")),
        ("en", "agent", "It is done.", ("outcome", "resolved")),
        ("en", "customer", "Oh, it works now.", ("outcome", "resolved")),
        ("es", "customer", "quería darme de baja", ("operation", "cancel")),
        ("es", "customer", "el queso tenía moho", ("issue", "quality")),
        ("es", "agent", "Le mando otro mañana.", ("action", "send")),
        ("es", "agent", "Listo.", ("outcome", "resolved")),
        ("de", "agent", "Ich rufe Sie morgen zurück.", ("action", "call_back")),
        ("de", "customer", "Das Paket ist immer noch nicht angekommen.", ("issue", "late")),
        ("fr", "customer", "Je voudrais résilier l'abonnement.", ("operation", "cancel")),
        ("fr", "agent", "C'est fait.", ("outcome", "resolved")),
        ("it", "agent", "La richiameremo domani.", ("action", "call_back")),
        ("it", "customer", "Lo yogurt sa di muffa.", ("issue", "quality")),
        ("pt", "agent", "Vou enviar outro hoje.", ("action", "send")),
        ("pt", "customer", "Quero cancelar a minha assinatura", ("operation", "cancel")),
    ],
)
def test_what_happens_is_told_by_phrases(language, role, text, found):
    assert found in names(text, role, language)


def test_a_denied_wish_is_none():
    assert ("operation", "cancel") not in names("I don't want to cancel anything.")
    assert ("operation", "cancel") in names("I don't want to wait. Cancel my order.")
    assert ("operation", "cancel") in names("No, cancel it.")
    assert ("operation", "cancel") not in names("no quiero cancelar nada", language="es")
    assert ("operation", "cancel") not in names("ich will nicht kündigen", language="de")


def test_what_is_only_thought_of_or_long_done_is_no_wish():
    assert ("operation", "cancel") not in names("What would happen if I cancelled?")
    assert ("operation", "cancel") not in names("¿Y si cancelo?", language="es")
    assert ("operation", "pay") not in names("Ya se pagaron los dos.", language="es")


def test_languages_without_rules_tell_nothing():
    assert names("Cancel my order.", language="fi") == set()


def test_each_side_says_its_own_things():
    assert ("operation", "cancel") not in names("You can cancel at any time.", role="agent")
    assert ("action", "send") not in names("I will send you a photo.", role="customer")
    assert names("Cancel my order.", role="ivr") == set()


def test_an_unknown_speaker_is_believed_a_little_less():
    [known] = happenings([row(text="Cancel it.", role="customer")])
    [unknown] = happenings([row(text="Cancel it.")])
    assert 0 < unknown.confidence < known.confidence


def test_intents_are_the_first_operation_and_the_outcome_the_last():
    turns = [("I want a refund. And cancel my order.", "customer"), ("Nothing I can do.", "agent"), ("All set.", "agent")]
    found = happenings([row(number, *turn) for number, turn in enumerate(turns, start=1)])
    assert intent_of(found) == {1: "refund"}
    assert outcome_of(found) == "resolved"
    assert outcome_of([]) is None


def test_quarters_are_of_time_and_weighted_by_words():
    rows = [
        row(1, "bad bad bad", "customer", sentiment=-1, start_s=0, end_s=10),
        row(2, "good", "customer", sentiment=1, start_s=10, end_s=20),
        row(3, "fine", "customer", sentiment=0.5, start_s=90, end_s=100),
        row(4, "hello there", "agent", sentiment=0.2, start_s=40, end_s=50),
        row(5, "unscored", "agent", start_s=60, end_s=70),
    ]
    found = sentiment_by_role(rows, 100.0)
    assert found == {
        "agent": {"score": 1.0, "quarters": [None, 1.0, None, None], "change": None},
        "customer": {"score": -1.5, "quarters": [-2.5, None, None, 2.5], "change": 5.0},
    }


def test_without_times_quarters_are_of_turns():
    rows = [row(number, "x", "agent", sentiment=value) for number, value in enumerate([1, 0, 0, -1], start=1)]
    assert sentiment_by_role(rows, None)["agent"]["quarters"] == [5, 0, 0, -5]


def test_nobody_s_feelings_are_none():
    assert sentiment_by_role([row(1, "good", sentiment=1)], 10) is None


def test_silences_before_between_and_after():
    rows = [row(1, "a", start_s=4, end_s=10), row(2, "b", start_s=5, end_s=8), row(3, "c", start_s=11, end_s=12)]
    assert [(span.start_s, span.end_s) for span in silences(rows, 20)] == [(0, 4), (12, 20)]
    assert silences([row(1, "a")], 20) == []


def test_interruptions_name_who_cuts_in():
    [span] = cuttings_short([row(1, "a", "agent", is_interruption=False), row(2, "wait", "customer", is_interruption=True, start_s=3, end_s=4)])
    assert (span.kind, span.role, span.text, span.start_s) == ("interruption", "customer", "wait", 3)


CALL = [
    row(1, "Thank you for calling, how can I help you?", speaker="A", start_s=0, end_s=3),
    row(2, "I'm calling because my parcel is broken. I want a refund.", speaker="B", start_s=4, end_s=9, sentiment=-0.5),
    row(3, "One moment please. We will refund it.", speaker="A", start_s=14, end_s=18, sentiment=0.1),
]


def test_a_whole_call():
    rows = with_roles(CALL, "en")
    assert [(one.role, one.is_question, one.answered_by) for one in rows] == [("agent", True, 2), ("customer", False, None), ("agent", False, None)]
    assert all(one.role_confidence > 0.9 for one in rows)
    found = understood(rows, "en", 18.0)
    assert [one.intent for one in found.rows] == [None, "refund", None]
    assert [(span.span_no, span.kind, span.name, span.role) for span in found.spans] == [
        (1, "question", "answered", "agent"),
        (2, "issue", "broken", "customer"),
        (3, "operation", "refund", "customer"),
        (4, "silence", None, None),
        (5, "action", "refund", "agent"),
    ]
    assert [(span.utterance_no, span.char_start, span.char_end) for span in found.spans] == [
        *((1, 0, 42), (2, 0, 40), (2, 41, 57), (None, None, None), (3, 19, 37)),
    ]
    quoted = [found.rows[span.utterance_no - 1].text[span.char_start : span.char_end] for span in found.spans if span.utterance_no]
    assert quoted == [span.text for span in found.spans if span.utterance_no]
    assert found.header["sentiment"]["customer"]["score"] == -2.5


def test_an_interruption_names_its_turn():
    said = [*CALL[:2], row(3, "Wait.", speaker="A", start_s=8, end_s=10, is_interruption=True)]
    found = [span for span in understood(with_roles(said, "en"), "en", 18.0).spans if span.kind == "interruption"]
    assert [(span.utterance_no, span.text) for span in found] == [(3, "Wait.")]


def test_a_role_that_was_stated_stays():
    stated = [CALL[0].model_copy(update={"role": "customer"}), *CALL[1:]]
    rows = with_roles(stated, "en")
    assert (rows[0].role, rows[0].role_confidence) == ("customer", 1.0)
    assert rows[2].role == "unknown"


def test_names_holds_and_a_summary_of_a_whole_call():
    said = [
        *CALL[:2],
        row(3, "Please hold while I look at your Moolane order.", speaker="A", start_s=9, end_s=12),
        row(4, "We will refund it.", speaker="A", start_s=30, end_s=32),
    ]
    found = understood(with_roles(said, "en"), "en", 32.0, names=("Moolane",))
    named = [(span.kind, span.name, span.start_s, span.end_s) for span in found.spans if span.kind in ("term", "hold")]
    assert named == [("term", "Moolane", 9.0, 12.0), ("hold", None, 12.0, 30.0)]
    assert [(span.utterance_no, span.char_start, span.char_end) for span in found.spans if span.kind == "term"] == [(3, 33, 40)]
    assert found.header["hold_s"] == 18.0
    assert found.header["summary"] == "I'm calling because my parcel is broken. We will refund it."
