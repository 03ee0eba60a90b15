from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image

from adapters.decoding.frames import gif_frames
from adapters.decoding.images import LONG_SIDE_PX
from adapters.decoding.pages import open_pages
from schemas.errors import Empty, Malformed, TamizError, TooLarge, Truncated, UnsupportedType
from schemas.settings import Limits


def saved(tmp_path, image, name, **options):
    path = tmp_path / name
    image.save(path, **options)
    return path


def decoded(page_image):
    return Image.open(BytesIO(page_image.encoded))


def read(path, media_type, page_no=1, limits=Limits()):  # noqa: B008
    with open_pages(path, media_type, limits) as file:
        assert file.text_layer(page_no) is None
        return file.image(page_no)


@pytest.mark.parametrize(("name", "media_type"), [("a.jpg", "image/jpeg"), ("a.png", "image/png")])
def test_small_upright_files_pass_unchanged(tmp_path, name, media_type):
    path = saved(tmp_path, Image.new("RGB", (60, 40), "red"), name)
    image = read(path, media_type)
    assert image.encoded == path.read_bytes()
    assert (image.width_px, image.height_px) == (60, 40)


@pytest.mark.parametrize(
    ("orientation", "corner"),
    [(1, (5, 5)), (2, (55, 5)), (3, (55, 35)), (4, (5, 35)), (5, (5, 5)), (6, (35, 5)), (7, (35, 55)), (8, (5, 55))],
)
def test_every_exif_orientation_is_applied(tmp_path, orientation, corner):
    sheet = Image.new("RGB", (60, 40), "white")
    sheet.paste((0, 0, 0), (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = orientation
    page = decoded(read(saved(tmp_path, sheet, "a.jpg", exif=exif, quality=95), "image/jpeg"))
    assert page.size == ((60, 40) if orientation < 5 else (40, 60))
    assert max(page.convert("L").crop((corner[0] - 3, corner[1] - 3, corner[0] + 3, corner[1] + 3)).getextrema()) < 60


@pytest.mark.parametrize(
    ("mode", "name", "media_type"),
    [
        ("RGB", "a.bmp", "image/bmp"),
        ("L", "a.webp", "image/webp"),
        ("P", "a.gif", "image/gif"),
        ("1", "a.tiff", "image/tiff"),
        ("CMYK", "a.jpg", "image/jpeg"),
        ("I;16", "a.png", "image/png"),
        ("RGBA", "a.png", "image/png"),
        ("LA", "a.png", "image/png"),
    ],
)
def test_every_format_and_mode_becomes_a_plain_jpeg_or_png(tmp_path, mode, name, media_type):
    image = read(saved(tmp_path, Image.new(mode, (70, 50)), name), media_type)
    page = decoded(image)
    assert page.format in ("JPEG", "PNG")
    assert page.mode in ("L", "RGB")
    assert page.size == (image.width_px, image.height_px) == (70, 50)


def test_transparent_paper_is_white(tmp_path):
    sheet = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    sheet.paste((0, 0, 0, 255), (0, 0, 20, 40))
    page = decoded(read(saved(tmp_path, sheet, "a.png"), "image/png")).convert("L")
    assert page.getpixel((5, 20)) < 20
    assert page.getpixel((35, 20)) > 235


def test_sixteen_bits_are_stretched_not_clipped(tmp_path):
    sheet = Image.new("I;16", (40, 40), 9000)
    sheet.paste(12000, (0, 0, 20, 40))
    page = decoded(read(saved(tmp_path, sheet, "a.png"), "image/png"))
    assert page.getpixel((5, 20)) > 235
    assert page.getpixel((35, 20)) < 20


@pytest.mark.parametrize(("mode", "name", "media_type"), [("L", "a.jpg", "image/jpeg"), ("1", "a.png", "image/png"), ("RGB", "a.png", "image/png")])
def test_huge_images_are_scaled_down(tmp_path, mode, name, media_type):
    image = read(saved(tmp_path, Image.new(mode, (9000, 3000), 1), name), media_type)
    assert image.width_px == LONG_SIDE_PX
    assert abs(image.height_px - LONG_SIDE_PX / 3) < 2


def test_a_tiff_has_a_page_per_frame(tmp_path):
    frames = [Image.new("L", (30 + 10 * index, 20), 255) for index in range(3)]
    path = saved(tmp_path, frames[0], "a.tiff", save_all=True, append_images=frames[1:])
    with open_pages(path, "image/tiff", Limits()) as file:
        assert file.page_count == 3
        assert [file.image(page_no).width_px for page_no in (3, 1, 2)] == [50, 30, 40]


@pytest.mark.parametrize(("name", "media_type"), [("a.gif", "image/gif"), ("a.webp", "image/webp"), ("a.png", "image/png")])
def test_the_first_frame_of_an_animation_is_its_page(tmp_path, name, media_type):
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "green", "blue")]
    path = saved(tmp_path, frames[0], name, save_all=True, append_images=frames[1:])
    with open_pages(path, media_type, Limits(frames=3)) as file:
        assert file.page_count == 1
        assert decoded(file.image(1)).convert("RGB").getpixel((10, 10))[0] > 200
    with pytest.raises(TooLarge, match="frames"):
        open_pages(path, media_type, Limits(frames=2))


def test_frames_of_a_tiff_are_capped(tmp_path):
    frames = [Image.new("L", (3, 2)) for _ in range(4)]
    path = saved(tmp_path, frames[0], "a.tiff", save_all=True, append_images=frames[1:])
    with pytest.raises(TooLarge, match="TAMIZ_LIMITS__FRAMES"):
        open_pages(path, "image/tiff", Limits(frames=3))


def test_frames_of_a_gif_are_counted_without_decoding(tmp_path):
    frames = [Image.new("RGB", (30, 20), colour) for colour in ("red", "green", "blue")]
    path = saved(tmp_path, frames[0], "a.gif", save_all=True, append_images=frames[1:])
    assert gif_frames(path, 10) == 3
    path.write_bytes(path.read_bytes()[:40])
    assert gif_frames(path, 10) <= 1
    path.write_bytes(b"GIF89a")
    assert gif_frames(path, 10) == 0


def test_a_bomb_is_refused_before_it_is_decoded(tmp_path):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    path = tmp_path / "bomb.png"
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 1, 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b""))
    with pytest.raises(TooLarge):
        open_pages(path, "image/png", Limits())
    small = saved(tmp_path, Image.new("RGB", (100, 100)), "a.png")
    with pytest.raises(TooLarge, match="TAMIZ_LIMITS__IMAGE_PIXELS"):
        open_pages(small, "image/png", Limits(image_pixels=9_999))


@pytest.mark.parametrize(("name", "media_type"), [("a.jpg", "image/jpeg"), ("a.png", "image/png"), ("a.bmp", "image/bmp")])
def test_half_a_file_is_truncated(tmp_path, name, media_type):
    noise = Image.effect_noise((200, 200), 80).convert("RGB")
    path = saved(tmp_path, noise, name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Truncated, match="send the whole file"):
        read(path, media_type)


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp", "image/tiff", "image/bmp", "image/gif"])
def test_rubbish_is_malformed_and_nothing_is_empty(tmp_path, media_type):
    path = tmp_path / "a"
    path.write_bytes(b"\x00\x01\x02 no picture")
    with pytest.raises(Malformed):
        read(path, media_type)
    path.write_bytes(b"")
    with pytest.raises(Empty):
        read(path, media_type)


def test_a_file_is_never_read_as_another_format_than_was_sniffed(tmp_path):
    path = saved(tmp_path, Image.new("RGB", (10, 10)), "a.png")
    with pytest.raises(Malformed):
        read(path, "image/jpeg")


def test_postscript_is_no_page_file(tmp_path):
    path = tmp_path / "a.eps"
    path.write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n")
    with pytest.raises(UnsupportedType):
        open_pages(path, "application/postscript", Limits())
    with pytest.raises(TamizError):
        read(path, "image/png")


def scanned() -> Image.Image:
    """60 x 40, left half black, right half white."""
    sheet = Image.new("RGB", (60, 40), "white")
    sheet.paste("black", (0, 0, 30, 40))
    return sheet


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("1", {"compression": "group4"}),
        ("L", {"compression": "tiff_lzw"}),
        ("RGB", {"compression": "jpeg"}),
        ("CMYK", {"compression": "tiff_deflate"}),
        ("P", {}),
        ("RGBA", {"compression": "packbits"}),
    ],
)
def test_tiffs_of_scanners_and_print_shops_are_read(tmp_path, mode, options):
    path = saved(tmp_path, scanned().convert(mode), "a.tiff", **options)
    grey = decoded(read(path, "image/tiff")).convert("L")
    assert (grey.getpixel((8, 20)) < 30, grey.getpixel((52, 20)) > 225) == (True, True)


def test_a_tiff_of_sixteen_bits_is_read(tmp_path):
    sheet = Image.new("I;16", (60, 40), 60_000)
    sheet.paste(300, (0, 0, 30, 40))
    grey = decoded(read(saved(tmp_path, sheet, "a.tiff"), "image/tiff")).convert("L")
    assert (grey.getpixel((8, 20)) < 30, grey.getpixel((52, 20)) > 225) == (True, True)


@pytest.mark.parametrize(
    ("name", "media_type", "options"),
    [
        ("a.avif", "image/avif", {}),
        ("a.webp", "image/webp", {"lossless": True}),
        ("a.jpg", "image/jpeg", {"progressive": True}),
        ("a.jpg", "image/jpeg", {"format": "MPO", "save_all": True}),
    ],
)
def test_photographs_of_phones_and_pages_of_the_web_are_read(tmp_path, name, media_type, options):
    page = decoded(read(saved(tmp_path, scanned(), name, **options), media_type)).convert("L")
    assert page.size == (60, 40)
    assert (page.getpixel((8, 20)) < 30, page.getpixel((52, 20)) > 225) == (True, True)


def test_a_print_shop_s_jpeg_keeps_light_and_dark(tmp_path):
    page = decoded(read(saved(tmp_path, scanned().convert("CMYK"), "a.jpg"), "image/jpeg")).convert("L")
    assert (page.getpixel((8, 20)) < 60, page.getpixel((52, 20)) > 225) == (True, True)


def test_a_palette_s_transparent_colour_is_white_paper(tmp_path):
    sheet = Image.new("P", (40, 40), 0)
    sheet.putpalette([0, 0, 0, 200, 0, 0])
    sheet.paste(1, (0, 0, 20, 40))
    page = decoded(read(saved(tmp_path, sheet, "a.png", transparency=0), "image/png")).convert("RGB")
    assert min(page.getpixel((32, 20))) > 235
    assert page.getpixel((8, 20))[0] > page.getpixel((8, 20))[1] + 100


@pytest.mark.parametrize(("name", "media_type"), [("a.avif", "image/avif"), ("a.webp", "image/webp"), ("a.tiff", "image/tiff")])
def test_half_a_photograph_is_refused(tmp_path, name, media_type):
    path = saved(tmp_path, Image.effect_noise((200, 200), 80).convert("RGB"), name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises((Truncated, Malformed)):
        read(path, media_type)


@pytest.mark.parametrize("size", [(1, 1), (3, 900), (900, 1)])
def test_slivers_are_pages(tmp_path, size):
    image = read(saved(tmp_path, Image.new("RGB", size, "white"), "a.png"), "image/png")
    assert (image.width_px, image.height_px) == size
