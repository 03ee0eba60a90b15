"""Plain text files as one page: decoded, without places, because a text file has none."""

from __future__ import annotations

import codecs
from pathlib import Path

from schemas.errors import Empty, Malformed, TooLarge
from schemas.settings import Limits

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# UTF-32's little-endian mark begins with UTF-16's and must be asked for first.


def read_text(path: Path, limits: Limits) -> str:
    """The file's text. Raises `Empty`, `TooLarge` (more than `limits.text_bytes`), `Malformed` (a byte order mark that lies)."""
    size = path.stat().st_size
    if not size:
        raise Empty("the text file holds no bytes")
    if size > limits.text_bytes:
        raise TooLarge(f"the text file has {size} bytes, more than {limits.text_bytes} (TAMIZ_LIMITS__TEXT_BYTES)")
    text = decode(path.read_bytes())
    if not text.strip():
        raise Empty("the text file holds nothing but white space")
    return text


def decode(raw: bytes) -> str:
    """By byte order mark, else UTF-8, else Windows-1252, which reads any byte that people write. Raises `Malformed`."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                return raw.decode(encoding)
            except UnicodeDecodeError as error:
                raise Malformed(f"the text says it is {encoding} and is not; save it as UTF-8") from error
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")
