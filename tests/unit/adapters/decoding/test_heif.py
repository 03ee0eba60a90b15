from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from adapters.decoding.heif_boxes import MOST_META_BYTES
from adapters.decoding.pages import open_pages
from schemas.errors import Empty, Malformed, RejectedInput, TooLarge, Truncated, UnsupportedType
from schemas.settings import Limits
from tests.heif import box, full, heic

RED, GREEN, BLUE, WHITE = (200, 40, 40), (40, 160, 60), (40, 60, 190), (255, 255, 255)


def sheet() -> np.ndarray:
    """150 x 100: red top left, green top right, blue bottom left, white elsewhere."""
    page = Image.new("RGB", (150, 100), WHITE)
    for colour, corner in ((RED, (0, 0)), (GREEN, (110, 0)), (BLUE, (0, 60))):
        page.paste(colour, (*corner, corner[0] + 40, corner[1] + 40))
    return np.asarray(page)


@pytest.fixture(scope="module")
def plain() -> bytes:
    return heic(sheet())


@pytest.fixture(scope="module")
def tiled() -> bytes:
    return heic(sheet(), tile=64)


def read(tmp_path, content: bytes, limits=Limits()) -> Image.Image:  # noqa: B008
    path = tmp_path / "a.heic"
    path.write_bytes(content)
    with open_pages(path, "image/heic", limits) as file:
        assert file.page_count == 1
        assert file.text_layer(1) is None
        page = file.image(1)
    decoded = Image.open(BytesIO(page.encoded))
    assert decoded.format == "JPEG"
    assert decoded.size == (page.width_px, page.height_px)
    return decoded.convert("RGB")


def corners(page: Image.Image) -> list[tuple[int, int, int]]:
    """Top left, top right, bottom right, bottom left, as the nearest of the drawn colours."""
    seen = [page.getpixel(at) for at in ((8, 8), (page.width - 8, 8), (page.width - 8, page.height - 8), (8, page.height - 8))]
    return [min((RED, GREEN, BLUE, WHITE), key=lambda colour: sum(abs(a - b) for a, b in zip(colour, one, strict=True))) for one in seen]


def transformed(kind: bytes, *payload: int) -> bytes:
    return heic(sheet(), transforms=(box(kind, bytes(payload)),))


def test_a_single_picture_is_a_page(tmp_path, plain):
    page = read(tmp_path, plain)
    assert page.size == (150, 100)
    assert corners(page) == [RED, GREEN, WHITE, BLUE]


def test_tiles_are_put_together_and_cut_to_the_stated_size(tmp_path, tiled):
    page = read(tmp_path, tiled)
    assert page.size == (150, 100)
    assert corners(page) == [RED, GREEN, WHITE, BLUE]
    assert np.abs(np.asarray(page, dtype=float) - sheet()).mean() < 4


@pytest.mark.parametrize(
    ("kind", "value", "size", "seen"),
    [
        (b"irot", 1, (100, 150), [GREEN, WHITE, BLUE, RED]),
        (b"irot", 2, (150, 100), [WHITE, BLUE, RED, GREEN]),
        (b"irot", 3, (100, 150), [BLUE, RED, GREEN, WHITE]),
        (b"imir", 0, (150, 100), [BLUE, WHITE, GREEN, RED]),
        (b"imir", 1, (150, 100), [GREEN, RED, BLUE, WHITE]),
    ],
)
def test_turns_and_mirrors_are_applied(tmp_path, kind, value, size, seen):
    page = read(tmp_path, transformed(kind, value))
    assert page.size == size
    assert corners(page) == seen


def test_a_crop_is_applied_after_the_turn_before_it(tmp_path):
    aperture = box(b"clap", struct.pack(">IIIIiIiI", 60, 1, 40, 1, -20, 1, 55, 1))
    page = read(tmp_path, heic(sheet(), transforms=(box(b"irot", b"\x01"), aperture)))
    assert page.size == (60, 40)
    assert corners(page) == [RED, WHITE, WHITE, RED]


@pytest.mark.parametrize("numbers", [(60, 0, 40, 1, 0, 1, 0, 1), (60, 1, 40, 1, 900, 1, 0, 1)])
def test_a_crop_of_nothing_is_malformed(tmp_path, numbers):
    with pytest.raises(Malformed, match="crop"):
        read(tmp_path, heic(sheet(), transforms=(box(b"clap", struct.pack(">IIIIiIiI", *numbers)),)))


def test_pixels_are_capped_by_what_the_file_states_and_by_what_it_holds(tmp_path, plain):
    with pytest.raises(TooLarge, match="TAMIZ_LIMITS__IMAGE_PIXELS"):
        read(tmp_path, plain, Limits(image_pixels=14_999))
    with pytest.raises(Malformed):
        read(tmp_path, heic(sheet(), stated=(10, 10)), Limits(image_pixels=1_000))


def test_a_page_larger_than_its_tiles_is_malformed(tmp_path):
    with pytest.raises(Malformed, match="tiles"):
        read(tmp_path, heic(sheet(), tile=64, stated=(900, 100)))


@pytest.mark.parametrize("share", [0.2, 0.9, 0.999])
def test_a_file_cut_short_is_truncated(tmp_path, plain, share):
    with pytest.raises(Truncated, match="send the whole file"):
        read(tmp_path, plain[: int(len(plain) * share)])


def test_nothing_is_empty_and_rubbish_is_refused(tmp_path):
    with pytest.raises(Empty):
        read(tmp_path, b"")
    with pytest.raises(UnsupportedType):
        read(tmp_path, box(b"ftyp", b"heic" + bytes(4)) + box(b"mdat", bytes(40)))
    with pytest.raises(Malformed):
        read(tmp_path, box(b"ftyp", b"heic" + bytes(4)) + struct.pack(">I4s", 4, b"meta"))
    with pytest.raises(Malformed, match="larger"):
        read(tmp_path, box(b"ftyp", b"heic" + bytes(4)) + full(b"meta", 0, bytes(MOST_META_BYTES)))


def test_other_codings_are_told_apart_from_broken_ones(tmp_path, plain, tiled):
    with pytest.raises(UnsupportedType, match="HEVC"):
        read(tmp_path, plain.replace(b"hvc1", b"jpeg"))
    with pytest.raises(UnsupportedType, match="tiles"):
        read(tmp_path, tiled.replace(b"hvc1", b"av01", 1))
    with pytest.raises(UnsupportedType, match="lsel"):
        read(tmp_path, heic(sheet(), transforms=(box(b"lsel", b"\0\0"),)))


def test_coded_data_of_another_kind_is_malformed(tmp_path, plain):
    start = plain.index(b"mdat") + 4
    with pytest.raises(Malformed):
        read(tmp_path, plain[:start] + bytes(len(plain) - start))


def test_no_changed_byte_of_the_contents_escapes_untyped(tmp_path, tiled):
    end = tiled.index(b"mdat")
    random = np.random.default_rng(7)
    for place in random.integers(0, end, 250):
        changed = bytearray(tiled)
        changed[place] = int(random.integers(256))
        try:
            read(tmp_path, bytes(changed), Limits(image_pixels=4_000_000))
        except RejectedInput:
            continue
