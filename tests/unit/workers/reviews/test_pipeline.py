"""Whole files of every layout, and broken ones: rows, problems with their number, or one typed error. Never a crash."""

from __future__ import annotations

import csv
import io
import json
import random
from datetime import UTC, datetime

import pytest

from adapters.nlp.local import LocalLanguage
from schemas.errors import Empty, Malformed, RejectedInput
from schemas.settings import Limits
from tests.pagetools import source, tools
from tests.unit.workers.reviews.written import written
from workers.reviews import planning
from workers.reviews.opening import looks_like_reviews
from workers.reviews.pipeline import MAX_PROBLEMS, ReviewPipeline
from workers.sniffing import HEAD_BYTES, sniff

ENGINE = LocalLanguage(LocalLanguage.Options(languages=("en", "es", "de")))
JSON, LINES, CSV, TSV, TEXT = "application/json", "application/x-ndjson", "text/csv", "text/tab-separated-values", "text/plain"
GOOD = {"text": "The yogurt is delicious and the price is fair", "stars": 5}


def extract(tmp_path, data: bytes | str, media_type: str, limits: Limits | None = None, **metadata):
    path = tmp_path / "reviews"
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    wired = tools(tmp_path, nlp=ENGINE, limits=limits or Limits())
    extraction = ReviewPipeline().extract(source(path, media_type, **metadata), None, wired).extraction
    assert len(extraction.model_dump_json(by_alias=True).encode()) < 16 * 1024**2
    return written(extraction)


def lines(*records) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


def test_all_columns_of_a_review(tmp_path):
    record = {
        "id": "r1",
        "product": "Greek Yogurt 4 x 125 g",
        "brand": "Lactea",
        "author": {"name": "Ana", "location": "Madrid"},
        "author_reviews": 7,
        "retailer": "Super",
        "rating": "4/5",
        "title": "Tasty",
        "review_text": "Very creamy and fresh, but a bit expensive.",
        "date": "2024-03-05T10:00:00+01:00",
        "helpful": "3 people",
        "region": "Norte",
        "store": "Calle 1",
        "language": "en",
    }
    (row,) = extract(tmp_path, json.dumps(record), JSON).reviews
    assert row.model_dump(exclude={"score", "confidence", "sentiment", "adapter", "text_key"}) == {
        "review_no": 1,
        "review_id": "r1",
        "product": "Greek Yogurt 4 x 125 g",
        "brand": "Lactea",
        "author": "Ana",
        "author_location": "Madrid",
        "author_reviews": 7,
        "retailer": "Super",
        "rating": 4.0,
        "rating_scale": 5.0,
        "title": "Tasty",
        "text": "Very creamy and fresh, but a bit expensive.",
        "language": "en",
        "published_at": datetime(2024, 3, 5, 9, tzinfo=UTC),
        "helpful": 3,
        "duplicate_of": None,
        "region": "Norte",
        "store": "Calle 1",
        "product_key": "lactea greek yogurt 4 x 125 g",
        "sentences": ((0, 43, "positive"),),
        "method": "extracted",
        "flags": (),
    }
    assert row.score is not None
    assert row.score > 0


TABLE = 'text,stars,date\n"Good, really",5,25/03/2024\n"Bad\nthing",1,2/4/2024\n'
SAME = [
    (json.dumps([GOOD, GOOD | {"stars": 1}]), JSON),
    (json.dumps({"shop": "x", "reviews": [GOOD, GOOD | {"stars": 1}]}), JSON),
    (json.dumps({"data": {"items": [GOOD, GOOD | {"stars": 1}]}}, indent=2), JSON),
    (lines(GOOD, GOOD | {"stars": 1}), LINES),
    (lines(GOOD, GOOD | {"stars": 1}), JSON),
    (f"text,stars\n{GOOD['text']},5\n{GOOD['text']},1\n", CSV),
    (f"Reseña;Puntuación\n{GOOD['text']};5\n{GOOD['text']};1\n", CSV),
    (f"text\tstars\n{GOOD['text']}\t5\n{GOOD['text']}\t1\n", TSV),
    (f"{GOOD['text']},5\n{GOOD['text']},1\n", CSV),
    (f"foo,bar\n{GOOD['text']},5\n{GOOD['text']},1\n".replace("foo", "q one").replace("bar", "rating"), CSV),
    (f"★★★★★ {GOOD['text']}\n\n★☆☆☆☆ {GOOD['text']}\n", TEXT),
    (f"5/5 {GOOD['text']}\n1/5 {GOOD['text']}\n", TEXT),
    (f"Rating: 5\n{GOOD['text']}\n\nRating: 1\n{GOOD['text']}\n", TEXT),
]


@pytest.mark.parametrize(("data", "media_type"), SAME)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_every_layout_and_encoding_gives_the_same_reviews(tmp_path, data, media_type, encoding):
    if encoding == "cp1252" and "★" in data:
        data = data.replace("★★★★★", "5/5").replace("★☆☆☆☆", "1/5")
    extraction = extract(tmp_path, data.encode(encoding), media_type)
    assert [(row.review_no, row.text, row.rating, row.rating_scale) for row in extraction.reviews] == [
        (1, GOOD["text"], 5, 5),
        (2, GOOD["text"], 1, 5),
    ]
    assert [row.duplicate_of for row in extraction.reviews] == [None, 1]
    assert extraction.problems == ()
    assert extraction.items == 2
    assert extraction.language == "en"


def test_old_mac_line_ends(tmp_path):
    assert [row.text for row in extract(tmp_path, b"text,stars\rgood caf\xe9,5\rbad one,1\r", CSV).reviews] == ["good café", "bad one"]


def test_quoted_cells_keep_their_line_ends_and_a_column_of_dates_its_order(tmp_path):
    first, second = extract(tmp_path, TABLE, CSV).reviews
    assert (first.text, second.text) == ("Good, really", "Bad\nthing")
    assert (first.published_at, second.published_at) == (datetime(2024, 3, 25, tzinfo=UTC), datetime(2024, 4, 2, tzinfo=UTC))


def test_text_without_stars_is_one_opinion(tmp_path):
    (row,) = extract(tmp_path, "I love this yogurt.\n\nIt is creamy.\n", TEXT, product="Yogurt", store="S1").reviews
    assert (row.text, row.rating, row.product, row.store) == ("I love this yogurt.\n\nIt is creamy.", None, "Yogurt", "S1")


def test_strings_are_reviews_too(tmp_path):
    assert [row.text for row in extract(tmp_path, '["good one", "bad one"]', JSON).reviews] == ["good one", "bad one"]


def test_the_metadata_speaks_where_the_file_is_silent(tmp_path):
    said = {"product": "P", "brand": "B", "retailer": "R", "store": "S", "region": "N", "language": "es", "rating_scale": 10}
    first, second = extract(tmp_path, lines({"text": "muy bueno", "stars": 4}, {"text": "malo", "stars": 2, "product": "Own"}), LINES, **said).reviews
    assert (first.product, first.brand, first.retailer, first.store, first.region, first.language, first.rating_scale) == (
        "P",
        "B",
        "R",
        "S",
        "N",
        "es",
        10,
    )
    assert second.product == "Own"


def test_columns_can_be_stated(tmp_path):
    (row,) = extract(tmp_path, "a,b,c\nx y z,good words here,3\n", CSV, columns={"text": "a", "rating": "C"}).reviews
    assert (row.text, row.rating) == ("x y z", 3)
    with pytest.raises(Malformed, match="nose"):
        extract(tmp_path, "a,b\nx,y\n", CSV, columns={"nose": "a"})
    with pytest.raises(Malformed, match="zz"):
        extract(tmp_path, "a,b\nx,y\n", CSV, columns={"text": "zz"})


def test_broken_rows_leave_a_gap_and_say_why(tmp_path):
    data = lines(GOOD) + "{broken\n" + lines({"stars": None, "text": " "}) + lines([1]) + lines(GOOD | {"text": "x" * 3000}) + lines(GOOD)
    extraction = extract(tmp_path, data, LINES, Limits(record_bytes=2000))
    assert [row.review_no for row in extraction.reviews] == [1, 6]
    assert extraction.reviews[1].duplicate_of == 1
    assert [(problem.item_no, problem.code) for problem in extraction.problems] == [
        (2, "malformed"),
        (3, "empty"),
        (4, "malformed"),
        (5, "too_large"),
    ]
    assert extraction.items == 6


def test_values_that_cannot_be_are_flagged_not_guessed(tmp_path):
    rows = extract(
        tmp_path,
        '{"text": "fine one", "stars": NaN, "date": "2024-01-01"}\n{"text": "fine two", "stars": 9, "date": "soon-ish"}\n'
        '{"text": "fine three", "stars": 5, "date": "03/04/2024", "helpful": 99999999999999999999999}\n{"text": "fine four", "stars": 4}\n',
        LINES,
        rating_scale=5,
    ).reviews
    assert [row.flags for row in rows] == [("rating_unreadable",), ("rating_above_scale", "date_unreadable"), ("date_unreadable",), ()]
    assert [row.rating for row in rows] == [None, 9, 5, 4]
    assert rows[2].helpful is None


def test_words_against_stars_are_flagged_and_doubted(tmp_path):
    data = lines({"text": "Terrible, disgusting, the worst", "stars": 5}, {"text": "Terrible, disgusting, the worst ever", "stars": 1})
    against, along = extract(tmp_path, data, LINES).reviews
    assert against.flags == ("sentiment_contradicts_rating",)
    assert along.flags == ()
    assert against.confidence < along.confidence


def test_terms_and_entities_point_into_the_text(tmp_path):
    record = {"title": "Delivery trouble", "text": "The cooling box cost 12,50 € and leaked"}
    extraction = extract(tmp_path, json.dumps(record), JSON)
    text = record["text"]
    assert extraction.terms
    for term in extraction.terms:
        assert (term.item_no, text[term.char_start : term.char_end].lower()) == (1, term.term)
    assert [(entity.type, entity.normalized, text[entity.char_start : entity.char_end]) for entity in extraction.entities] == [
        ("PRICE", "12.50 EUR", "12,50 €")
    ]


def test_sentences_that_take_a_side_point_into_the_text(tmp_path):
    text = "Great screen. It has keys. The lid is awful."
    (row,) = extract(tmp_path, json.dumps([{"text": text, "title": "Terrible"}]).encode(), "application/json").reviews
    assert [(text[start:end], side) for start, end, side in row.sentences] == [("Great screen.", "positive"), ("The lid is awful.", "negative")]


def test_no_end_of_problems_is_listed(tmp_path):
    data = lines(GOOD) + "{broken\n" * (MAX_PROBLEMS + 50)
    extraction = extract(tmp_path, data, LINES)
    assert extraction.items == MAX_PROBLEMS + 51
    assert len(extraction.problems) == MAX_PROBLEMS + 1
    assert "50 more" in extraction.problems[-1].message


# --- parts ----------------------------------------------------------------------------------------------------------------------------------


def many(count: int) -> list[dict]:
    noise = random.Random(5)
    words = ["good", "bad", "yogurt,", '"quoted"', "line\nend", "café", "[x]", "{y}", "\\"]
    return [{"text": f"{at} " + " ".join(noise.choice(words) for _ in range(noise.randrange(1, 20))), "stars": at % 5 + 1} for at in range(count)]


def as_csv(records) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, ["text", "stars"])
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (lines(*many(400)), LINES),
        (json.dumps(many(400)), JSON),
        (json.dumps({"product": "P", "reviews": many(400)}, indent=1, ensure_ascii=False), JSON),
        (as_csv(many(400)), CSV),
        ("\n".join(f"{at % 5 + 1}/5 opinion number {at}" for at in range(400)), TEXT),
        ("\n\n".join(f"Rating: {at % 5 + 1}\nopinion number {at}\nin two lines" for at in range(400)), TEXT),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_parts_together_are_the_whole(tmp_path, monkeypatch, data, media_type, encoding):
    monkeypatch.setattr(planning, "PART_JSON_BYTES", 100_000)
    data = data.encode(encoding)
    whole = extract(tmp_path, data, media_type)
    wired = tools(tmp_path, nlp=ENGINE)
    file = source(tmp_path / "reviews", media_type)
    parts = ReviewPipeline().plan(file, wired)
    assert len(parts) > 4
    assert [part.part_no for part in parts] == list(range(1, len(parts) + 1))
    read, items = [], 0
    for part in parts:
        extraction = written(ReviewPipeline().extract(file, part, wired).extraction)
        assert extraction.part_no == part.part_no
        read += [(items + row.review_no, row.text, row.rating, row.rating_scale, row.product) for row in extraction.reviews]
        items += extraction.items
        assert len(extraction.model_dump_json().encode()) < 200_000
    assert read == [(row.review_no, row.text, row.rating, row.rating_scale, row.product) for row in whole.reviews]
    assert items == whole.items == 400


def test_broken_rows_are_counted_in_their_part(tmp_path, monkeypatch):
    monkeypatch.setattr(planning, "PART_JSON_BYTES", 30_000)
    path = tmp_path / "reviews"
    path.write_text("".join(line if at % 7 else "{broken\n" for at, line in enumerate(lines(*many(200)).splitlines(keepends=True), 1)))
    wired, file = tools(tmp_path, nlp=ENGINE), source(path, LINES)
    numbers, items = [], 0
    for part in ReviewPipeline().plan(file, wired):
        extraction = ReviewPipeline().extract(file, part, wired).extraction
        numbers += [items + problem.item_no for problem in extraction.problems]
        items += extraction.items
    assert numbers == list(range(7, 201, 7))
    assert items == 200


def test_small_files_have_no_parts(tmp_path):
    path = tmp_path / "reviews"
    path.write_text(lines(*many(50)))
    assert ReviewPipeline().plan(source(path, LINES), tools(tmp_path, nlp=ENGINE)) == ()


# --- what is a file of reviews -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (lines(GOOD), True),
        (json.dumps({"reviews": [GOOD]}), True),
        ("review,product\nso good,x\n", True),
        ("Comentario;Estrellas\nbueno;5\n", True),
        ("Rating: 5\nGood\n\nRating: 1\nBad\n", True),
        ("id,name,price\n1,yogurt,2.50\n", False),
        (json.dumps({"name": "x", "version": 3}), False),
        (json.dumps([{"message": "started up", "level": "info"}]), False),
        ("Just a letter.\n\nWith two paragraphs.\n", False),
        ("{broken", False),
        ("", False),
        ("[]", False),
    ],
)
def test_reviews_are_told_by_their_columns(tmp_path, data, expected):
    path = tmp_path / "file"
    path.write_text(data)
    assert looks_like_reviews(path, sniff(data.encode(), len(data), "file")) is expected


# --- hostile files -------------------------------------------------------------------------------------------------------------------------------

DEEP = 100_000
BROKEN: list[tuple[bytes, str]] = [
    (b"", JSON),
    (b" \n\t ", LINES),
    (b"\x00" * 500, CSV),
    (b"\xef\xbb\xbf", CSV),
    (b"\xff\xfe", CSV),
    (b"[]", JSON),
    (b"{}", JSON),
    (b"[{}]", JSON),
    (b"null", JSON),
    (b"NaN", JSON),
    (b"5", JSON),
    (b'"just a string"', JSON),
    (b"[" * DEEP, JSON),
    (b'{"a":' * DEEP, JSON),
    (b"[" * DEEP + b"]" * DEEP, JSON),
    (b'[{"text": "fine words here", "x": ' + b"[" * DEEP + b"]" * DEEP + b"}]", JSON),
    (b'{"reviews": [' * 2000, JSON),
    (b'[{"text": "a"', JSON),
    (b'[{"text": "a"}, {"text": "b', JSON),
    (b'[{"text": "a"},,,{"text": "b"}]', JSON),
    (b'[{"text": "a"} {"text": "b"}]', JSON),
    (b'[{"text": "a"}]]]]', JSON),
    (b"}}}}]]]]", JSON),
    (b'{"text": ' + b"9" * 10_000 + b"}", JSON),
    (b'{"text": "a", "stars": ' + b"9" * 10_000 + b"}\n", LINES),
    (b'{"text": "a", "stars": 1e999}\n', LINES),
    (b'{"text": "a", "stars": -Infinity}\n', LINES),
    (b'{"text": "\\ud800", "stars": 1}\n', LINES),
    (b'{"text": "\\udc00\\ud800 x", "title": "\\ud83d"}\n', LINES),
    (b'{"text": "\\u0000\\u0001"}\n', LINES),
    (b'{"text": "a\x00b", "stars": 3}\n', LINES),
    (b'{"text": "bad \xff\xfe bytes", "stars": 3}\n', LINES),
    (b'{"text": {"deep": {"er": "x"}}, "stars": []}\n', LINES),
    (b'{"text": ["a", "b"]}\n', LINES),
    (b'{"": "empty key", "text": "fine"}\n', LINES),
    (b'{"text": "a", "text": "b"}\n', LINES),
    (b'{"' + b"k" * 100_000 + b'": "v", "text": "a"}\n', LINES),
    (b"{" + b",".join(b'"k%d": 1' % at for at in range(20_000)) + b', "text": "a"}\n', LINES),
    (b'{"text": "' + b"x" * 5_000_000 + b'"}\n{"text": "after"}\n', LINES),
    (b"x" * 5_000_000, LINES),
    (b"\n" * 1_000_000, LINES),
    (b"{\n" * 100_000, LINES),
    (b'{"text": "' + b"<" * 100_000 + b"&" * 100_000 + b';"}\n', LINES),
    (b'{"text": "a", "date": "' + b"1" * 60 + b'"}\n', LINES),
    (b'{"text": "a", "date": 99999999999999999999}\n', LINES),
    (b'{"text": "a", "date": true, "stars": true}\n', LINES),
    (b'{"text": "a", "language": "' + b"z" * 5000 + b'"}\n', LINES),
    (b"text,stars\n", CSV),
    (b"text,stars", CSV),
    (b'text,stars\n"never closed,5\nx,1\ny,2\n', CSV),
    (b'"text","stars\nx,1\n', CSV),
    (b"text,stars\n" + b'"' * 100_001 + b"\n", CSV),
    (b'text,stars\n"a\n' * 20_000, CSV),
    (b"text,stars\n" + b'"a,\n' * 20_000, CSV),
    (b"text,stars\na,b,c,d,e\n", CSV),
    (b"text,stars\n\x00,\x00\n", CSV),
    (b"text,stars\n" + b"a" * 5_000_000 + b",1\nb words,2\n", CSV),
    (b"," * 100_000, CSV),
    (b"text" + b",x" * 20_000 + b"\nfine" + b",1" * 20_000 + b"\n", CSV),
    (b"text,text,text\na,b,c\n", CSV),
    (b",,,\n,,,\n", CSV),
    (b"\xe9\xe8\xff,\x80\n\x81,\x8d\n", CSV),
    (b"a\tb\n\t\t\t\n", TSV),
    ("text,stars\ngood,5\n".encode("utf-16")[:-1], CSV),
    ("text,stars\ngood,5\n".encode("utf-32"), CSV),
    ("\ud800text,stars\nx,1".encode("utf-8", "surrogatepass"), CSV),
    (b"\x00\x01\x02\x03" * 100, TEXT),
    ("★".encode() * 100_000, TEXT),
    (b"5/5\n" * 1000, TEXT),
    (b"1/5 " * 100_000, TEXT),
    (b"Rating: x\n\n" * 1000, TEXT),
    (b"a:" * 50_000, TEXT),
    (b"\n\n\n", TEXT),
]


@pytest.mark.parametrize(("data", "media_type"), BROKEN)
def test_broken_files_give_rows_problems_or_a_typed_rejection(tmp_path, data, media_type):
    path = tmp_path / "reviews"
    path.write_bytes(data)
    wired, file = tools(tmp_path, nlp=ENGINE), source(path, media_type)
    try:
        parts = ReviewPipeline().plan(file, wired)
        extractions = [written(ReviewPipeline().extract(file, part, wired).extraction) for part in parts or (None,)]
    except RejectedInput as error:
        assert error.code in {"empty", "malformed"}
        assert len(error.message) < 1500
        return
    for extraction in extractions:
        dumped = extraction.model_dump_json(by_alias=True).encode()
        assert len(dumped) < 16 * 1024**2
        assert b"\\u0000" not in dumped
        numbers = [row.review_no for row in extraction.reviews]
        gaps = [problem.item_no for problem in extraction.problems if problem.item_no]
        assert not set(numbers) & set(gaps)
        assert all(number <= extraction.items for number in numbers + gaps)
        assert len(numbers) + len(gaps) <= extraction.items


def test_there_are_enough_broken_files():
    assert len(BROKEN) >= 60


@pytest.mark.parametrize(("data", "media_type"), [*SAME, (TABLE, CSV)])
def test_mutated_files_give_rows_problems_or_a_typed_rejection(tmp_path, data, media_type):
    noise = random.Random(len(data))
    raw = data.encode()
    for _ in range(40):
        mutated = bytearray(raw[: noise.randrange(1, len(raw) + 1)])
        for _ in range(noise.randrange(6)):
            mutated[noise.randrange(len(mutated))] = noise.choice(b'"\\{}[],;\n\r\x00\xff\xc3ax1')
        try:
            extraction = extract(tmp_path, bytes(mutated), media_type)
        except RejectedInput as error:
            assert error.code in {"empty", "malformed"}
        else:
            assert extraction.items >= len(extraction.reviews)


def test_nothing_to_read_is_empty_and_nothing_readable_is_malformed(tmp_path):
    for data, media_type in ((b" \n", LINES), (b"[]", JSON), (b"text,stars\n", CSV)):
        with pytest.raises(Empty):
            extract(tmp_path, data, media_type)
    for data, media_type in ((b"{broken\n{also\n", LINES), (b'[{"a": 1}]', JSON), (b"id,price\n1,2\n", CSV)):
        with pytest.raises(Malformed):
            extract(tmp_path, data, media_type)


def test_sniffed_type_and_reading_agree(tmp_path):
    for data, media_type in SAME[:8]:
        assert sniff(data.encode()[:HEAD_BYTES], len(data), "reviews") in {media_type, LINES}
