"""Text or not, and which text format: mail, JSON, JSON lines, CSV, TSV, HTML, XML, SVG or prose. Pure."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter

from workers.calls.transcripts.captions import captions_of

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
"""Bytes that no prose holds."""
_HIGH = bytes(range(128, 256))
_CONTROL_SHARE_UTF8 = 0.05
"""Valid UTF-8 with stray control characters (a NUL in one cell of a CSV) is still text; binaries of ASCII range are far above this."""
_CONTROL_SHARE_LEGACY = 0.005
_HIGH_SHARE_LEGACY = 0.4
"""In Western 8-bit text fewer than two letters in five carry an accent; random bytes have one half."""

_HEADER_LINE = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,75})[ \t]*:(?:[ \t]?(.*))?$")
_STRONG_HEADERS = frozenset(
    ("received", "message-id", "mime-version", "return-path", "delivered-to", "x-mailer", "in-reply-to", "references", "content-transfer-encoding")
)
_MAIL_HEADERS = _STRONG_HEADERS | frozenset(
    ("from", "to", "cc", "bcc", "subject", "date", "reply-to", "sender", "content-type", "content-disposition", "list-unsubscribe")
)

_HTML = re.compile(
    r"(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|title|meta|script|style|table|div|span|article|h[1-6]|p|ul|a|br|font)[\s/>]", re.I | re.S
)
_XML = re.compile(r"<(?:\?xml|!doctype|!--|[A-Za-z_][\w.:-]*[\s/>])", re.IGNORECASE)
_SVG = re.compile(r"<(?:\w+:)?svg[\s>]", re.IGNORECASE)
_JSON_OBJECT = re.compile(r'\{\s*["}]')
_JSON_ARRAY = re.compile(r'\[\s*(?:\{\s*["}]|\[|"|\]|(?:-?\d[\d.eE+-]*|true|false|null)\s*,)')
_DELIMITERS = ",;\t|"
_SENTENCE = re.compile(r"[.!?¡¿…]\s|[.!?…]$")


def sniff_text(head: bytes, truncated: bool, name: str) -> str | None:
    """The text format of `head`, or None when these are no characters. `truncated`: the file goes on after `head`."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    latin = head[:16384].decode("latin-1")
    if _is_mail(latin, suffix):
        return "message/rfc822"
    text = decode_head(head, truncated)
    if text is None:
        return None
    body = text.lstrip("\ufeff \t\r\n\0")
    if body.startswith(("{", "[")):
        found = _json_format(body, truncated, suffix)
        if found:
            return found
    if body.startswith("<"):
        found = _markup_format(body)
        if found:
            return found
    captions = captions_of(text)
    return captions or _table_format(text, truncated, suffix) or "text/plain"


def decode_head(head: bytes, truncated: bool) -> str | None:
    """The characters of a file's beginning, or None when it is binary: byte order mark, strict UTF-8, UTF-16 by its zeros, then Windows-1252."""
    for bom, encoding in _BOMS:
        if head.startswith(bom) and not mark_lies(head):
            text = head.decode(encoding, "replace")
            return text if _calm(text) else None
    if mark_lies(head):
        head = head[2:]
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=not truncated)
    except UnicodeDecodeError:
        text = ""
    if not text or "\0" in text:
        wide = _utf32_without_mark(head) or _utf16_without_mark(head)
        if wide is not None:
            return wide
    if text:
        return text if _control_share(head) <= _CONTROL_SHARE_UTF8 else None
    high = 1 - len(head.translate(None, _HIGH)) / len(head)
    if b"\0" in head or _control_share(head) > _CONTROL_SHARE_LEGACY or high > _HIGH_SHARE_LEGACY:
        return None
    return head.decode("cp1252", "replace")


def _control_share(data: bytes) -> float:
    return 1 - len(data.translate(None, CONTROLS)) / len(data)


def _calm(text: str) -> bool:
    """Few control or undecodable characters: a byte order mark at the head of a binary does not make it text."""
    return sum(1 for c in text[:4096] if (c < " " and c not in "\t\n\v\f\r\x1b") or c == "\ufffd") <= 0.05 * min(len(text), 4096) + 1


def mark_lies(head: bytes) -> bool:
    """Whether a UTF-16 mark stands before text that has no zero byte and is UTF-8 throughout: some program only wrote the mark."""
    if not head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in head or len(head) < 16:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head[2:])
    except UnicodeDecodeError:
        return False
    return True


def _utf32_without_mark(head: bytes) -> str | None:
    """UTF-32 of any text: the highest byte of each four is zero, and so is the next one but for emoji."""
    sample = head[: len(head) & ~3][:4096]
    fours = len(sample) // 4
    if fours < 4:
        return None
    for encoding, first, second, low in (("utf-32-le", 3, 2, 0), ("utf-32-be", 0, 1, 3)):
        if sample[first::4].count(0) == fours and sample[second::4].count(0) >= 0.9 * fours and sample[low::4].count(0) <= 0.02 * fours:
            text = head.decode(encoding, "replace")
            return text if _calm(text) else None
    return None


def _utf16_without_mark(head: bytes) -> str | None:
    """UTF-16 of mostly Latin text: at least 7 of 10 high bytes are zero, and no low byte is."""
    sample = head[: len(head) & ~1][:4096]
    pairs = len(sample) // 2
    if pairs < 4:
        return None
    for encoding, high, low in (("utf-16-le", sample[1::2], sample[0::2]), ("utf-16-be", sample[0::2], sample[1::2])):
        if high.count(0) >= 0.7 * pairs and low.count(0) <= 0.02 * pairs:
            text = head.decode(encoding, "replace")
            return text if _calm(text) else None
    return None


def _is_mail(latin: str, suffix: str) -> bool:
    """RFC 5322 header fields from the first line on. One known field is enough for a name in `.eml`; others need proof of transport or an address."""
    names: set[str] = set()
    address = False
    for number, line in enumerate(latin.lstrip("\r\n \ufeff").splitlines()[:200]):
        if not line.strip():
            break
        if line[0] in " \t" or (number == 0 and line.startswith(("From ", ">From "))):
            continue
        match = _HEADER_LINE.match(line)
        if match is None:
            break
        field = match.group(1).lower()
        names.add(field)
        address = address or (field in ("from", "to", "sender", "reply-to") and "@" in (match.group(2) or ""))
    known = names & _MAIL_HEADERS
    if suffix in ("eml", "mime", "mbox"):
        return bool(known)
    return len(known) >= 2 and (address or bool(names & _STRONG_HEADERS))


def _json_format(body: str, truncated: bool, suffix: str) -> str | None:
    lines = [line.strip() for line in body.splitlines()[:40]]
    if truncated and len(lines) > 1:
        lines.pop()
    filled = [line for line in lines if line]
    whole = sum(1 for line in filled if line[0] in "{[" and line[-1] in "}]" and len(line) > 2)
    if len(filled) > 1 and body.startswith("{") and whole >= 0.6 * len(filled):
        return "application/x-ndjson"
    by_line = suffix in ("jsonl", "ndjson")
    if _JSON_OBJECT.match(body):
        return "application/x-ndjson" if by_line else "application/json"
    if _JSON_ARRAY.match(body) or suffix in ("json", "jsonl", "ndjson") or _parses(body, truncated):
        return "application/x-ndjson" if by_line and body.startswith("{") else "application/json"
    return None


def _parses(body: str, truncated: bool) -> bool:
    if truncated:
        return False
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        return False
    return True


def _markup_format(body: str) -> str | None:
    start = body[:4096]
    if _HTML.match(start):
        return "text/html"
    if not _XML.match(start):
        return None
    if _SVG.search(start):
        return "image/svg+xml"
    if re.search(r"<!doctype\s+html|<html[\s>]", start, re.IGNORECASE):
        return "text/html"
    return "application/xml"


def _table_format(text: str, truncated: bool, suffix: str) -> str | None:
    """CSV or TSV when the same delimiter cuts nearly every record into the same number of cells under a first row of short, distinct names."""
    named = {"csv": "text/csv", "tsv": "text/tab-separated-values", "tab": "text/tab-separated-values"}.get(suffix)
    for delimiter in _DELIMITERS:
        records = _records(text, delimiter, truncated)
        counts = Counter(len(record) for record in records)
        if len(records) < 2:
            continue
        width, votes = counts.most_common(1)[0]
        if width < 2 or votes < 0.9 * len(records) or len(records[0]) != width:
            continue
        if named or _is_header(records[0], text, delimiter):
            return "text/tab-separated-values" if delimiter == "\t" else "text/csv"
    return named


def _records(text: str, delimiter: str, truncated: bool) -> list[list[str]]:
    """Cells of the first 20 records; a quoted cell may hold delimiters and line ends. Blank lines are skipped."""
    records: list[list[str]] = []
    cells: list[str] = []
    start = 0
    quoted = False
    for at, char in enumerate(text[:16384]):
        if char == '"':
            quoted = not quoted
        elif quoted:
            continue
        elif char == delimiter:
            cells.append(text[start:at].strip())
            start = at + 1
        elif char in "\r\n":
            cells.append(text[start:at].strip())
            start = at + 1
            if cells != [""]:
                records.append(cells)
            cells = []
            if len(records) == 20:
                return records
    rest = text[start:16384].strip()
    if (rest or cells) and not truncated and len(text) <= 16384:
        records.append([*cells, rest])
    return records


def _is_header(cells: list[str], text: str, delimiter: str) -> bool:
    names = [cell.strip('"').strip() for cell in cells]
    if not all(names) or len(set(names)) < len(names) or any(len(n) > 40 or n.count(" ") > 3 or _SENTENCE.search(n) for n in names):
        return False
    if delimiter == "," and len(names) == 2:
        return '"' in text or all(" " not in name for name in names)
    return True
