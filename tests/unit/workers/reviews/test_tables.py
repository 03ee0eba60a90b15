"""Tables however they are written: any delimiter, quotes, titles above the header; and what each column is taken for."""

from __future__ import annotations

import pytest

from adapters.nlp.none import NoLanguage
from schemas.errors import Malformed, SettingsInvalid
from schemas.settings import ReviewSettings
from tests import hostile_reviews as hostile
from tests.pagetools import source, tools
from tests.unit.workers.reviews.written import written
from workers.reviews.columns import judged, roles_of
from workers.reviews.pipeline import ReviewPipeline
from workers.reviews.said import said
from workers.reviews.spans import Dialect
from workers.reviews.tables import dialect_of, header_of, separator_line

ROWS = [{"review": f'so "good", really; {at}|x', "stars": at % 5 + 1, "day": f"2024-03-{at + 1:02}"} for at in range(6)]
NOTHING = said({})


def extract(tmp_path, text: str | bytes, settings: ReviewSettings | None = None, **metadata):
    path = tmp_path / "table.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    wired = tools(tmp_path, nlp=NoLanguage(NoLanguage.Options()), reviews=settings or ReviewSettings())
    return written(ReviewPipeline().extract(source(path, "text/csv", **metadata), None, wired).extraction)


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "~", "\x01", "\x1f"])
def test_any_delimiter(tmp_path, delimiter):
    found = extract(tmp_path, hostile.as_csv(ROWS, delimiter))
    assert [(row.text, row.rating) for row in found.reviews] == [(row["review"], row["stars"]) for row in ROWS]


@pytest.mark.parametrize("delimiter", ["||", "::", "|~|", "^|^", ";;", "~~"])
def test_delimiters_of_several_signs(tmp_path, delimiter):
    plain = [row | {"review": f"so good {number}"} for number, row in enumerate(ROWS)]
    quoted = "".join(f'"so {delimiter} good",{row["stars"]}\n' for row in ROWS)
    text = hostile.as_csv(plain, "\x02").replace("\x02", delimiter)
    assert [row.text for row in extract(tmp_path, text).reviews] == [row["review"] for row in plain]
    found = extract(tmp_path, "review,stars\n".replace(",", delimiter) + quoted.replace(",", delimiter), delimiter=delimiter)
    assert {row.text for row in found.reviews} == {f"so {delimiter} good"}


def test_apostrophes_and_backslashes(tmp_path):
    text = hostile.as_csv(ROWS, quotechar="'", quoting=1)
    assert dialect_of(text.encode(), NOTHING, prefer_tab=False) == Dialect(",", "'")
    assert [row.text for row in extract(tmp_path, text).reviews] == [row["review"] for row in ROWS]
    text = hostile.as_csv(ROWS, escapechar="\\", doublequote=False)
    assert dialect_of(text.encode(), NOTHING, prefer_tab=False) == Dialect(",", escape=True)
    assert [row.text for row in extract(tmp_path, text).reviews] == [row["review"] for row in ROWS]
    assert dialect_of(b"text,n\n\"don't\",1\nit's 'fine',2\n", NOTHING, prefer_tab=False) == Dialect(",")


def test_the_line_that_names_the_delimiter(tmp_path):
    assert separator_line(b"sep=;\r\na;b\n") == (";", 7)
    found = extract(tmp_path, "sep=;\nreview;stars\ngood, really;5\nx;y;z\n")
    assert [(row.text, row.rating) for row in found.reviews] == [("good, really", 5)]
    assert [problem.line_no for problem in found.problems] == [4]


def test_a_title_above_the_header(tmp_path):
    found = extract(tmp_path, "Export,,\n,,\nreview,stars,day\nso good,5,2024-01-01\na,b,c,d\n")
    assert [(row.review_no, row.text) for row in found.reviews] == [(1, "so good")]
    assert [(problem.item_no, problem.line_no) for problem in found.problems] == [(2, 5)]
    assert header_of([["a", "b"], ["text", "stars"]], NOTHING) == (("text", "stars"), 1)
    assert header_of([["text", "b"], ["text", "stars"]], NOTHING) == (("text", "b"), 0)


def test_lines_are_counted_through_quoted_line_ends(tmp_path):
    found = extract(tmp_path, 'review,stars\n"one\ntwo\n\nthree",5\n\na,b,c\n"four\n",1\nd,e,f\n')
    assert [(problem.item_no, problem.line_no) for problem in found.problems] == [(2, 7), (4, 10)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [("a,b,c", "3 cells where the header has 2"), ('"a"b,c,d', "3 cells where the header has 2")],
)
def test_a_broken_row_says_why(tmp_path, row, reason):
    found = extract(tmp_path, f"review,stars\ngood one,5\n{row}\n")
    assert [(problem.code, problem.line_no) for problem in found.problems] == [("malformed", 3)]
    assert reason in found.problems[0].message


# --- what a column is taken for ---------------------------------------------------------------------------------------------------------------


def test_each_role_says_how_sure_it_is(tmp_path):
    found = extract(tmp_path, "Reseña,stars,description,when\nso good,5,x,2024-01-01\nso bad,1,y,never\n")
    assert {(role.role, role.column, role.confidence, role.basis) for role in found.columns} == {
        ("text", "Reseña", 0.95, "name"),
        ("rating", "stars", 0.95, "name"),
    }
    found = extract(tmp_path, "date,message,stars\n2024-01-01,so good,5\nsometime,so bad,4\n")
    assert {(role.role, role.confidence) for role in found.columns} == {("published_at", 0.425), ("text", 0.85), ("rating", 0.95)}


def test_columns_by_what_they_hold(tmp_path):
    table = "".join(f"the food was very nice indeed {at},{at % 5 + 1},{at * 7},2024-03-{at + 1:02}\n" for at in range(20))
    found = extract(tmp_path, "q1,q2,q3,q4\n" + table)
    assert {(role.role, role.column, role.basis) for role in found.columns} == {
        ("text", "q1", "content"),
        ("rating", "q2", "content"),
        ("published_at", "q4", "content"),
    }
    assert {role.confidence for role in found.columns} == {0.6}
    assert [row.rating for row in found.reviews[:3]] == [1, 2, 3]


def test_numbers_that_may_be_anything_are_no_stars():
    sample = [{"q1": "the food was very nice indeed", "n": str(value)} for value in (1, 2, 3, 1, 2)]
    assert "rating" not in roles_of(["q1", "n"], sample)


def test_a_person_overrides(tmp_path):
    table = "review,comment,stars\nthis one,that one,5\n"
    found = extract(tmp_path, table, columns={"text": "comment", "rating": None})
    assert [(row.text, row.rating) for row in found.reviews] == [("that one", None)]
    assert {(role.role, role.confidence, role.basis) for role in found.columns} == {("text", 1.0, "stated")}


def test_the_settings_name_columns_for_every_file(tmp_path):
    table = "review,q7 open,nps\nthis one,that one,5\n"
    settings = ReviewSettings(columns={"text": ("Q7-Open", "other"), "rating": "NPS"}, rating_scale=10, date_order="dmy")
    found = extract(tmp_path, table, settings)
    assert [(row.text, row.rating, row.rating_scale) for row in found.reviews] == [("that one", 5, 10)]
    assert extract(tmp_path, "review,stars\nfine words,4\n", settings).reviews[0].text == "fine words"
    with pytest.raises(SettingsInvalid, match="nose"):
        extract(tmp_path, table, ReviewSettings(columns={"nose": "x"}))
    with pytest.raises(Malformed, match="object"):
        extract(tmp_path, table, columns=["text"])


def test_a_nested_key_is_trusted_less():
    (text,) = judged({"text": "data.review.body"}, [{"data.review.body": "so good"}], {}, {})
    assert (text.confidence, text.basis) == (0.855, "name")
