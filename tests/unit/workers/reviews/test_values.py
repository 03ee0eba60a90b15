"""Cells in every spelling."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workers.reviews.columns import ROLES, names, normal, roles_of
from workers.reviews.prose import layout_of, opinion_of
from workers.reviews.values import clean, instant, rating_of, slashed_order, whole_number


@pytest.mark.parametrize(
    ("cell", "value", "scale"),
    [
        (4, 4, None),
        (4.5, 4.5, None),
        ("4", 4, None),
        ("4,5", 4.5, None),
        ("4/5", 4, 5),
        ("8 / 10", 8, 10),
        ("★★★★☆", 4, 5),
        ("⭐⭐⭐", 3, 5),
        ("4.0 out of 5 stars", 4, 5),
        ("4 von 5 Sternen", 4, 5),
        ("5 estrellas", 5, 5),
        ("80 %", 80, 100),
        ("Rating: 4", 4, None),
        ("0", 0, None),
    ],
)
def test_ratings(cell, value, scale):
    assert rating_of(cell) == (value, scale)


@pytest.mark.parametrize("cell", [None, "", "good", True, float("nan"), float("inf"), 10**400, "NaN", "inf", [], {}, "x" * 1000, "4 out of"])
def test_what_is_no_rating(cell):
    assert rating_of(cell) is None


@pytest.mark.parametrize(
    ("cell", "order", "expected"),
    [
        ("2024-03-05", None, datetime(2024, 3, 5, tzinfo=UTC)),
        ("2024-03-05T10:00:00Z", None, datetime(2024, 3, 5, 10, tzinfo=UTC)),
        ("2024-03-05T10:00:00+02:00", None, datetime(2024, 3, 5, 8, tzinfo=UTC)),
        ("2024-03-05 10:00:00", None, datetime(2024, 3, 5, 10, tzinfo=UTC)),
        ("20240305", None, datetime(2024, 3, 5, tzinfo=UTC)),
        (1709596800, None, datetime(2024, 3, 5, tzinfo=UTC)),
        (1709596800000, None, datetime(2024, 3, 5, tzinfo=UTC)),
        ("1709596800", None, datetime(2024, 3, 5, tzinfo=UTC)),
        ("25/03/2024", None, datetime(2024, 3, 25, tzinfo=UTC)),
        ("03/25/2024", None, datetime(2024, 3, 25, tzinfo=UTC)),
        ("05/03/2024", "dmy", datetime(2024, 3, 5, tzinfo=UTC)),
        ("05/03/2024", "mdy", datetime(2024, 5, 3, tzinfo=UTC)),
        ("05/05/2024", None, datetime(2024, 5, 5, tzinfo=UTC)),
        ("5.3.24", "dmy", datetime(2024, 3, 5, tzinfo=UTC)),
        ("3/5/2024 2:30 PM", "mdy", datetime(2024, 3, 5, 14, 30, tzinfo=UTC)),
        ("March 5, 2024", None, datetime(2024, 3, 5, tzinfo=UTC)),
        ("5 Mar 2024", None, datetime(2024, 3, 5, tzinfo=UTC)),
        ("5 de marzo de 2024", None, datetime(2024, 3, 5, tzinfo=UTC)),
        ("5. März 2024", None, datetime(2024, 3, 5, tzinfo=UTC)),
        ("5 août 2024", None, datetime(2024, 8, 5, tzinfo=UTC)),
        ("Reviewed in Spain on 5 March 2024", None, datetime(2024, 3, 5, tzinfo=UTC)),
        ("Tue, 05 Mar 2024 10:00:00 +0100", None, datetime(2024, 3, 5, 9, tzinfo=UTC)),
    ],
)
def test_times_in_utc(cell, order, expected):
    assert instant(cell, order) == expected


@pytest.mark.parametrize(
    "cell", [None, "", "soon", "05/03/2024", "2024-13-45", "99/99/9999", 10**30, float("nan"), True, -5, [], "1" * 60, "31 de febrero de 2024"]
)
def test_what_is_no_time(cell):
    assert instant(cell, None) is None


def test_one_number_above_twelve_proves_the_order():
    assert (slashed_order("25/03/2024"), slashed_order("03/25/2024"), slashed_order("03/04/2024"), slashed_order("x")) == ("dmy", "mdy", None, None)


@pytest.mark.parametrize(
    ("cell", "count"),
    [
        (3, 3),
        (3.0, 3),
        ("12", 12),
        ("1,234", 1234),
        ("12 people found this helpful", 12),
        ("3/4", 3),
        ("", None),
        ("none", None),
        (10**30, None),
        (float("nan"), None),
        (True, None),
    ],
)
def test_counts(cell, count):
    assert whole_number(cell) == count


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  good \x00\x07", "good"),
        ("good\ud800", "good"),
        ("a<br />b", "a\nb"),
        ("5 &lt; 6 &amp; &#34;x&#34;", '5 < 6 & "x"'),
        ("&#0;&#xD800;x", "\ufffd\ufffdx"),
        (" ", None),
        (None, None),
        (5.0, "5"),
        ({}, None),
    ],
)
def test_clean_text(cell, text):
    assert clean(cell) == text


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["Review_Text", "starRating", "Fecha"], {"text": "Review_Text", "rating": "starRating", "published_at": "Fecha"}),
        (["Reseña", "Puntuación", "Título", "Autor"], {"text": "Reseña", "rating": "Puntuación", "title": "Título", "author": "Autor"}),
        (["reviewBody", "reviewRating.ratingValue", "reviewRating.bestRating", "author.name", "itemReviewed.name"],
         {"text": "reviewBody", "rating": "reviewRating.ratingValue", "rating_scale": "reviewRating.bestRating",
          "author": "author.name", "product": "itemReviewed.name"}),
        (["review.text", "review.stars", "user.name"], {"text": "review.text", "rating": "review.stars", "author": "user.name"}),
    ],
)  # fmt: skip
def test_columns_by_name(columns, expected):
    assert roles_of(columns, ()) == expected


def test_cells_decide_what_an_ambiguous_name_means():
    numbers = [{"valoración": "4", "comentario": "muy rico todo"}]
    assert roles_of(["valoración", "comentario"], numbers) == {"text": "comentario", "rating": "valoración"}
    assert roles_of(["review", "stars"], [{"review": "so good", "stars": "5"}]) == {"text": "review", "rating": "stars"}
    assert "rating" not in roles_of(["text", "score"], [{"text": "so good", "score": "high praise indeed"}])


def test_the_longest_prose_is_the_text_when_nothing_is_called_so():
    sample = [{"q1": "17", "q2": "The food was very nice indeed", "q3": "ok"}]
    assert roles_of(["q1", "q2", "q3"], sample)["text"] == "q2"


def test_every_role_has_names_and_they_are_normalised():
    assert set(names()) == set(ROLES)
    assert not [(role, name) for role, forms in names().items() for name in forms if normal(name) != name]


@pytest.mark.parametrize(
    ("text", "layout"),
    [
        ("Great yogurt.\n\nI buy it every week.", "whole"),
        ("★★★★★ Great\n\n★ Bad", "blocks"),
        ("Rating: 4\nGreat\n\nRating: 1\nBad\n", "blocks"),
        ("5/5 great yogurt, creamy\n1/5 terrible, never again\n", "lines"),
        ("Great yogurt and creamy ★★★★☆\nTerrible, never again ★☆☆☆☆\n", "lines"),
        ("We came at 4 and left at 5.\nThe 10/10 was a fraction of a joke in the middle of it.\n", "whole"),
        ("one line 5/5", "whole"),
    ],
)
def test_text_is_cut_only_where_ratings_mark_it(text, layout):
    assert layout_of(text) == layout


def test_fields_at_the_head_of_a_block():
    found = opinion_of("Producto: Yogur griego\nAutor: Ana\nNota: 4/5\nMuy bueno: lo compro siempre").fields
    assert found == {"product": "Yogur griego", "author": "Ana", "rating": "4/5", "text": "Muy bueno: lo compro siempre"}
    assert opinion_of("★★☆☆☆ too sweet").fields == {"rating": "★★☆☆☆", "text": "too sweet"}
    assert opinion_of("just words").fields == {"text": "just words"}
