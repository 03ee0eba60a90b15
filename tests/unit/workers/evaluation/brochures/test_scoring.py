from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.workers.evaluation.brochures.benchmark import benchmark
from workers.evaluation.brochures.gold import labelled
from workers.evaluation.brochures.judging import Judged, judged
from workers.evaluation.brochures.scoring import measured

WORDS = ["", "oat", "Oat", "drink", "Müller", "Käse", "500", "g", "extra  fine", "%", "x"]
JUNK = [None, "", 0, True, [], {}, "null", "nuke"]
NAMES = st.one_of(st.sampled_from(JUNK), st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join))
PRICES = st.sampled_from([*JUNK, "4.99", "4,99", 4.99, 4.98, "5.00", 5, "ab 4.99", "-.88", "1.234,50", float("nan"), float("inf")])
UNITS = st.sampled_from(
    [*JUNK, "1 kg", "1-kg-Packung", "500 Gramm", "500 g", "je Stück", "Stk", "Stueck", "0,7 Liter", "1,99", "€/kg", "2 Eur", "---"]
)
OFFERS = st.fixed_dictionaries({"product_name": NAMES, "price": PRICES, "unit": UNITS, "original_price": PRICES})


@st.composite
def pages(draw: st.DrawFn) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Labels, and offers of which many are a label with one field changed."""
    gold = draw(st.lists(OFFERS, max_size=5))
    near = st.sampled_from(gold).flatmap(lambda label: OFFERS.map(lambda other: {**label, "price": other["price"]})) if gold else OFFERS
    return gold, draw(st.lists(st.one_of(OFFERS, near, st.sampled_from(gold) if gold else OFFERS), max_size=5))


def page(gold: list[dict[str, Any]], ours: list[dict[str, Any]]) -> Judged:
    return judged([labelled(offer) for offer in gold], [labelled(offer) for offer in ours])


@settings(max_examples=300, deadline=None)
@given(st.lists(pages(), min_size=1, max_size=3).filter(lambda found: any(gold for gold, _ in found)))
def test_the_numbers_are_the_benchmark_s(found: list[tuple[list[dict[str, Any]], list[dict[str, Any]]]]) -> None:
    assert measured([page(gold, ours) for gold, ours in found]).scores.model_dump() == pytest.approx(benchmark(found), abs=1e-12)


def offer(name: str | None, price: object = "1.00", unit: str | None = None, **more: object) -> dict[str, Any]:
    return {"product_name": name, "price": price, "unit": unit, "original_price": None, **more}


WORKED = [
    # Four labels; ours: one right, one of another price, one of another unit, one invented.
    (
        [
            offer("Oat drink", "1.99", "1 l", original_price="2.49"),
            offer("Emmental", "2.22"),
            offer("Gouda young", "3.00", "400 g"),
            offer("Ham", "4.00"),
        ],
        [
            offer("OAT DRINK", 1.99, "1 Liter", original_price="2,49"),
            offer("Emmental", "2.24"),
            offer("Gouda young", "3.00", "1 kg"),
            offer("Salmon"),
        ],
        {"recall": 0.75, "precision": 0.75, "price": 0.5, "e2e_recall": 0.25, "was_price": 1.0, "was_price_matched": 1.0, "e2e_recall_pages": 0.25},
    ),
    # A cent apart agrees; a unit that one side leaves out agrees; a label without a price is never right.
    (
        [offer("Butter", "1.87", "250 g"), offer("Bread", "null"), offer("Milk", "ab 0.99", original_price="nuke")],
        [offer("Butter", "1.88"), offer("Bread", "2.00"), offer("Milk", "0.99", original_price="1.99")],
        {"recall": 1.0, "precision": 1.0, "price": 2 / 3, "e2e_recall": 2 / 3, "was_price": 0.0, "was_price_matched": 0.0},
    ),
    # None of ours serves twice, and the label that comes first chooses first.
    (
        [offer("Yogurt"), offer("Yogurt")],
        [offer("Yogurt natural", "1.00"), offer("Quark", "1.00")],
        {"recall": 0.5, "precision": 0.5, "f1": 0.5, "e2e_recall": 0.5},
    ),
]


@pytest.mark.parametrize("gold, ours, expected", WORKED)
def test_worked_cases(gold: list[dict[str, Any]], ours: list[dict[str, Any]], expected: dict[str, float]) -> None:
    found = measured([page(gold, ours)]).scores.model_dump()
    assert {key: found[key] for key in expected} == pytest.approx(expected)


def test_pages_without_a_label_count_only_as_invented() -> None:
    found = measured([page([], [offer("Ghost")]), page([offer("Oat")], [offer("Oat")])])
    assert (found.scores.pages, found.scores.predicted, found.scores.precision) == (1, 1, 1.0)
    assert (found.misses.labels, found.misses.right, found.misses.invented) == (1, 1, 1)


def test_nothing_at_all_is_zero_everywhere() -> None:
    found = measured([page([], [])])
    assert set(found.scores.model_dump().values()) == {0}
    assert set(found.misses.model_dump().values()) == {0}
    assert found.fields["price"].f1 == 0


def test_fields_hold_a_left_out_unit_for_missing() -> None:
    found = measured([page([offer("Oat", unit="1 l"), offer("Rye", unit="1 kg")], [offer("Oat"), offer("Rye", unit="1 kg")])])
    assert found.scores.e2e_recall == 1.0
    unit = found.fields["unit"]
    assert (unit.labelled, unit.stated, unit.right, unit.recall, unit.precision, unit.when_matched) == (2, 1, 1, 0.5, 1.0, 0.5)


def test_invented_offers_cost_every_field_they_state() -> None:
    found = measured([page([offer("Oat")], [offer("Oat"), offer("Ghost", "9.99", original_price="19.99", discount=50)])]).fields
    assert (found["name"].precision, found["price"].precision, found["original_price"].precision, found["discount"].precision) == (0.5, 0.5, 0, 0)


@pytest.mark.parametrize("label, ours, right", [("40", 40.4, 1), ("-40 %", 40, 1), ("40", 41.5, 0), (None, 40, 0), ("40", None, 0)])
def test_discounts_agree_within_a_percentage_point(label: object, ours: object, right: int) -> None:
    assert measured([page([offer("Oat", discount=label)], [offer("Oat", discount=ours)])]).fields["discount"].right == right


def test_boxes_are_compared_where_both_sides_have_one() -> None:
    gold = [offer("Oat", bbox=[0, 0, 0.4, 0.4]), offer("Rye", bbox=[0, 0.5, 0.4, 0.9]), offer("Malt")]
    ours = [offer("Oat", bbox=[0, 0, 0.4, 0.3]), offer("Rye", bbox=[0.2, 0.5, 0.6, 0.9]), offer("Malt", bbox=[0, 0, 1, 1])]
    found = measured([page(gold, ours)]).boxes
    assert (found.compared, found.same, found.share) == (2, 1, 0.5)
    assert found.mean_iou == pytest.approx((0.75 + 1 / 3) / 2)


def test_the_ceiling_is_what_labels_with_a_price_leave() -> None:
    found = measured([page([offer("Oat", "null"), offer("Rye", None), offer("Malt"), offer("Hops")], [offer("Oat"), offer("Malt")])]).misses
    assert (found.labels, found.right, found.unpriced, found.missed, found.ceiling) == (4, 1, 2, 1, 0.5)
