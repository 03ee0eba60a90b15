"""Mail of every shape gives a row or a typed error."""

from __future__ import annotations

import hashlib
import json
import random
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from adapters.nlp.local import LocalLanguage
from adapters.nlp.none import NoLanguage
from schemas.documents import document_id
from schemas.errors import Malformed, TamizError, TooLarge
from schemas.settings import Limits
from tests.pagetools import tools
from workers.messages.html_text import html_to_text
from workers.messages.parts import safe_name
from workers.messages.pipeline import MessagePipeline
from workers.pipeline import Source

DOCUMENT = "a" * 26
ENGINE = LocalLanguage(LocalLanguage.Options(languages=("en", "es")))


def read(tmp_path: Path, data: bytes, limits: Limits | None = None, **metadata):
    path = tmp_path / "input"
    path.write_bytes(data)
    source = Source(
        path=path,
        name="mail.eml",
        document_id=DOCUMENT,
        source_uri="file:///mail.eml",
        version="1",
        media_type="message/rfc822",
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        metadata=metadata,
    )
    out = tmp_path / "out"
    out.mkdir(exist_ok=True)
    result = MessagePipeline().extract(source, None, tools(out, limits=limits or Limits(), nlp=ENGINE))
    json.loads(result.extraction.model_dump_json(by_alias=True))
    return result


def mail(text: str = "Where is my order? Call +34 912 345 678.", **headers: str) -> EmailMessage:
    message = EmailMessage()
    for name, value in ({"From": "Ana Ruiz <Ana@Example.org>", "To": "b@example.org", "Subject": "Late"} | headers).items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


def test_a_plain_message_is_one_row(tmp_path):
    message = mail(Cc="C <c@example.org>, b@example.org", Message_ID="<2@x>", References="<1@x> <9@x>", Date="Mon, 03 Feb 2025 10:00:00 +0100")
    extraction = read(tmp_path, message.as_bytes()).extraction
    (row,) = extraction.messages
    assert (row.sender, row.recipients, row.subject) == ("ana@example.org", ["b@example.org", "c@example.org"], "Late")
    assert (row.message_id, row.thread_id) == ("2@x", "1@x")
    assert row.sent_at == datetime(2025, 2, 3, 9, tzinfo=UTC)
    assert row.text == "Where is my order? Call +34 912 345 678."
    assert (row.language, row.attachments, row.flags, row.confidence) == ("en", [], (), 1)
    assert (row.class_, row.route, row.priority, row.summary) == (None, None, None, None)
    assert extraction.items == 1
    assert [(entity.item_no, entity.type, entity.normalized) for entity in extraction.entities] == [(1, "PHONE_NUMBER", "+34912345678")]


def test_a_message_without_references_begins_its_thread(tmp_path):
    assert read(tmp_path, mail(Message_ID="<2@x>").as_bytes()).extraction.messages[0].thread_id == "2@x"
    assert read(tmp_path, mail(Message_ID="<2@x>", In_Reply_To="<1@x>").as_bytes()).extraction.messages[0].thread_id == "1@x"


def test_html_alone_is_read_as_text(tmp_path):
    message = mail()
    message.set_content("<html><head><style>p{}</style></head><body><p>Hello&nbsp;you</p><script>x</script>bye</body></html>", subtype="html")
    assert read(tmp_path, message.as_bytes()).extraction.messages[0].text == "Hello you\nbye"


def test_plain_text_wins_over_its_html_twin(tmp_path):
    message = mail("plain words")
    message.add_alternative("<p>html words</p>", subtype="html")
    assert read(tmp_path, message.as_bytes()).extraction.messages[0].text == "plain words"


def test_attachments_are_files_and_name_their_document(tmp_path):
    message = mail()
    message.add_attachment(b"%PDF-1.4\n", maintype="application", subtype="octet-stream", filename="../../etc/Angebot.pdf")
    message.add_attachment(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", filename="logo.png", disposition="inline")
    result = read(tmp_path, message.as_bytes())
    assert [(found.number, found.name, found.content_type) for found in result.attachments] == [
        (1, "Angebot.pdf", "application/octet-stream"),
        (2, "logo.png", "image/png"),
    ]
    assert [found.path for found in result.attachments] == [tmp_path / "out" / "attachment-1", tmp_path / "out" / "attachment-2"]
    assert result.attachments[0].path.read_bytes() == b"%PDF-1.4\n"
    assert result.extraction.messages[0].attachments == [
        {"name": "Angebot.pdf", "media_type": "application/pdf", "size_bytes": 9, "document_id": document_id("attachments", f"{DOCUMENT}/1")},
        {"name": "logo.png", "media_type": "image/png", "size_bytes": 8, "document_id": document_id("attachments", f"{DOCUMENT}/2")},
    ]


def test_a_message_inside_a_message_is_an_attachment(tmp_path):
    outer = mail("see below")
    outer.add_attachment(mail("inner words", Subject="Inner"))
    result = read(tmp_path, outer.as_bytes())
    assert result.extraction.messages[0].text == "see below"
    (inner,) = result.extraction.messages[0].attachments
    assert inner["media_type"] == "message/rfc822"
    assert b"inner words" in result.attachments[0].path.read_bytes()


def test_pictures_without_a_name_are_decoration(tmp_path):
    message = mail()
    message.add_related(b"\x89PNG\r\n\x1a\n", maintype="image", subtype="png", cid="<x>")
    assert read(tmp_path, message.as_bytes()).attachments == ()


def test_attachments_beyond_the_cap_are_left_out_and_said(tmp_path):
    message = mail()
    for number in range(4):
        message.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=f"{number}.bin")
    result = read(tmp_path, message.as_bytes(), Limits(attachments=3))
    assert len(result.attachments) == len(result.extraction.messages[0].attachments) == 3
    assert [problem.code for problem in result.extraction.problems] == ["too_large"]
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["attachment-1", "attachment-2", "attachment-3"]


def test_a_long_text_is_cut_and_said(tmp_path):
    extraction = read(tmp_path, mail("word " * 1000).as_bytes(), Limits(text_bytes=100)).extraction
    assert len(extraction.messages[0].text) == 100
    assert [problem.code for problem in extraction.problems] == ["too_large"]


def test_messages_nested_too_deep_are_refused(tmp_path):
    with pytest.raises(TooLarge):
        read(tmp_path, mail().as_bytes(), Limits(nesting=5), depth=6)


def test_multiparts_nested_too_deep_are_refused(tmp_path):
    head = b"From: a@b.c\r\n"
    for number in range(3000):
        head += b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (number, number)
    with pytest.raises(TooLarge):
        read(tmp_path, head + b"\r\nhello")


def test_no_header_is_no_mail(tmp_path):
    with pytest.raises(Malformed):
        read(tmp_path, b"just words\nand more\n")


def test_the_none_engine_leaves_language_empty(tmp_path):
    path = tmp_path / "input"
    path.write_bytes(mail().as_bytes())
    source = Source(path, "m", DOCUMENT, "file:///m", "1", "message/rfc822", 1, "0" * 64)
    extraction = MessagePipeline().extract(source, None, tools(tmp_path, nlp=NoLanguage(NoLanguage.Options()))).extraction
    assert (extraction.language, extraction.messages[0].language, extraction.entities) == (None, None, ())


ODD_HEADERS = [
    b"Subject: =?x-unknown?Q?abc=FF?=",
    b"Subject: =?utf-8?B?////?=",
    b"Subject: \xff\xfe\x00binary",
    b"Subject: " + b"a" * 200_000,
    b"From: <<<>>>",
    b"From: =?",
    b"From: a@b@c <",
    b"To: undisclosed-recipients:;",
    b"To: " + b"a@b.c, " * 5000,
    b"Date: tomorrow",
    b"Date: Mon, 99 Foo 99999 99:99:99 +9999",
    b"Date:",
    b"Message-ID: <[invalid]>",
    b"Message-ID: no brackets at all",
    b"References: " + b"<" * 10_000,
    b"Content-Type: text/plain; charset=no-such-charset",
    b"Content-Type: text/plain; charset=base64",
    b"Content-Type: text/plain; charset=\x00",
    b"Content-Type: ;;;",
    b"Content-Type: multipart/mixed",
    b"Content-Type: multipart/mixed; boundary=",
    b"Content-Type: message/rfc822",
    b"Content-Type: message/partial; id=x; number=1",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: x-uuencode",
    b"Content-Transfer-Encoding: nonsense",
    b'Content-Disposition: attachment; filename="\\"',
    b"Content-Disposition: attachment; filename*=utf-8''%ZZ%00%2F..%2Fx",
    b"Content-Disposition: attachment; filename*0*=a; filename*2*=b",
    b": no name",
    b"\x00\x00\x00",
]


@pytest.mark.parametrize("odd", ODD_HEADERS)
def test_odd_headers_give_a_row(tmp_path, odd):
    (row,) = read(tmp_path, b"From: a@b.c\r\n" + odd + b"\r\nX-Last: 1\r\n\r\nbody words \xe9\xff\x00 here\r\n").extraction.messages
    assert "\x00" not in row.text
    assert row.subject is None or len(row.subject) <= 100_000


def test_mutated_mail_gives_a_row_or_a_typed_error(tmp_path):
    noise = random.Random(11)
    whole = mail()
    whole.add_attachment(mail("inner").as_bytes(), maintype="application", subtype="octet-stream", filename="x.eml")
    whole.add_alternative("<p>x</p>", subtype="html") if not whole.is_multipart() else None
    seed = whole.as_bytes()
    for _ in range(300):
        data = bytearray(seed[: noise.randrange(20, len(seed))])
        for _ in range(noise.randrange(1, 30)):
            data[noise.randrange(len(data))] = noise.randrange(256)
        try:
            assert len(read(tmp_path, bytes(data)).extraction.messages) == 1
        except TamizError as error:
            assert error.code in {"malformed", "too_large"}


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("report.pdf", "report.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\x.doc", "x.doc"),
        ("..", "unnamed"),
        ("a\x00b\u202efdp.exe", "ab_fdp.exe"),
        ("x" * 5000 + ".pdf", "x" * 196 + ".pdf"),
        ("\ud800.txt", "txt"),
    ],
)
def test_names_are_only_shown(name, shown):
    assert safe_name(name) == shown


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a<br>b<p>c</p>", "a\nb\nc"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("1 &lt; 2 &amp; <b>bold</b>", "1 < 2 & bold"),
        ("<!-- hidden -->seen<style>x{}</style>", "seen"),
        ("<head><title>t</title><body>words", "words"),
        ("kept <p unclosed", "kept <p unclosed"),
        ("", ""),
    ],
)
def test_html_to_text(html, text):
    assert html_to_text(html) == text
