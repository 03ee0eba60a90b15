"""What a pipeline is: adapters and pure domain code that turn one spooled file into an Extraction.

Both sides promise. The caller SHALL hand over a complete local copy whose type was sniffed, SHALL run it under limits, and MAY run parts in any
order and more than once. A pipeline SHALL be a pure function of the file, the part and the engines' answers; SHALL raise typed errors; SHALL NOT
write outside `tools.out_dir`; MAY report problems of single rows or pages in `Extraction.problems` instead of failing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar, Protocol

from pydantic import JsonValue

from adapters.diarisation.local import LocalDiariser
from adapters.diarisation.port import Diariser
from adapters.nlp.port import LanguageEngine
from adapters.ocr.port import OcrEngine
from adapters.stt.port import SpeechRecognizer
from adapters.tts.port import SpeechSynthesizer
from adapters.vision.port import VisionEngine
from schemas.documents import DocumentId, Kind
from schemas.errors import TamizError
from schemas.extractions import Extraction
from schemas.ledger import PartSpec
from schemas.rows.common import StepRow
from schemas.settings import CallSettings, Limits, ReviewSettings


@dataclass(frozen=True, slots=True)
class Source:
    """One version of one object, spooled to a local file."""

    path: Path
    name: str
    """The file's original name, as data; never used as a path."""
    document_id: DocumentId
    source_uri: str
    version: str
    media_type: str
    """Sniffed from the bytes."""
    size_bytes: int
    sha256: str
    metadata: Mapping[str, JsonValue] = field(default_factory=dict)
    parent_document_id: DocumentId | None = None
    unpacked: bool = False
    """Whether `path` holds what an earlier attempt unpacked of the object, and not the object itself; the rest is said of the object."""


@dataclass
class Spent:
    """US dollars a step has cost so far."""

    usd: Decimal = Decimal("0.00")


class Steps:
    """Records what was done for a document and what it took, as rows of `steps`."""

    def __init__(self, part: int = 1) -> None:
        self.part = part
        self.rows: list[StepRow] = []

    @contextmanager
    def step(self, name: str, adapter: str | None = None) -> Iterator[Spent]:
        """Time a step, which may say what it cost; a typed error is recorded with its code and goes on."""
        started_at, started = datetime.now(UTC), monotonic()
        code: str | None = None
        spent = Spent()
        try:
            yield spent
        except TamizError as error:
            code = error.code
            raise
        finally:
            self.rows.append(
                StepRow(
                    step=name,
                    part=self.part,
                    adapter=adapter,
                    status="failed" if code else "done",
                    started_at=started_at,
                    duration_ms=round((monotonic() - started) * 1000),
                    cost_usd=spent.usd,
                    error_code=code,
                )
            )

    @property
    def cost_usd(self) -> Decimal:
        """US dollars spent in all steps."""
        return sum((row.cost_usd for row in self.rows), Decimal("0.00"))


@dataclass(frozen=True)
class Tools:
    """The engines and limits a pipeline works with, wired by `workers.container`."""

    ocr: OcrEngine
    vision: VisionEngine
    stt: SpeechRecognizer
    nlp: LanguageEngine
    tts: SpeechSynthesizer
    limits: Limits
    pipeline_version: str
    out_dir: Path
    """Where attachments are written, as `attachment-1`, `attachment-2`, ...; empty at the start of every attempt."""
    steps: Steps
    reviews: ReviewSettings = field(default_factory=ReviewSettings)
    calls: CallSettings = field(default_factory=CallSettings)
    diarisation: Diariser = field(default_factory=lambda: LocalDiariser(LocalDiariser.Options()))
    keeps_audio: bool = False
    """Whether somebody keeps a redacted copy of a call's audio that is left in `out_dir`."""


@dataclass(frozen=True, slots=True)
class FoundAttachment:
    """A file found inside a document; `number` counts from 1 and is its key `<document_id>/<number>` in the source `attachments`."""

    number: int
    name: str
    content_type: str | None
    path: Path


@dataclass(frozen=True, slots=True)
class Result:
    """What a pipeline made of a document or a part."""

    extraction: Extraction
    attachments: tuple[FoundAttachment, ...] = ()
    votes: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """What a part says of the whole document, for its assembly: answers by question, each with its weight."""


class Pipeline(Protocol):
    """One per kind."""

    kind: ClassVar[Kind]
    media_types: ClassVar[frozenset[str]]
    """Sniffed types it reads."""

    def plan(self, source: Source, tools: Tools) -> tuple[PartSpec, ...]:
        """The parts of a large document; empty when it is worked off in one go."""
        ...

    def extract(self, source: Source, part: PartSpec | None, tools: Tools) -> Result:
        """Understand the whole document, or one part of it. Item numbers and row numbers of a part count from 1 within the part."""
        ...


def envelope(source: Source, part: PartSpec | None, tools: Tools, started: float) -> dict[str, Any]:
    """The fields every Extraction states, as keyword arguments; `started` is `time.monotonic()` at the beginning of the attempt."""
    return {
        "document_id": source.document_id,
        "part_no": part.part_no if part else 1,
        "source_uri": source.source_uri,
        "version": source.version,
        "media_type": source.media_type,
        "size_bytes": source.size_bytes,
        "sha256": source.sha256,
        "pipeline_version": tools.pipeline_version,
        "extracted_at": datetime.now(UTC),
        "duration_ms": round((monotonic() - started) * 1000),
        "cost_usd": tools.steps.cost_usd,
        "parent_document_id": source.parent_document_id,
        "metadata": dict(source.metadata),
        "steps": tuple(tools.steps.rows),
    }
