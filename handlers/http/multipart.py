"""multipart/form-data (RFC 7578) as a stream: fields and files, each capped, in bounded memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from handlers.http.uploads import NewUpload, Upload
from schemas.errors import InvalidRequest, TooLarge

MAX_FILES = 100
MAX_FIELDS = 16
MAX_FIELD_BYTES = 64 * 1024
MAX_HEADERS = 8
MAX_HEADER_BYTES = 8 * 1024
OVERHEAD_BYTES = (MAX_FILES + MAX_FIELDS) * 2 * 1024 + MAX_FIELDS * MAX_FIELD_BYTES
"""What boundaries, part headers and fields may add to the bytes of the files."""


@dataclass
class Form:
    """What a form held."""

    fields: dict[str, str] = field(default_factory=dict)
    uploads: list[Upload] = field(default_factory=list)


class FormReader:
    """Takes a form's bytes in any slicing. The parser's callbacks note what happened; the bytes are written after each chunk."""

    def __init__(self, content_type: str, new_upload: NewUpload, form: Form) -> None:
        """Files go to uploads made by `new_upload`, everything into `form`, from the first byte on. Raises `InvalidRequest`."""
        boundary = parse_options_header(content_type)[1].get(b"boundary")
        if not boundary:
            raise InvalidRequest("multipart/form-data without a boundary")
        self._form = form
        self._new_upload = new_upload
        self._header: tuple[bytearray, bytearray] = (bytearray(), bytearray())
        self._headers: dict[bytes, str] = {}
        self._parts: list[_Part] = []
        self._fields = 0
        self._ended = False
        callbacks: Any = {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._start_part,
            "on_part_data": lambda data, start, end: self._parts[-1].pending.append(data[start:end]),
            "on_end": self._end,
        }
        try:
            self._parser = MultipartParser(boundary, callbacks, max_header_count=MAX_HEADERS, max_header_size=MAX_HEADER_BYTES)
        except FormParserError as error:
            raise InvalidRequest("the boundary of the form is too long") from error

    async def read(self, body: AsyncIterator[bytes]) -> None:
        """All of it. Raises `InvalidRequest` for a broken form, `TooLarge` for one beyond a cap, and what the uploads raise."""
        async for chunk in body:
            try:
                self._parser.write(chunk)
            except FormParserError as error:
                raise InvalidRequest("the multipart body breaks its own format, or a part has too many or too long headers") from error
            await self._flush()
        if not self._ended:
            raise InvalidRequest("the multipart body ends before its last boundary")

    async def _flush(self) -> None:
        for part in self._parts:
            for data in part.pending:
                await part.take(data)
            part.pending.clear()
        for part in self._parts[: None if self._ended else -1]:
            part.finish(self._form)
        self._parts = self._parts[len(self._parts) if self._ended else -1 :]

    def _begin(self) -> None:
        self._headers = {}

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[bytes(name).strip().lower()] = bytes(value).decode("latin-1")
        self._header = (bytearray(), bytearray())

    def _start_part(self) -> None:
        disposition, options = parse_options_header(self._headers.get(b"content-disposition", ""))
        name = options.get(b"name", b"").decode("utf-8", "replace")
        if disposition != b"form-data" or not name:
            raise InvalidRequest("every part of the form needs Content-Disposition: form-data with a name")
        if b"filename" in options:
            upload = self._new_upload(options[b"filename"].decode("utf-8", "replace"))
            self._form.uploads.append(upload)
            if len(self._form.uploads) > MAX_FILES:
                raise TooLarge(f"more than {MAX_FILES} files in one request; send them in several")
            self._parts.append(_Part(name, upload))
            return
        self._fields += 1
        if self._fields > MAX_FIELDS:
            raise TooLarge(f"more than {MAX_FIELDS} fields in one form")
        self._parts.append(_Part(name, None))

    def _end(self) -> None:
        self._ended = True


@dataclass
class _Part:
    name: str
    upload: Upload | None
    pending: list[bytes] = field(default_factory=list)
    value: bytearray = field(default_factory=bytearray)

    async def take(self, data: bytes) -> None:
        if self.upload is not None:
            await self.upload.write(data)
            return
        self.value += data
        if len(self.value) > MAX_FIELD_BYTES:
            raise TooLarge(f"the field {self.name[:80]!r} has more than {MAX_FIELD_BYTES} bytes")

    def finish(self, form: Form) -> None:
        if self.upload is not None:
            return
        if self.name in form.fields:
            raise InvalidRequest(f"the field {self.name[:80]!r} is there twice")
        try:
            form.fields[self.name] = self.value.decode()
        except UnicodeDecodeError as error:
            raise InvalidRequest(f"the field {self.name[:80]!r} is not UTF-8") from error
