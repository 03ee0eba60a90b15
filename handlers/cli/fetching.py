"""What `tamiz models pull` shows while it fetches: a bar where a terminal watches, a line each tenth where a program does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TextIO

_WIDTH = 30


def shown(stream: TextIO | None = None) -> Callable[[str, int, int], None]:
    """Tells of a file at hand, and of the bytes of all files that are here and that there will be. To standard error unless told otherwise."""
    into = stream or sys.stderr
    return _bar(into) if into.isatty() else _lines(into)


def _bar(into: TextIO) -> Callable[[str, int, int], None]:
    before = ""

    def tell(file: str, done: int, total: int) -> None:
        nonlocal before
        filled = _WIDTH * done // total if total else _WIDTH
        drawn = f"[{'#' * filled}{'.' * (_WIDTH - filled)}] {_percent(done, total):3d}% of {total / 1e6:,.0f} MB {file[-50:]}"
        if drawn != before:
            into.write(f"\r{drawn:<{len(before)}}{chr(10) if done >= total else ''}")
            into.flush()
            before = drawn

    return tell


def _lines(into: TextIO) -> Callable[[str, int, int], None]:
    tenth = -1

    def tell(file: str, done: int, total: int) -> None:
        nonlocal tenth
        if (reached := _percent(done, total) // 10) > tenth:
            tenth = reached
            into.write(f"{_percent(done, total)}% of {total / 1e6:,.0f} MB {file}".rstrip() + "\n")
            into.flush()

    return tell


def _percent(done: int, total: int) -> int:
    return 100 * done // total if total else 100
