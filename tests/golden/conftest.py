"""Golden results: whole Extractions kept as JSON in `extractions/`; `pytest tests/golden --update-golden` writes them anew.

What a clock, a place or the size of a drawn file would change is left out, versions of adapters are a `*`, numbers have three decimals.
An offer's confidence and how far it reaches are fitted models' words: kept are its better half and that it has a place, so that a new fit changes
what offers say or nothing.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import JsonValue

from schemas.extractions import Extraction

KEPT = Path(__file__).with_name("extractions")
_VOLATILE = {"document_id", "duration_ms", "extracted_at", "pipeline_version", "sha256", "size_bytes", "source_uri", "version"}
_VERSION = re.compile(r'("adapter": "[^"/]+)/[^"/]+/')


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`."""
    parser.addoption("--update-golden", action="store_true", help="write golden results anew instead of comparing")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden results are to be written anew; the option is only known when pytest is started on this folder."""
    return bool(request.config.getoption("--update-golden", default=False))


@pytest.fixture
def golden(update_golden: bool) -> Callable[[str, Extraction], None]:
    """Compare an Extraction with `extractions/<name>.json`, or write that."""

    def check(name: str, found: Extraction) -> None:
        path = KEPT / f"{name}.json"
        told = _told(found)
        if update_golden:
            path.write_text(told, encoding="utf-8")
        assert told == path.read_text(encoding="utf-8")

    return check


def _told(found: Extraction) -> str:
    kept = found.model_dump(mode="json", exclude=_VOLATILE)
    kept["steps"] = [step["step"] for step in kept["steps"]]
    for offer in kept.get("offers", ()):
        offer["confidence"] = "0.5 to 1" if 0.5 <= offer["confidence"] <= 1 else "less"
        x0, y0, x1, y1 = (offer.pop(side) for side in ("x0", "y0", "x1", "y1"))
        offer["placed"] = 0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1
    return _VERSION.sub(r"\1/*/", json.dumps(_rounded(kept), indent=1, sort_keys=True, ensure_ascii=False)) + "\n"


def _rounded(value: JsonValue) -> JsonValue:
    if isinstance(value, float):
        return round(value, 3)
    if isinstance(value, list):
        return [_rounded(item) for item in value]
    return {key: _rounded(item) for key, item in value.items()} if isinstance(value, dict) else value
