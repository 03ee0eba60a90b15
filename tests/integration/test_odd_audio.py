"""Over 400 broken, odd and malicious recordings through the confined child, down to the rows, their levels and the redacted copy."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from adapters.decoding.audio import decode, decode_as_recorded
from adapters.sandbox.pool import ChildPool
from adapters.testing.sound import RATE_HZ, tone
from schemas.documents import Kind, document_id
from schemas.errors import RejectedInput, TamizError
from schemas.extractions import CallExtraction
from schemas.settings import CallSettings, Limits
from tests import hostile_audio as hostile
from tests.recordings import write_wav
from workers.consumer import parser_spec
from workers.container import Container, read_settings
from workers.exchange import INPUT, OUT, RESULT, WorkReply, WorkRequest
from workers.parser import valid_reply
from workers.redaction import COPY, asked_of
from workers.whole import whole_of

REFUSALS = frozenset({"empty", "malformed", "too_large", "truncated", "type_mismatch", "unsupported_type"})
"""The sender's fault, each by name; `parser_crashed`, `timeout` and `memory_limit` would be ours."""
PROBLEMS = frozenset({"malformed", "truncated", "unsupported_type", "too_large"})
MEMORY = 600 * 1024**2
SECRET_HZ = 200.0
CALLS = CallSettings(redact=("card",))


@dataclass(frozen=True)
class Outcome:
    """What came of one file: the code it was refused with, or the call, and whether its copy is silent where it must be and the same elsewhere."""

    code: str = ""
    message: str = ""
    call: CallExtraction | None = None
    is_silent: bool = False
    is_faithful: bool = False


@dataclass(frozen=True)
class Odd:
    """All outcomes by name, digests of the files, and the connections that somebody made."""

    outcomes: dict[str, Outcome]
    digests: set[str]
    connections: list[str]

    @property
    def calls(self) -> dict[str, CallExtraction]:
        """Those that were read."""
        return {name: one.call for name, one in self.outcomes.items() if one.call is not None}


class Listener:
    """A server that nobody has any business with."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.connections: list[str] = []
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, peer = self._socket.accept()
            except OSError:
                return
            self.connections.append(str(peer))
            connection.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildPool]:
    box = Container(read_settings(data=tmp_path_factory.mktemp("var"), nlp="none", calls=CALLS, child_memory_bytes=MEMORY, document_timeout_s=90.0))
    spec = parser_spec(box).model_copy(update={"entry": "tests.integration.sandbox_entries:hearing"})
    found = ChildPool(spec, tmp_path_factory.mktemp("children"), 1)
    yield found
    found.close()


def extract(pool: ChildPool, name: str, data: bytes, folder: Path) -> Outcome:
    """As the service does it: planned, in parts where it is long, put together, and copied."""
    asked = WorkRequest(
        document_id=document_id("bucket", name),
        key=name,
        name=name.partition("-")[2],
        source_uri=f"file:///{name}",
        version="1",
        size_bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        kind=Kind.CALL,
        keeps_audio=True,
    )
    copy = folder / "copy.flac"
    copy.unlink(missing_ok=True)
    try:
        reply, line = _work(pool, asked, data, copy)
        if reply.parts:
            parts = [_work(pool, asked.model_copy(update={"part": part}), data, copy)[1] for part in reply.parts]
            line = whole_of(Kind.CALL, parts, [{}] * len(parts), CALLS)
            with pool.lease() as child:
                (child.workdir / INPUT).write_bytes(data)
                child.call("copy", asked_of(CallExtraction.model_validate(line)).model_dump(mode="json"))
                shutil.copyfile(child.workdir / OUT / COPY, copy)
    except TamizError as error:
        return Outcome(error.code, error.message)
    call = CallExtraction.model_validate(line)
    return Outcome(call=call, **_compared(call, data, copy, folder) if copy.exists() else {})


def _work(pool: ChildPool, asked: WorkRequest, data: bytes, copy: Path) -> tuple[WorkReply, dict[str, Any]]:
    with pool.lease() as child:
        (child.workdir / INPUT).write_bytes(data)
        reply = valid_reply(child.call("work", asked.model_dump(mode="json")))
        if reply.redacted_audio:
            shutil.copyfile(child.workdir / OUT / COPY, copy)
        return reply, {} if reply.parts else json.loads((child.workdir / OUT / RESULT).read_text("utf-8"))


def _compared(call: CallExtraction, data: bytes, copy: Path, folder: Path) -> dict[str, bool]:
    (folder / "original").write_bytes(data)
    silent, rate_hz = _samples(copy, "audio/flac")
    original, _ = _samples(folder / "original", call.media_type)
    for one in asked_of(call).quiet:
        stretch = slice(round(one.start_s * rate_hz), round(one.end_s * rate_hz))
        if silent[one.channel, stretch].any():
            return {"is_silent": False}
        original[:, stretch] = silent[:, stretch] = 0
    return {"is_silent": True, "is_faithful": np.array_equal(silent, original)}


def _samples(path: Path, media_type: str) -> tuple[np.ndarray, int]:
    recording = decode_as_recorded(path, Limits(), media_type)
    blocks = list(recording)
    late = np.zeros((recording.format.channels, blocks[0].first), np.int16)
    return np.concatenate([late, *(block.samples for block in blocks)], axis=1), recording.rate_hz


@pytest.fixture(scope="module")
def odd(pool: ChildPool, tmp_path_factory: pytest.TempPathFactory) -> Odd:
    folder = tmp_path_factory.mktemp("files")
    server, outcomes, digests = Listener(), dict[str, Outcome](), set[str]()
    for name, data in hostile.hostile_files(secret(folder), server.address):
        outcomes[name] = extract(pool, name, data, folder)
        digests.add(hashlib.sha256(data).hexdigest())
    server.close()
    return Odd(outcomes, digests, server.connections)


def secret(folder: Path) -> Path:
    """A recording that no other may lead to."""
    return write_wav(folder / "secret.wav", tone(3, SECRET_HZ, 0.9)[None])


def _is_secret(heard: np.ndarray) -> bool:
    """Whether the sound is mostly the secret's tone."""
    wave = np.exp(-2j * np.pi * SECRET_HZ * np.arange(len(heard)) / RATE_HZ)
    return bool(abs(np.vdot(wave, heard)) > 0.3 * np.linalg.norm(heard) * np.sqrt(len(heard)))


def test_the_secret_would_be_known(tmp_path: Path) -> None:
    assert _is_secret(_samples(secret(tmp_path), "audio/wav")[0][0].astype(np.float64))


@pytest.mark.timeout(900)
def test_every_file_is_read_or_refused_by_name(odd: Odd) -> None:
    codes = Counter(one.code for one in odd.outcomes.values())
    assert not {name: (one.code, one.message) for name, one in odd.outcomes.items() if one.code not in REFUSALS | {""}}
    assert all(one.message for one in odd.outcomes.values() if one.code)
    assert len(odd.digests) >= 400
    assert codes[""] >= 200
    assert {"empty", "malformed", "too_large", "truncated", "type_mismatch", "unsupported_type"} <= set(codes)


def test_what_is_read_has_rows_that_fit_the_recording(odd: Odd) -> None:
    for name, call in odd.calls.items():
        (header,) = call.calls
        assert header.duration_s is not None, name
        assert {problem.code for problem in call.problems} <= PROBLEMS, name
        for row in call.utterances:
            assert row.start_s is not None, name
            assert row.end_s is not None, name
            assert 0 <= row.start_s <= row.end_s <= header.duration_s + 0.1, name
            assert isinstance(row.loudness_per_s, list), name
            assert all(-96 <= level <= 0.1 for level in row.loudness_per_s), name
            assert len(row.loudness_per_s) in (int(row.end_s - row.start_s), int(row.end_s - row.start_s) + 1), name
            assert row.text == "[card]", name


def test_every_recording_has_its_copy_silent_where_it_must_be_or_says_why_not(odd: Odd) -> None:
    for name, call in odd.calls.items():
        named = call.calls[0].redacted_audio_uri is not None or call.part_no > 1 or name.startswith("long-")
        outcome = odd.outcomes[name]
        assert (outcome.is_silent and outcome.is_faithful) or (not named and "FLAC holds 8 channels" in call.problems[-1].message), name
    assert sum(bool(call.call_spans) for call in odd.calls.values()) > 150


def test_good_ones_are_read_without_a_problem(odd: Odd) -> None:
    good = {name: odd.outcomes[name] for name in odd.outcomes if name.startswith("forms-")}
    refused = {name: one.message for name, one in good.items() if one.call is None}
    assert refused == {}
    assert not {name: one.call.problems for name, one in good.items() if one.call and one.call.problems}
    assert all(one.call.utterances for one in good.values() if one.call)


def test_nothing_is_read_but_the_given_bytes(odd: Odd, tmp_path: Path) -> None:
    """In the child, and in this process, where nothing but the decoder keeps a file from being opened."""
    assert odd.connections == []
    assert {name for name in odd.calls if name.startswith("references-")} == {"references-in-data-m3u8.wav", "references-in-data-concat.wav"}
    server, path = Listener(), tmp_path / "call"
    for _, data in hostile.references(str(secret(tmp_path)), server.address):
        path.write_bytes(data)
        for media_type in (None, "audio/wav", "audio/mpeg", "audio/mp4", "audio/ogg", "audio/webm", "audio/x-ms-wma"):
            with contextlib.suppress(RejectedInput):
                heard = np.concatenate([block.samples for block in decode(path, Limits(), media_type)], axis=1)
                assert not _is_secret(heard[0].astype(np.float64))
    server.close()
    assert server.connections == []


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("nothing-empty.wav", "empty"),
        ("nothing-only-header.wav", "empty"),
        ("headers-rate-0.wav", "malformed"),
        ("headers-rate-384001.wav", "too_large"),
        ("headers-channels-33.wav", "too_large"),
        ("videos-video-mp4-None.mp4", "unsupported_type"),
        ("long-day-of-opus.ogg", "too_large"),
        ("references-words.wav", "type_mismatch"),
        ("strangers-zip.mp3", "type_mismatch"),
    ],
)
def test_refusals(odd: Odd, name: str, code: str) -> None:
    assert odd.outcomes[name].code == code, odd.outcomes[name].message


@pytest.mark.parametrize(
    ("name", "seconds", "problems"),
    [
        ("headers-channels-30.wav", 3.0, ["too_large"]),
        ("headers-eight-bit.wav", 1.5, []),
        ("headers-says-ffffffff.wav", 1.5, []),
        ("headers-says-1.wav", 1.5, ["malformed"]),
        ("headers-rate-96000.wav", 0.25, []),
        ("long-twenty-minutes-of-opus.ogg", 1200, []),
        ("long-day-says-flac.flac", 1.5, ["malformed"]),
        ("strangers-picture-3000000.mp3", 1.5, []),
        ("videos-video-matroska-libopus.matroska", 1.5, []),
        ("cut-cut-0.6.wav", 0.9, ["truncated"]),
    ],
)
def test_correct_results(odd: Odd, name: str, seconds: float, problems: list[str]) -> None:
    call = odd.calls[name]
    assert call.calls[0].duration_s == pytest.approx(seconds, abs=0.15)
    assert [problem.code for problem in call.problems] == problems
