"""What every document must end as: the same pipelines on the same bytes, one after another, with nothing killed."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from benchmarks.chaos.documents import Fate, Planned
from benchmarks.chaos.rows import Facts, facts_of
from schemas.errors import RejectedInput, error_for_code
from workers.container import Container
from workers.oneshot import OneShot

POISON = {
    **dict.fromkeys((Fate.KILL, Fate.SEGFAULT, Fate.UNTYPED), "parser_crashed"),
    Fate.HANG: "timeout",
    Fate.MEMORY: "memory_limit",
    Fate.TERMINAL: "model_missing",
    Fate.GARBAGE: "engine_output_invalid",
}
"""What a document is dead of."""


HEALS = "unavailable"
_TRIES = 5
"""A fault that heals is gone when the same child sees the document again; now and then a fresh child takes over in between."""


@dataclass(frozen=True)
class Expected:
    """How one document ends: its state, what `documents` says of it, its fact rows, and the same of its attachments by number."""

    status: str
    code: str | None = None
    about: Mapping[str, Any] = field(default_factory=dict)
    facts: Facts = field(default_factory=dict)
    attachments: Mapping[int, Expected] = field(default_factory=dict)


class Oracle:
    """Answers for one set of engines; a context manager, for the parser child it keeps warm."""

    def __init__(self, container: Container, staging: Path) -> None:
        self._shot = OneShot(container)
        self._staging = staging
        self._numbers = itertools.count()

    def __enter__(self) -> Oracle:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._shot.__exit__(kind, error, trace)

    def of(self, document: Planned) -> Expected:
        """How `document` ends when its last version is the truth."""
        if document.fate in POISON:
            return Expected("dead", POISON[document.fate])
        folder = self._staging / str(next(self._numbers)) / document.folder
        folder.mkdir(parents=True)
        path = folder / document.name
        path.write_bytes(document.versions[-1])
        lines = (self._shot.extract(path) for _ in range(_TRIES))
        return next(_expected(line) for line in lines if line.get("error", {}).get("code") != HEALS)


def _expected(line: Mapping[str, Any]) -> Expected:
    if "error" in line:
        code = line["error"]["code"]
        return Expected("rejected" if isinstance(error_for_code(code, ""), RejectedInput) else "dead", code)
    about = {name: line[name] for name in ("kind", "media_type", "language", "size_bytes", "sha256")}
    attachments = {int(one["source_uri"].rsplit("/", 1)[-1]): _expected(one) for one in line["attachments"]}
    return Expected("loaded", None, about, facts_of(line), attachments)
