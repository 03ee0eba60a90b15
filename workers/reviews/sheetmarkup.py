"""The markup inside an XLSX file, read as it streams: start tags of small parts, the table of shared strings, the rows of a sheet.

Nothing outside the package is fetched, and markup that declares a document type, and with it entities, is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.parsers import expat

from schemas.errors import Malformed, TooLarge

MOST_ELEMENTS = 200_000
"""Elements of such a part: a workbook has at most 65,490 cell formats."""
MOST_STRING_CHARS = 192 * 1024**2
"""Characters of the table of shared strings, which is held in memory as a whole: 700,000 reviews of 280."""
MOST_COLUMNS = 1_000
MOST_ROWS = 1_048_576
CELL_CHARS = 1 << 20
"""Excel holds 32,767 characters in a cell; what is beyond this is no cell."""
_TEXT = ("v", "t")
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile(r"([A-Z]{1,3})[0-9]{1,7}")


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match.group(1), 16)), text) if "_x" in text else text


def _parser() -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = 1 << 16
    parser.StartDoctypeDeclHandler = _refuse
    return parser


def _refuse(*_: object) -> None:
    raise Malformed("the workbook's markup declares a document type, which no spreadsheet program writes; save it anew")


def _parse(parser: Any, data: bytes, final: bool) -> None:
    try:
        parser.Parse(data, final)
    except expat.ExpatError as error:
        raise Malformed(f"the workbook's markup is damaged ({expat.errors.messages.get(error.code, 'error')}); save it anew") from error


def elements(data: bytes) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Start tags of a small part, without namespace prefixes. Raises `Malformed`, `TooLarge`."""
    found: list[tuple[str, Mapping[str, str]]] = []

    def start(tag: str, attributes: Mapping[str, str]) -> None:
        found.append((tag.rpartition(":")[2], attributes))
        if len(found) > MOST_ELEMENTS:
            raise TooLarge(f"a part of the workbook has more than {MOST_ELEMENTS} elements; export it as CSV")

    parser = _parser()
    parser.StartElementHandler = start
    _parse(parser, data, True)
    return iter(found)


class StringsParser:
    """The table of shared strings: the text of `si` without its phonetic runs."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._chars = 0
        self._text: list[str] | None = None
        self._phonetic = False
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, data: bytes, final: bool = False) -> None:
        """Read on."""
        _parse(self._parser, data, final)

    def _start(self, tag: str, _: Mapping[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "si":
            self._text = []
        elif tag == "t":
            self._parser.CharacterDataHandler = self._data
        elif tag == "rPh":
            self._phonetic = True

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "t":
            self._parser.CharacterDataHandler = None
        elif tag == "si":
            self.strings.append(_unescaped("".join(self._text or ())))
            self._text = None
        elif tag == "rPh":
            self._phonetic = False

    def _data(self, data: str) -> None:
        if self._text is not None and not self._phonetic:
            self._chars += len(data) + 50  # what an object takes beside its characters
            if self._chars > MOST_STRING_CHARS:
                raise TooLarge(f"the workbook holds more than {MOST_STRING_CHARS} characters; export it as CSV")
            self._text.append(data)


class SheetParser:
    """Rows of one sheet, as they are complete."""

    def __init__(self, strings: list[str], date_of: Callable[[str, float], str | None]) -> None:
        self._strings = strings
        self._date_of = date_of
        self._lines: list[bytes] = []
        self._row = 0
        self._cells: list[Any] = []
        self._cell_kind = self._cell_style = ""
        self._at = -1
        self._text: list[str] | None = None
        self._size = 0
        self._parser = _parser()
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end

    def feed(self, data: bytes, final: bool = False) -> list[bytes]:
        """The lines that `data` completes."""
        _parse(self._parser, data, final)
        lines, self._lines = self._lines, []
        return lines

    def _start(self, tag: str, attributes: Mapping[str, str]) -> None:
        tag = tag.rpartition(":")[2] if ":" in tag else tag
        if tag == "c":
            self._begin_cell(attributes)
        elif tag in _TEXT:
            self._text = self._text or []
            self._parser.CharacterDataHandler = self._data
        elif tag == "row":
            self._begin_row(attributes.get("r"))

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2] if ":" in tag else tag
        if tag in _TEXT:
            self._parser.CharacterDataHandler = None
        elif tag == "c":
            if self._text is not None and self._at < MOST_COLUMNS:
                value = self._value("".join(self._text))
                if value is not None:
                    self._cells += [None] * (self._at - len(self._cells))
                    self._cells[self._at :] = [value]
            self._text = None
        elif tag == "row":
            self._lines.append(json.dumps(self._cells, ensure_ascii=False).encode("utf-8", "replace") + b"\n" if self._cells else b"\n")
            self._cells = []

    def _begin_row(self, stated: str | None) -> None:
        number = int(stated) if stated and stated.isdecimal() and len(stated) < 9 else self._row + 1
        if not self._row < number <= MOST_ROWS:
            raise Malformed(f"row {number} of the sheet comes after row {self._row}; save the workbook anew")
        if number > self._row + 1:
            self._lines.append(b"\n" * (number - self._row - 1))
        self._row, self._at = number, -1

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        self._at = _column_number(match.group(1)) if match else self._at + 1
        self._cell_kind, self._cell_style = attributes.get("t", "n"), attributes.get("s", "")
        self._text, self._size = None, 0

    def _data(self, data: str) -> None:
        self._size += len(data)
        if self._text is not None and self._size <= CELL_CHARS:
            self._text.append(data)

    def _value(self, text: str) -> Any:
        kind = self._cell_kind
        if kind == "s":
            return self._strings[int(text)] if text.isdecimal() and len(text) < 9 and int(text) < len(self._strings) else None
        if kind in ("inlineStr", "str"):
            return _unescaped(text)
        if kind == "b":
            return text.strip() == "1"
        if kind == "e":
            return None
        try:
            number = float(text)
        except ValueError:
            return text or None
        return self._date_of(self._cell_style, number) or (int(number) if number.is_integer() and abs(number) < 1e15 else number)


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
