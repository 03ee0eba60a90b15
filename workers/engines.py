"""Engines wired for the pipelines: adapters by name, chains, kept outputs, and the version all of that amounts to.

This runs in the parser child, and in the parent only for `doctor` and `adapters`; it knows no ledger, store or broker.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cached_property
from importlib.metadata import version
from inspect import signature
from pathlib import Path
from typing import Any

from adapters import registry
from adapters.diarisation.port import Diariser
from adapters.nlp.port import LanguageEngine
from adapters.ocr.chain import OcrChain
from adapters.ocr.port import OcrEngine
from adapters.stt.port import SpeechRecognizer
from adapters.tts.port import SpeechSynthesizer
from adapters.vision.port import VisionEngine
from schemas.documents import Kind
from schemas.settings import CallSettings, Crops, EngineSettings, ReviewSettings
from workers.kept import CheckedLanguage, KeptDiariser, KeptOcr, KeptOutputs, KeptSpeech, KeptVision
from workers.pipeline import Pipeline, Steps, Tools

FAMILIES: dict[Kind, tuple[str, ...]] = {
    Kind.BROCHURE: ("ocr", "vision", "nlp"),
    Kind.CALL: ("stt", "diarisation", "nlp", "tts"),
    Kind.REVIEW: ("nlp",),
    Kind.MESSAGE: ("nlp",),
    Kind.DOCUMENT: ("ocr", "vision", "nlp"),
}
"""Which families a kind's result depends on."""
WHERE = {"models"}
"""Options that say where models lie: which of them speak is in the engine's `model`."""


def pipelines(crops: Crops = "none") -> dict[Kind, Pipeline]:
    """One pipeline per kind. `crops`: the pages that crops of offers are cut from."""
    from workers.brochures.pipeline import BrochurePipeline
    from workers.calls.pipeline import CallPipeline
    from workers.documents.pipeline import DocumentPipeline
    from workers.messages.pipeline import MessagePipeline
    from workers.pages.reading import ReadingOptions
    from workers.reviews.pipeline import ReviewPipeline

    found: list[Pipeline] = [BrochurePipeline(ReadingOptions(crops=crops)), CallPipeline(), ReviewPipeline(), MessagePipeline(), DocumentPipeline()]
    return {pipeline.kind: pipeline for pipeline in found}


class Engines:
    """Adapters by family, each made once per process, on first use."""

    def __init__(self, settings: EngineSettings, kept: KeptOutputs) -> None:
        self.settings = settings
        self.kept = kept
        self._voiced: Callable[[SpeechSynthesizer], SpeechSynthesizer] = lambda voice: voice

    def adapter(self, family: str, name: str) -> Any:
        """An adapter as these settings wire it, without what is kept around it. Raises what the registry raises."""
        options = self.settings.options.get(family, {}).get(name, {})
        calls_out = "remote_calls" in signature(registry.adapter_class(family, name, self.settings.plugins)).parameters
        wiring = {"remote_calls": self.settings.remote_calls} if calls_out else {}
        return registry.create(family, name, options, allowed_plugins=self.settings.plugins, **wiring)

    @cached_property
    def ocr(self) -> OcrEngine:
        """The OCR engine, or the chain of them; each engine's pages are kept under its own name."""
        engines = [KeptOcr(self.adapter("ocr", name.strip()), self.kept) for name in self.settings.ocr.split(",")]
        return OcrChain(engines) if len(engines) > 1 else engines[0]

    @cached_property
    def vision(self) -> VisionEngine:
        """Barcodes, logos, objects."""
        engine: VisionEngine = self.adapter("vision", self.settings.vision)
        return KeptVision(engine, self.kept)

    @cached_property
    def stt(self) -> SpeechRecognizer:
        """The recogniser."""
        return KeptSpeech(self.adapter("stt", self.settings.stt), self.kept)

    @cached_property
    def diarisation(self) -> Diariser:
        """Who tells voices apart that share a channel."""
        return KeptDiariser(self.adapter("diarisation", self.settings.diarisation), self.kept)

    @cached_property
    def nlp(self) -> LanguageEngine:
        """The language engine; local ones are recomputed, not kept."""
        return CheckedLanguage(self.adapter("nlp", self.settings.nlp))

    @cached_property
    def tts(self) -> SpeechSynthesizer:
        """The voice."""
        engine: SpeechSynthesizer = self.adapter("tts", self.settings.tts)
        return self._voiced(engine)

    def speak_through(self, voiced: Callable[[SpeechSynthesizer], SpeechSynthesizer]) -> None:
        """From here on the voice is what `voiced` makes of the adapter: a confined child may not run a program itself."""
        self._voiced = voiced

    def pipeline_version(self, kind: Kind) -> str:
        """Code version + hash of the adapters, models and options this kind uses."""
        used: list[list[Any]] = []
        for family in FAMILIES[kind]:
            engine = getattr(self, family)
            used.append([family, engine.name, engine.version, getattr(engine, "model", ""), engine.options.model_dump(mode="json", exclude=WHERE)])
        if kind is Kind.BROCHURE:
            used.append(["crops", self.settings.crops])
        if kind is Kind.REVIEW and self.settings.reviews != ReviewSettings():
            used.append(["reviews", self.settings.reviews.model_dump(mode="json")])
        if kind is Kind.CALL and self.settings.calls != CallSettings():
            used.append(["calls", self.settings.calls.model_dump(mode="json")])
        digest = hashlib.sha256(json.dumps(used, sort_keys=True).encode()).hexdigest()[:12]
        return f"{version('tamiz')}+{digest}"

    def tools(self, kind: Kind, out_dir: Path, steps: Steps) -> Tools:
        """What a pipeline works with for one attempt."""
        return Tools(
            ocr=self.ocr,
            vision=self.vision,
            stt=self.stt,
            nlp=self.nlp,
            tts=self.tts,
            limits=self.settings.limits,
            pipeline_version=self.pipeline_version(kind),
            out_dir=out_dir,
            steps=steps,
            reviews=self.settings.reviews,
            calls=self.settings.calls,
            diarisation=self.diarisation,
        )
