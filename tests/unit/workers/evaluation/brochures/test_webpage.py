from __future__ import annotations

import re
from base64 import b64encode
from html.parser import HTMLParser

import pytest

from tests.unit.workers.evaluation.brochures.cases import ABSENT, ALL, OURS, RIGHT, report
from workers.evaluation.brochures.gold import GoldPage
from workers.evaluation.brochures.judging import Verdict, judged
from workers.evaluation.brochures.matching import Offer
from workers.evaluation.brochures.overlay import page_svg
from workers.evaluation.brochures.report import ReadPage
from workers.evaluation.brochures.webpage import SAID, STYLE, document
from workers.evaluation.pictures import Picture

PICTURE = Picture(width_px=600, height_px=800, jpeg=b"\xff\xd8 pixels")
HOSTILE = (
    "</title><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "\x1b[2J\u202e&lt;",
    "' onload='x",
    "</style>",
)


class Seen(HTMLParser):
    """Every tag with its attributes, and all text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_every_verdict_is_told_and_drawn() -> None:
    seen = Seen(document(report(ALL), [ALL], {"all_1": PICTURE}))
    groups = [attributes["class"] for tag, attributes in seen.tags if tag == "g" and (attributes.get("id") or "").startswith("page-1-")]
    assert sorted(filter(None, groups)) == sorted(f"v-{verdict.value}" for verdict in Verdict)
    for verdict, said in SAID.items():
        assert said in seen.text
        assert f".v-{verdict.value} " in STYLE.read_text("utf-8")
    for offer in OURS:
        assert str(offer.name) in seen.text
        assert f"{offer.confidence:.2f}" in seen.text


def test_the_wrong_cells_are_marked() -> None:
    page = document(report(ALL), [ALL], {})
    assert re.findall(r'<td class="(?:figure )?wrong">([^<]*)</td>', page) == ["9.99", "1 kg", "Bargain"]


def test_it_needs_no_network_and_runs_nothing() -> None:
    seen = Seen(document(report(ALL), [ALL], {"all_1": PICTURE}))
    addresses = [value for _, attributes in seen.tags for name, value in attributes.items() if name in ("src", "href", "action", "xlink:href")]
    assert all(address and address.startswith(("#", "data:image/jpeg;base64,")) for address in addresses)
    assert f"data:image/jpeg;base64,{b64encode(PICTURE.jpeg).decode()}" in addresses
    assert not {"script", "link", "iframe", "object", "form", "foreignobject"} & {tag for tag, _ in seen.tags}
    assert ("meta", "default-src 'none'; img-src data:; style-src 'unsafe-inline'") in [(tag, found.get("content")) for tag, found in seen.tags]
    assert "url(" not in STYLE.read_text("utf-8")


@pytest.mark.parametrize("text", HOSTILE)
def test_foreign_text_stays_text(text: str) -> None:
    offers = (Offer(name=text, price=text, unit=text, original_price=text),)
    page = ReadPage(GoldPage(text, text, offers), judged(offers, ()), 1.0)
    told = report(page)
    plain = report(ABSENT)
    seen = Seen(document(told, [page], {}))
    allowed = {tag for tag, _ in Seen(document(plain, [ABSENT], {})).tags}
    assert {tag for tag, _ in seen.tags} <= allowed
    assert not any(name.startswith("on") or name == "src" for _, attributes in seen.tags for name in attributes)
    assert text.replace("\x1b", "·").replace("\u202e", "·") in seen.text


def test_a_page_without_a_picture_is_white_paper() -> None:
    svg = page_svg(ABSENT.judged, None, "page-1")
    assert "<image" not in svg
    assert 'viewBox="0 0 848 1200"' in svg


def test_boxes_are_drawn_in_pixels_and_their_tags_stay_on_the_page() -> None:
    svg = page_svg(RIGHT.judged, PICTURE, "page-1")
    assert svg.count('<rect x="60" y="0" width="180" height="64" class="box">') == 2  # the label's and ours
    for x, y, width, height in re.findall(r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.]+)" height="([\d.]+)" class="tag"', svg):
        assert 0 <= float(x) <= 600 - float(width)
        assert 0 <= float(y) <= 800 - float(height)


def test_a_set_without_faults_says_so() -> None:
    assert "No page has a fault" in document(report(RIGHT), [], {})
