from __future__ import annotations

import numpy as np
import pytest

from tests.unit.workers.brochures.printed import piece
from workers.brochures.boxes import Boxes, sizes
from workers.brochures.facts import facts_of
from workers.brochures.groups import DETAIL_LINES, find_groups
from workers.brochures.lexicon import lexicon
from workers.brochures.line_features import neighbours


def column(*texts, left=0.1, top=0.1):
    return [piece(text, left, top + 0.022 * number, width=0.2) for number, text in enumerate(texts)]


def groups(pieces, chance, **options):
    above, below = neighbours(Boxes([one.area for one in pieces]), sizes(pieces))
    return find_groups(pieces, np.array(chance, dtype=float), above, below, facts_of(pieces, lexicon("de")), **options)


def told(found):
    return [([one.text for one in group.pieces], [one.text for one in group.detail_pieces]) for group in found]


def test_a_name_and_what_stands_below_it():
    found = groups(column("BERGHOF", "Naturjoghurt", "mild", "je 500 g"), [0.9, 0.95, 0.1, 0.01])
    assert told(found) == [(["BERGHOF", "Naturjoghurt"], ["mild", "je 500 g"])]
    assert found[0].chance == pytest.approx(0.925)
    assert found[0].name_area.bottom < found[0].area.bottom == pytest.approx(0.186)


def test_lines_below_the_least_are_no_names():
    assert groups(column("Butter"), [0.1]) == []
    assert told(groups(column("Butter"), [0.15], least=0.1)) == [(["Butter"], [])]


def test_a_neighbour_joins_a_name_from_the_chance_that_begins_one():
    assert told(groups(column("Butter", "mild gesäuert"), [0.9, 0.26])) == [(["Butter", "mild gesäuert"], [])]
    assert told(groups(column("Butter", "mild gesäuert"), [0.9, 0.22])) == [(["Butter"], ["mild gesäuert"])]


def test_a_word_that_is_broken_off_goes_on_in_the_next_line_however_unlikely_that_is():
    assert told(groups(column("Bio Berg-", "käsestück", "gekühlt"), [0.9, 0.05, 0.05])) == [(["Bio Berg-", "käsestück"], ["gekühlt"])]
    assert told(groups(column("Bio Berg-", "käsestück", "gekühlt"), [0.05, 0.9, 0.05])) == [(["Bio Berg-", "käsestück"], ["gekühlt"])]


@pytest.mark.parametrize("first", ["Bio Berg", "Bio -", "je 500-g-Packung, 2 kg, Voll-"])
def test_a_dash_or_a_description_is_no_broken_word(first):
    assert told(groups(column(first, "Bergkäse"), [0.05, 0.9]))[0][0] == ["Bergkäse"]


def test_a_name_ends_after_its_package():
    found = groups(column("Butter 250 g", "Rahmkäse"), [0.9, 0.9])
    assert told(found) == [(["Butter 250 g"], []), (["Rahmkäse"], [])]


def test_names_in_reading_order():
    left, right, low = column("Links"), column("Rechts", left=0.5), column("Unten", top=0.5)
    assert [names for names, _ in told(groups([*low, *right, *left], [0.95, 0.9, 0.8]))] == [["Links"], ["Rechts"], ["Unten"]]


def test_a_description_ends_at_the_next_name_and_has_an_end():
    found = groups(column("Butter", "fein", "Käse", *["viel Text"] * 12), [0.9, 0, 0.9, *[0] * 12])
    assert [len(group.details) for group in found] == [1, DETAIL_LINES]


def test_no_line_is_in_two_names():
    found = groups(column("a b", "c d", "e f", "g h"), [0.6, 0.9, 0.6, 0.9])
    lines = [line for group in found for line in group.lines]
    assert sorted(lines) == sorted(set(lines))


def test_an_empty_page_has_none():
    assert find_groups([], np.zeros(0), np.zeros(0, int), np.zeros(0, int), []) == []


def test_what_only_dresses_offers_up_is_no_name():
    assert groups(column("AKTION"), [0.9]) == []
    assert groups(column("Extrapunkte"), [0.9]) == []
    assert told(groups(column("Aktion", "Butter"), [0.9, 0.9])) == [(["Aktion", "Butter"], [])]
