"""Adapters by family and name: a static table of built-ins, and allow-listed third parties from the entry-point groups `tamiz.<family>`.

Nothing is imported before it is asked for; a missing extra is named; one broken plugin never keeps the others from loading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from pydantic import BaseModel, ValidationError

from schemas.errors import ExtraMissing, SettingsInvalid, UnknownAdapter


@dataclass(frozen=True, slots=True)
class Entry:
    """Where an adapter's class is, and which optional package set it needs."""

    target: str
    """`module:Class`."""
    extra: str | None = None


BUILT_IN: Mapping[str, Mapping[str, Entry]] = {
    "storage": {
        "none": Entry("adapters.storage.none:NoStore"),
        "local": Entry("adapters.storage.local:LocalStore"),
        "s3": Entry("adapters.storage.object_store:S3Store", "aws"),
        "gcs": Entry("adapters.storage.object_store:GcsStore", "google"),
        "azure": Entry("adapters.storage.object_store:AzureStore", "azure"),
    },
    "feed": {"none": Entry("adapters.feed.none:NoFeed")},
    "ocr": {
        "none": Entry("adapters.ocr.none:NoOcr"),
        "rapidocr": Entry("adapters.ocr.rapidocr:RapidOcr"),
        "tesseract": Entry("adapters.ocr.tesseract:TesseractOcr"),
    },
    "vision": {
        "none": Entry("adapters.vision.none:NoVision"),
        "zxing-cpp": Entry("adapters.vision.zxing:ZxingBarcodes"),
    },
    "stt": {
        "none": Entry("adapters.stt.none:NoSpeech"),
        "auto": Entry("adapters.stt.auto:AutoSpeech"),
        "pocketsphinx": Entry("adapters.stt.pocketsphinx:PocketSphinx"),
        "faster-whisper": Entry("adapters.stt.faster_whisper:FasterWhisper", "whisper"),
        "transformers": Entry("adapters.stt.transformers:TransformersSpeech", "transformers"),
    },
    "diarisation": {
        "none": Entry("adapters.diarisation.none:NoDiariser"),
        "local": Entry("adapters.diarisation.local:LocalDiariser"),
        "pyannote": Entry("adapters.diarisation.pyannote:PyannoteDiariser", "pyannote"),
    },
    "nlp": {
        "none": Entry("adapters.nlp.none:NoLanguage"),
        "local": Entry("adapters.nlp.local:LocalLanguage"),
        "transformers": Entry("adapters.nlp.transformers:TransformersLanguage", "transformers"),
    },
    "translate": {"none": Entry("adapters.translate.none:NoTranslator")},
    "tts": {
        "none": Entry("adapters.tts.none:NoVoice"),
        "auto": Entry("adapters.tts.auto:AutoVoice"),
        "espeak-ng": Entry("adapters.tts.espeak:EspeakVoice"),
        "google": Entry("adapters.tts.google:GoogleVoice", "google-voices"),
        "polly": Entry("adapters.tts.polly:PollyVoice", "aws"),
    },
    "warehouse": {
        "none": Entry("adapters.warehouse.none:NoWarehouse"),
        "duckdb": Entry("adapters.warehouse.duckdb:DuckDbWarehouse"),
        "postgres": Entry("adapters.warehouse.postgres:PostgresWarehouse", "postgres"),
    },
    "ledger": {
        "none": Entry("adapters.ledger.none:ForgetfulLedger"),
        "sqlite": Entry("adapters.ledger.sql:SqliteLedger"),
        "postgres": Entry("adapters.ledger.sql:PostgresLedger", "postgres"),
    },
}
"""Every built-in adapter by family and name."""


def adapter_class(family: str, name: str, allowed_plugins: Iterable[str] = ()) -> type[Any]:
    """The class of one adapter.

    `allowed_plugins` holds `family:name` of third parties that may load. Raises `UnknownAdapter`, or `ExtraMissing` naming what to install.
    """
    built_in = BUILT_IN.get(family, {}).get(name)
    if built_in is not None:
        return _load(family, name, built_in.target, built_in.extra)
    if f"{family}:{name}" in set(allowed_plugins):
        for point in _plugins(family):
            if point.name == name:
                return _load_plugin(family, point)
    known = ", ".join(sorted(BUILT_IN.get(family, {})))
    raise UnknownAdapter(
        f"no {family} adapter is called {name!r}; built in: {known}. A third-party one must be installed and listed in TAMIZ_PLUGINS"
    )


def create(
    family: str,
    name: str,
    options: Mapping[str, Any] | None = None,
    *,
    allowed_plugins: Iterable[str] = (),
    **wiring: Any,
) -> Any:
    """A wired adapter: `options` are checked by its own `Options` model, `wiring` (a store's folder, a database's URL) goes to its constructor.

    Raises `SettingsInvalid` for options it does not know, besides what `adapter_class` raises.
    """
    cls = adapter_class(family, name, allowed_plugins)
    try:
        checked: BaseModel = cls.Options.model_validate(dict(options or {}))
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        raise SettingsInvalid(f"options of the {family} adapter {name!r}: {faults}") from error
    return cls(checked, **wiring)


def names(family: str, allowed_plugins: Iterable[str] = ()) -> tuple[str, ...]:
    """All adapters of a family that could be chosen."""
    allowed = set(allowed_plugins)
    plugins = (point.name for point in _plugins(family) if f"{family}:{point.name}" in allowed)
    return tuple(sorted({*BUILT_IN.get(family, {}), *plugins}))


def _plugins(family: str) -> Iterable[EntryPoint]:
    return entry_points(group=f"tamiz.{family}")


def _load(family: str, name: str, target: str, extra: str | None) -> type[Any]:
    module, _, attribute = target.partition(":")
    try:
        loaded: type[Any] = getattr(import_module(module), attribute)
    except ImportError as error:
        if extra is not None:
            raise ExtraMissing(f"the {family} adapter {name!r} needs `pip install 'tamiz[{extra}]'` ({error.name} is missing)") from error
        raise ExtraMissing(f"the {family} adapter {name!r} could not be imported: {error}") from error
    return loaded


def _load_plugin(family: str, point: EntryPoint) -> type[Any]:
    origin = f"the {family} plugin {point.name!r} of {point.dist.name if point.dist else 'an unknown package'}"
    try:
        loaded: type[Any] = point.load()
    except Exception as error:  # somebody else's module may raise anything at import
        raise ExtraMissing(f"{origin} could not be loaded ({type(error).__name__}: {error}); mend it or take it out of TAMIZ_PLUGINS") from error
    lacking = [attribute for attribute in ("name", "version", "capabilities", "Options") if not hasattr(loaded, attribute)]
    if lacking:
        raise ExtraMissing(f"{origin} is no adapter: it lacks {', '.join(lacking)}; mend it or take it out of TAMIZ_PLUGINS")
    return loaded
