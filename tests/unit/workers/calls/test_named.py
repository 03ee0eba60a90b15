"""Entities of turns, and what of them is left beside what is taken out. All numbers are test numbers or made up."""

from __future__ import annotations

import pytest

from schemas.language import Entity, TextAnalysis
from schemas.rows.call import UtteranceRow
from schemas.rows.common import EntityRow
from workers.calls import named
from workers.calls.named import beside, entities
from workers.calls.privacy import KINDS, Found, personal, without

TEXT = "On 2026-05-24 I paid with 4111 1111 1111 1111, mail a@b.example, it was 9 EUR, 5 % off"


def entity(kind, said, text=TEXT):
    return Entity(text=said, type=kind, char_start=text.index(said), char_end=text.index(said) + len(said), confidence=0.9)


def analysis(*found):
    return TextAnalysis(entities=found, adapter="x/1/y")


NAMED = analysis(
    entity("DATE", "2026-05-24"),
    entity("PHONE_NUMBER", "1111 1111 1111"),
    entity("EMAIL", "a@b.example"),
    entity("PRICE", "9 EUR"),
    entity("PERCENT", "5 %"),
)


def said(text=TEXT):
    return [UtteranceRow(utterance_no=3, text=text, language="en", confidence=1, adapter="x/1/y")]


def test_they_count_by_utterance():
    rows, problems = entities({3: NAMED, 5: analysis(), 7: analysis(entity("PRICE", "9 EUR", "9 EUR"))})
    assert [(one.item_no, one.type, one.text) for one in rows] == [*((3, of.type, of.text) for of in NAMED.entities), (7, "PRICE", "9 EUR")]
    assert (rows[0].adapter, rows[0].confidence, rows[0].char_start, problems) == ("x/1/y", 0.9, 3, ())


def test_too_many_are_left_out_and_said_to_be(monkeypatch):
    monkeypatch.setattr(named, "MOST_ENTITIES", 5)
    assert entities({3: NAMED})[1] == ()
    rows, problems = entities({3: NAMED, 4: NAMED})
    assert [one.item_no for one in rows] == [3] * 5
    assert [(one.code, one.item_no) for one in problems] == [("too_large", 4)]


@pytest.mark.parametrize(
    ("kinds", "left"),
    [
        ((), ["2026-05-24", "1111 1111 1111", "a@b.example", "9 EUR", "5 %"]),
        (("card",), ["2026-05-24", "a@b.example", "9 EUR", "5 %"]),
        (("email",), ["2026-05-24", "1111 1111 1111", "9 EUR", "5 %"]),
        (("phone",), ["2026-05-24", "a@b.example", "9 EUR", "5 %"]),
        (KINDS, ["2026-05-24", "9 EUR", "5 %"]),
    ],
)
def test_what_is_left_stands_where_the_text_has_it(kinds, left):
    """Whatever is taken out: no entity holds any of it, and each is found at its place."""
    found = personal(said())
    (row,) = without(said(), found, kinds)
    rows = beside(entities({3: NAMED})[0], found, kinds)
    assert [one.text for one in rows] == left
    assert [row.text[one.char_start : one.char_end] for one in rows] == left


def test_a_type_that_is_personal_goes_where_nobody_else_found_it():
    rows = entities({3: analysis(entity("PERSON", "paid"), entity("IBAN", "9 EUR"))})[0]
    assert [one.type for one in beside(rows, {}, ("name",))] == ["IBAN"]
    assert [one.type for one in beside(rows, {}, ("account",))] == ["PERSON"]


def test_one_without_a_place_goes_with_whatever_its_turn_loses():
    lost = EntityRow(item_no=3, text="x", type="DATE", confidence=1, adapter="x/1/y")
    other = lost.model_copy(update={"item_no": 4})
    assert beside([lost, other], {3: [Found("card", 0, 4)]}, ("card",)) == (other,)
    assert beside([lost, other], {3: [Found("card", 0, 4)]}, ("email",)) == (lost, other)
