"""docs/dependencies.md has a line for everything pyproject.toml declares, and for nothing else."""

from __future__ import annotations

import re
import tomllib
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).parents[2]


def normal(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared() -> set[str]:
    """Names in the base list, the extras and the groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lists = [project["project"]["dependencies"], *project["project"]["optional-dependencies"].values(), *project["dependency-groups"].values()]
    return {normal(re.split(r"[\s\[<>=!~;]", requirement, maxsplit=1)[0]) for requirement in chain.from_iterable(lists)}


def lines() -> list[list[str]]:
    """Cells of the documented lines: package, why, licence, MB, what it drags in."""
    rows = [line for line in (ROOT / "docs/dependencies.md").read_text().splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    return [row for row in cells if row[0] != "package"]


def test_every_declared_dependency_has_its_line_and_every_line_its_dependency() -> None:
    documented = [normal(row[0]) for row in lines()]
    assert sorted(documented) == sorted(declared())


def test_every_line_says_why_its_licence_its_size_and_what_it_drags_in() -> None:
    poor = [row[0] for row in lines() if len(row) != 5 or len(row[1]) < 10 or not row[2] or not re.fullmatch(r"\d+\*?", row[3]) or not row[4]]
    assert poor == []
