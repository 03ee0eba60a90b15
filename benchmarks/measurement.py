"""One measured budget, and the page that lists them all."""

from __future__ import annotations

import os
import platform
import re
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psutil

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"
_HEAD = """# Benchmarks

Every budget of the design that applies to the embedded run, measured by `make bench`; each ratio is of figures taken side by side in one run.
A ratio of at most 1 keeps the budget. One row alone is measured again with `python -m benchmarks.run --only NAME`.

| name | what | budget | measured | ratio to budget | machine | date (UTC), commit |
|---|---|---|---|---|---|---|
"""
_SECTION = "\n## "


@dataclass(frozen=True)
class Measurement:
    """What was measured, what it should be, and how the two relate."""

    name: str
    what: str
    budget: str
    measured: str
    ratio: float
    """Measured against budget so that 1 or less keeps it, whichever way is better."""

    @property
    def kept(self) -> bool:
        """Whether the budget is kept."""
        return self.ratio <= 1.0


def machine() -> str:
    """The facts a figure depends on, without names: cores, memory, interpreter, and how busy the machine was with other things."""
    gib = psutil.virtual_memory().total / 1024**3
    return f"{os.cpu_count()} cores, {gib:.0f} GiB, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} before"


def write(measurements: Iterable[Measurement], about: str, commit: str) -> None:
    """Put these rows into the page; rows of other names and the sections below the table stay as they are."""
    before = PAGE.read_text("utf-8") if PAGE.exists() else ""
    rows, (_, *sections) = dict(_rows(before)), before.split(_SECTION)
    when = f"{datetime.now(UTC):%Y-%m-%d %H:%M}, {commit}"
    for one in measurements:
        rows[one.name] = f"| {one.name} | {one.what} | {one.budget} | {one.measured} | {one.ratio:.2f} | {about} | {when} |"
    PAGE.write_text(_SECTION.join([_HEAD + "\n".join(rows.values()) + "\n", *sections]), "utf-8")


def write_section(heading: str, text: str) -> None:
    """Put `text` below the table under its heading, in place of what stood there; everything else stays as it is."""
    head, *sections = PAGE.read_text("utf-8").split(_SECTION)
    named = {section.split("\n", 1)[0]: section for section in sections}
    named[heading] = f"{heading}\n\n{text}"
    PAGE.write_text(_SECTION.join([head, *named.values()]), "utf-8")


def _rows(page: str) -> Iterable[tuple[str, str]]:
    for line in page.split(_SECTION, maxsplit=1)[0].splitlines():
        found = re.match(r"\| ([a-z0-9-]+) \|", line)
        if found and found[1] != "name":
            yield found[1], line


def p(share: float, values: Sequence[float]) -> float:
    """The quantile `share` (0 to 1)."""
    return statistics.quantiles(values, n=1000, method="inclusive")[min(998, round(share * 1000) - 1)] if len(values) > 1 else values[0]


def say(text: str) -> None:
    """Progress, on standard error."""
    print(text, file=sys.stderr, flush=True)
