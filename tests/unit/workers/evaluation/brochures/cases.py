"""A small set of read pages with every verdict on it."""

from __future__ import annotations

from datetime import date

from schemas.pages import Box
from workers.evaluation.brochures.gold import GoldPage
from workers.evaluation.brochures.judging import judged
from workers.evaluation.brochures.matching import Offer
from workers.evaluation.brochures.report import BrochureReport, Circumstances, Fault, ReadPage, brochure_report


def box(place: int) -> Box:
    return Box(x0=0.1, y0=place / 10, x1=0.4, y1=place / 10 + 0.08)


GOLD = (
    Offer(name="Oat drink", price="1.99", unit="1 l", original_price="2.49", discount="20", box=box(0)),
    Offer(name="Emmental", price="2.22", box=box(1)),
    Offer(name="Gouda young", price="3.00", unit="400 g", box=box(2)),
    Offer(name="Ham", price="4.00", box=box(3)),
    Offer(name="Salmon", price="5.00", box=box(4)),
    Offer(name="Bread", price=None, box=box(5)),
)
OURS = (
    Offer(name="Oat drink", price="1.99", unit="1 l", original_price="2.49", discount=20.0, box=box(0), confidence=0.95),
    Offer(name="Emmental", price="9.99", box=box(1), confidence=0.9),
    Offer(name="Gouda young", price="3.00", unit="1 kg", box=box(2), confidence=0.5),
    Offer(name="Bargain", price="4.00", box=box(3), confidence=0.4),
    Offer(name="Bread", price="1.00", box=box(5), confidence=0.9),
    Offer(name="Ghost", price="7.00", box=None, confidence=0.1),
)
ALL = ReadPage(GoldPage("all_1", "north", GOLD), judged(GOLD, OURS), 2.0)
RIGHT = ReadPage(GoldPage("right_1", "south", GOLD[:1]), judged(GOLD[:1], OURS[:1]), 1.0)
ABSENT = ReadPage(GoldPage("absent_1", "south", GOLD[:2]), judged(GOLD[:2], ()), None, Fault(page="absent_1", code="not_found", message="no file"))
BARE = ReadPage(GoldPage("bare_1", "south", ()), judged((), OURS[5:]), 3.0)


def report(*pages: ReadPage, kept: bool = False) -> BrochureReport:
    about = Circumstances(measured_on=date(2026, 11, 21), pipeline_versions=("0.1.0+abc",), jobs=2, kept=kept, wall_s=6.0)
    return brochure_report(pages, about)
