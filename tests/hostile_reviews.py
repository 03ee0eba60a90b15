"""Over 300 broken and malicious review files, the same in every run: `hostile_files(folder)` writes them one by one.

`tests/integration/test_hostile_reviews.py` reads them all as `tamiz extract` does.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

Named = tuple[str, bytes]
PROSE = "El café está rico, ¡muy cremoso! Größe süß, déjà goûté"
ROWS = [{"text": f"{PROSE}, number {at}", "stars": at % 5 + 1, "date": f"2024-03-{at % 28 + 1:02}"} for at in range(12)]


def as_csv(rows: list[dict], delimiter: str = ",", **how) -> str:
    """A table of all columns any row has."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(dict.fromkeys(key for row in rows for key in row)), delimiter=delimiter, lineterminator="\n", **how)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def as_lines(rows: list[dict]) -> str:
    """JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def as_text(rows: list[dict]) -> str:
    """Blocks with stars."""
    return "\n\n".join(f"{row['stars']}/5\n{row['text']}" for row in rows)


# --- text that is no text -------------------------------------------------------------------------------------------------------------------


def encodings() -> Iterator[Named]:
    """Every encoding a spreadsheet writes, and bytes that are of none."""
    whole = {"csv": as_csv(ROWS), "jsonl": as_lines(ROWS), "txt": as_text(ROWS)}
    for encoding in (
        *("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-7"),
        *("cp1252", "cp1250", "mac_roman", "cp850", "cp437", "iso8859-15", "cp500", "gb18030"),
    ):
        for suffix, text in whole.items():
            yield f"{encoding}.{suffix}", text.encode(encoding, "replace")
    for suffix, text in whole.items():
        raw = text.encode()
        yield f"odd-utf16.{suffix}", text.encode("utf-16")[:-1]
        yield f"overlong.{suffix}", raw.replace("é".encode(), b"\xc0\xa9\xe0\x80\xaf")
        yield f"surrogates.{suffix}", raw.replace(b"rico", b"\xed\xa0\x80\xed\xb0\x80")
        yield f"five-byte.{suffix}", raw.replace(b"rico", b"\xf8\x88\x80\x80\x80\xff\xfe")
        yield f"mixed.{suffix}", raw + text.encode("cp1252")
        yield f"doubled.{suffix}", raw.decode("latin-1").encode()
        yield f"tripled.{suffix}", raw.decode("latin-1").encode().decode("latin-1").encode()
        yield f"wrong-mark.{suffix}", b"\xff\xfe" + raw
        yield f"late-mark.{suffix}", raw.replace(b"\n", b"\xef\xbb\xbf\n")
        yield f"nuls.{suffix}", raw.replace(b"rico", b"ri\x00co\x00\x1a")
        yield f"all-high.{suffix}", bytes(range(128, 256)) * 20
        yield f"controls.{suffix}", raw.replace(b"rico", b"\x1b[31mrico\x07\x08\x7f")
    for name, mark in (("8", b"\xef\xbb\xbf"), ("16le", b"\xff\xfe"), ("16be", b"\xfe\xff"), ("32le", b"\xff\xfe\0\0"), ("32be", b"\0\0\xfe\xff")):
        yield f"only-mark-{name}.csv", mark


def sizes() -> Iterator[Named]:
    """Nothing, nearly nothing, and too much of one thing."""
    for suffix in ("csv", "json", "jsonl", "txt", "tsv", "xlsx", "parquet", "gz", "zip"):
        yield f"empty.{suffix}", b""
        yield f"blank.{suffix}", b" \r\n\t\n" * 100
        yield f"zeros.{suffix}", b"\0" * 5000
    yield "header-only.csv", b"text,stars\n"
    yield "header-only-no-end.csv", b"text,stars"
    yield "line-50mb.jsonl", as_lines(ROWS[:3]).encode() + b'{"text": "' + b"x" * (50 << 20) + b'"}\n' + as_lines(ROWS[:2]).encode()
    yield "line-20mb.csv", b"text,stars\nfine,5\n" + b"y" * (20 << 20) + b"\nalso fine,1\n"
    yield "cell-5mb-open.csv", b'text,stars\nfine,5\n"' + b"y" * 999 + b"\n" + (b"y" * 999 + b"\n") * 5000
    yield "line-10mb.txt", b"z" * (10 << 20)
    yield "value-8mb.json", b'[{"text": "fine", "stars": 5}, {"text": "' + b"w" * (8 << 20) + b'"}, {"text": "end", "stars": 1}]'
    yield "blank-lines.jsonl", b"\n" * 3_000_000 + as_lines(ROWS[:1]).encode()
    yield "columns-10000.csv", ",".join(["text", *(f"c{at}" for at in range(10_000))]).encode() + b"\nfine" + b",1" * 10_000 + b"\n"
    yield "columns-900.csv", ",".join(["text", *(f"c{at}" for at in range(900))]).encode() + b"\nfine words" + b",1" * 900 + b"\n"
    yield "keys-50000.jsonl", b"{" + b",".join(b'"k%d": 1' % at for at in range(50_000)) + b', "text": "fine words"}\n'
    yield "one-key-1mb.jsonl", b'{"' + b"k" * (1 << 20) + b'": "v", "text": "fine words"}\n'


# --- tables ---------------------------------------------------------------------------------------------------------------------------------


def tables() -> Iterator[Named]:
    """Quotes that do not close, rows that do not fit, delimiters nobody expects."""
    for name, sign in (
        ("comma", ","),
        ("semicolon", ";"),
        ("tab", "\t"),
        ("pipe", "|"),
        ("caret", "^"),
        ("tilde", "~"),
        ("unit", "\x1f"),
        ("hive", "\x01"),
    ):
        text = as_csv(ROWS, sign)
        lines = text.splitlines(keepends=True)
        yield f"plain-{name}.csv", text.encode()
        for at in (1, 5, len(lines) - 1):
            yield f"open-quote-{name}-{at}.csv", "".join([*lines[:at], '"' + lines[at], *lines[at + 1 :]]).encode()
        yield f"quotes-inside-{name}.csv", text.replace("rico", 'ri"co').encode()
        yield f"ragged-{name}.csv", "".join(line if at % 3 else line.strip() + sign * (at % 5) + "more\n" for at, line in enumerate(lines)).encode()
        yield f"short-{name}.csv", "".join(line if at % 4 else line.split(sign)[0] + "\n" for at, line in enumerate(lines)).encode()
    for sign in ("||", "::", "|~|", "^|^", ";;"):
        yield f"several-{zlib.crc32(sign.encode()):x}.csv", as_csv(ROWS, "\x02").replace("\x02", sign).encode()
    text = as_csv(ROWS)
    yield "apostrophes.csv", as_csv(ROWS, quotechar="'", quoting=csv.QUOTE_ALL).encode()
    yield "backslashes.csv", as_csv([{**row, "text": f'he said "{row["text"]}", twice'} for row in ROWS], escapechar="\\", doublequote=False).encode()
    yield "only-quotes.csv", b'"' * 100_001
    yield "quote-per-line.csv", b'text,stars\n"a\n' * 20_000
    yield "never-closed-rows.csv", b'text,stars\n"never closed,5\n' + b"fine one,1\n" * 500
    yield "old-mac.csv", text.replace("\n", "\r").encode()
    yield "mixed-ends.csv", text.replace("\n", "\r\n", 4).replace("\r\n", "\r", 2).encode()
    yield "sep-line.csv", b"sep=;\r\n" + as_csv(ROWS, ";").encode()
    yield "title-rows.csv", b"Export of reviews,,\n,,\n" + text.encode()
    yield "twice-the-header.csv", (text + text).encode()
    yield "same-names.csv", b"text,text,text,stars\na good one,b,c,5\n"
    yield "no-names.csv", b",,,\n,,,\n"
    yield "prototype.csv", b"__proto__,constructor,text,stars\nx,y,fine words,5\n"
    yield "dunder.jsonl", b'{"__class__": "os.system", "__proto__": {"text": "no"}, "text": "fine words", "stars": 5}\n'
    yield "other-table.csv", b"id,name,price\n1,yogurt,2.50\n2,milk,1.10\n"
    yield "two-tables.csv", (text + "\n\nid;price;shop\n1;2.50;x\n").encode()
    yield "all-broken.csv", b"text,stars\n" + b"a,b,c,d,e\n" * 40
    for at, formula in enumerate(
        ("=cmd|'/C calc'!A0", '=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", "=1+1;2", "|calc", "%0A=1")
    ):
        yield f"formula-{at}.csv", as_csv([{"text": formula + " is what it says", "stars": 5, "author": formula}]).encode()
    yield "rtl.csv", as_csv([{**row, "text": "\u202e" + row["text"] + "\u2066\u200b\ufeff مراجعة جيدة"} for row in ROWS]).encode()
    yield "html.csv", as_csv([{**row, "text": "<script>alert(1)</script><br/>&lt;b&gt;" + row["text"]} for row in ROWS]).encode()


def values() -> Iterator[Named]:
    """Cells that no rating, date or count can be."""
    for at, stars in enumerate(
        ("NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "-5", "true", "null", '"★"', '"4 of 5 of 6"', "[]", "{}", '"5,5,5"', '"١٢"')
    ):
        yield f"stars-{at}.jsonl", f'{{"text": "fine words here", "stars": {stars}}}\n{{"text": "and more", "stars": 4}}\n'.encode()
    dates = (
        "99999-12-31",
        "0000-00-00",
        "2024-02-30",
        "31/31/2024",
        "1" * 60,
        "-1",
        "1e400",
        "12.34.5678.9",
        "yesterday",
        "2024-W99-9",
        "١٢/٣/٢٠٢٤",
        "0001-01-01T00:00:00+23:59",
    )
    for at, date in enumerate(dates):
        yield (
            f"date-{at}.csv",
            as_csv([{"text": "fine words here", "stars": 5, "date": date}, {"text": "and more", "stars": 1, "date": "2024-01-01"}]).encode(),
        )
    for at, number in enumerate(("99999999999999999999", "-1", "1e30", "12 thousand", "0x10", "1_000")):
        yield (
            f"helpful-{at}.jsonl",
            f'{{"text": "fine words", "helpful": "{number}", "author_reviews": {number if number[0] in "9-" else 1}}}\n'.encode(),
        )


# --- JSON -----------------------------------------------------------------------------------------------------------------------------------

_DEEP = 100_000
JSON = (
    *(
        "[]",
        "{}",
        "[{}]",
        "null",
        "NaN",
        "5",
        '"a string"',
        "[1, 2, 3]",
        "[null]",
        "[[]]",
        "[[[]]]",
        '{"reviews": []}',
        '{"reviews": {}}',
        '{"reviews": null}',
    ),
    *("[" * _DEEP, '{"a":' * _DEEP, "[" * _DEEP + "]" * _DEEP, '{"reviews": [' * 2000, "}" * 1000 + "]" * 1000),
    '[{"text": "fine words here", "x": ' + "[" * _DEEP + "]" * _DEEP + "}]",
    *(
        '[{"text": "a"',
        '[{"text": "a good one"}, {"text": "b',
        '[{"text": "a"},,,{"text": "b"}]',
        '[{"text": "a"} {"text": "b"}]',
        '[{"text": "a"}]]]]',
    ),
    *(
        '{"text": "twice", "text": "the same key", "stars": 5, "stars": 1}',
        '{"text": {"deep": {"er": "x"}}, "stars": []}',
        '{"text": ["a", "b"]}',
        '{"": "", "text": "fine"}',
    ),
    *(
        "{'text': 'single quotes', 'stars': 5}",
        '{"text": "tail comma", "stars": 5,}',
        '// comment\n{"text": "a"}',
        '{"text": undefined}',
        '{text: "bare"}',
    ),
    *(
        '{"text": "\\ud800", "stars": 1}',
        '{"text": "\\udc00\\ud800 x"}',
        '{"text": "\\u0000\\u0001"}',
        '{"text": "bad \\x escape"}',
        '{"text": "line\nend"}',
    ),
    *(
        '{"text": ' + "9" * 10_000 + "}",
        '{"text": "a", "stars": 1e-999999}',
        '{"text": "a", "stars": -0}',
        '{"text": "a", "big": ' + "1" * 4500 + "}",
    ),
    *(
        '[{"text": "fine words", "stars": 5}, 7, "and a string", null, [1], {"stars": "x"}]',
        '{"data": {"page": {"items": [{"text": "fine words", "stars": 5}]}}}',
    ),
    '{"a": [{"x": 1}], "b": [{"text": "so good", "stars": 5}]}',
)


def jsons() -> Iterator[Named]:
    """JSON as lists and as lines."""
    for at, text in enumerate(JSON):
        yield f"json-{at}.json", text.encode("utf-8", "surrogatepass")
        if len(text) < 5000:
            yield f"json-{at}.jsonl", f"{as_lines(ROWS[:2])}{text}\n{as_lines(ROWS[2:4])}".encode("utf-8", "surrogatepass")
    yield (
        "schemas.jsonl",
        as_lines([{"text": "one", "stars": 5}, {"review": {"body": "two"}}, {"comentario": "tres"}, {"id": 4}, {"rating": "5/5"}]).encode(),
    )
    yield "all-broken.jsonl", b"{broken\n" * 300
    yield "half-broken.jsonl", b"".join(as_lines(ROWS[:1]).encode() + b"{broken\n" for _ in range(300))


def texts() -> Iterator[Named]:
    """Plain text that looks like reviews for a while."""
    yield "stars.txt", "★".encode() * 200_000
    yield "star-lines.txt", b"5/5\n" * 5000
    yield "fractions.txt", b"1/5 " * 200_000
    yield "colons.txt", b"a:" * 100_000
    yield "ratings.txt", b"Rating: x\n\n" * 5000
    yield "names.txt", b"Ana\n" * 2000 + b"5/5\nfine\n"
    yield "no-body.txt", b"Ana\nMadrid\n12 reviews\n5/5\n" * 500
    yield "noise.txt", b"Report\nHelpful\nVerified Purchase\n" * 2000
    yield "bought.txt", b"5/5\nPurchased at: " + b"x, " * 60 + b"\n" + b"4/5\nPurchased at: Walmart, March 77th 9999\nfine\n"
    yield "ansi.txt", b"\x1b]0;owned\x07 4/5 \x1b[2J good\n" * 100


# --- packed ---------------------------------------------------------------------------------------------------------------------------------


def zipped(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of members, its times fixed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0)) if isinstance(name, str) else name
            info.compress_type = method
            archive.writestr(info, data)
    return out.getvalue()


def gzips() -> Iterator[Named]:
    """gzip cut, damaged, nested, inflated."""
    data = as_csv(ROWS * 50).encode()
    packed = gzip.compress(data, mtime=0)
    yield "good.csv.gz", packed
    yield "good.jsonl.gz", gzip.compress(as_lines(ROWS).encode(), mtime=0)
    yield "utf16.csv.gz", gzip.compress(as_csv(ROWS).encode("utf-16"), mtime=0)
    for at in (1, 2, 5, 10, 11, 30, len(packed) // 2, len(packed) - 9, len(packed) - 8, len(packed) - 4, len(packed) - 1):
        yield f"cut-{at}.csv.gz", packed[:at]
    yield "bad-sum.csv.gz", packed[:-8] + bytes(8)
    yield "bad-size.csv.gz", packed[:-4] + b"\xff\xff\xff\xff"
    yield "bad-bits.csv.gz", packed[:40] + bytes(40) + packed[80:]
    yield "bad-method.csv.gz", packed[:2] + b"\x07" + packed[3:]
    yield "all-flags.csv.gz", packed[:3] + b"\xff" + packed[4:]
    yield "two-members.csv.gz", packed + gzip.compress(b"one more,5,2024-01-01\n", mtime=0)
    yield "tail.csv.gz", packed + b"\0" * 512
    yield "junk-tail.csv.gz", packed + b"this is no gzip"
    yield "twice.csv.gz", gzip.compress(packed, mtime=0)
    yield "zip.gz", gzip.compress(zipped(("a.csv", data)), mtime=0)
    yield "png.gz", gzip.compress(b"\x89PNG\r\n\x1a\n" + bytes(100), mtime=0)
    yield "nothing.gz", gzip.compress(b"", mtime=0)
    yield "bomb.csv.gz", gzip.compress(b"text,stars\n" + b"a" * (64 << 20), mtime=0)
    yield "bomb-rows.csv.gz", gzip.compress(b"text,stars\n" + b"a,1\n" * (8 << 20), mtime=0)
    yield "book.xlsx.gz", gzip.compress(workbook(), mtime=0)


def _patched(data: bytes, signature: bytes, offset: int, value: bytes, last: bool = False) -> bytes:
    at = (data.rfind if last else data.find)(signature) + offset
    return data[:at] + value + data[at + len(value) :]


def _link(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (2024, 1, 1, 0, 0, 0))
    info.external_attr = 0o120777 << 16
    return info


def zips() -> Iterator[Named]:
    """zip with names, links, lies and bombs in it."""
    table, lines = as_csv(ROWS).encode(), as_lines(ROWS).encode()
    good = zipped(("a.csv", table), ("b.jsonl", lines))
    yield "two.zip", good
    yield "notes-too.zip", zipped(("README.txt", b"what this is"), ("a.csv", table), ("logo.png", b"\x89PNG\r\n\x1a\n" + bytes(99)))
    yield "no-members.zip", zipped()
    yield "no-reviews.zip", zipped(("a.bin", bytes(range(256)) * 9))
    yield "one-broken.zip", zipped(("a.csv", table), ("b.jsonl", b"{broken\n" * 9), ("c.csv", b""))
    yield "slip.zip", zipped(("../../../../etc/passwd.csv", table), ("/abs.csv", table), ("C:\\x\\y.csv", table))
    yield "names.zip", zipped(("a\x1b[2J.csv", table), ("\u202ecsv.exe", table), ("x" * 5000 + ".csv", table))
    yield "same-name.zip", zipped(("a.csv", table), ("b.csv", lines)).replace(b"b.csv", b"a.csv")
    yield "link.zip", zipped((_link("a.csv"), b"/etc/passwd"), ("b.csv", table))
    yield "only-link.zip", zipped((_link("a.csv"), b"/etc/passwd"))
    yield "nested.zip", zipped(("inner.zip", good))
    yield "nested-too.zip", zipped(("inner.zip", good), ("a.csv", table), ("b.csv.gz", gzip.compress(table, mtime=0)))
    yield "book-inside.zip", zipped(("a.xlsx", workbook()), ("b.csv", table))
    yield "mac.zip", zipped(("a.csv", table), ("__MACOSX/._a.csv", b"\0\5\x16\7"), (".DS_Store", bytes(50)))
    yield "many.zip", zipped(*((f"{at}.csv", b"text,stars\nfine,5\n") for at in range(1500)))
    yield "bomb.zip", zipped(("a.csv", b"text,stars\n" + b"a" * (64 << 20)))
    yield "bomb-spread.zip", zipped(*((f"{at}.csv", b"text,stars\n" + b"a" * (4 << 20)) for at in range(12)))
    for method, name in ((zipfile.ZIP_STORED, "stored"), (zipfile.ZIP_BZIP2, "bzip2"), (zipfile.ZIP_LZMA, "lzma")):
        yield f"{name}.zip", zipped(("a.csv", table), method=method)
    yield "encrypted.zip", _patched(_patched(good, b"PK\3\4", 6, b"\1\0"), b"PK\1\2", 8, b"\1\0")
    yield "all-encrypted.zip", _patched(_patched(zipped(("a.csv", table)), b"PK\3\4", 6, b"\1\0"), b"PK\1\2", 8, b"\1\0")
    yield "lying-small.zip", _patched(good, b"PK\1\2", 24, struct.pack("<I", 10))
    yield "lying-huge.zip", _patched(good, b"PK\1\2", 24, struct.pack("<I", 0xFFFFFFF0))
    yield "lying-offset.zip", _patched(good, b"PK\1\2", 42, struct.pack("<I", 0x7FFFFFFF))
    yield "bad-sum.zip", _patched(good, b"PK\1\2", 16, b"\0\0\0\0")
    yield "big-directory.zip", _patched(good, b"PK\5\6", 12, struct.pack("<I", 0x7FFFFFFF))
    yield "many-entries.zip", _patched(good, b"PK\5\6", 8, b"\xff\xff\xff\xff")
    yield "overlapping.zip", _patched(good, b"PK\1\2", 42, struct.pack("<I", 0), last=True)
    yield "locator.zip", good[:-22] + b"PK\6\7" + struct.pack("<IQI", 0, 2**60, 1) + good[-22:]
    for at in (4, 40, len(good) // 2, len(good) - 21):
        yield f"cut-{at}.zip", good[:at]


# --- spreadsheets ---------------------------------------------------------------------------------------------------------------------------

_NS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_ROWS = "".join(
    f'<row r="{at}"><c r="A{at}" t="s"><v>{words}</v></c><c r="B{at}" {kind}><v>{stars}</v></c></row>'
    for at, words, kind, stars in [(1, 0, 't="s"', 1), *((at, 2, "", at % 5) for at in range(2, 9))]
)
_STRINGS = f"<sst {_NS}><si><t>review</t></si><si><t>stars</t></si><si><t>{PROSE}</t></si></sst>"


def workbook(rows: str = _ROWS, strings: str = _STRINGS, method: int = zipfile.ZIP_DEFLATED, **parts: bytes | None) -> bytes:
    """An XLSX of one sheet; `parts` replaces or removes members by the last part of their name."""
    members: dict[str, bytes | None] = {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": b"<Relationships/>",
        "xl/workbook.xml": f'<workbook {_NS} xmlns:r="r"><sheets><sheet name="Opiniones" sheetId="1" r:id="rId1"/></sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": b'<Relationships><Relationship Id="rId1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/sharedStrings.xml": strings.encode(),
        "xl/styles.xml": f'<styleSheet {_NS}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'.encode(),
        "xl/worksheets/sheet1.xml": f"<worksheet {_NS}><sheetData>{rows}</sheetData></worksheet>".encode(),
    }
    for key, part in parts.items():
        name = next(name for name in members if name.rpartition("/")[2].startswith(key))
        members[name] = part
    return zipped(*((name, data) for name, data in members.items() if data is not None), method=method)


_ENTITY = '<?xml version="1.0"?><!DOCTYPE x [{}]>'
_LAUGHS = _ENTITY.format("".join(f'<!ENTITY l{at} "{f"&l{at - 1};" * 10 if at else "ha"}">' for at in range(10)))


def workbooks() -> Iterator[Named]:
    """Spreadsheets whose markup bites."""
    yield "good.xlsx", workbook()
    yield "stored.xlsx", workbook(method=zipfile.ZIP_STORED)
    yield "laughs-strings.xlsx", workbook(strings=_LAUGHS + "<sst><si><t>&l9;</t></si></sst>")
    yield "laughs-sheet.xlsx", workbook(sheet1=(_LAUGHS + "<worksheet><sheetData><row><c><v>&l9;</v></c></row></sheetData></worksheet>").encode())
    yield "external.xlsx", workbook(strings=_ENTITY.format('<!ENTITY x SYSTEM "file:///etc/passwd">') + "<sst><si><t>&x;</t></si></sst>")
    yield "external-dtd.xlsx", workbook(sheet1=b'<!DOCTYPE worksheet SYSTEM "http://127.0.0.1:9/x.dtd"><worksheet/>')
    yield "laughs-book.xlsx", workbook(**{"workbook.xml": (_LAUGHS + "<workbook/>").encode()})
    yield "no-sheets.xlsx", workbook(**{"workbook.xml": b"<workbook/>"})
    yield "no-book.xlsx", workbook(**{"workbook.xml": None})
    yield "no-relations.xlsx", workbook(**{"workbook.xml.rels": None})
    yield "no-strings.xlsx", workbook(sharedStrings=None)
    yield "no-styles.xlsx", workbook(styles=None)
    yield "no-sheet.xlsx", workbook(sheet1=None)
    yield (
        "book-escapes.xlsx",
        workbook(**{"workbook.xml.rels": b'<Relationships><Relationship Id="rId1" Type="worksheet" Target="../../../etc/passwd"/></Relationships>'}),
    )
    yield "cut-markup.xlsx", workbook(rows=_ROWS + '<row r="20"><c><v>5</v>')
    yield "not-markup.xlsx", workbook(sheet1=b"this is no markup")
    yield "empty-sheet.xlsx", workbook(rows="")
    yield "wide-text.xlsx", workbook(sheet1=f"<worksheet {_NS}><sheetData>{_ROWS}</sheetData></worksheet>".encode("utf-16"))
    yield "far-cell.xlsx", workbook(rows=_ROWS + '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    yield "too-far.xlsx", workbook(rows=_ROWS + '<row r="99999999999"><c r="A1"><v>1</v></c></row>')
    yield "backwards.xlsx", workbook(rows=_ROWS + '<row r="2"><c r="A2"><v>1</v></c></row>')
    yield "bad-reference.xlsx", workbook(rows=_ROWS.replace('r="A3"', 'r="ZZZZZ3"').replace('r="B4"', 'r=""'))
    yield "bad-string.xlsx", workbook(rows=_ROWS.replace("<v>2</v>", "<v>999999999</v>", 2).replace("<v>2</v>", "<v>-1</v>", 1))
    yield "bad-numbers.xlsx", workbook(rows=_ROWS.replace("<v>3</v>", "<v>1e999</v>").replace("<v>4</v>", "<v>NaN</v>"))
    yield "dates.xlsx", workbook(rows=_ROWS.replace('<c r="B', '<c s="1" r="B').replace("<v>3</v>", "<v>999999999999</v>"))
    yield "errors.xlsx", workbook(rows=_ROWS.replace('t="s"', 't="e"', 5))
    yield "formulas.xlsx", workbook(rows=_ROWS.replace("</row>", '<c t="str"><f>HYPERLINK("x")</f><v>=cmd|\'/C calc\'!A0</v></c></row>'))
    yield "deep.xlsx", workbook(rows="<row>" * 200_000)
    yield "many-tags.xlsx", workbook(styles=b"<styleSheet><cellXfs>" + b"<xf/>" * 400_000 + b"</cellXfs></styleSheet>")
    yield "long-name.xlsx", workbook(rows=f"<{'a' * 3_000_000}/>")
    yield (
        "long-cell.xlsx",
        workbook(rows=f'<row r="1"><c t="inlineStr"><is><t>{"b" * 9_000_000}</t></is></c></row>' + _ROWS.replace('"1"', '"10"', 1)),
    )
    yield "bomb.xlsx", workbook(rows=_ROWS + "<row><c><v>1</v></c></row>" * 1_200_000)
    yield "bomb-strings.xlsx", workbook(strings=f"<sst><si><t>{'c' * 500_000}</t></si></sst>", rows='<row><c t="s"><v>0</v></c></row>' * 20_000)
    yield "many-sheets.xlsx", workbook(**{"workbook.xml": b"<workbook><sheets>" + b'<sheet name="x" id="rId1"/>' * 5000 + b"</sheets></workbook>"})
    yield "binary-book.xlsb", zipped(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.bin", bytes(500)))
    yield "old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000)
    good = workbook()
    for at in (30, len(good) // 3, len(good) // 2, len(good) - 30):
        yield f"cut-{at}.xlsx", good[:at]


# --- Parquet --------------------------------------------------------------------------------------------------------------------------------


def parquets(folder: Path) -> Iterator[Named]:
    """Parquet whose footer, pages or sizes lie. Written by DuckDB."""
    import duckdb

    path = folder / "seed.parquet"
    duckdb.execute(f"COPY (SELECT 'a good one ' || i AS text, i % 5 AS stars, NULL AS author FROM range(2000) t(i)) TO '{path}' (FORMAT parquet)")
    good = path.read_bytes()
    yield "good.parquet", good
    nested = folder / "nested.parquet"
    duckdb.execute(
        f"COPY (SELECT {{'body': 'so good'}} AS review, [1, 2] AS list, 'NaN'::double AS stars, '\\x00'::blob AS b) TO '{nested}' (FORMAT parquet)"
    )
    yield "nested.parquet", nested.read_bytes()
    duckdb.execute(f"COPY (SELECT 'x' AS text WHERE false) TO '{path}' (FORMAT parquet)")
    yield "no-rows.parquet", path.read_bytes()
    duckdb.execute(f"COPY (SELECT repeat('a', 400000) AS text, 5 AS stars FROM range(5000)) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")
    yield "bomb.parquet", path.read_bytes()
    size = struct.unpack("<I", good[-8:-4])[0]
    yield "footer-huge.parquet", good[:-8] + struct.pack("<I", 0xFFFFFFFF) + b"PAR1"
    yield "footer-zero.parquet", good[:-8] + struct.pack("<I", 0) + b"PAR1"
    yield "footer-over.parquet", good[:-8] + struct.pack("<I", len(good)) + b"PAR1"
    yield "encrypted.parquet", good[:-4] + b"PARE"
    yield "no-tail.parquet", good[:-4]
    yield "only-marks.parquet", b"PAR1PAR1"
    for at in (5, 100, len(good) // 2, len(good) - 9):
        yield f"cut-{at}.parquet", good[:at]
    noise = random.Random(7)
    for number in range(20):
        spoiled = bytearray(good)
        for _ in range(3):
            spoiled[noise.randrange(len(good) - 8 - size, len(good) - 8) if number % 2 else noise.randrange(4, len(good) - 8)] = noise.randrange(256)
        yield f"spoiled-{number}.parquet", bytes(spoiled)


def mutants() -> Iterator[Named]:
    """Good files with a few bytes changed."""
    noise = random.Random(11)
    seeds = (("csv", as_csv(ROWS)), ("jsonl", as_lines(ROWS)), ("json", json.dumps(ROWS)), ("txt", as_text(ROWS)))
    for suffix, text in seeds:
        for number in range(8):
            spoiled = bytearray(text.encode())
            for _ in range(8):
                spoiled[noise.randrange(len(spoiled))] = noise.choice(b'"\\{}[],;\n\r\x00\xff\xc3a1')
            yield f"mutant-{number}.{suffix}", bytes(spoiled[: noise.randrange(len(spoiled) // 2, len(spoiled))])


FAMILIES: tuple[Callable[[], Iterator[Named]], ...] = (encodings, sizes, tables, values, jsons, texts, gzips, zips, workbooks, mutants)


def one(family: Callable[[], Iterator[Named]], name: str) -> bytes:
    """The bytes of one file of a family."""
    return next(data for found, data in family() if found == name)


def hostile_files(folder: Path) -> Iterator[Path]:
    """Each file in turn, below `folder`; the caller may remove it before it takes the next."""
    folder.mkdir(parents=True, exist_ok=True)
    for family in (*FAMILIES, parquets):
        for name, data in parquets(folder) if family is parquets else family():
            path = folder / f"{family.__name__}-{name}"
            path.write_bytes(data)
            yield path


def long_line(path: Path, size: int) -> Path:
    """JSON lines with one of `size` bytes between good ones, written as a file with a hole."""
    with path.open("wb") as file:
        file.write(as_lines(ROWS[:2]).encode() + b'{"text": "' + b"x" * (1 << 20))
        file.seek(size, 1)
        file.write(b'"}\n' + as_lines(ROWS[2:4]).encode())
    return path
