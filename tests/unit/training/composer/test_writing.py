"""Sets of pages on disk."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image

from training.compose import main
from training.composer.fonts import FontBook
from training.composer.writing import Order, seen_box, write_pages

PUBLIC = ["product_name", "price", "discount", "unit", "original_price", "bbox"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("composed")
    assert main([str(out), "--pages", "4", "--seed", "11", "--built-in-fonts", "--photos", "--styles", "frischwerk", "kontor", "--offers", "5"]) == 0
    return out


def lines(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]


def test_every_page_is_there_as_image_pdf_and_photograph(folder: Path) -> None:
    for line in lines(folder):
        (picture,) = (folder / "pages").glob(f"{line['page']}.*")
        with Image.open(picture) as image:
            assert image.size[0] >= 860
        assert (folder / "pdf" / f"{line['page']}.pdf").read_bytes().startswith(b"%PDF")
        assert (folder / "photos" / "pages" / f"{line['page']}.jpg").exists()


def test_labels_begin_as_the_public_ones_do(folder: Path) -> None:
    for line in lines(folder):
        assert list(line)[:3] == ["page", "chain", "offers"]
        assert line["chain"] in {"frischwerk", "kontor"}
        for offer in line["offers"]:  # type: ignore[attr-defined]
            assert list(offer)[:6] == PUBLIC
            assert float(offer["price"]) > 0
            x0, y0, x1, y1 = offer["bbox"]
            assert 0 <= x0 < x1 <= 1
            assert 0 <= y0 < y1 <= 1


def test_photographs_have_the_same_offers_elsewhere(folder: Path) -> None:
    for page, photo in zip(lines(folder), lines(folder / "photos"), strict=True):
        assert [offer["product_name"] for offer in page["offers"]] == [offer["product_name"] for offer in photo["offers"]]  # type: ignore[attr-defined]
        assert [offer["bbox"] for offer in page["offers"]] != [offer["bbox"] for offer in photo["offers"]]  # type: ignore[attr-defined]


def test_the_same_order_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        write_pages(tmp_path / name, Order(2, 5, ("en",)), FontBook({}))
    files = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*.*"))
    assert len(files) == 5
    assert all((tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes() for file in files)


def test_an_unknown_style_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such style: atlantis"):
        write_pages(tmp_path, Order(1, 1, styles=("atlantis",)), FontBook({}))


def test_a_box_is_seen_through_the_cameras_corners() -> None:
    assert seen_box([0, 0, 1, 1], ((0.1, 0.1), (0.9, 0.1), (0.9, 0.9), (0.1, 0.9))) == [0.1, 0.1, 0.9, 0.9]
    assert seen_box([0, 0, 0.5, 0.5], ((0.9, 0.1), (0.9, 0.9), (0.1, 0.9), (0.1, 0.1))) == [0.5, 0.1, 0.9, 0.5]
