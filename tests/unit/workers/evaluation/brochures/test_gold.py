from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import JsonValue

from schemas.errors import Empty, Malformed, NotFound
from schemas.pages import Box
from workers.evaluation.brochures.gold import GoldPage, box_of, chosen, page_files, read_gold
from workers.evaluation.brochures.matching import Offer

OFFER = {"product_name": "Oat", "price": "1.99", "discount": None, "unit": "1 l", "original_price": "nuke", "bbox": [0, 0.1, 0.5, 0.9]}


def gold(folder: Path, *lines: object) -> Path:
    written = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    (folder / "gold.jsonl").write_text("\n".join(written), "utf-8")
    return folder


def test_a_line_is_a_page(tmp_path: Path) -> None:
    found = read_gold(gold(tmp_path, {"page": "north_1", "chain": "north", "offers": [OFFER]}, "", {"page": "x", "offers": []}))
    offer = Offer(name="Oat", price="1.99", unit="1 l", original_price="nuke", discount=None, box=Box(x0=0, y0=0.1, x1=0.5, y1=0.9))
    assert found == [GoldPage("north_1", "north", (offer,)), GoldPage("x", "(none)", ())]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_bytes(b'\xef\xbb\xbf{"page": "x", "offers": []}\n')
    assert [page.page for page in read_gold(tmp_path)] == ["x"]


@pytest.mark.parametrize(
    "line, says",
    [
        ("{", "is no JSON in UTF-8"),
        ("[" * 100_000, "is no JSON in UTF-8"),
        ("[]", "is no JSON object"),
        ({"offers": []}, "names no `page`"),
        ({"page": 7, "offers": []}, "names no `page`"),
        ({"page": "x"}, "has no list of objects as `offers`"),
        ({"page": "x", "offers": ["Oat"]}, "has no list of objects as `offers`"),
    ],
)
def test_a_broken_line_is_named_by_its_number(tmp_path: Path, line: object, says: str) -> None:
    with pytest.raises(Malformed) as raised:
        read_gold(gold(tmp_path, {"page": "a", "offers": []}, "", line))
    assert raised.value.message.endswith(f"gold.jsonl: line 3 {says}")


def test_many_broken_lines_are_counted(tmp_path: Path) -> None:
    with pytest.raises(Malformed, match=r"line 5 is no JSON object; and 4 more$"):
        read_gold(gold(tmp_path, *["[]"] * 9))


def test_bytes_that_are_no_text_are_a_broken_line(tmp_path: Path) -> None:
    (tmp_path / "gold.jsonl").write_bytes(b'{"page": "\xff", "offers": []}')
    with pytest.raises(Malformed, match="line 1 is no JSON in UTF-8"):
        read_gold(tmp_path)


def test_without_labels_there_is_nothing_to_measure(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"no gold\.jsonl"):
        read_gold(tmp_path)
    with pytest.raises(Empty):
        read_gold(gold(tmp_path, ""))


PAGES = [GoldPage(name, chain, ()) for name, chain in [("a", "north"), ("b", "south"), ("c", "north")]]


@pytest.mark.parametrize("first, chain, names", [(None, None, "abc"), (2, None, "ab"), (2, "north", "a"), (None, "north", "ac"), (9, "south", "b")])
def test_lines_are_counted_before_chains_are_chosen(first: int | None, chain: str | None, names: str) -> None:
    assert "".join(page.page for page in chosen(PAGES, first, chain)) == names


def test_an_unknown_chain_is_told_which_there_are() -> None:
    with pytest.raises(NotFound, match=r"'east'; there are: north, south"):
        chosen(PAGES, None, "east")


def test_page_files_lie_in_pages_or_beside(tmp_path: Path) -> None:
    (tmp_path / "pages").mkdir()
    for name in ("a.JPG", "pages/b.pdf", "pages/b.png", "c.txt", "pages/d.v2.tiff", "pages/a.webp"):
        (tmp_path / name).touch()
    asked = [GoldPage(name, "", ()) for name in ("a", "b", "c", "d.v2", "b.pdf", "../a")]
    found = {page: path.relative_to(tmp_path).as_posix() for page, path in page_files(tmp_path, asked).items()}
    assert found == {"a": "pages/a.webp", "b": "pages/b.png", "d.v2": "pages/d.v2.tiff", "b.pdf": "pages/b.pdf"}


def test_a_name_is_the_same_however_its_accents_are_stored(tmp_path: Path) -> None:
    (tmp_path / "ka\u0308se.png").touch()
    assert list(page_files(tmp_path, [GoldPage("k\u00e4se", "", ())])) == ["k\u00e4se"]


def test_a_set_without_any_page_file_is_a_mistake(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="none of the 3 pages has a file"):
        page_files(tmp_path, PAGES)


@pytest.mark.parametrize(
    "corners, expected",
    [
        ([-0.1, 0, 0.5, 1.2], Box(x0=0, y0=0, x1=0.5, y1=1)),
        *[(junk, None) for junk in (None, "x", [], [0, 0, 1], [0, 0, 1, "1"], [0.5, 0, 0.1, 1], [0, 0, 1, float("nan")], [0, 0, 1, 10**400])],
    ],
)
def test_boxes(corners: JsonValue, expected: Box | None) -> None:
    assert box_of(corners) == expected
