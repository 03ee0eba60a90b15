"""The parser child: everything that touches a document's bytes happens here, confined, under limits.

`serve` is the entry of `adapters.sandbox`; its one operation, `work`, sniffs, routes, plans and extracts one spooled file.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from time import monotonic
from typing import Any

from pydantic import JsonValue, TypeAdapter, ValidationError

from adapters.sandbox.host import Host, Operations
from schemas.documents import Kind, Requested
from schemas.errors import Empty, Malformed
from schemas.extractions import Extraction
from schemas.settings import EngineSettings
from schemas.tables import row_models
from workers.crops import CROPS
from workers.engines import Engines, pipelines
from workers.exchange import INPUT, OUT, RESULT, SIDECAR, FoundFile, WorkReply, WorkRequest
from workers.kept import KeptOutputs
from workers.pipeline import Pipeline, Result, Source, Steps
from workers.redaction import COPY, CopyRequest
from workers.routing import Route, merged_metadata, route
from workers.sniffing import HEAD_BYTES, sniff
from workers.speaking import ParentsVoice, reply_file


class HostKept:
    """Kept outputs through the parent, who alone reaches the store."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def get(self, key: str) -> bytes | None:
        """The output kept under `key`; None where the parent keeps nothing."""
        if "kept_get" not in self._host.offers:
            return None
        answer, blob = self._host.call("kept_get", {"key": key})
        return blob if answer["found"] else None

    def put(self, key: str, output: bytes) -> None:
        """Keep `output`."""
        if "kept_put" in self._host.offers:
            self._host.call("kept_put", {"key": key}, output)


def serve(host: Host) -> Operations:
    """Entry of the parser child; `host.options` are `EngineSettings`."""
    parser = Parser(EngineSettings.model_validate(host.options), HostKept(host), host.workdir)
    parser.engines.speak_through(lambda voice: ParentsVoice(voice, host))
    return {"work": parser.work, "warm": parser.warm, "copy": parser.copy}


@dataclass(frozen=True)
class _Looked:
    """What looking at the file told."""

    media_type: str
    route: Route
    metadata: dict[str, JsonValue]


class Parser:
    """Sniffs, routes, plans and extracts spooled files, one at a time."""

    def __init__(self, settings: EngineSettings, kept: KeptOutputs, workdir: Path) -> None:
        self.settings = settings
        self.engines = Engines(settings, kept)
        self.pipelines: Mapping[Kind, Pipeline] = pipelines(settings.crops)
        self.readable = {kind: pipeline.media_types for kind, pipeline in self.pipelines.items()}
        self.workdir = workdir

    def work(self, request: Mapping[str, Any]) -> dict[str, JsonValue]:
        """One attempt; the answer is a `WorkReply`, the Extraction lies in `OUT/result.json`."""
        asked = WorkRequest.model_validate(request)
        started = monotonic()
        out = self.workdir / OUT
        out.mkdir(exist_ok=True)
        steps = Steps(asked.part.part_no if asked.part else 1)
        with steps.step("open"):
            looked = self._look(asked)
        source = self._source(asked, looked)
        kind = looked.route.kind
        tools = self.engines.tools(kind, out, steps)
        if looked.route.undecided and not asked.part:
            from workers.documents.kinds import decide_kind

            if self._elsewhere(asked, looked):
                return self._reply(asked, looked, kind, hand_back=True)
            kind = decide_kind(source, self.engines.tools(kind, out, Steps()))
            tools = self.engines.tools(kind, out, steps)
        if self._elsewhere(asked, looked):
            return self._reply(asked, looked, kind, hand_back=True)
        pipeline, tools = self.pipelines[kind], replace(tools, keeps_audio=asked.keeps_audio)
        if asked.part is None and (parts := pipeline.plan(source, tools)):
            return self._reply(asked, looked, kind, parts=parts)
        result = pipeline.extract(source, asked.part, tools)
        return self._finish(asked, looked, result, started)

    def warm(self, _: Mapping[str, Any]) -> dict[str, JsonValue]:
        """Load what small text documents need, so that the first one does not wait for it."""
        self.engines.nlp.analyze(["ok"])  # too short for the word lists: asks the language model, which loads on first use
        return {}

    def copy(self, request: Mapping[str, Any]) -> dict[str, JsonValue]:
        """The redacted copy of a call of many parts: a `CopyRequest` in, a `CopyReply` out, the copy in `OUT`."""
        from workers.calls.copying import leave_copy

        out = self.workdir / OUT
        out.mkdir(exist_ok=True)
        return leave_copy(self.workdir / INPUT, CopyRequest.model_validate(request), self.settings.limits, out).model_dump(mode="json")

    @staticmethod
    def _elsewhere(asked: WorkRequest, looked: _Looked) -> bool:
        return asked.part is None and bool(asked.queues) and looked.route.queue not in asked.queues

    def _look(self, asked: WorkRequest) -> _Looked:
        path = self.workdir / INPUT
        if asked.size_bytes == 0:
            raise Empty("the file has no bytes")
        media_type = asked.unpacked_from
        if media_type is None:
            with path.open("rb") as file:
                media_type = sniff(file.read(HEAD_BYTES), asked.size_bytes, asked.name)
        metadata = merged_metadata(asked.metadata, asked.user_metadata, self._sidecar(asked), asked.pattern)
        requested = Requested(kind=asked.kind or _stated_kind(metadata))

        def told() -> Kind | None:
            from workers.calls.written import looks_like_transcript
            from workers.reviews.opening import looks_like_reviews

            if media_type == "application/json" and looks_like_transcript(path):
                return Kind.CALL
            return Kind.REVIEW if looks_like_reviews(path, media_type, self.settings.reviews) else None

        found = route(asked.key, asked.size_bytes, media_type, requested, asked.pattern, self.readable, told)
        return _Looked(media_type, found, metadata)

    def _sidecar(self, asked: WorkRequest) -> dict[str, JsonValue]:
        if not asked.has_sidecar:
            return {}
        try:
            found = json.loads((self.workdir / SIDECAR).read_text("utf-8"))
        except (ValueError, RecursionError) as error:
            raise Malformed(f"the sidecar {asked.name}.meta.json is no valid JSON; mend or remove it") from error
        if not isinstance(found, dict):
            raise Malformed(f"the sidecar {asked.name}.meta.json must hold one JSON object")
        return found

    def _source(self, asked: WorkRequest, looked: _Looked) -> Source:
        return Source(
            path=self.workdir / INPUT,
            name=asked.name,
            document_id=asked.document_id,
            source_uri=asked.source_uri,
            version=asked.version,
            media_type=looked.media_type,
            size_bytes=asked.size_bytes,
            sha256=asked.sha256,
            metadata=looked.metadata,
            parent_document_id=asked.parent_document_id,
            unpacked=asked.unpacked_from is not None,
        )

    def _reply(self, asked: WorkRequest, looked: _Looked, kind: Kind, **fields: Any) -> dict[str, JsonValue]:
        reply = WorkReply(
            kind=kind,
            media_type=looked.media_type,
            queue=looked.route.queue,
            pipeline_version=self.engines.pipeline_version(kind),
            metadata=looked.metadata if asked.part is None else {},
            **fields,
        )
        return reply.model_dump(mode="json")

    def _finish(self, asked: WorkRequest, looked: _Looked, result: Result, started: float) -> dict[str, JsonValue]:
        extraction = result.extraction
        (self.workdir / OUT / RESULT).write_bytes(_writer(type(extraction)).dump_json(extraction, by_alias=True))
        kind = Kind(getattr(extraction, "kind"))  # noqa: B009 - every concrete Extraction has one; the base states none
        return self._reply(
            asked,
            looked,
            kind,
            items=extraction.items,
            rows=row_counts(extraction),
            languages=languages(extraction),
            votes={question: dict(answers) for question, answers in result.votes.items()},
            language=extraction.language,
            duration_ms=round((monotonic() - started) * 1000),
            cost_usd=extraction.cost_usd,
            attachments=tuple(FoundFile(number=a.number, name=a.name, content_type=a.content_type) for a in result.attachments),
            crops=(self.workdir / OUT / CROPS).is_file(),
            redacted_audio=(self.workdir / OUT / COPY).is_file(),
            replies=tuple(row.reply_no for row in getattr(extraction, "replies", ()) if (self.workdir / OUT / reply_file(row.reply_no)).is_file()),
        )


@cache
def _writer(kind: type[Extraction]) -> TypeAdapter[Extraction]:
    """Writes an Extraction as bytes: `model_dump_json` makes text of them, which would only be encoded again, at 11 MB a part of reviews."""
    return TypeAdapter(kind)


def _stated_kind(metadata: Mapping[str, JsonValue]) -> Kind | None:
    stated = metadata.get("kind")
    if stated is None:
        return None
    try:
        return Kind(str(stated))
    except ValueError as error:
        raise Malformed(f"the metadata names the kind {str(stated)[:40]!r}; it is one of " + ", ".join(kind.value for kind in Kind)) from error


def row_counts(extraction: Extraction) -> dict[str, int]:
    """Rows per table."""
    return {name: len(getattr(extraction, name)) for name in row_models() if hasattr(extraction, name)}


def languages(extraction: Extraction) -> dict[str, int]:
    """Items per language, for the vote over the parts of a large document."""
    rows = getattr(extraction, "reviews", None) or getattr(extraction, "utterances", None) or ()
    votes = Counter(language for row in rows if (language := row["language"] if isinstance(row, dict) else row.language))
    if not votes and extraction.language:
        votes[extraction.language] = max(1, extraction.items)
    return dict(votes)


def valid_reply(answer: Mapping[str, Any]) -> WorkReply:
    """The child's answer, checked. Raises `EngineOutputInvalid` for anything else."""
    from schemas.errors import EngineOutputInvalid

    try:
        return WorkReply.model_validate(answer)
    except ValidationError as error:
        raise EngineOutputInvalid(f"the parser child's answer is not of its form ({error.error_count()} faults)") from error
