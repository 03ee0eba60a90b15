"""Types come from content; names only decide between formats of text."""

from __future__ import annotations

import gzip
import io
import json
import random
import struct
import zipfile

import pytest

from workers.sniffing import EMPTY, HEAD_BYTES, SIGNATURES, UNKNOWN, sniff


def kind_of(data: bytes, name: str = "file") -> str:
    return sniff(data[:HEAD_BYTES], len(data), name)


def ftyp(brand: bytes, rest: bytes = b"") -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x02\x00isomiso2" + rest


MP3_FRAME = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz: 417 bytes
ADTS_FRAME = bytes([0xFF, 0xF1, 0x50, 0x80, 0x02, 0x1F, 0xFC]) + bytes(9)  # 16 bytes
MAIL = b"From: Ana <ana@example.org>\r\nTo: b@example.org\r\nSubject: Hello\r\n\r\nHi\r\n"
BMP = b"BM" + struct.pack("<IHHIIiiHH", 1086, 0, 0, 62, 40, 1, 1, 1, 24) + bytes(32)


def office(folder: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<x/>")
    return out.getvalue()


BINARY = [
    (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n" + bytes(20), "image/png"),
    (b"\xff\xd8\xff\xe0" + bytes(20), "image/jpeg"),
    (b"GIF89a\x01\x00\x01\x00" + bytes(20), "image/gif"),
    (b"RIFF\x00\x10\x00\x00WEBPVP8 ", "image/webp"),
    (b"II*\x00\x08\x00\x00\x00", "image/tiff"),
    (b"MM\x00*\x00\x00\x00\x08", "image/tiff"),
    (BMP, "image/bmp"),
    (ftyp(b"heic"), "image/heic"),
    (ftyp(b"avif"), "image/avif"),
    (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1heicmiaf", "image/heic"),
    (b"\x00\x00\x00\x1cftypmif1\x00\x00\x00\x00mif1avifmiaf", "image/avif"),
    (b"\x00\x00\x00\x10ftypmif1\x00\x00\x00\x00", "image/heic"),
    (ftyp(b"M4A "), "audio/mp4"),
    (ftyp(b"mp42", b"....hdlr....soun"), "audio/mp4"),
    (ftyp(b"mp42", b"....hdlr....soun...vide"), "video/mp4"),
    (ftyp(b"3gp4"), "video/3gpp"),
    (ftyp(b"3g2a"), "video/3gpp2"),
    (b"RIFF\x00\x10\x00\x00WAVEfmt ", "audio/wav"),
    (b"RIFX\x00\x10\x00\x00WAVEfmt ", "audio/wav"),
    (b"RF64\xff\xff\xff\xffWAVEds64", "audio/wav"),
    (b"RIFF\x00\x10\x00\x00XXXX", UNKNOWN),
    (b"ID3\x04\x00\x00\x00\x00\x00\x0a" + bytes(10), "audio/mpeg"),
    (b"ID3\x04\x00\x00\x00\x00\x00\x04" + bytes(4) + b"fLaC", "audio/flac"),
    (MP3_FRAME * 3, "audio/mpeg"),
    (bytes(100) + MP3_FRAME * 3, "audio/mpeg"),
    (ADTS_FRAME * 3, "audio/aac"),
    (b"fLaC\x00\x00\x00\x22", "audio/flac"),
    (b"OggS\x00\x02", "audio/ogg"),
    (b"#!AMR\n\x3c", "audio/amr"),
    (b"FORM\x00\x00\x10\x00AIFFCOMM", "audio/aiff"),
    (b".snd\x00\x00\x00\x18", "audio/basic"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c" + bytes(8), "audio/x-ms-wma"),
    (office("word"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (office("xl"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (office("other"), "application/zip"),
    (gzip.compress(b"x", mtime=0), "application/gzip"),
    (b"7z\xbc\xaf\x27\x1c\x00\x04", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07\x01\x00", "application/vnd.rar"),
    (b"%!PS-Adobe-3.0 EPSF-3.0\n", "application/postscript"),
    (b"\xc5\xd0\xd3\xc6" + bytes(26), "application/postscript"),
    (b"\x7fELF\x02\x01\x01" + bytes(9), "application/x-executable"),
    (b"MZ\x90\x00\x03" + bytes(80), "application/vnd.microsoft.portable-executable"),
    (b"#!/bin/sh\nrm -rf /\n", "text/x-shellscript"),
    (b"#EXTM3U\n#EXTINF:1,\nconcat:http://example.org/x\n", "application/vnd.apache.mpegurl"),
]

TEXT = [
    (MAIL, "message/rfc822"),
    (b"Received: from a by b\r\nDate: Mon, 3 Feb 2025 10:00:00 +0100\r\n\r\nx", "message/rfc822"),
    (b'{"text": "good"}', "application/json"),
    (b' \n[ {"text": "good"} ]', "application/json"),
    (b"[1, 2]", "application/json"),
    (b"[" * 5000, "application/json"),
    (b'[{"a": ' * 5000, "application/json"),
    (b'{"a": 1}\n{"a": 2}\n', "application/x-ndjson"),
    (b'{"a": 1}\nbroken\n{"a": 2}\n{"a": 3}\n', "application/x-ndjson"),
    (b'{\n "a": 1,\n "b": {"c": 2}\n}\n', "application/json"),
    (b'text,stars\n"good, really",5\nbad,1\n', "text/csv"),
    (b"text;stars;date\ngood;5;2024-01-01\nbad;1;2024-01-02\n", "text/csv"),
    (b"text\tstars\ngood\t5\n", "text/tab-separated-values"),
    ("Reseña;Nota;Fecha\nMuy buena;5;1/2/2024\n".encode("cp1252"), "text/csv"),
    ("text,stars\ngood,5\n".encode("utf-16"), "text/csv"),
    ("text,stars\ngood,5\n".encode("utf-16-le"), "text/csv"),
    ("text,stars\ngood,5\n".encode("utf-32-le"), "text/csv"),
    ("text,stars\ngood,5\n".encode("utf-32-be"), "text/csv"),
    (b"\xff\xfetext,stars\ngood,5\n", "text/csv"),
    (b"\xfe\xff" + '{"text": "caf\u00e9"}\n{"text": "b"}\n'.encode(), "application/x-ndjson"),
    (b'"text","stars"\n"two\nlines","5"\n', "text/csv"),
    (b"text,stars,id\n" + b'"this was good\x00, really",5,1\n' * 30, "text/csv"),
    (b"<!DOCTYPE html><html></html>", "text/html"),
    (b"<p>Hello</p>", "text/html"),
    (b"<?xml version='1.0'?><a/>", "application/xml"),
    (b"<?xml version='1.0'?><svg xmlns='x'/>", "image/svg+xml"),
    (b"<svg xmlns='x'><script/></svg>", "image/svg+xml"),
    (b"Great yogurt, I love it.\nToo sweet, never again.\n", "text/plain"),
    ("Está buenísimo, ¡de verdad!".encode("cp1252"), "text/plain"),
    ("Está buenísimo".encode("utf-8-sig"), "text/plain"),
    (b"MAC lipstick is great", "text/plain"),
    (b"BM-series mixer broke after a week", "text/plain"),
    (b"MZ", "text/plain"),
    (b"[b]Nice[/b] product", "text/plain"),
    (b"<3 this yogurt", "text/plain"),
    (b"Rating: 4\nDate: 2024-01-01\nFrom: Anna\n\nNice\n", "text/plain"),
]


@pytest.mark.parametrize(("data", "expected"), BINARY + TEXT)
def test_content_decides(data: bytes, expected: str) -> None:
    assert kind_of(data) == expected


@pytest.mark.parametrize("name", ["a.pdf", "a.png", "a.mp3", "a.eml", "a.csv", "a.json", "a.exe", "../../x", "", "a." + "z" * 5000, "\0"])
@pytest.mark.parametrize(("data", "expected"), BINARY)
def test_a_wrong_name_never_changes_a_binary_type(data: bytes, expected: str, name: str) -> None:
    assert kind_of(data, name) == expected


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (b"only one column\nof prose, with a comma\n", "x.csv", "text/csv"),
        (b"only one column\nof prose, with a comma\n", "x.txt", "text/plain"),
        (b"a\nb\n", "x.tsv", "text/tab-separated-values"),
        (b'{"a": 1}', "x.jsonl", "application/x-ndjson"),
        (b"{'a': 1}", "x.json", "application/json"),
        (b"{'a': 1}", "x.txt", "text/plain"),
        (b"Subject: =?x?\r\n\r\n", "x.eml", "message/rfc822"),
        (b"Subject: =?x?\r\n\r\n", "x.txt", "text/plain"),
        (b"just words", "x.pdf", "text/plain"),
        (b"just words", "x.mp3", "text/plain"),
        (bytes(range(256)) * 4, "x.csv", UNKNOWN),
    ],
)
def test_a_name_chooses_between_text_formats_only(data: bytes, name: str, expected: str) -> None:
    assert kind_of(data, name) == expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"GIF89a/*<html><script>alert(1)</script>*/", UNKNOWN),
        (b"GIF89a<svg onload=x>", UNKNOWN),
        (b"\xff\xd8\xff\xfe\x00\x20%PDF-1.4 ", UNKNOWN),
        (b"\x89PNG\r\n\x1a\n<?php system(1) ?>", UNKNOWN),
        (b"<html>\n%PDF-1.4\n", UNKNOWN),
        (b"junk\r\n%PDF-1.4\n%\xe2\xe3\xcf\xd3", "application/pdf"),
        (b"%PDF-1.4\n" + b"PK\x03\x04" + bytes(40), "application/pdf"),
        (b"PK\x03\x04" + bytes(30) + b"%PDF-1.4\n", "application/zip"),
        (MAIL + b"\r\n%PDF-1.4\r\n", "message/rfc822"),
        (b"The header of a PDF is %PDF-1.4, they say.", "text/plain"),
    ],
)
def test_what_could_be_two_things_is_decided_for_the_safer_one(data: bytes, expected: str) -> None:
    assert kind_of(data) == expected


def test_an_empty_file_is_named_as_such() -> None:
    assert sniff(b"", 0, "a.pdf") == EMPTY
    assert sniff(b"", 10, "a.pdf") == UNKNOWN


def test_a_long_first_value_is_json_until_the_name_says_lines() -> None:
    data = json.dumps({"text": "x" * 2 * HEAD_BYTES}).encode() + b"\n{}\n"
    assert kind_of(data, "a") == "application/json"
    assert kind_of(data, "a.ndjson") == "application/x-ndjson"


def test_a_multibyte_letter_cut_by_the_end_of_the_head_is_still_text() -> None:
    data = b"a" * (HEAD_BYTES - 1) + "é".encode() + b" tail"
    assert kind_of(data) == "text/plain"


def test_random_bytes_and_mutations_never_raise_and_never_become_a_document() -> None:
    noise = random.Random(7)
    for _ in range(500):
        data = noise.randbytes(noise.randrange(64, 400))
        assert kind_of(data, "x.csv") not in {"text/csv", "application/pdf", "message/rfc822", "application/json"}
    for data, _ in BINARY + TEXT:
        for _ in range(10):
            mutated = bytearray(data)
            mutated[noise.randrange(len(mutated))] = noise.randrange(256)
            assert "/" in kind_of(bytes(mutated[: noise.randrange(1, len(mutated) + 1)]))


def test_no_signature_hides_behind_an_earlier_one() -> None:
    for number, signature in enumerate(SIGNATURES):
        for earlier in SIGNATURES[:number]:
            assert earlier.offset != signature.offset or not signature.magic.startswith(earlier.magic)
