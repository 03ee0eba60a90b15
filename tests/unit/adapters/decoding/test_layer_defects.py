"""Text layers that lie, on whole files; and the same page told truly."""

from __future__ import annotations

import random
import string

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth

from adapters.decoding.pages import open_pages
from schemas.settings import Limits
from tests.pdffiles import HIGH, OFFERS, PICTURE, PLACED, WIDE, page_file, scan, shown, to_unicode, writing

LETTERS = string.ascii_letters + string.digits
PLAIN = {ord(letter): letter for letter in LETTERS + string.punctuation}


def read(tmp_path, raw):
    path = tmp_path / "a.pdf"
    path.write_bytes(raw)
    with open_pages(path, "application/pdf", Limits()) as file:
        return file.text_layer(1)


def mapped(change, letters=LETTERS):
    """A file whose font says `change(letter)` for every letter."""
    return page_file(shown(writing()), to_unicode(PLAIN | {ord(letter): change(letter) for letter in letters}))


def dealt(letters):
    others = list(letters)
    random.Random(3).shuffle(others)
    return dict(zip(letters, others, strict=True)).__getitem__


def one_by_one(marks, order):
    singles = [
        (x + stringWidth(text[:place], "Helvetica", size), y, size, letter)
        for x, y, size, text in marks
        for place, letter in enumerate(text)
        if letter != " "
    ]
    return shown(order(singles))


def shuffled(marks):
    return random.Random(7).sample(marks, len(marks))


def over_scan(content, before=False, **options):
    parts = [content, PLACED] if before else [PLACED, content]
    return page_file("\n".join(parts), resources=PICTURE, others=[scan(writing())], **options)


def outlined(marks):
    """Letters as small curved paths, as a drawing program leaves them."""
    pieces = []
    for x, y, size, text in marks:
        for place, letter in enumerate(text):
            if letter != " ":
                left, w, h = x + 0.55 * size * place, 0.42 * size, 0.7 * size
                pieces.append(
                    f"{left} {y} m {left} {y + h} {left + w} {y + h} {left + w} {y} c {left + 0.7 * w} {y} l "
                    f"{left + 0.7 * w} {y + 0.6 * h} {left + 0.3 * w} {y + 0.6 * h} {left + 0.3 * w} {y} c f"
                )
    return "0 g " + "\n".join(pieces)


def hidden_layer():
    group = "/OCProperties << /OCGs [7 0 R] /D << /OFF [7 0 R] >> >>"
    content = f"{PLACED}\n/OC /Off BDC\n{shown(writing())}\nEMC"
    resources = "/XObject << /Im 8 0 R >> /Properties << /Off 7 0 R >>"
    return page_file(content, resources=resources, others=[("/Type /OCG /Name (Off)", None), scan(writing())], catalog=group)


GARBAGE = {
    "private use": lambda: mapped(lambda letter: chr(0xE000 + ord(letter))),
    "the next letter": lambda: mapped(lambda letter: chr(ord(letter) + 1)),
    "glyph numbers": lambda: mapped(lambda letter: chr(ord(letter) - 29)),
    "letters dealt anew": lambda: mapped(dealt(string.ascii_letters), string.ascii_letters),
    "vowels for vowels": lambda: mapped(dealt("aeiou"), "aeiou"),
    "consonants for consonants": lambda: mapped(dealt("bcdfghjklmnpqrstvwxyz"), "bcdfghjklmnpqrstvwxyz"),
    "one letter for all": lambda: mapped(lambda letter: "a"),
    "the replacement character": lambda: mapped(lambda letter: "\ufffd"),
    "Han signs": lambda: mapped(lambda letter: chr(0x4E00 + 7 * ord(letter))),
    "Cyrillic": lambda: mapped(lambda letter: chr(0x400 + ord(letter))),
    "accents": lambda: mapped(lambda letter: chr(0xA0 + ord(letter))),
    "figures two on": lambda: mapped(lambda letter: str((int(letter) + 2) % 10), string.digits),
    "figures three back": lambda: mapped(lambda letter: str((int(letter) + 7) % 10), string.digits),
    "prices unmapped": lambda: mapped(lambda letter: chr(0xE000 + ord(letter)), string.digits),
    "glyph names written out": lambda: page_file(shown([(x, y, 6, "".join(f"(cid:{ord(c)})" for c in text)) for x, y, _, text in writing()])),
    "read backwards": lambda: page_file(shown([(x, y, size, text[::-1]) for x, y, size, text in writing()])),
    "letters in any order": lambda: page_file(one_by_one(writing(), shuffled)),
    "a letter a line": lambda: page_file(shown([(20, HIGH - 9 * n, 8, c) for n, c in enumerate("".join(OFFERS[0] + OFFERS[1])[:60])])),
    "another text announced": lambda: page_file(f"/Span << /ActualText (qxzv vbwk kkjw wqpz zzxv vvbh hhqj jjxp) >> BDC {shown(writing())} EMC"),
    "beside the page": lambda: page_file(shown([(x + 2 * WIDE, y, size, text) for x, y, size, text in writing()])),
    "invisible over a scan": lambda: over_scan(shown(writing(), before="3 Tr")),
    "under a scan": lambda: over_scan(shown(writing()), before=True),
    "transparent": lambda: page_file("/G gs " + shown(writing()), resources="/ExtGState << /G << /ca 0 /CA 0 >> >>"),
    "white on white": lambda: page_file("1 g " + shown(writing())),
    "white over a scan": lambda: over_scan("0.98 g " + shown(writing())),
    "specks": lambda: over_scan(shown([(x, y, 0.5, text) for x, y, _, text in writing()])),
    "clipped away": lambda: page_file("0 0 5 5 re W n " + shown(writing())),
    "a layer switched off": hidden_layer,
    "a scan with a stamp": lambda: over_scan(shown([(30, 20, 9, "Received 14 November 2026, entry 4711")])),
    "a scan with small print": lambda: over_scan(shown([(20, 12 + 5 * n, 4, " ".join(OFFERS[n][:2])) for n in range(3)])),
    "outlines with a page number": lambda: page_file(outlined(writing()) + shown([(200, 15, 9, "Page 3 of 12")])),
    "a picture of text": lambda: over_scan(""),
}


@pytest.mark.parametrize("way", GARBAGE)
def test_garbage_is_noticed(tmp_path, way):
    assert read(tmp_path, GARBAGE[way]()) is None


TRUE = {
    "plain": lambda: page_file(shown(writing())),
    "with a map": lambda: page_file(shown(writing()), to_unicode(PLAIN)),
    "letter by letter": lambda: page_file(one_by_one(writing(), list)),
    "capitals": lambda: page_file(shown([(x, y, 0.8 * size, text.upper()) for x, y, size, text in writing()])),
    "prices alone": lambda: page_file(shown([mark for mark in writing() if mark[2] > 20])),
    "over a picture": lambda: page_file(f"{PLACED}\n{shown(writing())}", resources=PICTURE, others=[scan([])]),
    "beside a picture without text": lambda: page_file(f"q 400 0 0 300 10 -90 cm /Im Do Q {shown(writing())}", resources=PICTURE, others=[scan([])]),
    "white on a dark ground": lambda: page_file(f"0 0 0.4 rg 0 0 {WIDE} {HIGH} re f 1 g {shown(writing())}"),
    "with invisible words": lambda: page_file(shown(writing()) + shown([(30, 30, 6, "unseen keywords here")], before="3 Tr")),
    "with a clip around it": lambda: page_file(f"0 0 {WIDE} {HIGH} re W n {shown(writing())}"),
    "a layer": lambda: page_file(
        f"/OC /On BDC {shown(writing())} EMC", resources="/Properties << /On 7 0 R >>", others=[("/Type /OCG /Name (On)", None)]
    ),
    "with pictograms": lambda: page_file(outlined([(30, 30, 20, "xx xx xx")]) + shown(writing())),
}


@pytest.mark.parametrize("way", TRUE)
def test_good_layers_are_used(tmp_path, way):
    page = read(tmp_path, TRUE[way]())
    assert page is not None
    joined = " ".join(line.text for line in page.lines).upper()
    wanted = [text for _, _, size, text in writing() if size > 20]
    assert [text for text in wanted[:4] if text.upper() not in joined] == []
    assert "UNSEEN" not in joined
