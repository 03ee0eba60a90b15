"""Typefaces at hand."""

from __future__ import annotations

from pathlib import Path
from random import Random

from training.composer.fonts import CATALOGUE, FontBook, cap_height, width_of


def test_without_any_file_the_built_in_families_serve_every_wish() -> None:
    book = FontBook({})
    assert {family.name for family in book.families} == {"Helvetica", "Times"}
    assert book.pick(Random(1), "script") in book.families
    assert book.pick(Random(1), "serif").name == "Times"
    assert book.pack(Random(1)) in book.families


def test_a_file_that_is_no_font_is_left_out(tmp_path: Path) -> None:
    _, _, regular, bold = CATALOGUE[0]
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font at all")
    assert {family.name for family in FontBook({regular: broken, bold: broken}).families} == {"Helvetica", "Times"}


def test_type_is_measured_in_points() -> None:
    assert width_of("00", "Helvetica", 10) == 2 * width_of("0", "Helvetica", 10)
    assert 0.55 <= cap_height("Helvetica") <= 0.8
