"""Pages to be read by the benchmarks: whose they are, and that none comes twice."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from benchmarks.budgets.pages import again, page_images


def picture(shade):
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (shade, shade, shade)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def folder(tmp_path):
    for number in range(3):
        (tmp_path / f"page{number}.png").write_bytes(picture(number))
    (tmp_path / "notes.txt").write_text("no page")
    return tmp_path


def test_a_folder_is_read_whole_or_to_a_number(folder):
    assert [content for _, content in page_images(folder, None)] == [picture(0), picture(1), picture(2)]
    assert len(page_images(folder, 2)) == 2


def test_the_environment_may_name_the_folder(folder, monkeypatch):
    monkeypatch.setenv("TAMIZ_BENCH_PAGES", str(folder))
    assert [name for name, _ in page_images(None, None)] == ["0000.png", "0001.png", "0002.png"]


def test_drawn_pages_all_differ():
    drawn = [content for _, content in page_images(None, 4)]
    assert len(set(drawn)) == 4


def test_an_endless_row_begins_with_the_pages_and_never_repeats_one(folder):
    images = page_images(folder, None)
    row = [again(images, number) for number in range(9)]
    assert row[:3] == [content for _, content in images]
    sizes = [Image.open(io.BytesIO(content)).size for content in row]
    assert sizes == [(40, 30)] * 3 + [(39, 30)] * 3 + [(38, 30)] * 3
