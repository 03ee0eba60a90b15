"""The words review files use for columns, lists, stars and months: `columns.toml`, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def words() -> dict[str, Any]:
    """The data file, by table."""
    return tomllib.loads(files("workers.reviews").joinpath("columns.toml").read_text("utf-8"))
