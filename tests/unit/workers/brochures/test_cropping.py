from __future__ import annotations

from io import BytesIO
from zipfile import ZipFile

import pytest
from PIL import Image

from adapters.imaging import PageImage
from schemas.pages import Box
from workers.brochures import cropping
from workers.brochures.cropping import Cut, box_of, write_crops
from workers.crops import CROPS

DOCUMENT = "d" * 26


def picture(colour: str, width: int = 600, height: int = 800) -> PageImage:
    out = BytesIO()
    Image.new("RGB", (width, height), colour).save(out, "PNG")
    return PageImage(encoded=out.getvalue(), width_px=width, height_px=height)


def boxed(x0: float, y0: float, x1: float, y1: float) -> Box:
    return Box(x0=x0, y0=y0, x1=x1, y1=y1)


def test_each_offer_is_cut_from_its_own_page(tmp_path):
    red, blue = picture("red"), picture("blue")
    cuts = [Cut(red, boxed(0, 0, 0.5, 0.5)), Cut(None, boxed(0, 0, 1, 1)), Cut(blue, boxed(0.5, 0.5, 1, 1)), Cut(red, None)]
    assert write_crops(cuts, tmp_path, DOCUMENT, 3) == [f"/documents/{DOCUMENT}/crops/3-1", None, f"/documents/{DOCUMENT}/crops/3-3", None]
    with ZipFile(tmp_path / CROPS) as archive:
        assert archive.namelist() == ["1.jpg", "3.jpg"]
        first, third = (Image.open(BytesIO(archive.read(name))).convert("RGB") for name in archive.namelist())
    assert (first.getpixel((5, 5))[0] > 240, third.getpixel((5, 5))[2] > 240) == (True, True)


def test_the_same_offers_give_the_same_archive(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write_crops([Cut(picture("green"), boxed(0.1, 0.1, 0.9, 0.4))], tmp_path / name, DOCUMENT, 1)
    assert (tmp_path / "a" / CROPS).read_bytes() == (tmp_path / "b" / CROPS).read_bytes()


def test_nothing_to_show_writes_nothing(tmp_path):
    assert write_crops([Cut(None, None), Cut(picture("red"), boxed(0.5, 0.5, 0.5, 0.5))], tmp_path, DOCUMENT, 1) == [
        None,
        f"/documents/{DOCUMENT}/crops/1-2",
    ]
    assert write_crops([Cut(picture("red", 30, 30), boxed(0.5, 0.5, 0.5, 0.5))], tmp_path / "none", DOCUMENT, 1) == [None]
    assert not (tmp_path / "none").exists()


def test_crops_end_where_their_bytes_do(tmp_path, monkeypatch):
    page = picture("white")
    cuts = [Cut(page, boxed(0, 0, 1, 1))] * 5
    write_crops(cuts[:1], tmp_path, DOCUMENT, 1)
    with ZipFile(tmp_path / CROPS) as archive:
        one = len(archive.read("1.jpg"))
    monkeypatch.setattr(cropping, "MOST_BYTES", 3 * one)
    assert [uri is not None for uri in write_crops(cuts, tmp_path, DOCUMENT, 1)] == [True, True, True, False, False]


@pytest.mark.parametrize(("columns", "box"), [({"x0": 0, "y0": 0, "x1": 1, "y1": 1}, boxed(0, 0, 1, 1)), ({"x0": 0, "y0": 0, "x1": None}, None)])
def test_the_box_of_an_offer(columns, box):
    assert box_of(columns) == box
