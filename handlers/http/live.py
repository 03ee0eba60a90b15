"""`WS /calls/stream`: a call while it is held. What comes is recorded, understood as it comes, and handled as any other call when it ends.

A stream ends well with `{"end": true}`. However else it ends (the client is gone, silent or wrong, the service stops), what came of the call is kept,
with `interrupted` in its metadata and in the flags of its row; a stream without audio leaves nothing.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import struct
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from fastapi import APIRouter, WebSocket, WebSocketDisconnect
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ValidationError

from handlers.http.live_streams import Feed, Told
from handlers.http.problems import faults, members, problem
from handlers.http.security import Role, check_origin, check_role
from handlers.http.service import Service
from handlers.http.uploads import Upload
from schemas.documents import DocumentId, Kind, Requested
from schemas.errors import InvalidRequest, Overloaded, ShuttingDown, TamizError, TimedOut, TooLarge
from schemas.keys import POSTS
from schemas.live import StreamDone, StreamEnd, StreamStart

router = APIRouter()
M = TypeVar("M", bound=BaseModel)
log = logging.getLogger("tamiz.http")

FRAME_BYTES: Final = 256 * 1024
"""Bytes of one frame: four seconds of the widest stream."""
START_S: Final = 10.0
"""Seconds in which the first frame must come."""
SEND_S: Final = 10.0
"""Seconds in which a client must take what it is told."""
CATCH_UP_S: Final = 60.0
"""Seconds in which the recogniser must make room for more audio: loading a model takes some of them."""
DRAIN_S: Final = 60.0
"""Seconds in which the recogniser must have caught up after the last frame; what it has not said by then the finished call will say."""
HEADER_BYTES: Final = 44
WAV_BYTES: Final = 2**32 - 1024
"""The sizes in a WAV file's header have 32 bits."""
PRIVATE_CODES: Final = 4000
"""Close codes are this and the HTTP status that the same problem has elsewhere: 4400, 4408, 4413, 4503. RFC 6455 leaves 4000-4999 to applications."""
WELL: Final = 1000


@router.websocket("/calls/stream")
async def stream(socket: WebSocket) -> None:
    """Listen to one call. A client that may not is answered with an HTTP status and a problem document before the upgrade."""
    here: Service = socket.app.state.service
    try:
        await _check(socket, here)
        with here.streams.slot():
            await socket.accept()
            await Stream(socket, here).run()
    except TamizError as error:
        await socket.send_denial_response(problem(error))


async def _check(socket: WebSocket, here: Service) -> None:
    """Raises `Forbidden`, `Unauthorized`, `RateLimited`, `Overloaded`, `StorageFull`."""
    if await here.is_open():
        check_origin(socket.headers.get("host"), socket.headers.get("origin"))
    check_role(await here.role_of(socket), (Role.INGEST,))
    await run_in_threadpool(here.pressure.check, 0)


class Stream:
    """One accepted connection."""

    def __init__(self, socket: WebSocket, here: Service) -> None:
        self._socket = socket
        self._here = here
        self._told: asyncio.Queue[Told | None] = asyncio.Queue()
        self._ended = False
        """Whether the client said that it has sent all."""

    async def run(self) -> None:
        """From the first frame to the close. Raises nothing that is the client's fault."""
        try:
            start = await self._start()
        except TamizError as error:
            await self._close(error)
            return
        except WebSocketDisconnect:
            return
        audio = LiveAudio(start, self._upload())
        try:
            await self._recorded(start, audio)
        finally:
            audio.upload.close()

    def _upload(self) -> Upload:
        most = min(self._here.container.settings.limits.upload_bytes, WAV_BYTES)
        return Upload(f"call-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.wav", self._here.container.spool_dir.parent, most)

    async def _recorded(self, start: StreamStart, audio: LiveAudio) -> None:
        fault: TamizError | None = None
        gone = False
        try:
            await self._talk(start, audio)
        except TamizError as error:
            fault = error
        except (WebSocketDisconnect, asyncio.CancelledError):  # cancelled: the service stops and has waited long enough
            gone = True
        try:
            document = await asyncio.shield(run_in_threadpool(audio.keep, self._here, interrupted=not self._ended))
        except TamizError as error:
            log.warning("a live call could not be kept: %s", error.message)
            fault, document = fault or error, None
        if gone:
            return
        if fault is not None:
            await self._close(fault, **({"document_id": document} if document else {}))
        elif document is None:
            await self._close(InvalidRequest("the stream ended without any audio; nothing was kept"))
        else:
            done = StreamDone(document_id=document, status_url=f"/documents/{document}", duration_s=round(audio.seconds, 3))
            with suppress(WebSocketDisconnect, RuntimeError):  # it went away with its last frame: the call is kept all the same
                await self._socket.send_text(done.model_dump_json())
                await self._socket.close(WELL)

    async def _talk(self, start: StreamStart, audio: LiveAudio) -> None:
        """Receive and tell until the last frame and the last word. Raises what went wrong."""
        loop, feed = asyncio.get_running_loop(), Feed(start)

        def tell(told: Told | None) -> None:
            with suppress(RuntimeError):  # the loop has ended, and with it whoever would read it
                loop.call_soon_threadsafe(self._told.put_nowait, told)

        ear = self._here.streams.listen(start, feed, tell)
        sender = asyncio.create_task(self._send())
        receiver = asyncio.create_task(self._receive(audio, feed))
        try:
            await asyncio.wait({sender, receiver}, return_when=asyncio.FIRST_COMPLETED)
            if sender.done() and (error := sender.exception()) is not None:
                raise error
            await receiver
            self._ended = True
            feed.end()
            with suppress(TimeoutError):
                await asyncio.wait_for(sender, DRAIN_S)
        finally:
            ear.stop()
            for task in (sender, receiver):
                task.cancel()
            await asyncio.gather(sender, receiver, return_exceptions=True)

    async def _start(self) -> StreamStart:
        try:
            async with asyncio.timeout(START_S):
                message = await self._message()
        except TimeoutError as error:
            raise TimedOut(f"the first frame did not come within {START_S:g} s") from error
        if not isinstance(message, str):
            raise InvalidRequest("the first frame is text: a JSON object with `sample_rate`")
        return _read(StreamStart, message)

    async def _receive(self, audio: LiveAudio, feed: Feed) -> None:
        """Frames until the last one. Raises `InvalidRequest`, `TooLarge`, `StorageFull`, `TimedOut`, `WebSocketDisconnect`."""
        idle_s = self._here.container.settings.live_idle_s
        most_s = self._here.container.settings.limits.audio_s
        while True:
            try:
                async with asyncio.timeout(idle_s):
                    message = await self._message()
            except TimeoutError as error:
                raise TimedOut(f"no frame came for {idle_s:g} s (TAMIZ_LIVE_IDLE_S)") from error
            if isinstance(message, str):
                _read(StreamEnd, message)
                return
            await audio.write(message)
            if audio.seconds > most_s:
                raise TooLarge(f"the call is longer than {most_s:g} s (TAMIZ_LIMITS__AUDIO_S)")
            feed.put(message)
            if feed.full() and not await run_in_threadpool(feed.wait_for_room, CATCH_UP_S):
                raise Overloaded(f"the recogniser has not caught up for {CATCH_UP_S:g} s; hold fewer live calls at a time", retry_after_s=10.0)

    async def _send(self) -> None:
        """Tell what is heard until the ear has ended. Raises `TimedOut` for a client that does not take it."""
        while (told := await self._told.get()) is not None:
            if isinstance(told, TamizError):  # the call is recorded all the same, and understood when it ends
                text = _json({**members(told, told.http_status), "type": "problem"})
            else:
                text = told.model_dump_json(exclude_none=True)
            try:
                async with asyncio.timeout(SEND_S):
                    await self._socket.send_text(text)
            except TimeoutError as error:
                raise TimedOut(f"the client did not take what it was told for {SEND_S:g} s") from error

    async def _message(self) -> str | bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1005))
        text, data = message.get("text"), message.get("bytes")
        return text if text is not None else data or b""

    async def _close(self, error: TamizError, **more: Any) -> None:
        """The problem as the last message, and as the close code."""
        status = 408 if isinstance(error, TimedOut) else error.http_status
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(SEND_S):
                await self._socket.send_text(_json({**members(error, status, **more), "type": "problem"}))
                await self._socket.close(1012 if isinstance(error, ShuttingDown) else PRIVATE_CODES + status, error.code)


class LiveAudio:
    """The recording of one stream, on its way into the bucket as a WAV file."""

    def __init__(self, start: StreamStart, upload: Upload) -> None:
        self.upload = upload
        self._start = start
        self._bytes = 0
        self._started_at = datetime.now(UTC)

    @property
    def seconds(self) -> float:
        """Seconds recorded."""
        return self._bytes / (self._start.sample_rate * self._start.channels * 2)

    async def write(self, pcm: bytes) -> None:
        """Take more. Raises `TooLarge`, `StorageFull`."""
        if not self._bytes:
            await self.upload.write(bytes(HEADER_BYTES))
        self._bytes += len(pcm)
        await self.upload.write(pcm)

    def keep(self, here: Service, *, interrupted: bool) -> DocumentId | None:
        """Bucket, then ledger; None where nothing was recorded. Raises what they raise."""
        sample = self._start.channels * 2
        whole = self._bytes // sample * sample
        if not whole:
            return None
        file = self.upload.opened()
        file.write(_wav_header(self._start, whole))
        file.truncate(HEADER_BYTES + whole)
        file.seek(0)
        metadata = {"started_at": self._started_at.isoformat(), **self._start.metadata, **({"interrupted": True} if interrupted else {})}
        if self._start.language:
            metadata.setdefault("language", self._start.language)
        key = f"{POSTS}{secrets.token_hex(16)}/{self.upload.name}"
        here.container.bucket.put(key, file)
        wanted = Requested(kind=Kind.CALL, metadata=metadata, name=self.upload.name)
        return here.container.intake.observe_key(key, wanted).document_id


def _wav_header(start: StreamStart, size: int) -> bytes:
    """RIFF header of `size` bytes of 16-bit PCM."""
    sample = start.channels * 2
    form = struct.pack("<HHIIHH", 1, start.channels, start.sample_rate, start.sample_rate * sample, sample, 16)
    return struct.pack("<4sI4s4sI", b"RIFF", HEADER_BYTES - 8 + size, b"WAVE", b"fmt ", len(form)) + form + struct.pack("<4sI", b"data", size)


def _read(model: type[M], text: str) -> M:
    try:
        return model.model_validate_json(text)
    except ValidationError as error:
        raise InvalidRequest(faults(error.errors())) from error


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
