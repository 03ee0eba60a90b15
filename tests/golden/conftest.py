"""Golden results: whole Extractions kept as JSON beside the tests; `pytest tests/golden --update-golden` writes them anew."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from schemas.extractions import Extraction

HERE = Path(__file__).parent
VOLATILE = {"extracted_at", "duration_ms", "pipeline_version", "source_uri", "version"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`."""
    parser.addoption("--update-golden", action="store_true", help="write golden results anew instead of comparing")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden results are to be written anew; the option is only known when pytest is started on this folder."""
    return bool(request.config.getoption("--update-golden", default=False))


@pytest.fixture
def check_golden(update_golden: bool) -> Callable[[str, Extraction], None]:
    """Compare an Extraction, without its clock times and place, with `<name>.json`; or write that."""

    def check(name: str, found: Extraction) -> None:
        path = HERE / f"{name}.json"
        told = _stable(found.model_dump(mode="json"))
        if update_golden:
            path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        assert told == json.loads(path.read_text(encoding="utf-8"))

    return check


def _stable(value: dict[str, Any]) -> dict[str, Any]:
    told = {key: found for key, found in value.items() if key not in VOLATILE}
    told["steps"] = [{"step": step["step"], "status": step["status"]} for step in told["steps"]]
    return told
