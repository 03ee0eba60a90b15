"""The sample call, with what pocketsphinx heard in it kept beside: cuts, turns, interruptions, roles and header as a whole."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from adapters.nlp.none import NoLanguage
from adapters.ocr.none import NoOcr
from adapters.stt.pocketsphinx import PocketSphinx
from adapters.testing.fake_speech import FakeSpeech
from adapters.tts.none import NoVoice
from adapters.vision.none import NoVision
from schemas.documents import document_id
from schemas.settings import Limits
from schemas.transcripts import Transcript
from workers.calls.pipeline import CallPipeline
from workers.pipeline import Source, Steps, Tools

CALL = Path(__file__).parents[2] / "samples" / "calls" / "late-delivery.wav"
HEARD = Path(__file__).with_name("late-delivery.heard.json")
_TRANSCRIPTS = TypeAdapter(dict[str, Transcript])


class ReplayedSpeech(FakeSpeech):
    """Answers each stretch with what was heard in it when the golden result was made."""

    def __init__(self, heard):
        super().__init__(FakeSpeech.Options())
        self.heard = heard

    def recognize(self, audio):
        return self.heard[hashlib.sha256(audio.pcm).hexdigest()]


class RecordingSpeech(ReplayedSpeech):
    """Listens with pocketsphinx and keeps what it heard."""

    def recognize(self, audio):
        self.heard[hashlib.sha256(audio.pcm).hexdigest()] = heard = PocketSphinx(PocketSphinx.Options()).recognize(audio)
        return heard


@pytest.fixture
def engine(update_golden):
    if not update_golden:
        yield ReplayedSpeech(_TRANSCRIPTS.validate_json(HEARD.read_bytes()))
        return
    recorder = RecordingSpeech({})
    yield recorder
    HEARD.write_bytes(_TRANSCRIPTS.dump_json(recorder.heard, indent=1) + b"\n")


def test_the_sample_call(engine, golden, tmp_path):
    metadata = {**json.loads(CALL.with_suffix(".wav.meta.json").read_text()), "agent_channel": 0}
    source = Source(
        path=CALL,
        name=CALL.name,
        document_id=document_id("bucket", f"calls/{CALL.name}"),
        source_uri=CALL.as_uri(),
        version="1",
        media_type="audio/wav",
        size_bytes=CALL.stat().st_size,
        sha256=hashlib.sha256(CALL.read_bytes()).hexdigest(),
        metadata=metadata,
    )
    tools = Tools(
        ocr=NoOcr(NoOcr.Options()),
        vision=NoVision(NoVision.Options()),
        stt=engine,
        nlp=NoLanguage(NoLanguage.Options()),
        tts=NoVoice(NoVoice.Options()),
        limits=Limits(),
        pipeline_version="golden",
        out_dir=tmp_path,
        steps=Steps(),
    )
    golden("late-delivery", CallPipeline().extract(source, None, tools).extraction)
