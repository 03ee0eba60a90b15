"""Files that lie about what they are, texts at the edge of their formats, and names that mean to escape."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from benchmarks import material
from benchmarks.hostile.mutants import SAMPLES

SECRET = "root:x:0:0:"
"""What must never turn up in a row: the first words of /etc/passwd."""


def liars() -> Iterator[tuple[str, bytes]]:
    """Wrong extensions, polyglots, programs, and nothing at all."""
    page, pdf = material.page_image("Page 1"), (SAMPLES / "brochures" / "moolane-week-48.pdf").read_bytes()
    for ending in ("png", "jpg", "pdf", "wav", "mp3", "csv", "json", "eml", "txt"):
        yield f"documents/nothing.{ending}", b""
    yield "scans/pdf.png", pdf[:4096]
    yield "calls/page.wav", page
    yield "brochures/text.pdf", b"This is no PDF at all, whatever its name says.\n" * 20
    yield "reviews/page.csv", page
    yield "messages/page.eml", page
    yield "documents/program.jpg", b"MZ" + bytes(400) + b"PE\0\0"
    yield "documents/elf.pdf", b"\x7fELF\x02\x01\x01" + bytes(200)
    yield "documents/database.pdf", b"SQLite format 3\0" + bytes(200)
    yield "scans/eps.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(%pipe%id) (w) file\nshowpage\n"
    yield "scans/dos-eps.jpg", b"\xc5\xd0\xd3\xc6" + bytes(30) + b"%!PS-Adobe"
    yield "scans/drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script><image href="file:///etc/passwd"/></svg>'
    yield "scans/drawing.png", b"push graphic-context\nfill 'url(https://127.0.0.1:9/x.jpg\"|ls \"-la)'\npop graphic-context\n"
    yield "scans/html.gif", b"GIF89a<script>alert(1)</script>" + bytes(40)
    yield "documents/both.pdf", b"PK\x03\x04" + bytes(26) + pdf[:2000]
    yield "documents/late.pdf", b"\n" * 900 + pdf
    yield "scans/page-and-archive.png", page + b"PK\x05\x06" + bytes(18)
    yield "documents/include.rst", b".. include:: /etc/passwd\n\nThe text above is another file.\n"
    yield "documents/page.html", b"<html><img src=file:///etc/passwd><script>alert(1)</script></html>"
    yield "documents/noise.bin", bytes(range(256)) * 40


def texts() -> Iterator[tuple[str, bytes]]:
    """JSON, CSV and mail that are too deep, too wide, too long, or nearly right."""
    yield "reviews/deep.json", b"[" * 200_000 + b"]" * 200_000
    yield "reviews/deep-objects.json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    numbers = b'[{"text":"fine","rating":NaN},{"text":"fine","rating":Infinity},{"text":"so so","rating":1e999},{"text":"bad","rating":-1e999}]'
    yield "reviews/numbers.json", numbers
    yield "reviews/digits.json", b'[{"text":"many digits","rating":' + b"9" * 100_000 + b"}]"
    yield "reviews/surrogates.json", json.dumps([{"text": "\ud800 alone", "rating": 3}, {"text": "a\0b", "rating": 4}]).encode()
    yield (
        "reviews/types.json",
        json.dumps([{"text": ["a"], "rating": {}}, 7, None, {"text": None}, {"text": "x", "rating": "five", "date": 1e300}]).encode(),
    )
    yield "reviews/long-row.jsonl", b'{"text":"' + b"x" * (6 << 20) + b'","rating":3}\n{"text":"good","rating":5}\n'
    yield "reviews/no-end.jsonl", b'{"text":"good","rating":5}\n' * 50 + b'{"text":"cut'
    yield "reviews/wide.csv", ",".join(f"c{n}" for n in range(50_000)).encode() + b"\n" + b"1," * 49_999 + b"1\n"
    yield "reviews/quote.csv", b'id,text,rating\n1,"never closed,3\n' + b"2,good,5\n" * 100_000
    yield "reviews/formula.csv", b'id,text,rating\n1,"=HYPERLINK(""http://127.0.0.1:9"")",5\n2,@SUM(1+1),4\n'
    yield (
        "reviews/markup.json",
        b'[{"text":"<script>alert(1)</script> \\"><img src=x onerror=alert(1)>","rating":1,"author":"\'; drop table reviews; --"}]',
    )
    yield "reviews/wide-characters.csv", "id,text,rating\n1,bueno,5\n".encode("utf-16") + b"\xff"
    yield "reviews/bytes.csv", b"id,text,rating\n1,\xff\xfe\xfd caf\xe9,5\n2,ok,3\n"
    yield "documents/one-line.txt", b"word " * 2_000_000
    yield "documents/backtracking.txt", (b"a" * 60_000 + b"!@") * 4 + b"1.1.1." * 20_000
    yield "messages/attachments.eml", material.mail("many", "see enclosed", [(f"{n}.txt", "text/plain", b"x") for n in range(260)])
    names = [("../../../../x", "text/plain", b"up"), ("/etc/cron.d/x", "text/plain", b"abs"), ("a\\..\\b.txt", "text/plain", b"back")]
    yield "messages/names.eml", material.mail("names", "see enclosed", names)
    inner = material.mail("innermost", "hello", [])
    for depth in range(12):
        inner = material.mail(f"level {depth}", "inside", [("inner.eml", "application/octet-stream", inner)])
    yield "messages/nested.eml", inner
    yield (
        "messages/parts.eml",
        b"MIME-Version: 1.0\nFrom: a@b.example\n"
        + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(2_000)),
    )
    yield "messages/header.eml", b"From: a@b.example\nTo: c@d.example\nSubject: " + b"x" * (8 << 20) + b"\n\nhello\n"
    yield "messages/base64.eml", b"From: a@b.example\nTo: c@d.example\nMIME-Version: 1.0\nContent-Transfer-Encoding: base64\n\n" + b"!!!!===" * 5000
    yield (
        "messages/charset.eml",
        b"From: a@b.example\nTo: c@d.example\nMIME-Version: 1.0\nContent-Type: text/plain; charset=../../etc\n\nhello \xff\n",
    )


POST_NAMES = (
    "../../x",
    "../../../../../../tmp/x",
    "/etc/cron.d/x",
    "a\\..\\..\\b.txt",
    "nul\0inside.txt",
    "\u202egpj.exe.txt",
    "line\nbreak.txt",
    "\x1b[31mred.txt",
    ".hidden.txt",
    "unfinished.part",
    "document.meta.json",
    "..",
    ".",
    "~",
    " ",
    "x" * 5000 + ".txt",
    "ü" * 500 + ".txt",
    "CON",
    "%2e%2e%2fx.txt",
    '"><img src=x onerror=alert(1)>.txt',
)
"""File names of uploads."""


def plant(bucket: Path) -> int:
    """Links, pipes, sockets and impossible names in the watched folder; none of them is a document of ours to read. Returns how many."""
    odd = bucket / "documents" / "odd"
    odd.mkdir(parents=True, exist_ok=True)
    (odd / "passwd.txt").symlink_to("/etc/passwd")
    (odd / "etc").symlink_to("/etc")
    (odd / "loop").symlink_to(odd)
    (odd / "dangling.txt").symlink_to("/nonexistent/file")
    os.mkfifo(odd / "pipe.txt")
    os.mknod(odd / "s.txt", stat.S_IFSOCK | 0o600)  # bound by name, a socket's path may have 107 bytes only
    for name in (b"\xff\xfe-no-utf8.txt", b"back\\slash.txt"):
        with Path(os.fsdecode(os.fsencode(odd) + b"/" + name)).open("wb") as file:
            file.write(b"The name of this file is no key.\n")
    deep = odd
    for _ in range(6):
        deep /= "d" * 200
    deep.mkdir(parents=True)
    (deep / "too-long-a-key.txt").write_text("over 1,024 bytes of key\n")
    return 9


def named_files(bucket: Path) -> list[str]:
    """Files with odd names that are keys all the same; they are documents like any other. Returns their keys."""
    names = ("\u202egpj.exe.txt", "line\nbreak.txt", "\x1b[31mred.txt", "x" * 240 + ".txt", "a;rm -rf $(HOME).txt", "CON", "' or 1=1 --.txt")
    for number, name in enumerate(names):
        path = bucket / "documents" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"A harmless text under an odd name, number {number}.\n")
    return [f"documents/{name}" for name in names]
