"""What a text file is encoded in, told from its first bytes, and its reading as UTF-8; text that was decoded wrongly before it reached us.

UTF-8 is taken as it is, and a record in it that is not UTF-8 as Windows-1252 (WHATWG's reading of Latin-1), so that mixed files lose nothing.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator

from schemas.errors import Malformed
from workers.sniffing_text import mark_lies

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("cp1252", "cp1250", "mac_roman", "cp850")
"""Tried in this order: a later one must be clearly better."""
_WESTERN = "áéíóúüñçßäöàèùâêîôûëïœæãõìòÁÉÍÓÚÜÑÇÄÖÀÈÙÂÊÎÔÛÃÕ"
_LETTERS = {"cp1252": _WESTERN, "mac_roman": _WESTERN, "cp850": _WESTERN, "cp1250": "áéíóúýäöüßçąćęłńśźżčďěňřšťůžőűĄĆĘŁŃŚŹŻČŠŽŘ"}
_BETTER = 0.15
"""How much better than Windows-1252 another code page must score, of 1: French in cp1250 and cp1252 differ by less, Polish by more than 0.5."""
_INSIDE_WORDS = "’'´`·-"


def stated_encoding(name: str) -> str:
    """The codec called `name`. Raises `Malformed` for one that does not exist or decodes no text."""
    try:
        codec = codecs.lookup(name)
        codecs.getincrementaldecoder(name)().decode(b"")
    except (LookupError, TypeError, ValueError, AssertionError) as error:
        raise Malformed(f"the metadata names the encoding {name[:40]!r}, which is none; use utf-8, cp1252, utf-16, ...") from error
    if codec.name not in _TEXT_CODECS and not codec.name.startswith(("utf", "cp", "iso", "mac", "koi", "gb", "big5", "euc", "shift")):
        raise Malformed(f"the encoding {name[:40]!r} is not one of text; use utf-8, cp1252, utf-16, ...")
    return codec.name


_TEXT_CODECS = frozenset({"ascii", "hp-roman8", "johab", "tis-620", "kz1048", "ptcp154"})


def encoding_of(head: bytes, whole: bool) -> str | None:
    """What to decode from; None: UTF-8, to be taken as it is. `whole`: nothing follows `head`."""
    if mark_lies(head):
        return "utf-8"
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    wide = _wide(head[:4096])
    if wide is not None:
        return wide
    proper = _is_utf8(head, whole)
    if b"\r" in head and b"\n" not in head:
        return "utf-8-sig" if proper else _legacy(head)
    if proper:
        return None
    legacy = _legacy(head)
    return None if legacy == "cp1252" else legacy


def _wide(sample: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark, told by where the zeros of Latin letters stand."""
    if len(sample) < 8 or sample.count(0) <= 0.35 * len(sample):
        return None
    quarters = [sample[at::4].count(0) / max(1, len(sample[at::4])) for at in range(4)]
    if min(quarters[2:]) > 0.9:
        return "utf-32-le"
    if min(quarters[:2]) > 0.9:
        return "utf-32-be"
    return "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"


def _is_utf8(head: bytes, whole: bool) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head, final=whole)
    except UnicodeDecodeError:
        return False
    return True


def _legacy(head: bytes) -> str:
    """The code page in which the bytes above 127 most often are letters of the languages it is used for, inside words."""
    best, most = "cp1252", 0.0
    for encoding in _LEGACY:
        text = head.decode(encoding, "replace")
        marks = [_fitness(text, at, _LETTERS[encoding]) for at, char in enumerate(text) if char > "\x7f"]
        score = sum(marks[:5000]) / max(1, len(marks[:5000]))
        if score > most + (_BETTER if encoding != "cp1252" else -2):
            best, most = encoding, score
    return best


def _fitness(text: str, at: int, letters: str) -> float:
    char = text[at]
    if char in letters:
        return 1.0
    if char == "\ufffd":
        return -1.0
    if char.isalpha():
        return -0.5
    inside = text[at - 1 : at].isalpha() and text[at + 1 : at + 2].isalpha()
    return -1.0 if inside and char not in _INSIDE_WORDS else 0.0


def as_utf8(chunks: Iterable[bytes], encoding: str | None) -> Iterator[bytes]:
    """The chunks as UTF-8; transcoded ones get `\\n` line ends, what cannot be decoded becomes U+FFFD."""
    if encoding is None:
        yield from chunks
        return
    if encoding == "utf-8":
        chunks = _without_mark(chunks)
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    for chunk in chunks:
        yield decoder.decode(chunk).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _without_mark(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """UTF-8 behind the mark of UTF-16."""
    first = True
    for chunk in chunks:
        yield chunk[2:] if first else chunk
        first = False


# --- text that was UTF-8, was read as Windows-1252 and written as UTF-8 again ---------------------------------------------------------------

_DOUBLED = re.compile("[\u00c2-\u00f4][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{1,3}")
"""A lead byte of UTF-8 and its followers, as Windows-1252 shows them."""


def mended(text: str) -> str:
    """`caf\u00c3\u00a9` as `caf\u00e9`, where the runs of such signs are whole UTF-8; anything else as it is."""
    return _DOUBLED.sub(_once, text)


def _once(match: re.Match[str]) -> str:
    run = match.group()
    try:
        raw = b"".join(char.encode("latin-1") if char < "\u0100" else char.encode("cp1252") for char in run)
        return raw.decode("utf-8")
    except UnicodeError:
        return run


def looks_doubled(text: str) -> bool:
    """A quick look, before `mended`: lead bytes that hardly follow one another in the languages we read."""
    return "\u00c3" in text or "\u00e2\u20ac" in text or "\u00c2" in text
