from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.pages import Box
from workers.evaluation.brochures.judging import Judged, Verdict, distance, intersection_over_union, judged
from workers.evaluation.brochures.matching import Offer

HERE = Box(x0=0.1, y0=0.1, x1=0.3, y1=0.3)
BESIDE = Box(x0=0.34, y0=0.1, x1=0.5, y1=0.3)
FAR = Box(x0=0.7, y0=0.7, x1=0.9, y1=0.9)
LABEL = Offer(name="Oat drink", price="1.99", unit="1 l", box=HERE)

NAMES = st.sampled_from(["oat", "oats", "rye", "malt", ""])
BOXES = st.sampled_from([None, HERE, BESIDE, FAR])
OFFERS = st.lists(
    st.builds(Offer, name=NAMES, price=st.sampled_from([None, "1", "2"]), unit=st.sampled_from([None, "kg", "l"]), box=BOXES), max_size=6
)


def verdicts(found: Judged) -> list[tuple[int | None, int | None, str]]:
    return [(pair.place, pair.our_place, pair.verdict.value) for pair in found.pairs]


@pytest.mark.parametrize(
    "offer, verdict",
    [
        (Offer(name="OAT  drink", price=1.99, unit="1 Liter"), "right"),
        (Offer(name="Oat drink", price="2.01"), "price"),
        (Offer(name="Oat drink"), "price"),
        (Offer(name="Oat drink", price="1.99", unit="500 g"), "unit"),
        (Offer(name="Oat drink", price="2.99", unit="500 g"), "price"),
    ],
)
def test_what_is_matched_by_name(offer: Offer, verdict: str) -> None:
    assert verdicts(judged([LABEL], [offer])) == [(0, 0, verdict)]


@pytest.mark.parametrize(
    "offer, expected",
    [
        (Offer(name="Bargain!", price="1.99", box=HERE), [(0, 0, "name")]),
        (Offer(name="Bargain!", price="1.99", box=BESIDE), [(0, 0, "name")]),
        (Offer(name="Bargain!", price="1.99"), [(0, 0, "name")]),
        (Offer(name="Bargain!", price="1.99", box=FAR), [(0, None, "missed"), (None, 0, "invented")]),
        (Offer(name="Bargain!", price="2.99", box=HERE), [(0, None, "missed"), (None, 0, "invented")]),
    ],
)
def test_a_price_in_its_place_is_a_wrong_name_and_not_a_miss(offer: Offer, expected: list[tuple[int | None, int | None, str]]) -> None:
    assert verdicts(judged([LABEL], [offer])) == expected


def test_the_nearest_price_is_taken_and_none_twice() -> None:
    second = Offer(name="Rye", price="1.99", box=BESIDE)
    ours = [Offer(name="?", price="1.99", box=BESIDE)]
    assert verdicts(judged([LABEL, second], ours)) == [(0, None, "missed"), (1, 0, "name")]


@pytest.mark.parametrize("price", [None, "null", "nuke"])
def test_a_label_without_a_price_is_neither_right_nor_a_fault(price: str | None) -> None:
    found = judged([Offer(name="Oat drink", price=price)], [Offer(name="Oat drink", price="1.99")])
    assert verdicts(found) == [(0, 0, "unpriced")]
    assert found.faults == 0
    assert len(found.matches) == 1
    assert verdicts(judged([Offer(name="Oat drink", price=price)], [])) == [(0, None, "unpriced")]


def test_a_wrong_name_is_no_match() -> None:
    assert judged([LABEL], [Offer(name="Bargain!", price="1.99")]).matches == ()


@given(OFFERS, OFFERS)
def test_everything_is_judged_once(gold: list[Offer], ours: list[Offer]) -> None:
    found = judged(gold, ours)
    assert [pair.place for pair in found.pairs if pair.place is not None] == list(range(len(gold)))
    assert sorted(pair.our_place for pair in found.pairs if pair.our_place is not None) == list(range(len(ours)))
    for pair in found.pairs:
        assert (pair.place is None) == (pair.verdict is Verdict.INVENTED)
        assert pair.our_place is not None or pair.verdict in (Verdict.MISSED, Verdict.UNPRICED)


@pytest.mark.parametrize(
    "first, second, gap",
    [(HERE, HERE, 0.0), (HERE, BESIDE, 0.04), (BESIDE, HERE, 0.04), (HERE, FAR, 0.4), (None, FAR, 0.0), (HERE, None, 0.0)],
)
def test_distance_is_the_gap(first: Box | None, second: Box | None, gap: float) -> None:
    assert distance(first, second) == pytest.approx(gap)


POINT = Box(x0=0.5, y0=0.5, x1=0.5, y1=0.5)


@pytest.mark.parametrize(
    "first, second, expected",
    [(HERE, HERE, 1.0), (HERE, FAR, 0.0), (Box(x0=0, y0=0, x1=0.2, y1=0.2), Box(x0=0.1, y0=0, x1=0.3, y1=0.2), 1 / 3), (POINT, POINT, 0.0)],
)
def test_intersection_over_union(first: Box, second: Box, expected: float) -> None:
    assert intersection_over_union(first, second) == pytest.approx(expected)
