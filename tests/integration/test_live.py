"""`WS /calls/stream` as a real process on a real socket: speech, odd frames, clients that vanish, a service that stops."""

from __future__ import annotations

import io
import json
import signal
import time
import wave
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from socket import SHUT_RDWR, SHUT_WR
from typing import Any

import numpy as np
import psutil
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from adapters.sandbox.pool import ChildPool
from adapters.testing.sound import SENTENCE_TEXT, silence, spoken
from handlers.http.security import hashed, new_token
from schemas.documents import CostClass
from schemas.settings import Settings
from tests import tinyspeech
from tests.integration.api_process import ApiProcess, running_api
from workers.attempt import Attempts
from workers.consumer import parser_spec
from workers.container import Container

START = {"sample_rate": 16000, "language": "en", "metadata": {"agent_id": "A-7"}}
END = '{"end": true}'
FRAME = 3200


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiProcess]:
    """An open API on loopback that gives up on silent clients after two seconds."""
    with running_api(tmp_path_factory.mktemp("live"), TAMIZ_LIVE_IDLE_S="2", TAMIZ_LIMITS__AUDIO_S="30") as found:
        yield found


def stream(api: ApiProcess, **options: Any) -> ClientConnection:
    return connect(f"ws://{api.host}:{api.port}/calls/stream", open_timeout=60, close_timeout=10, **options)


def told(socket: ClientConnection) -> list[dict[str, Any]]:
    """Everything until the close."""
    found = []
    while True:
        try:
            found.append(json.loads(socket.recv(timeout=90)))
        except ConnectionClosed:
            return found


def send(socket: ClientConnection, pcm: bytes, start: dict[str, Any] = START) -> None:
    socket.send(json.dumps(start))
    for at in range(0, len(pcm), FRAME):
        socket.send(pcm[at : at + FRAME])


def code(socket: ClientConnection) -> int | None:
    return socket.close_code


def content(api: ApiProcess, document: str) -> tuple[wave.Wave_read, dict[str, Any]]:
    """The recording of a call that is in the ledger."""
    status, data = api.ask("GET", f"/documents/{document}/content")
    assert status == 200
    return wave.open(io.BytesIO(data)), api.ask("GET", f"/documents/{document}")[1]


def kept(api: ApiProcess) -> set[str]:
    """The documents, once there are some: a cut stream is kept after its client has gone."""
    until = time.monotonic() + 20
    while not (found := documents(api)) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def documents(api: ApiProcess) -> set[str]:
    return {one["document_id"] for one in api.ask("GET", "/documents")[1]["documents"]}


def words_right(text: str) -> int:
    return len(set(text.split()) & set(SENTENCE_TEXT.split()))


def test_a_call_is_understood_while_it_is_held_and_kept_as_it_came(api: ApiProcess) -> None:
    pcm = spoken() + silence(0.8).tobytes() + spoken()
    with stream(api) as socket:
        send(socket, pcm)
        socket.send(END)
        ready, *heard, done = told(socket)
    assert code(socket) == 1000
    assert ready["type"] == "ready"
    assert "pocketsphinx" in ready["adapter"]
    finals = [one for one in heard if one["type"] == "final"]
    assert len(finals) == 2
    assert all(words_right(one["text"]) >= 4 for one in finals)
    assert finals[0]["end_s"] < finals[1]["start_s"]
    assert sum(one["type"] == "partial" for one in heard) >= 4
    assert done["type"] == "done"
    file, status = content(api, done["document_id"])
    assert (file.getframerate(), file.getnchannels(), file.readframes(10**9)) == (16_000, 1, pcm)
    assert (status["error_code"], done["duration_s"]) == (None, round(len(pcm) / 32_000, 3))


def test_a_whisper_understands_a_call_while_it_is_held(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The whole way with a tiny model that knows one sentence: how soon and how well a real one hears is not told by it."""
    models = tinyspeech.shared(tmp_path_factory.getbasetemp())
    options = json.dumps({"stt": {"faster-whisper": {"models": str(models), "beam_size": 1}}})
    with running_api(tmp_path_factory.mktemp("whispered"), TAMIZ_STT="faster-whisper", TAMIZ_OPTIONS=options) as api, stream(api) as socket:
        send(socket, spoken() + silence(0.8).tobytes() + spoken())
        socket.send(END)
        ready, *heard, done = told(socket)
    assert ready["adapter"].startswith("faster-whisper/")
    finals = [one["text"] for one in heard if one["type"] == "final"]
    assert finals == [SENTENCE_TEXT, SENTENCE_TEXT]
    assert SENTENCE_TEXT in {one["text"] for one in heard if one["type"] == "partial"}
    assert done["type"] == "done"


def test_two_channels_at_eight_kilohertz(api: ApiProcess) -> None:
    said = np.frombuffer(spoken(), "<i2")[::2]
    quiet = np.zeros(len(said), np.int16)
    left, right = np.concatenate([said, quiet]), np.concatenate([quiet, said])
    with stream(api) as socket:
        send(socket, np.stack([left, right], axis=1).tobytes(), {"sample_rate": 8000, "channels": 2, "language": "en"})
        socket.send(END)
        heard = told(socket)
    finals = [one for one in heard if one["type"] == "final" and one["text"]]
    assert [one["channel"] for one in finals] == [0, 1]
    assert finals[0]["end_s"] <= finals[1]["start_s"]
    assert content(api, heard[-1]["document_id"])[0].getnchannels() == 2


@pytest.mark.parametrize(
    "frames",
    [
        [b"\0\0"],
        ["no json"],
        ['{"sample_rate": 11025}'],
        [END],
        [json.dumps(START), END],
        [json.dumps(START), b"", END],
        [json.dumps(START), '{"end": false}'],
        [json.dumps(START), json.dumps(START)],
    ],
)
def test_odd_frames_end_the_stream_with_a_problem_and_leave_nothing(api: ApiProcess, frames: list[Any]) -> None:
    before = documents(api)
    with stream(api) as socket:
        for frame in frames:
            socket.send(frame)
        *_, problem = told(socket)
    assert (problem["type"], problem["status"], problem["code"]) == ("problem", 422, "invalid_request")
    assert code(socket) == 4422
    assert documents(api) == before


def test_a_sample_may_be_cut_anywhere(api: ApiProcess) -> None:
    pcm = spoken()
    with stream(api) as socket:
        socket.send(json.dumps(START))
        for at in range(0, len(pcm), 1001):
            socket.send(pcm[at : at + 1001])
        socket.send(b"\7")
        socket.send(END)
        *heard, done = told(socket)
    assert any(words_right(one["text"]) >= 4 for one in heard if one["type"] == "final")
    assert content(api, done["document_id"])[0].readframes(10**9) == pcm


def test_too_large_a_frame_ends_the_stream(api: ApiProcess) -> None:
    with stream(api) as socket:
        socket.send(json.dumps(START))
        socket.send(bytes(1024**2))
        told(socket)
    assert code(socket) == 1009


def test_what_a_client_said_before_it_vanished_is_kept_and_handled_as_an_interrupted_call(tmp_path: Path) -> None:
    with running_api(tmp_path) as api:
        with stream(api) as socket:
            send(socket, spoken())
            socket.recv(timeout=60)
            socket.socket.shutdown(SHUT_RDWR)
        [document] = kept(api)
        assert content(api, document)[0].getnframes() == len(spoken()) // 2
    call = understood(tmp_path, document)["calls"][0]
    assert (call["agent_id"], call["flags"]) == ("A-7", ["interrupted"])
    assert call["started_at"]


def test_whoever_says_that_it_ended_and_hangs_up_was_not_interrupted(tmp_path: Path) -> None:
    with running_api(tmp_path) as api:
        with stream(api) as socket:
            send(socket, spoken())
            socket.send(END)
            socket.socket.shutdown(SHUT_WR)
            told(socket)
        [document] = kept(api)
    assert understood(tmp_path, document)["calls"][0]["flags"] == []


def test_a_service_that_stops_while_it_lags_keeps_what_came(tmp_path: Path) -> None:
    with running_api(tmp_path) as api, stream(api) as socket:
        socket.send(json.dumps(START))
        socket.recv(timeout=60)
        [ear] = psutil.Process(api.process.pid).children()
        ear.suspend()
        for _ in range(100):  # five seconds wait for the recogniser, then nothing more is read
            socket.send(bytes(3200))
        api.process.send_signal(signal.SIGTERM)
        assert api.process.wait(20) == 0
    with running_api(tmp_path) as api:
        [document] = documents(api)
        assert content(api, document)[0].getnframes() >= 5 * 16_000


def understood(data: Path, document: str) -> dict[str, Any]:
    """What a worker makes of it."""
    box = Container(Settings(data=data))
    box.settings.models.mkdir(exist_ok=True)
    pool = ChildPool(parser_spec(box), data / "children", 1)
    try:
        [due] = [due for due in box.ledger.publishable(CostClass.AUDIO, 10) if due.task.document_id == document]
        Attempts(box, pool, (CostClass.AUDIO,)).run(due.task)
        status = box.ledger.document(document)
        assert status.result_key, status.error_message
        found: dict[str, Any] = json.loads(b"".join(box.result(document, status.result_key)))
        return found
    finally:
        pool.close()
        box.ledger.close()


def test_a_silent_client_is_given_up_and_told_which_call_was_kept(api: ApiProcess) -> None:
    with stream(api) as socket:
        send(socket, spoken())
        *_, problem = told(socket)
    assert (problem["code"], code(socket)) == ("timeout", 4408)
    assert content(api, problem["document_id"])[0].getnframes() == len(spoken()) // 2


def test_a_call_has_an_end(api: ApiProcess) -> None:
    with stream(api) as socket:
        with suppress(ConnectionClosed):  # it may be closed while we send
            send(socket, bytes(40 * 32_000))
        *_, problem = told(socket)
    assert (problem["code"], code(socket)) == ("too_large", 4413)


def test_calls_beyond_the_slots_are_refused_before_the_upgrade_and_freed_slots_are_free(api: ApiProcess) -> None:
    with stream(api) as one, stream(api) as two:
        with pytest.raises(InvalidStatus) as refused:
            stream(api)
        assert refused.value.response.status_code == 503
        assert json.loads(refused.value.response.body or b"")["code"] == "overloaded"
        for socket in (one, two):
            send(socket, spoken())
            socket.send(END)
            assert told(socket)[-1]["type"] == "done"
    with stream(api) as again:
        again.send(json.dumps(START))
        assert json.loads(again.recv(timeout=60))["type"] == "ready"


@pytest.mark.parametrize("headers", [{"Origin": "http://evil.example"}, {"Origin": "null"}])
def test_an_open_service_takes_no_stream_of_a_foreign_page(api: ApiProcess, headers: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        stream(api, additional_headers=headers)
    assert refused.value.response.status_code == 403


def test_a_language_nobody_understands_is_recorded_and_said(api: ApiProcess) -> None:
    with stream(api) as socket:
        send(socket, spoken(), {**START, "language": "es"})
        socket.send(END)
        problem, done = told(socket)
    assert (problem["type"], problem["code"]) == ("problem", "language_unsupported")
    assert content(api, done["document_id"])[0].getnframes() == len(spoken()) // 2


def test_keys_and_roles_hold_for_streams_too(tmp_path: Path) -> None:
    tokens = {role: new_token() for role in ("ingest", "read")}
    keys = json.dumps([f"{role}:{hashed(token)}" for role, token in tokens.items()])
    with running_api(tmp_path, TAMIZ_API_KEYS=keys) as api:
        for headers, status in (({}, 401), ({"X-API-Key": new_token()}, 401), ({"X-API-Key": tokens["read"]}, 403)):
            with pytest.raises(InvalidStatus) as refused:
                stream(api, additional_headers=headers)
            assert refused.value.response.status_code == status
        with stream(api, additional_headers={"Authorization": f"Bearer {tokens['ingest']}"}) as socket:
            send(socket, spoken())
            socket.send(END)
            assert told(socket)[-1]["type"] == "done"


def test_a_service_that_stops_keeps_what_came(tmp_path: Path) -> None:
    with running_api(tmp_path) as api:
        with stream(api) as socket:
            send(socket, spoken())
            socket.recv(timeout=60)
            api.process.send_signal(signal.SIGTERM)
            told(socket)
        assert code(socket) == 1012
        assert api.process.wait(20) == 0
    with running_api(tmp_path) as api:
        [document] = documents(api)
        assert content(api, document)[0].getnframes() == len(spoken()) // 2
