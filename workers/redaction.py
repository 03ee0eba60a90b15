"""The redacted copy of a call's audio: made in the confined child, kept as an object beside the result, gone when the result goes.

FLAC, because it is lossless and about half of what WAV takes, knows no 4 GB limit, and every browser, phone and recogniser plays it.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO, Final

from pydantic import ValidationError

from adapters.storage.port import ObjectStore
from schemas.documents import DocumentId, Value
from schemas.errors import EngineOutputInvalid, NotFound, Superseded
from schemas.extractions import CallExtraction, Problem
from schemas.rows.call import CallSpanRow

COPY: Final = "redacted.flac"
"""Name of the file that the parser child writes, and the end of the key it is kept under."""
MARGIN_S: Final = 0.3
"""Left silent on both sides of what was said: recognisers set the edges of words by a tenth of a second to two wrong."""
MOST_BYTES: Final = 1024**3
"""Bytes of a copy: 30 hours of one telephone channel; a parser child may write no longer file."""


class Silence(Value):
    """A stretch to be silent, in seconds of the recording, on the channel where it was said."""

    channel: int
    start_s: float
    end_s: float


class CopyRequest(Value):
    """A copy to be made of the object in the child's workdir."""

    media_type: str
    quiet: tuple[Silence, ...] = ()


class CopyReply(Value):
    """What came of it: a file in `OUT`, or the cause why there is none."""

    problem: Problem | None = None


def valid_copy(answer: Mapping[str, Any]) -> CopyReply:
    """The child's answer, checked. Raises `EngineOutputInvalid` for anything else."""
    try:
        return CopyReply.model_validate(answer)
    except ValidationError as error:
        raise EngineOutputInvalid(f"the parser child's answer is not of its form ({error.error_count()} faults)") from error


def silences(spans: Iterable[CallSpanRow]) -> tuple[Silence, ...]:
    """What is to be silent: the personal data that was taken out of the text, with a margin."""
    return tuple(
        Silence(channel=span.channel, start_s=max(0.0, span.start_s - MARGIN_S), end_s=span.end_s + MARGIN_S)
        for span in spans
        if span.kind == "personal" and "redacted" in span.flags and span.channel is not None and span.start_s is not None and span.end_s is not None
    )


def asked_of(call: CallExtraction) -> CopyRequest:
    """The copy that goes with a call."""
    return CopyRequest(media_type=call.media_type, quiet=silences(call.call_spans))


def with_copy(call: CallExtraction, made: CopyReply) -> CallExtraction:
    """The call that names its copy, or says why it has none."""
    if made.problem:
        return call.model_copy(update={"problems": (*call.problems, made.problem)})
    place = {"redacted_audio_uri": copy_uri(call.document_id)}
    return call.model_copy(update={"calls": tuple(row.model_copy(update=place) for row in call.calls)})


def copy_uri(document: DocumentId) -> str:
    """The path under which the API hands out the copy."""
    return f"/documents/{document}/audio/redacted"


def copy_key(result_key: str) -> str:
    """Where the copy that goes with the result at `result_key` lies."""
    return f"{result_key.removesuffix('.json')}.{COPY}"


def store_copy(lake: ObjectStore, result_key: str, file: BinaryIO) -> None:
    """Keep a copy beside its result. Raises `EngineOutputInvalid` for more than a copy may be, and what is no FLAC."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if size > MOST_BYTES or head != b"fLaC":
        raise EngineOutputInvalid(f"the parser child left {size} bytes that are no redacted copy of the audio")
    lake.put(copy_key(result_key), file)


def open_copy(lake: ObjectStore, result_key: str) -> tuple[BinaryIO, int]:
    """The copy as a stream of FLAC, and its bytes. Raises `NotFound` when there is none."""
    gone = NotFound("this call has no redacted copy of its audio: none was asked for (TAMIZ_CALLS__REDACT), or it came as a transcript")
    stat = lake.stat(copy_key(result_key))
    if stat is None:
        raise gone
    try:
        return lake.open(stat.ref), stat.size
    except Superseded as error:
        raise gone from error
