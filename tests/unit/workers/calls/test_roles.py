"""Agent or customer, by what they say. The calls are our own."""

from __future__ import annotations

import pytest

from schemas.rows.call import UtteranceRow
from workers.calls.roles import cast

EN = [
    ("x", "Good morning, thank you for calling Moolane, how can I help you?"),
    ("y", "Hi, I'm calling because my order came with a broken lid."),
    ("x", "I'm sorry to hear that. Can I have your order number, please?"),
    ("y", "Sure, it's four four one. I want my money back."),
    ("x", "One moment please. Is there anything else?"),
]
ES = [
    ("x", "Buenos días, le atiende Marta, en qué le puedo ayudar"),
    ("y", "hola llamaba porque me cobraron dos veces y quisiera un reembolso"),
    ("x", "permítame un momento por favor, me confirma su número de cuenta"),
]
DE = [
    ("x", "Guten Tag, vielen Dank für Ihren Anruf, was kann ich für Sie tun?"),
    ("y", "Ja hallo, ich rufe an wegen meiner Rechnung, ich möchte sie ändern."),
]
FR = [("x", "Service client bonjour, en quoi puis-je vous aider ?"), ("y", "Bonjour, j'appelle pour ma commande, j'ai un problème.")]


def rows(turns, language="en", **each):
    return [
        UtteranceRow(utterance_no=number, speaker=speaker, text=text, language=language, confidence=1, adapter="x/1/y", **each)
        for number, (speaker, text) in enumerate(turns, start=1)
    ]


@pytest.mark.parametrize(("turns", "language"), [(EN, "en"), (ES, "es-MX"), (DE, "de"), (FR, "fr")])
def test_both_sides_are_told_by_their_words(turns, language):
    found = cast(rows(turns, language))
    assert (found["x"].role, found["y"].role) == ("agent", "customer")
    assert found["x"].confidence > 0.9


def test_who_speaks_first_does_not_decide():
    called = cast(rows([("y", "Hello?"), *EN]))
    assert (called["x"].role, called["y"].role) == ("agent", "customer")


def test_names_of_speakers_mean_nothing():
    renamed = cast(rows([({"x": "spk_1", "y": "spk_0"}[who], said) for who, said in EN]))
    assert (renamed["spk_1"].role, renamed["spk_0"].role) == ("agent", "customer")


def test_channels_tell_voices_apart_where_nobody_is_named():
    swapped = [row.model_copy(update={"speaker": None, "channel": 1 if row.speaker == "x" else 0}) for row in rows(EN)]
    found = cast(swapped)
    assert (found["channel 1"].role, found["channel 0"].role) == ("agent", "customer")


def test_words_that_tell_nothing_name_nobody():
    assert cast(rows([("x", "It rains."), ("y", "The weather is fine."), ("x", "It is.")])) == {}
    assert cast(rows([("x", "It rains.")])) == {}
    assert cast([]) == {}


def test_the_company_s_name_is_the_agent_s():
    turns = [("y", "Hello."), ("x", "Moolane, hello."), ("y", "Hi.")]
    assert "x" not in cast(rows(turns))
    assert cast(rows(turns), company=["Moolane"])["x"].role == "agent"


def test_a_machine_that_answers_is_neither():
    found = cast(rows([("z", "Your call is important to us."), ("z", "For orders, press one."), *EN]))
    assert found["z"].role == "ivr"
    assert found["x"].role == "agent"


def test_one_recorded_half_is_told_by_itself():
    assert cast(rows([turn for turn in EN if turn[0] == "y"]))["y"].role == "customer"
    assert cast(rows([turn for turn in EN if turn[0] == "x"]))["x"].role == "agent"


def test_a_third_voice_is_named_only_when_its_words_tell():
    found = cast(rows([*EN, ("w", "I wanted to ask about my account."), ("w", "I paid and I received nothing.")]))
    assert found["w"].role == "customer"


def test_a_language_without_lists_leaves_everybody_unknown():
    assert cast(rows(EN, "fi")) == {}


def test_customers_speak_of_themselves_and_agents_of_the_other():
    turns = [
        ("x", "It is in your shed."),
        ("y", "Not in my shed, I fear."),
        ("x", "You left your ladder there, did you?"),
        ("y", "My ladder, not mine, I swear to me."),
    ]
    found = cast(rows(turns))
    assert (found["x"].role, found["y"].role) == ("agent", "customer")
    backwards = cast(rows([(speaker, text) for (_, text), (speaker, _) in zip(turns, [turns[1], turns[0], turns[3], turns[2]], strict=True)]))
    assert (backwards["y"].role, backwards["x"].role) == ("agent", "customer")
