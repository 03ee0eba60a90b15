"""docs/settings.md is what the models say."""

from __future__ import annotations

import tomllib
from pathlib import Path

from adapters.ocr.rapidocr import RapidOcr
from schemas.settings import KeyPattern
from schemas.settings_markdown import markdown

DOC = Path(__file__).parents[2] / "docs" / "settings.md"


def test_the_file_is_current() -> None:
    assert DOC.read_text() == markdown(), "run: python -m schemas.settings_markdown > docs/settings.md"


def test_its_toml_example_is_accepted_by_the_models() -> None:
    example = tomllib.loads(DOC.read_text().split("```toml\n")[1].split("```")[0])
    assert [KeyPattern.model_validate(pattern).kind for pattern in example["patterns"]] == ["review"]
    assert RapidOcr.Options.model_validate(example["options"]["ocr"]["rapidocr"])
