"""A hub of models on loopback that speaks the hub's own protocol, as far as listing and fetching go, and misbehaves on request."""

from __future__ import annotations

import hashlib
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

REVISION = "0123456789abcdef0123456789abcdef01234567"


class Hub:
    """Models by name, their files by name. `drop_after` bytes of a file's answer the connection ends, `drops` times."""

    def __init__(self) -> None:
        self.models: dict[str, dict[str, bytes]] = {}
        self.revision = REVISION
        self.gated: set[str] = set()
        self.swapped: dict[str, bytes] = {}
        self.drop_after: int | None = None
        self.drops = 0
        self.ranges = True
        self.asked: list[tuple[str, str | None]] = []
        hub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                hub._answer(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        path = urlsplit(request.path).path
        if path.startswith("/api/models/"):
            name = path.removeprefix("/api/models/").partition("/revision/")[0]
            self._list(request, name)
            return
        name, _, rest = path.lstrip("/").partition("/resolve/")
        file = rest.partition("/")[2]
        self.asked.append((file, request.headers.get("Range")))
        self._give(request, self.swapped.get(file, self.models[name][file]))

    def _list(self, request: BaseHTTPRequestHandler, name: str) -> None:
        if name not in self.models:
            self._send(request, 404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif name in self.gated:
            self._send(request, 403, b"{}", {"X-Error-Code": "GatedRepo"})
        else:
            siblings = [self._entry(file, content) for file, content in self.models[name].items()]
            told = {"id": name, "modelId": name, "sha": self.revision, "tags": ["license:mit"], "siblings": siblings}
            self._send(request, 200, json.dumps(told).encode(), {"Content-Type": "application/json"})

    @staticmethod
    def _entry(file: str, content: bytes) -> dict[str, Any]:
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()
        entry = {"rfilename": file, "size": len(content), "blobId": blob}
        if file.endswith((".safetensors", ".bin")):
            entry["lfs"] = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
        return entry

    def _give(self, request: BaseHTTPRequestHandler, content: bytes) -> None:
        start, asked = 0, request.headers.get("Range")
        if asked and self.ranges:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        body = content[start:]
        headers = {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"} if start else {}
        if self.drop_after is not None and self.drops > 0 and len(body) > self.drop_after:
            self.drops -= 1
            self._send(request, 206 if start else 200, body[: self.drop_after], headers | {"Content-Length": str(len(body))})
            request.close_connection = True
            return
        self._send(request, 206 if start else 200, body, headers)

    @staticmethod
    def _send(request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
        request.send_response(status)
        for key, value in ({"Content-Length": str(len(body))} | headers).items():
            request.send_header(key, value)
        request.end_headers()
        request.wfile.write(body)
