"""The parser child's one operation, in this process."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.testing import drawn
from schemas.errors import AdapterDisabled
from schemas.settings import Settings
from workers.exchange import INPUT, WorkRequest
from workers.kept import NothingKept
from workers.parser import Parser


def test_a_page_nobody_named_is_looked_at_to_tell_its_kind(tmp_path: Path) -> None:
    """Its first page has to be read for that, so an OCR engine that is switched off is a named failure."""
    page = drawn.text_page().encoded
    (tmp_path / INPUT).write_bytes(page)
    settings = Settings(ocr="none", vision="none", stt="none", nlp="none", tts="none")
    request = WorkRequest(
        document_id="a" * 26,
        key="scans/page.png",
        name="page.png",
        source_uri="file:///scans/page.png",
        version="1",
        size_bytes=len(page),
        sha256="0" * 64,
    )
    with pytest.raises(AdapterDisabled, match="TAMIZ_OCR"):
        Parser(settings.engines, NothingKept(), tmp_path).work(request.model_dump(mode="json"))
