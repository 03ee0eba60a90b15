"""Tables of a report, drawn as aligned text for a terminal or as Markdown for `docs/accuracy.md`. Cells are text."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

NOTHING: Final = "-"
"""A cell where there is no figure."""
_NOTE_WIDTH: Final = 130


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table and what must be known to read it."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def as_text(tables: Sequence[Table]) -> str:
    """Aligned columns, figures to the right."""
    return "\n".join(_text(table) for table in tables)


def as_markdown(tables: Sequence[Table]) -> str:
    """GitHub's tables, each under its title."""
    return "\n".join(_markdown(table) for table in tables)


def plain(text: str) -> str:
    """One printable line of a foreign text: what a terminal would obey becomes a dot."""
    return "".join(letter if letter.isprintable() else " " if letter in "\n\t" else "\N{MIDDLE DOT}" for letter in text)


def _text(table: Table) -> str:
    rows = [tuple(map(plain, row)) for row in (table.columns, *table.rows)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(table.columns))]
    right = figures(table)
    lines = [
        "  ".join(cell.rjust(width) if is_right else cell.ljust(width) for cell, width, is_right in zip(row, widths, right, strict=True)).rstrip()
        for row in rows
    ]
    note = textwrap.wrap(table.note, _NOTE_WIDTH)
    return "\n".join([table.title, "", lines[0], "  ".join("-" * width for width in widths), *lines[1:], *note]) + "\n"


def _markdown(table: Table) -> str:
    rule = ("---:" if right else "---" for right in figures(table))
    lines = ["| " + " | ".join(plain(cell).replace("|", "\\|") for cell in row) + " |" for row in (table.columns, *table.rows)]
    note = ["", table.note] if table.note else []
    return "\n".join([f"**{table.title}**", "", lines[0], "|" + "|".join(rule) + "|", *lines[1:], *note]) + "\n"


def figures(table: Table) -> list[bool]:
    """Which columns hold figures only."""
    return [all(row[column].replace(".", "").isdecimal() or row[column] == NOTHING for row in table.rows) for column in range(len(table.columns))]
