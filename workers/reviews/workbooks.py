"""XLSX by streaming: the rows of each sheet as JSON arrays, one per line, row n of the sheet on line n. ECMA-376 part 1, chapter 18.

Only what reviews need: cached values, shared and inline strings, dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from posixpath import join, normpath
from typing import NamedTuple

from schemas.errors import Malformed
from workers.reviews.archives import Archive
from workers.reviews.sheetmarkup import SheetParser, StringsParser, elements

WORKBOOK = "xl/workbook.xml"
SMALL_PART_BYTES = 16 * 1024**2
"""Workbook, relations and styles; usual ones have some kB."""
LINES_BYTES = 64 * 1024**2
"""What may be held of finished lines at a time, were every cell read at once the longest string there is."""
CELL_BYTES = 20
"""The shortest markup of a cell: `<c t="s"><v>0</v></c>`."""
_DATE_FORMATS = frozenset((*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)))
"""Built-in number formats that show dates or times (18.8.30)."""
_FORMAT_NOISE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


class Sheet(NamedTuple):
    """One sheet: its name, and the member it lies in."""

    name: str
    member: str


class Workbook:
    """The sheets of an XLSX file in an open archive. Raises `Malformed`, `TooLarge`."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._strings: list[str] | None = None
        self._longest = 1
        self.sheets, self._epoch = self._read_workbook()
        self._dates = self._date_styles()

    def rows(self, sheet: Sheet) -> Iterator[bytes]:
        """Lines of JSON: the cells of row 1, 2, 3, ... with None for empty ones; an empty line for an empty row."""
        if self._strings is None:
            self._strings = self._shared_strings()
            self._longest = max(map(len, self._strings), default=1) or 1
        parser = SheetParser(self._strings, self._value_of_date)
        info = self._archive.named(sheet.member)
        if info is None:
            raise Malformed(f"the workbook has no part for its sheet {sheet.name[:60]!r}; save it anew")
        step = max(512, LINES_BYTES // self._longest * CELL_BYTES)
        for chunk in self._archive.read(info):
            for at in range(0, len(chunk), step):
                yield from parser.feed(chunk[at : at + step])
        yield from parser.feed(b"", final=True)

    def _part(self, name: str) -> bytes | None:
        info = self._archive.named(name)
        return None if info is None else self._archive.whole(info, SMALL_PART_BYTES)

    def _read_workbook(self) -> tuple[tuple[Sheet, ...], datetime]:
        data = self._part(WORKBOOK)
        if data is None:
            raise Malformed("the workbook has no list of sheets; save it anew as .xlsx")
        targets: dict[str, str] = {}
        for tag, attributes in elements(self._part("xl/_rels/workbook.xml.rels") or b"<Relationships/>"):
            if tag == "Relationship" and "worksheet" in attributes.get("Type", ""):
                target = attributes.get("Target", "")
                targets[attributes.get("Id", "")] = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
        sheets: list[Sheet] = []
        epoch = datetime(1899, 12, 30)
        for tag, attributes in elements(data):
            if tag == "workbookPr" and attributes.get("date1904") in ("1", "true"):
                epoch = datetime(1904, 1, 1)
            if tag == "sheet":
                relation = next((value for key, value in attributes.items() if key.rpartition(":")[2] == "id"), "")
                if relation in targets:
                    sheets.append(Sheet(attributes.get("name", f"sheet {len(sheets) + 1}"), targets[relation]))
        if not sheets:
            raise Malformed("the workbook has no sheet of cells")
        return tuple(sheets[:255]), epoch

    def _date_styles(self) -> frozenset[str]:
        """Indexes into the cell formats, as cells name them, whose numbers are dates."""
        formats: dict[str, bool] = {}
        found: set[str] = set()
        inside, number = False, 0
        for tag, attributes in elements(self._part("xl/styles.xml") or b"<styleSheet/>"):
            if tag == "numFmt":
                formats[attributes.get("numFmtId", "")] = _shows_date(attributes.get("formatCode", ""))
            elif tag in ("cellXfs", "cellStyles"):
                inside = tag == "cellXfs"
            elif tag == "xf" and inside:
                style = attributes.get("numFmtId", "0")
                if formats.get(style, style.isdecimal() and int(style[:6]) in _DATE_FORMATS):
                    found.add(str(number))
                number += 1
        return frozenset(found)

    def _value_of_date(self, style: str, value: float) -> str | None:
        """The ISO form of a number whose style shows dates; None for another style, or for no date of this calendar."""
        if style not in self._dates or not 1 <= value < 2_958_466:
            return None
        moment = self._epoch + timedelta(days=int(value), seconds=round(value % 1 * 86_400))
        return moment.date().isoformat() if value == int(value) else moment.isoformat()

    def _shared_strings(self) -> list[str]:
        info = self._archive.named("xl/sharedStrings.xml")
        if info is None:
            return []
        parser = StringsParser()
        for chunk in self._archive.read(info):
            parser.feed(chunk)
        parser.feed(b"", final=True)
        return parser.strings


def _shows_date(code: str) -> bool:
    plain = _FORMAT_NOISE.sub("", code.split(";", maxsplit=1)[0]).lower()
    return any(sign in plain for sign in "ymdh") and "general" not in plain
