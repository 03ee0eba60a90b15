"""A call in which a card number is said, spoken by espeak-ng and heard by the service's own worker, child and recogniser."""

from __future__ import annotations

import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from adapters.decoding.audio import decode_as_recorded
from adapters.sandbox.pool import ChildPool
from adapters.testing.sound import RATE_HZ, silence, tone
from schemas.documents import CostClass, State
from schemas.ledger import ASSEMBLY, DocumentStatus
from schemas.settings import Limits, Settings
from tests.recordings import write, write_wav
from tests.spokencalls import Script, SpokenCall, spoken
from workers.attempt import Attempts
from workers.consumer import parser_spec
from workers.container import Container
from workers.erasure import erase_document
from workers.redaction import MARGIN_S
from workers.transport import renew

CALL = Script(
    name="card",
    language="en",
    direction="in",
    turns=(
        ("A", "thank you for calling. can I have your card number please?"),
        ("C", "four one one one. one one one one. one one one one. one one one one."),
        ("A", "thank you very much. goodbye."),
    ),
    pauses=(0.6, 0.6, 1.0),
)
EDGE_S = 0.25
"""By which the recogniser may set the edges of words wrong, beside the margin."""


@pytest.fixture(scope="module")
def call() -> SpokenCall:
    return spoken(CALL)


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    settings = {"data": tmp_path_factory.mktemp("var"), "stt": "pocketsphinx", "calls": {"redact": ["card"]}}
    box = Container(Settings(**settings))  # type: ignore[arg-type]  # as a settings file gives it
    renew(box.broker_dir)
    box.bucket.mark()
    box.settings.models.mkdir(parents=True)
    yield box
    box.ledger.close()


@pytest.fixture(scope="module")
def status(box: Container, call: SpokenCall, tmp_path_factory: pytest.TempPathFactory) -> DocumentStatus:
    """The call as a worker left it."""
    folder = tmp_path_factory.mktemp("call")
    pool = ChildPool(parser_spec(box), folder / "children", 1)
    try:
        with write_wav(folder / "a.wav", call.samples).open("rb") as file:
            box.bucket.put("calls/a.wav", file)
        box.bucket.put("calls/a.wav.meta.json", io.BytesIO(b'{"language": "en"}'))
        seen = box.intake.observe_key("calls/a.wav")
        assert seen.task
        Attempts(box, pool, tuple(CostClass)).run(seen.task)
    finally:
        pool.close()
    return box.ledger.document(seen.document_id)


pytestmark = [
    pytest.mark.needs_espeak,
    pytest.mark.timeout(400),
    pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not on this machine (apt-get install espeak-ng)"),
]


def test_the_text_and_the_rows_say_where_a_card_was(box: Container, status: DocumentStatus, call: SpokenCall) -> None:
    assert (status.state, status.error_message) == (State.EXTRACTED, None)
    result = json.loads(b"".join(box.result(status.document_id, status.result_key or "")))
    said = next(span for span in call.spans if span[0] == "C")
    (span,) = [one for one in result["call_spans"] if one["kind"] == "personal"]
    assert (span["name"], span["channel"], span["flags"]) == ("card", 1, ["redacted"])
    assert (span["start_s"], span["end_s"]) == (pytest.approx(said[1], abs=EDGE_S), pytest.approx(said[2], abs=EDGE_S))
    assert [row["text"] for row in result["utterances"] if "redacted" in row["flags"]] == ["[card]"]
    assert result["calls"][0]["redacted_audio_uri"] == f"/documents/{status.document_id}/audio/redacted"


def test_the_copy_is_silent_there_and_the_same_elsewhere(box: Container, status: DocumentStatus, call: SpokenCall, tmp_path: Path) -> None:
    stream, _ = box.redacted_audio(status.result_key or "")
    path = tmp_path / "copy.flac"
    with stream:
        path.write_bytes(stream.read())
    recording = decode_as_recorded(path, Limits())
    copy = np.concatenate([block.samples for block in recording], axis=1)
    assert (copy.shape, recording.rate_hz) == (call.samples.shape, RATE_HZ)
    (_, start_s, end_s) = next(span for span in call.spans if span[0] == "C")
    changed = np.flatnonzero((copy != call.samples).any(axis=0)) / RATE_HZ
    assert start_s - MARGIN_S - EDGE_S <= changed.min() <= start_s
    assert end_s <= changed.max() <= end_s + MARGIN_S + EDGE_S
    assert np.array_equal(copy[0], call.samples[0])
    assert not copy[1, round(start_s * RATE_HZ) : round(end_s * RATE_HZ)].any()


def test_a_child_makes_the_copy_of_a_call_of_parts(box: Container, call: SpokenCall, tmp_path: Path) -> None:
    """The operation that the assembly of a long call asks for."""
    pool = ChildPool(parser_spec(box), tmp_path / "children", 1)
    try:
        with pool.lease() as child:
            write_wav(child.workdir / "input", call.samples)
            asked = {"media_type": "audio/wav", "quiet": [{"channel": 0, "start_s": 1.0, "end_s": 2.0}]}
            assert child.call("copy", asked) == {"problem": None}
            recording = decode_as_recorded(child.workdir / "out" / "redacted.flac", Limits())
            copy = np.concatenate([block.samples for block in recording], axis=1)
    finally:
        pool.close()
    assert not copy[0, RATE_HZ : 2 * RATE_HZ].any()
    assert np.array_equal(copy[:, 2 * RATE_HZ :], call.samples[:, 2 * RATE_HZ :])


def test_a_long_call_is_copied_when_it_is_put_together(box: Container, tmp_path: Path) -> None:
    """Eleven minutes in parts, with a recogniser that hears a card number wherever it is loud: planned, read, assembled and copied by a worker."""
    talk = np.concatenate([silence(10), tone(4), silence(316)])
    path = write(tmp_path / "long.flac", np.tile(talk, 2)[None])
    spec = parser_spec(box).model_copy(update={"entry": "tests.integration.sandbox_entries:hearing"})
    pool = ChildPool(spec, tmp_path / "children", 1)
    attempts = Attempts(box, pool, tuple(CostClass))
    try:
        with path.open("rb") as file:
            box.bucket.put("calls/long.flac", file)
        task = box.intake.observe_key("calls/long.flac").task
        assert task
        attempts.run(task)
        for part in (1, 2, 3, ASSEMBLY):
            attempts.run(task.model_copy(update={"part": part}))
    finally:
        pool.close()
    status = box.ledger.document(task.document_id)
    assert (status.state, status.error_message) == (State.EXTRACTED, None)
    result = json.loads(b"".join(box.result(status.document_id, status.result_key or "")))
    assert len({step["part"] for step in result["steps"]}) > 1
    assert result["calls"][0]["redacted_audio_uri"] == f"/documents/{status.document_id}/audio/redacted"
    assert [row["text"] for row in result["utterances"]] == ["[card]", "[card]"]
    stream, size = box.redacted_audio(status.result_key or "")
    with stream:
        (tmp_path / "copy.flac").write_bytes(stream.read())
    blocks = list(decode_as_recorded(tmp_path / "copy.flac", Limits()))
    assert size == (tmp_path / "copy.flac").stat().st_size
    assert sum(block.samples.shape[1] for block in blocks) == 2 * len(talk)
    assert not any(block.samples.any() for block in blocks)
    erase_document(box, status.document_id, "test")
    assert not list(box.lake.list(f"results/{status.document_id}"))


def test_the_copy_goes_with_the_document(box: Container, status: DocumentStatus) -> None:
    erase_document(box, status.document_id, "test")
    assert not list(box.lake.list("results/"))
