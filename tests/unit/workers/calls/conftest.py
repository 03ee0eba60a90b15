"""Sources and tools of call pipelines under test."""

from __future__ import annotations

import pytest

from adapters.nlp.none import NoLanguage
from adapters.ocr.none import NoOcr
from adapters.testing.fake_speech import FakeSpeech
from adapters.tts.none import NoVoice
from adapters.vision.none import NoVision
from schemas.documents import document_id
from schemas.settings import Limits
from workers.pipeline import Source, Steps, Tools


@pytest.fixture
def tools(tmp_path):
    """Tools with a recogniser that hears loudness and no language engine; replaced by keyword."""

    def make(**replaced):
        wired = {
            "ocr": NoOcr(NoOcr.Options()),
            "vision": NoVision(NoVision.Options()),
            "stt": FakeSpeech(FakeSpeech.Options()),
            "nlp": NoLanguage(NoLanguage.Options()),
            "tts": NoVoice(NoVoice.Options()),
            "limits": Limits(),
            "pipeline_version": "test",
            "out_dir": tmp_path,
            "steps": Steps(),
        }
        return Tools(**{**wired, **replaced})

    return make


@pytest.fixture
def source():
    """A source for a file, with metadata and a sniffed type."""

    def make(path, media_type="audio/wav", **metadata):
        return Source(
            path=path,
            name=path.name,
            document_id=document_id("bucket", path.name),
            source_uri=f"file:///bucket/{path.name}",
            version="1",
            media_type=media_type,
            size_bytes=path.stat().st_size,
            sha256="0" * 64,
            metadata=metadata,
        )

    return make
