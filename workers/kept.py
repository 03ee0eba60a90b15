"""Kept engine outputs: what ocr, vision and stt returned is stored by a hash of the input, the adapter, its version, model and options.

Reprocessing with a better understanding replays it: nothing is recognised, or paid for, twice. A benchmark runs with an empty store.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from pydantic import TypeAdapter, ValidationError
from pydantic_core import PydanticSerializationError

from adapters.diarisation.port import Diariser, SharedChannel
from adapters.imaging import PageImage
from adapters.nlp.port import LanguageEngine, TermJudge
from adapters.ocr.port import OcrEngine
from adapters.stt.port import ChannelAudio, SpeechRecognizer
from adapters.vision.port import VisionEngine
from schemas.errors import EngineOutputInvalid
from schemas.language import LanguageGuess, Polarity, TextAnalysis
from schemas.pages import Detection, Page
from schemas.transcripts import SpeakerStretch, Transcript
from workers.languages import tell_languages

T = TypeVar("T")
_PAGE: TypeAdapter[Page] = TypeAdapter(Page)
_DETECTIONS: TypeAdapter[tuple[Detection, ...]] = TypeAdapter(tuple[Detection, ...])
_TRANSCRIPT: TypeAdapter[Transcript] = TypeAdapter(Transcript)
_STRETCHES: TypeAdapter[tuple[SpeakerStretch, ...]] = TypeAdapter(tuple[SpeakerStretch, ...])


class KeptOutputs(Protocol):
    """Where kept outputs lie; keys are sha256 hex digests."""

    def get(self, key: str) -> bytes | None:
        """The output kept under `key`."""
        ...

    def put(self, key: str, output: bytes) -> None:
        """Keep `output`."""
        ...


class NothingKept:
    """Keeps nothing: for one-shot extraction and benchmarks."""

    def get(self, key: str) -> bytes | None:  # noqa: ARG002
        """Always None."""
        return None

    def put(self, key: str, output: bytes) -> None:
        """Forgets it."""


def output_key(family: str, engine: Any, payload: bytes, *about: object) -> str:
    """sha256 hex of everything the output depends on: adapter, version, model, options, the input's bytes and what was said about it."""
    identity = json.dumps(
        [family, engine.name, engine.version, getattr(engine, "model", ""), engine.options.model_dump(mode="json"), *about], sort_keys=True
    )
    return hashlib.sha256(hashlib.sha256(payload).digest() + identity.encode()).hexdigest()


def _replayed(store: KeptOutputs, key: str, engine: Any, adapter: TypeAdapter[T], compute: Callable[[], T]) -> T:
    kept = store.get(key)
    if kept is not None:
        try:
            return adapter.validate_json(kept)
        except ValidationError:  # written by another version of the model: recognise again, and overwrite
            pass
    output = compute()
    try:
        written = adapter.dump_json(output, warnings="error")
        checked = adapter.validate_json(written)
    except (ValidationError, PydanticSerializationError) as error:
        raise EngineOutputInvalid(f"the engine {engine.name} answered what is no valid output of its port; look for a newer version of it") from error
    store.put(key, written)
    return checked


class _Kept:
    """What every wrapper shows of its engine."""

    def __init__(self, engine: Any, store: KeptOutputs) -> None:
        self.engine = engine
        self.store = store
        self.name = engine.name
        self.version = engine.version
        self.capabilities = engine.capabilities
        self.options = engine.options

    @property
    def model(self) -> str:
        """Name of the engine's model."""
        return str(self.engine.model)


class KeptOcr(_Kept):
    """An OCR engine whose pages are kept."""

    def __init__(self, engine: OcrEngine, store: KeptOutputs) -> None:
        super().__init__(engine, store)

    def read(self, image: PageImage) -> Page:
        """See `OcrEngine.read`."""
        key = output_key("ocr", self.engine, image.encoded, image.language)
        return _replayed(self.store, key, self.engine, _PAGE, lambda: self.engine.read(image))


class KeptVision(_Kept):
    """A vision engine whose detections are kept."""

    def __init__(self, engine: VisionEngine, store: KeptOutputs) -> None:
        super().__init__(engine, store)

    def detect(self, image: PageImage) -> tuple[Detection, ...]:
        """See `VisionEngine.detect`."""
        key = output_key("vision", self.engine, image.encoded)
        return _replayed(self.store, key, self.engine, _DETECTIONS, lambda: self.engine.detect(image))


class KeptSpeech(_Kept):
    """A recogniser whose transcripts are kept."""

    def __init__(self, engine: SpeechRecognizer, store: KeptOutputs) -> None:
        super().__init__(engine, store)

    def recognize(self, audio: ChannelAudio) -> Transcript:
        """See `SpeechRecognizer.recognize`."""
        about = (audio.sample_rate_hz, audio.channel, audio.offset_s, audio.language, sorted(audio.vocabulary))
        key = output_key("stt", self.engine, audio.pcm, *about)
        return _replayed(self.store, key, self.engine, _TRANSCRIPT, lambda: self.engine.recognize(audio))


class KeptDiariser(_Kept):
    """A diariser whose stretches are kept."""

    def __init__(self, engine: Diariser, store: KeptOutputs) -> None:
        super().__init__(engine, store)

    def separate(self, audio: SharedChannel, speakers: int | None = None) -> tuple[SpeakerStretch, ...]:
        """See `Diariser.separate`."""
        key = output_key("diarisation", self.engine, audio.fingerprint.encode(), speakers)
        return _replayed(self.store, key, self.engine, _STRETCHES, lambda: self.engine.separate(audio, speakers))


class CheckedLanguage:
    """A language engine whose answers are counted: local ones are recomputed, not kept."""

    def __init__(self, engine: LanguageEngine) -> None:
        self.engine = engine
        self.name = engine.name
        self.version = engine.version
        self.capabilities = engine.capabilities
        self.options = engine.options

    @property
    def model(self) -> str:
        """Name of the engine's model."""
        return self.engine.model

    def analyze(self, texts: Sequence[str], language: str | None = None) -> tuple[TextAnalysis, ...]:
        """See `LanguageEngine.analyze`. Raises `EngineOutputInvalid` for more or fewer answers than texts."""
        found = self.engine.analyze(texts, language)
        if len(found) != len(texts):
            raise EngineOutputInvalid(f"the engine {self.name} gave {len(found)} answers to {len(texts)} texts; look for a newer version of it")
        return found

    def tell_languages(self, texts: Sequence[str]) -> tuple[LanguageGuess | None, ...]:
        """See `workers.languages`. Raises `EngineOutputInvalid` for more or fewer answers than texts."""
        found = tell_languages(self.engine, texts)
        if len(found) != len(texts):
            raise EngineOutputInvalid(f"the engine {self.name} told {len(found)} languages of {len(texts)} texts; look for a newer version of it")
        return found

    def judge_terms(
        self, texts: Sequence[str], spans: Sequence[Sequence[tuple[int, int]]], language: str | None = None
    ) -> tuple[tuple[Polarity | None, ...], ...]:
        """See `TermJudge.judge_terms`. Raises `EngineOutputInvalid` for an engine that judges no given terms, or not as many as it was given."""
        if not isinstance(self.engine, TermJudge):
            raise EngineOutputInvalid(f"the engine {self.name} judges no given terms")
        found = self.engine.judge_terms(texts, spans, language)
        if [len(one) for one in found] != [len(one) for one in spans]:
            raise EngineOutputInvalid(f"the engine {self.name} did not judge all terms it was given; look for a newer version of it")
        return found
