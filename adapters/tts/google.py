"""Google Cloud Text-to-Speech: paid voices, called over HTTP through Google's own client.

It takes 5,000 bytes a request and answers with a WAV file. Plain text is sent, never SSML. Requests are tried once: the ledger tries the document
again.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from functools import cached_property
from importlib.util import find_spec
from typing import Any, ClassVar, Final, Literal

from pydantic import Field

from adapters.capabilities import Capabilities, Readiness
from adapters.tts.catalogue import ListedVoice, cost, voice_for, voice_named
from adapters.tts.passages import passages
from schemas.documents import Value
from schemas.errors import (
    CredentialsMissing,
    EngineOutputInvalid,
    ExtraMissing,
    LanguageUnsupported,
    QuotaExceeded,
    RemoteCallsDisabled,
    ServiceUnavailable,
    TamizError,
    TooLarge,
)
from schemas.transcripts import SpokenAudio

USD_PER_MILLION: Final[Mapping[str, Decimal]] = {
    "Standard": Decimal(4),
    "Wavenet": Decimal(16),
    "Neural2": Decimal(16),
    "Chirp3-HD": Decimal(30),
    "Studio": Decimal(160),
}
"""List prices of a million characters by kind of voice, 2025, the higher one where sources differ."""

MOST_BYTES: Final = 4_800
"""Of one request in UTF-8; the service takes 5,000."""

_EXTRA: Final = "`pip install 'tamiz[google-voices]'`"


class GoogleVoice:
    """Speaks through Google Cloud; the client is made and voices are listed on first use."""

    name: ClassVar[str] = "google"
    version: ClassVar[str] = "1"
    capabilities: Capabilities = Capabilities(needs_network=True, price_usd=USD_PER_MILLION["Neural2"], price_unit="million characters")

    class Options(Value):
        """How it is reached and how it speaks. Credentials are the application default ones (GOOGLE_APPLICATION_CREDENTIALS, the host's role)."""

        kind: Literal["Standard", "Wavenet", "Neural2", "Chirp3-HD", "Studio"] = Field(
            default="Neural2", description="kind of voices: Standard is cheapest, Studio and Chirp3-HD sound best; not every language has each"
        )
        voices: dict[str, str] = Field(
            default_factory=dict, description="voice by language, as `{'en': 'en-GB-Neural2-A'}`; else the first by name of the region"
        )
        sample_rate_hz: Literal[8000, 16000, 22050, 24000] = Field(
            default=24000, description="samples a second; 8000 is what a telephone carries, a third of the size"
        )
        pace: float = Field(default=1.0, ge=0.25, le=2.0, description="pace against the voice's own; faster is harder to follow")
        endpoint: str | None = Field(default=None, description="URL of a compatible server, called without credentials; None: Google's own")
        timeout_s: float = Field(default=30.0, gt=0, description="seconds one request may take; longer survives slow links")
        usd_per_million: Decimal | None = Field(
            default=None, ge=0, description="US dollars a million characters in your contract; None: the list price of the kind"
        )

    def __init__(self, options: Options, remote_calls: bool = False) -> None:
        self.options = options
        self._remote_calls = remote_calls
        self._price = USD_PER_MILLION[options.kind] if options.usd_per_million is None else options.usd_per_million
        self.capabilities = Capabilities(needs_network=True, price_usd=self._price, price_unit="million characters")

    def ready(self) -> Readiness:
        """Whether it may be called and its package is here; credentials and the service itself are met with the first text."""
        if not _installed():
            return Readiness(ok=False, reason=f"the voice google needs {_EXTRA}")
        if self.options.endpoint is None and not self._remote_calls:
            return Readiness(ok=False, reason="google is a cloud service and remote calls are off; set TAMIZ_REMOTE_CALLS=true")
        return Readiness(ok=True, reason=f"{self.options.kind} voices, {self._price} USD a million characters")

    def speak(self, text: str, language: str, voice: str | None = None) -> SpokenAudio:
        """Mono PCM of the text, long ones in several requests; `voice` is one of Google's names of the chosen kind (`en-US-Neural2-C`).

        Raises `LanguageUnsupported`, `RemoteCallsDisabled`, `ExtraMissing`, `CredentialsMissing`, `QuotaExceeded`, `ServiceUnavailable`,
        `TooLarge` or `EngineOutputInvalid`.
        """
        service = "Google"
        chosen = voice_named(voice, self._voices, service) if voice else voice_for(language, self._voices, self.options.voices, service)
        parts = passages(text, MOST_BYTES, lambda one: len(one.encode()))
        pcm = b"".join(self._said(part, chosen, language) for part in parts)
        label = f"{self.name}/{self.options.kind}/{chosen.name}"
        spent = cost(sum(map(len, parts)), self._price)
        return SpokenAudio(pcm=pcm, sample_rate_hz=self.options.sample_rate_hz, adapter=label, cost_usd=spent)

    def _said(self, passage: str, voice: ListedVoice, language: str) -> bytes:
        """Samples of one request."""
        asked = {
            "input": {"text": passage},
            "voice": {"language_code": voice.tag(language), "name": voice.name},
            "audio_config": {
                "audio_encoding": "LINEAR16",
                "sample_rate_hertz": self.options.sample_rate_hz,
                "speaking_rate": self.options.pace,
            },
        }
        with _typed():
            answer = self._client.synthesize_speech(request=asked, retry=None, timeout=self.options.timeout_s)
        try:
            with wave.open(io.BytesIO(answer.audio_content)) as file:
                pcm: bytes = file.readframes(len(answer.audio_content))
                form = file.getnchannels(), file.getsampwidth(), file.getframerate()
        except (wave.Error, EOFError) as error:
            raise EngineOutputInvalid("Google did not answer with a WAV file") from error
        if not pcm or form != (1, 2, self.options.sample_rate_hz):
            raise EngineOutputInvalid(f"Google answered with {form[0]} channels of {8 * form[1]} bits at {form[2]} Hz, and not what it was asked for")
        return pcm

    @cached_property
    def _voices(self) -> tuple[ListedVoice, ...]:
        with _typed():
            listed = self._client.list_voices(request={}, retry=None, timeout=self.options.timeout_s)
        of_kind = [voice for voice in listed.voices if f"-{self.options.kind}-" in voice.name]
        return tuple(ListedVoice(name=voice.name, languages=tuple(voice.language_codes)) for voice in of_kind if voice.language_codes)

    @cached_property
    def _client(self) -> Any:
        endpoint = self.options.endpoint
        if endpoint is None and not self._remote_calls:
            raise RemoteCallsDisabled("Google's voices are a cloud service and remote calls are off; set TAMIZ_REMOTE_CALLS=true, or TAMIZ_TTS=auto")
        if not _installed():
            raise ExtraMissing(f"the voice google needs {_EXTRA}")
        from google.auth.credentials import AnonymousCredentials
        from google.cloud import texttospeech

        with _typed():
            if endpoint is None:
                return texttospeech.TextToSpeechClient(transport="rest")
            return texttospeech.TextToSpeechClient(
                transport="rest", credentials=AnonymousCredentials(), client_options={"api_endpoint": endpoint.rstrip("/")}
            )


def _installed() -> bool:
    try:
        return find_spec("google.cloud.texttospeech") is not None
    except ModuleNotFoundError:
        return False


@contextmanager
def _typed() -> Iterator[None]:
    """Google's errors as ours."""
    import requests
    from google.api_core import exceptions as api
    from google.auth import exceptions as auth

    try:
        yield
    except api.GoogleAPICallError as error:
        raise _of_answer(error) from error
    except (auth.TransportError, requests.RequestException, api.RetryError) as error:
        raise ServiceUnavailable(f"Google's voices did not answer ({type(error).__name__}); it is tried again") from error
    except auth.GoogleAuthError as error:
        raise CredentialsMissing(
            f"no Google credentials ({type(error).__name__}); set GOOGLE_APPLICATION_CREDENTIALS to a service account that may use Text-to-Speech"
        ) from error


def _of_answer(error: Any) -> TamizError:
    """Our error for a refusal of the service."""
    status, said = int(error.code or 0), str(error.message)
    if status == 429:
        return QuotaExceeded("Google asks to slow down; it is tried again, or raise your project's quota of Text-to-Speech")
    if status in (401, 403):
        return CredentialsMissing("Google refuses these credentials for Text-to-Speech; enable the API for the project and the account")
    if status in (408, 499) or status >= 500:
        return ServiceUnavailable(f"Google's voices failed ({status}); it is tried again")
    if "longer than the limit" in said or "too long" in said:
        return TooLarge("Google finds the text, or a sentence of it, too long; shorten it")
    if "language" in said.lower() or ("voice" in said.lower() and "exist" in said.lower()):
        return LanguageUnsupported("Google does not speak this language with this voice; choose another voice or kind")
    return EngineOutputInvalid(f"Google refused the request ({status}); look for a newer version of Tamiz")
