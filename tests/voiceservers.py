"""Cloud voices on loopback: servers that speak the services' own wire formats as far as listing voices and speaking go, and refuse on request.

What they say is a tone of 60 ms a character. They are fakes: no text here was ever spoken by the services themselves.
"""

from __future__ import annotations

import base64
import io
import json
import threading
import wave
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np


def tone(characters: int, rate_hz: int) -> bytes:
    """60 ms of 220 Hz for each character, 16-bit samples."""
    times = np.arange(int(0.06 * characters * rate_hz)) / rate_hz
    return (8000 * np.sin(2 * np.pi * 220 * times)).astype("<i2").tobytes()


class VoiceServer:
    """What both services share. `refusals` are answered first, one a request for speech: status, name of the error, message."""

    def __init__(self) -> None:
        self.refusals: list[tuple[int, str, str]] = []
        self.asked: list[dict[str, Any]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                server.voices(self)

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.asked.append(body)
                if server.refusals:
                    server.refuse(self, *server.refusals.pop(0))
                else:
                    server.say(self, body)

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

    def voices(self, request: BaseHTTPRequestHandler) -> None:
        raise NotImplementedError

    def say(self, request: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        raise NotImplementedError

    def refuse(self, request: BaseHTTPRequestHandler, status: int, name: str, message: str) -> None:
        raise NotImplementedError

    @staticmethod
    def send(request: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str]) -> None:
        request.send_response(status)
        for key, value in ({"Content-Length": str(len(body))} | headers).items():
            request.send_header(key, value)
        request.end_headers()
        request.wfile.write(body)


class Polly(VoiceServer):
    """Amazon Polly's REST-JSON of 2016-06-10: `GET /v1/voices` in pages of two, `POST /v1/speech`."""

    VOICES = (
        {"Id": "Conchita", "LanguageCode": "es-ES", "SupportedEngines": ["standard"]},
        {"Id": "Amy", "LanguageCode": "en-GB", "SupportedEngines": ["standard", "neural"]},
        {"Id": "Joanna", "LanguageCode": "en-US", "SupportedEngines": ["standard", "neural"]},
        {"Id": "Lucia", "LanguageCode": "es-ES", "SupportedEngines": ["neural"]},
        {"Id": "Zhiyu", "LanguageCode": "cmn-CN", "SupportedEngines": ["neural"]},
        {"Id": "Kajal", "LanguageCode": "en-IN", "AdditionalLanguageCodes": ["hi-IN"], "SupportedEngines": ["neural"]},
    )
    content_type = "audio/pcm"

    def voices(self, request: BaseHTTPRequestHandler) -> None:
        asked = parse_qs(urlsplit(request.path).query)
        known = [one for one in self.VOICES if asked["Engine"][0] in one["SupportedEngines"]]
        start = int(asked.get("NextToken", ["0"])[0])
        told: dict[str, Any] = {"Voices": known[start : start + 2]}
        if start + 2 < len(known):
            told["NextToken"] = str(start + 2)
        self.send(request, 200, json.dumps(told).encode(), {"Content-Type": "application/json"})

    def say(self, request: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        text = asked["Text"]
        if len(text) > 3000:
            self.refuse(request, 400, "TextLengthExceededException", "Maximum text length has been exceeded")
            return
        headers = {"Content-Type": self.content_type, "x-amzn-RequestCharacters": str(len(text))}
        self.send(request, 200, tone(len(text), int(asked["SampleRate"])), headers)

    def refuse(self, request: BaseHTTPRequestHandler, status: int, name: str, message: str) -> None:
        headers = {"Content-Type": "application/json", "x-amzn-ErrorType": name}
        self.send(request, status, json.dumps({"message": message}).encode(), headers)


class GoogleSpeech(VoiceServer):
    """Google's Text-to-Speech v1 over HTTP and JSON: `GET /v1/voices`, `POST /v1/text:synthesize`."""

    VOICES = (
        {"languageCodes": ["en-GB"], "name": "en-GB-Neural2-A"},
        {"languageCodes": ["en-US"], "name": "en-US-Neural2-C"},
        {"languageCodes": ["en-US"], "name": "en-US-Standard-B"},
        {"languageCodes": ["es-ES"], "name": "es-ES-Neural2-A"},
    )

    def voices(self, request: BaseHTTPRequestHandler) -> None:
        told = {"voices": [one | {"ssmlGender": "FEMALE", "naturalSampleRateHertz": 24000} for one in self.VOICES]}
        self.send(request, 200, json.dumps(told).encode(), {"Content-Type": "application/json"})

    def say(self, request: BaseHTTPRequestHandler, asked: dict[str, Any]) -> None:
        text = asked["input"]["text"]
        if len(text.encode()) > 5000:
            self.refuse(request, 400, "INVALID_ARGUMENT", "Either `input.text` or `input.ssml` is longer than the limit of 5000 bytes.")
            return
        into, rate = io.BytesIO(), int(asked["audioConfig"]["sampleRateHertz"])
        with wave.open(into, "wb") as file:
            file.setparams((1, 2, rate, 0, "NONE", ""))
            file.writeframes(tone(len(text), rate))
        told = {"audioContent": base64.b64encode(into.getvalue()).decode()}
        self.send(request, 200, json.dumps(told).encode(), {"Content-Type": "application/json"})

    def refuse(self, request: BaseHTTPRequestHandler, status: int, name: str, message: str) -> None:
        told = {"error": {"code": status, "message": message, "status": name}}
        self.send(request, status, json.dumps(told).encode(), {"Content-Type": "application/json"})
