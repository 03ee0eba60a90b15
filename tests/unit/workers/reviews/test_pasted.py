"""Reviews copied from pages of shops and maps: cut where one begins, and each line read for what it says."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from adapters.nlp.none import NoLanguage
from tests.pagetools import source, tools
from tests.unit.workers.reviews.written import written
from workers.reviews import planning, spans
from workers.reviews.pasted import anchor_of, lead_of, pasted_fields
from workers.reviews.pipeline import ReviewPipeline
from workers.reviews.prose import layout_of
from workers.reviews.shape import is_anchor

SHOP = """Jane D.
5.0 out of 5 stars Great yogurt
Reviewed in the United States on March 7, 2020
Verified Purchase
I love this. It is creamy

and nice.
5 people found this helpful
Helpful
Report
Bob
2,0 de 5 estrellas Regular
Reseñado en España el 3 de mayo de 2021
Compra verificada
Demasiado dulce para mí.
A 12 personas les resultó útil
"""
BLOCK = """María L.
Austin, TX
12 reviews
★★★★☆
Purchased at: Walmart, March 7th 2020
Very creamy.

Again and again.

Peter
Berlin
3 Bewertungen
4 von 5 Sternen
Gekauft bei: dm, 7. März 2020
Sehr lecker aber teuer.
"""
MAP = """Ana Ruiz
Local Guide · 45 reseñas · 3 fotos
★★★★★ hace 2 meses
Muy buen sitio, repetiremos seguro.
Pedro
2 reseñas
★☆☆☆☆ hace un año
Fatal, no volveré.
"""


def extract(tmp_path, text: str):
    path = tmp_path / "pasted.txt"
    path.write_text(text)
    wired = tools(tmp_path, nlp=NoLanguage(NoLanguage.Options()))
    return written(ReviewPipeline().extract(source(path, "text/plain"), None, wired).extraction)


def test_a_shops_page(tmp_path):
    first, second = extract(tmp_path, SHOP).reviews
    assert (first.author, first.rating, first.rating_scale, first.title, first.author_location) == ("Jane D.", 5, 5, "Great yogurt", "United States")
    assert (first.text, first.helpful, first.published_at) == ("I love this. It is creamy\nand nice.", 5, datetime(2020, 3, 7, tzinfo=UTC))
    assert (second.author, second.rating, second.title, second.author_location) == ("Bob", 2, "Regular", "España")
    assert (second.text, second.helpful, second.published_at) == ("Demasiado dulce para mí.", 12, datetime(2021, 5, 3, tzinfo=UTC))


def test_author_place_reviews_stars_shop_and_date(tmp_path):
    first, second = extract(tmp_path, BLOCK).reviews
    assert (first.author, first.author_location, first.author_reviews, first.rating, first.retailer) == ("María L.", "Austin, TX", 12, 4, "Walmart")
    assert (first.text, first.published_at) == ("Very creamy.\nAgain and again.", datetime(2020, 3, 7, tzinfo=UTC))
    assert (second.author, second.author_location, second.author_reviews, second.rating, second.retailer) == ("Peter", "Berlin", 3, 4, "dm")
    assert (second.text, second.published_at) == ("Sehr lecker aber teuer.", datetime(2020, 3, 7, tzinfo=UTC))


def test_a_maps_page_has_no_dates_and_says_so(tmp_path):
    first, second = extract(tmp_path, MAP).reviews
    assert (first.author, first.author_reviews, first.rating, first.text) == ("Ana Ruiz", 45, 5, "Muy buen sitio, repetiremos seguro.")
    assert (second.author, second.author_reviews, second.rating, second.text) == ("Pedro", 2, 1, "Fatal, no volveré.")
    assert first.flags == second.flags == ("date_unreadable",)


@pytest.mark.parametrize(
    ("line", "anchor"),
    [
        ("★★★★☆", ("★★★★☆", "")),
        ("4/5", ("4/5", "")),
        ("4,5 von 5 Sternen", ("4,5 von 5", "")),
        ("Rated 4 out of 5 stars", ("4 out of 5", "")),
        ("3 étoiles", ("3 étoiles", "")),
        ("4 su 5 stelle: Buono", ("4 su 5", "Buono")),
        ("5 minutes from here", None),
        ("We gave it 4/5", None),
        ("4/5 " + "and a long opinion goes on here " * 5, None),
        ("", None),
    ],
)
def test_lines_of_stars(line, anchor):
    assert anchor_of(line) == anchor


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("Comprado en: Mercadona, 7 de marzo de 2020", {"retailer": "Mercadona", "published_at": "7 de marzo de 2020"}),
        ("Acheté chez Carrefour", {"retailer": "Carrefour"}),
        ("Rezension aus Deutschland vom 7. März 2020", {"author_location": "Deutschland", "published_at": "7. März 2020"}),
        ("Recensito in Italia il 7 marzo 2020", {"author_location": "Italia", "published_at": "7 marzo 2020"}),
        ("Avaliado no Brasil em 7 de março de 2020", {"author_location": "Brasil", "published_at": "7 de março de 2020"}),
        ("Commenté en France le 7 mars 2020", {"author_location": "France", "published_at": "7 mars 2020"}),
        ("One person found this helpful", {"helpful": "1"}),
        ("2020-03-07", {"published_at": "2020-03-07"}),
    ],
)
def test_lines_that_say_one_thing(line, fields):
    assert pasted_fields(["★★★☆☆", line, "The opinion itself."]) == {"rating": "★★★☆☆", "text": "The opinion itself."} | fields


def test_what_is_no_pasted_page():
    assert lead_of(["Just prose.", "More of it."]) is None
    assert lead_of(["one", "two", "three", "four", "five", "5/5", "text"]) is None
    assert lead_of([]) is None
    assert pasted_fields(["No stars", "at all"]) is None


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        (SHOP, "pasted"),
        (BLOCK, "pasted"),
        (MAP, "pasted"),
        ("Really good.\nNever again!\nMuy rico.\n¡Fatal!\n", "lines"),
        ("A letter that was wrapped by\nthe program it was written in\nand so has lines that end\nin the middle of it.\n", "whole"),
        ("Good.\nBad.\n", "whole"),
    ],
)
def test_layouts_of_plain_text(text, layout):
    assert layout_of(text) == layout


def test_one_opinion_a_line(tmp_path):
    assert [row.text for row in extract(tmp_path, "Really good.\nNever again!\n\nMuy rico.\n¡Fatal!\n".replace("\n\n", "\n")).reviews] == [
        "Really good.",
        "Never again!",
        "Muy rico.",
        "¡Fatal!",
    ]


def test_records_are_cut_the_same_from_every_records_beginning():
    data = (BLOCK * 5).encode()
    whole = list(spans.led(io.BytesIO(data), 0, len(data), 10_000, 3, is_anchor))
    assert len(whole) == 10
    assert b"".join(span.data or b"" for span in whole) == data
    for number, span in enumerate(whole):
        stream = io.BytesIO(data)
        stream.seek(span.start)
        again = list(spans.led(stream, span.start, len(data), 10_000, 3, is_anchor))
        assert [(one.start, one.end, one.data) for one in again] == [(one.start, one.end, one.data) for one in whole[number:]]
        assert span.line == data.count(b"\n", 0, span.start)


def test_parts_of_a_long_page(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "PART_JSON_BYTES", 30_000)
    whole = extract(tmp_path, SHOP * 60)
    wired, file = tools(tmp_path), source(tmp_path / "pasted.txt", "text/plain")
    parts = ReviewPipeline().plan(file, wired)
    assert len(parts) > 5
    read = [row.text for part in parts for row in written(ReviewPipeline().extract(file, part, wired).extraction).reviews]
    assert read == [row.text for row in whole.reviews]
    assert len(read) == 120


def test_a_record_past_the_cap_is_walked_over():
    data = b"Ana\n5/5\n" + b"long text here\n" * 50 + b"Bob\n1/5\nshort\n"
    found = list(spans.led(io.BytesIO(data), 0, len(data), 100, 1, is_anchor))
    assert found[0].data is None
    assert found[-1].data is not None
    assert found[-1].data.endswith(b"1/5\nshort\n")
