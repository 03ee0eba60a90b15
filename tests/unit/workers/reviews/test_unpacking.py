"""Packed files, spreadsheets and other encodings give the reviews that a plain file gives, with the line and the member they stand in."""

from __future__ import annotations

import gzip
import json
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.nlp.none import NoLanguage
from schemas.errors import Empty, Encrypted, EngineOutputInvalid, Malformed, RejectedInput, TooLarge, Truncated, UnsupportedType
from schemas.extractions import Problem
from schemas.settings import Limits
from tests import hostile_reviews as hostile
from tests.pagetools import source, tools
from tests.unit.workers.reviews.written import written
from workers.exchange import unpacked_name
from workers.reviews import planning
from workers.reviews.opening import looks_like_reviews
from workers.reviews.pieces import Piece, Unpacked, seal, unsealed
from workers.reviews.pipeline import ReviewPipeline
from workers.reviews.unpacking import GZIP, PARQUET, XLSX, ZIP

TABLE = "review,stars,date\n" + "".join(f'"{row["text"]}",{row["stars"]},{row["date"]}\n' for row in hostile.ROWS)
LINES = hostile.as_lines(hostile.ROWS)


def extract(tmp_path, data: bytes, media_type: str, limits: Limits | None = None, name: str = "reviews", **metadata):
    path = tmp_path / name
    path.write_bytes(data)
    wired = tools(tmp_path, nlp=NoLanguage(NoLanguage.Options()), limits=limits or Limits())
    return written(ReviewPipeline().extract(source(path, media_type, **metadata), None, wired).extraction)


def parquet(tmp_path, query: str) -> bytes:
    import duckdb

    path = tmp_path / "made.parquet"
    duckdb.execute(f"COPY ({query}) TO '{path}' (FORMAT parquet)")
    return path.read_bytes()


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (gzip.compress(TABLE.encode()), GZIP),
        (gzip.compress(LINES.encode()), GZIP),
        (gzip.compress(TABLE[:200].encode()) + gzip.compress(TABLE[200:].encode()) + bytes(64), GZIP),
        (gzip.compress(TABLE.encode("utf-16")), GZIP),
        (hostile.zipped(("a.csv", TABLE.encode())), ZIP),
        (hostile.zipped(("a.jsonl", LINES.encode()), method=zipfile.ZIP_STORED), ZIP),
        (TABLE.encode("utf-32-le"), "text/csv"),
        (TABLE.encode("utf-16-be"), "text/csv"),
        (TABLE.encode("mac_roman"), "text/csv"),
        (TABLE.encode("cp850"), "text/csv"),
        (b"\xff\xfe" + TABLE.encode(), "text/csv"),
        (TABLE.replace("\n", "\r").encode("cp1252"), "text/csv"),
    ],
)
def test_however_it_is_packed_the_reviews_are_the_same(tmp_path, data, media_type):
    found = extract(tmp_path, data, media_type)
    assert [(row.review_no, row.text, row.rating, row.published_at.date().isoformat()) for row in found.reviews] == [
        (number, row["text"], row["stars"], row["date"]) for number, row in enumerate(hostile.ROWS, 1)
    ]
    assert found.problems == ()
    assert found.media_type == media_type


def test_a_stated_encoding_wins(tmp_path):
    data = "text,stars\nřeřicha ąęż,5\n".encode("iso8859-2")
    assert extract(tmp_path, data, "text/csv", encoding="iso8859-2").reviews[0].text == "řeřicha ąęż"
    with pytest.raises(Malformed, match="rot13"):
        extract(tmp_path, data, "text/csv", encoding="rot13")


def test_text_decoded_wrongly_before_is_mended_and_flagged(tmp_path):
    twice = "text,stars\nEl café está rico,5\nplain,4\nlost \ufffd sign,3\n".replace("é", "Ã©").replace("á", "Ã¡")
    first, second, third = extract(tmp_path, twice.encode(), "text/csv").reviews
    assert (first.text, first.flags) == ("El café está rico", ("mojibake_mended",))
    assert second.flags == ()
    assert third.flags == ("undecodable_signs",)


# --- zip ------------------------------------------------------------------------------------------------------------------------------------


def test_members_are_read_one_after_another_and_named(tmp_path):
    data = hostile.zipped(
        ("x/first.csv", b"text,stars\ngood one,5\na,b,c,d\n"),
        ("second.jsonl", b'{"review": "so nice", "rating": 4}\n\n{broken\n'),
        ("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(30)),
        ("README.txt", b"These are exports of May."),
    )
    found = extract(tmp_path, data, ZIP)
    assert [(row.review_no, row.text) for row in found.reviews] == [(1, "good one"), (3, "so nice")]
    assert [(one.code, one.item_no, one.line_no, one.file) for one in found.problems] == [
        ("unsupported_type", None, None, "logo.png"),
        ("unsupported_type", None, None, "README.txt"),
        ("malformed", 2, 3, "x/first.csv"),
        ("malformed", 4, 3, "second.jsonl"),
    ]
    assert found.items == 4
    assert {(role.role, role.column, role.file) for role in found.columns} == {
        ("text", "text", "x/first.csv"),
        ("rating", "stars", "x/first.csv"),
        ("text", "review", "second.jsonl"),
        ("rating", "rating", "second.jsonl"),
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_parts_may_end_in_another_member_than_they_began(tmp_path, monkeypatch, encoding):
    monkeypatch.setattr(planning, "PART_JSON_BYTES", 25_000)
    broken = "".join(line if at % 5 else "{broken\n" for at, line in enumerate(LINES.splitlines(keepends=True)))
    data = hostile.zipped(*((f"{at}.jsonl", broken.encode(encoding)) for at in range(6)), ("notes.md", b"\x00\x01"))
    whole = extract(tmp_path, data, ZIP)
    wired, file = tools(tmp_path), source(tmp_path / "reviews", ZIP)
    parts = ReviewPipeline().plan(file, wired)
    assert len(parts) > 3
    (kept,) = tmp_path.glob(unpacked_name(file.sha256))
    again = replace(file, path=kept, unpacked=True)
    read, problems, items = [], [], 0
    for part in parts:
        found = written(ReviewPipeline().extract(again, part, wired).extraction)
        read += [(row.review_no + items, row.text) for row in found.reviews]
        problems += [(one.item_no and one.item_no + items, one.line_no, one.file) for one in found.problems]
        items += found.items
    assert read == [(row.review_no, row.text) for row in whole.reviews]
    assert problems == [(one.item_no, one.line_no, one.file) for one in whole.problems]
    assert items == whole.items == 72
    assert {(one.line_no, one.file) for one in whole.problems if one.item_no} == {(line, f"{at}.jsonl") for at in range(6) for line in (1, 6, 11)}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (hostile.zipped(("a.zip", hostile.zipped(("b.csv", TABLE.encode())))), UnsupportedType),
        (hostile.zipped(), Empty),
        (hostile.zipped(("a.csv", b"text,stars\n" + b"a" * (32 << 20))), TooLarge),
        (hostile.zipped(*((f"{at}.csv", b"text\nfine\n") for at in range(1001))), TooLarge),
        (hostile.zipped(("a.csv", TABLE.encode()))[:-30], Truncated),
    ],
)
def test_archives_that_are_refused(tmp_path, data, error):
    with pytest.raises(error):
        extract(tmp_path, data, ZIP)


def test_the_caps_of_archives_are_settings(tmp_path):
    data = hostile.zipped(("a.csv", TABLE.encode()), ("b.csv", TABLE.encode()))
    with pytest.raises(TooLarge, match="ARCHIVE_MEMBERS"):
        extract(tmp_path, data, ZIP, Limits(archive_members=1))
    for packed, media_type in ((data, ZIP), (gzip.compress(TABLE.encode()), GZIP), (hostile.workbook(), XLSX)):
        with pytest.raises(TooLarge, match="UNPACKED_BYTES"):
            extract(tmp_path, packed, media_type, Limits(unpacked_bytes=300))


def test_encrypted_members_are_named_and_the_rest_is_read(tmp_path):
    found = extract(tmp_path, hostile.one(hostile.zips, "encrypted.zip"), ZIP)
    assert [(one.code, one.file) for one in found.problems] == [("encrypted", "a.csv")]
    with pytest.raises(Encrypted):
        extract(tmp_path, hostile.one(hostile.zips, "all-encrypted.zip"), ZIP)


# --- XLSX -----------------------------------------------------------------------------------------------------------------------------------

SHEET = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Informe de mayo</t></is></c></row>'
    '<row r="3"><c r="A3" t="inlineStr"><is><t>Reseña</t></is></c><c r="B3" t="inlineStr"><is><t>Puntuación</t></is></c>'
    '<c r="C3" t="inlineStr"><is><t>Fecha</t></is></c></row>'
    '<row r="4"><c r="A4" t="s"><v>0</v></c><c r="B4"><v>5</v></c><c r="C4" s="1"><v>45000</v></c></row>'
    '<row r="6"><c r="A6" t="str"><f>X</f><v>_x0041_h, no</v></c><c r="B6"><v>1</v></c><c r="F6"><v>9</v></c></row>'
    '<row r="7"><c r="A7" t="s"><v>1</v></c><c r="B7"><v>2.0</v></c><c r="C7" s="1"><v>45000.5</v></c></row>'
)
STRINGS = "<sst><si><t>Muy </t><rPh><t>no</t></rPh><r><t>rico &amp; bueno</t></r></si><si><t xml:space='preserve'>regular\nnada más</t></si></sst>"


def test_a_sheet_gives_its_reviews_with_the_rows_they_stand_in(tmp_path):
    found = extract(tmp_path, hostile.workbook(SHEET, STRINGS), XLSX)
    assert [(row.review_no, row.text, row.rating, row.published_at) for row in found.reviews] == [
        (1, "Muy rico & bueno", 5, datetime(2023, 3, 15, tzinfo=UTC)),
        (3, "regular\nnada más", 2, datetime(2023, 3, 15, 12, tzinfo=UTC)),
    ]
    assert [(one.code, one.item_no, one.line_no, one.file) for one in found.problems] == [("malformed", 2, 6, "Opiniones")]


def test_of_several_sheets_those_with_reviews_are_read(tmp_path):
    other = b'<worksheet><sheetData><row><c t="inlineStr"><is><t>id</t></is></c></row><row><c><v>1</v></c></row></sheetData></worksheet>'
    book = hostile.workbook(
        **{
            "workbook.xml": b'<workbook><sheets><sheet name="Precios" r:id="rId2"/><sheet name="Mayo" r:id="rId1"/></sheets></workbook>',
            "workbook.xml.rels": b'<Relationships><Relationship Id="rId1" Type="worksheet" Target="/xl/worksheets/sheet1.xml"/>'
            b'<Relationship Id="rId2" Type="worksheet" Target="styles.xml"/></Relationships>',
            "styles": other,
        }
    )
    found = extract(tmp_path, book, XLSX)
    assert len(found.reviews) == 7
    assert {role.file for role in found.columns} == {"Mayo"}
    assert [(one.code, one.file) for one in found.problems] == [("malformed", "Precios")]


@pytest.mark.parametrize("name", ["laughs-strings.xlsx", "laughs-sheet.xlsx", "external.xlsx", "external-dtd.xlsx", "laughs-book.xlsx"])
def test_markup_that_declares_entities_is_refused(tmp_path, name):
    with pytest.raises(Malformed, match="document type"):
        extract(tmp_path, hostile.one(hostile.workbooks, name), XLSX)


def test_a_sheet_that_repeats_one_long_string_is_stopped(tmp_path):
    with pytest.raises(TooLarge):
        extract(tmp_path, hostile.one(hostile.workbooks, "bomb-strings.xlsx"), XLSX, Limits(unpacked_bytes=64 << 20))


# --- Parquet --------------------------------------------------------------------------------------------------------------------------------


def test_a_parquet_table_gives_its_reviews(tmp_path):
    query = "SELECT 'so good ' || i AS review, i % 5 + 1 AS stars, DATE '2024-03-05' AS day, {'name': 'Ana'} AS author FROM range(3) t(i)"
    found = extract(tmp_path, parquet(tmp_path, query), PARQUET)
    assert [(row.text, row.rating, row.author, row.published_at) for row in found.reviews] == [
        (f"so good {at}", at + 1, "Ana", datetime(2024, 3, 5, tzinfo=UTC)) for at in range(3)
    ]


def test_parquet_without_rows_and_with_a_lying_footer(tmp_path):
    with pytest.raises(Empty):
        extract(tmp_path, parquet(tmp_path, "SELECT 'x' AS text WHERE false"), PARQUET)
    good = parquet(tmp_path, "SELECT 'x y' AS text")
    for data in (good[:-8] + b"\xff\xff\xff\xffPAR1", good[:-20], b"PAR1" + good[4:40]):
        with pytest.raises(Malformed):
            extract(tmp_path, data, PARQUET)


# --- what was unpacked, kept ------------------------------------------------------------------------------------------------------------------


def test_what_was_sealed_is_read_back(tmp_path):
    path = tmp_path / "u"
    found = Unpacked((Piece(path, 0, 3, "text/csv", "a"), Piece(path, 3, 5, "text/plain")), (Problem(code="empty", message="m", file="b"),))
    with path.open("wb") as file:
        file.write(b"abcde")
        seal(file, found)
    assert unsealed(path) == found
    for spoiled in (b"", b"short", path.read_bytes()[:-1], path.read_bytes()[:-16] + b"\xff" * 8 + path.read_bytes()[-8:]):
        path.write_bytes(spoiled)
        with pytest.raises(EngineOutputInvalid):
            unsealed(path)


@pytest.mark.parametrize(
    ("data", "media_type", "expected"),
    [
        (gzip.compress(TABLE.encode()), GZIP, True),
        (gzip.compress(b"id,price\n" + b"1,2\n" * 900_000), GZIP, False),
        (gzip.compress(LINES.encode() * 3000), GZIP, True),
        (gzip.compress(b"a letter"), GZIP, False),
        (hostile.zipped(("a.csv", TABLE.encode()), ("b.bin", bytes(50))), ZIP, True),
        (hostile.zipped(("a.bin", bytes(50))), ZIP, False),
        (hostile.workbook(), XLSX, True),
        (b"PK\3\4 not", ZIP, False),
    ],
)
def test_packed_reviews_are_told_by_a_look_inside(tmp_path, data, media_type, expected):
    path = tmp_path / "file"
    path.write_bytes(data)
    assert looks_like_reviews(path, media_type) is expected
    assert [left.name for left in tmp_path.iterdir()] == ["file"]


def test_a_file_is_unpacked_once_for_planning_and_reading(tmp_path, monkeypatch):
    path = tmp_path / "reviews"
    path.write_bytes(gzip.compress(LINES.encode()))
    wired, file = tools(tmp_path), source(path, GZIP)
    assert ReviewPipeline().plan(file, wired) == ()
    path.write_bytes(b"gone")
    assert len(ReviewPipeline().extract(file, None, wired).extraction.reviews) == len(hostile.ROWS)


def test_good_json_stays_one_record_a_line(tmp_path):
    assert json.loads(LINES.splitlines()[0])["text"] == hostile.ROWS[0]["text"]
    with pytest.raises(RejectedInput):
        extract(tmp_path, gzip.compress(b""), GZIP)
