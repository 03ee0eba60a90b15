from __future__ import annotations

import pytest

from tests.unit.workers.brochures.printed import piece
from workers.brochures.facts import TABLES, facts_of
from workers.brochures.lexicon import lexicon


def fact(text, language="de"):
    (found,) = facts_of([piece(text, 0.1, 0.1)], lexicon(language))
    return found


def test_a_package_and_where_it_stands():
    assert fact("Butter 250 g").package == (7, 12)
    assert fact("je 4 x 125 g").package == (0, 12)
    assert fact("Butter").package is None


def test_unit_prices():
    assert fact("1 kg = 5.98").unit_price
    assert fact("1 kg = 5.98").package is None
    assert not fact("Butter 250 g").unit_price


@pytest.mark.parametrize(
    ("text", "table"),
    [
        ("versch. Sorten", "varieties"),
        ("Aktion", "promo"),
        ("statt 4.49", "old_price"),
        ("zzgl. 0.25 Pfand", "deposit"),
        ("je Flasche", "per"),
    ],
)
def test_word_lists_that_a_line_touches(text, table):
    assert fact(text).tables[TABLES.index(table)]
    assert not fact("Butter").tables[TABLES.index(table)]


@pytest.mark.parametrize(
    ("text", "detailed"), [("je 500 g", True), ("1 kg = 5.98", True), ("versch. Sorten", True), ("zzgl. 0.25 Pfand", True), ("Butter", False)]
)
def test_what_describes_is_no_name(text, detailed):
    assert fact(text).detailed is detailed


def test_a_fact_for_each_line():
    assert facts_of([], lexicon("de")) == []
    assert len(facts_of([piece("a", 0, 0), piece("b", 0, 0.1)], lexicon("de"))) == 2
