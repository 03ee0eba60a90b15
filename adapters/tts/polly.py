"""Amazon Polly: paid voices of Amazon Web Services, called through boto3.

Polly gives raw samples at 8 or 16 kHz only and takes 3,000 billed characters a request. Plain text is sent, never SSML: what a sender wrote into a
call's metadata is no markup.
"""

from __future__ import annotations

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
    SettingsInvalid,
    TamizError,
    TooLarge,
)
from schemas.transcripts import SpokenAudio

USD_PER_MILLION: Final[Mapping[str, Decimal]] = {
    "standard": Decimal(4),
    "neural": Decimal(16),
    "generative": Decimal(30),
    "long-form": Decimal(100),
}
"""List prices of a million characters by engine, US regions, 2025."""

MOST_CHARACTERS: Final = 2_900
"""Of one request; Polly takes 3,000 billed ones."""

_BUSY: Final = {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded", "ServiceQuotaExceededException"}
_DENIED: Final = {
    "AccessDenied",
    "AccessDeniedException",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "SubscriptionRequiredException",
    "UnrecognizedClientException",
}


class PollyVoice:
    """Speaks through Amazon Polly; the client is made and voices are listed on first use."""

    name: ClassVar[str] = "polly"
    version: ClassVar[str] = "1"
    capabilities: Capabilities = Capabilities(needs_network=True, price_usd=USD_PER_MILLION["neural"], price_unit="million characters")

    class Options(Value):
        """How it is reached and how it speaks. Credentials come from where boto3 finds them: environment, profile, the host's role."""

        engine: Literal["standard", "neural", "generative", "long-form"] = Field(
            default="neural", description="kind of voices: standard is cheapest; neural sounds like a person; not every language has each"
        )
        voices: dict[str, str] = Field(
            default_factory=dict, description="voice by language, as `{'en': 'Joanna', 'es-MX': 'Mia'}`; else the first by name of the region"
        )
        sample_rate_hz: Literal[8000, 16000] = Field(default=16000, description="samples a second; 8000 is what a telephone carries, half the size")
        region: str | None = Field(default=None, description="region of the service, as `eu-west-1`; None: from the environment or the profile")
        profile: str | None = Field(default=None, description="profile of the AWS configuration files; None: the default one")
        endpoint: str | None = Field(default=None, description="URL of a compatible server; None: Amazon's own, which needs remote_calls")
        timeout_s: float = Field(default=30.0, gt=0, description="seconds one request may take; longer survives slow links")
        retries: int = Field(default=3, ge=0, description="tries of one request after the first; waits between them grow")
        usd_per_million: Decimal | None = Field(
            default=None, ge=0, description="US dollars a million characters in your contract; None: the list price of the engine"
        )

    def __init__(self, options: Options, remote_calls: bool = False) -> None:
        self.options = options
        self._remote_calls = remote_calls
        self._price = USD_PER_MILLION[options.engine] if options.usd_per_million is None else options.usd_per_million
        self.capabilities = Capabilities(needs_network=True, price_usd=self._price, price_unit="million characters")

    def ready(self) -> Readiness:
        """Whether it may be called and its package is here; credentials and the service itself are met with the first text."""
        if find_spec("boto3") is None:
            return Readiness(ok=False, reason="polly needs `pip install 'tamiz[aws]'` (boto3 is missing)")
        if self.options.endpoint is None and not self._remote_calls:
            return Readiness(ok=False, reason="polly is a cloud service and remote calls are off; set TAMIZ_REMOTE_CALLS=true")
        return Readiness(ok=True, reason=f"{self.options.engine} voices, {self._price} USD a million characters")

    def speak(self, text: str, language: str, voice: str | None = None) -> SpokenAudio:
        """Mono PCM of the text, long ones in several requests; `voice` is one of Polly's names for the chosen engine (`Joanna`).

        Raises `LanguageUnsupported`, `RemoteCallsDisabled`, `ExtraMissing`, `SettingsInvalid`, `CredentialsMissing`, `QuotaExceeded`,
        `ServiceUnavailable`, `TooLarge` or `EngineOutputInvalid`.
        """
        chosen = voice_named(voice, self._voices, "Polly") if voice else voice_for(language, self._voices, self.options.voices, "Polly")
        pcm, billed = b"", 0
        for passage in passages(text, MOST_CHARACTERS):
            spoken, characters = self._said(passage, chosen, language)
            pcm += spoken
            billed += characters
        label = f"{self.name}/{self.options.engine}/{chosen.name}"
        return SpokenAudio(pcm=pcm, sample_rate_hz=self.options.sample_rate_hz, adapter=label, cost_usd=cost(billed, self._price))

    def _said(self, passage: str, voice: ListedVoice, language: str) -> tuple[bytes, int]:
        """Samples of one request and the characters it is billed for."""
        with _typed():
            answer = self._client.synthesize_speech(
                Text=passage,
                TextType="text",
                VoiceId=voice.name,
                LanguageCode=voice.tag(language),
                Engine=self.options.engine,
                OutputFormat="pcm",
                SampleRate=str(self.options.sample_rate_hz),
            )
            with answer["AudioStream"] as stream:
                pcm: bytes = stream.read()
        if not pcm or len(pcm) % 2 or answer.get("ContentType") != "audio/pcm":
            raise EngineOutputInvalid(f"Polly answered {len(pcm)} bytes of {answer.get('ContentType')}, which are no 16-bit samples")
        return pcm, int(answer.get("RequestCharacters") or len(passage))

    @cached_property
    def _voices(self) -> tuple[ListedVoice, ...]:
        with _typed():
            pages = list(self._client.get_paginator("describe_voices").paginate(Engine=self.options.engine))
        return tuple(
            ListedVoice(name=voice["Id"], languages=(voice["LanguageCode"], *voice.get("AdditionalLanguageCodes", ())))
            for page in pages
            for voice in page["Voices"]
        )

    @cached_property
    def _client(self) -> Any:
        options = self.options
        if options.endpoint is None and not self._remote_calls:
            raise RemoteCallsDisabled("Polly is a cloud service and remote calls are off; set TAMIZ_REMOTE_CALLS=true, or TAMIZ_TTS=auto")
        try:
            import boto3
            from botocore.config import Config
        except ImportError as error:
            raise ExtraMissing(f"the voice polly needs `pip install 'tamiz[aws]'` ({error.name} is missing)") from error
        waits = {"total_max_attempts": options.retries + 1, "mode": "standard"}
        config = Config(connect_timeout=options.timeout_s, read_timeout=options.timeout_s, retries=waits)
        with _typed():
            session = boto3.Session(profile_name=options.profile, region_name=options.region)
            return session.client("polly", endpoint_url=options.endpoint, config=config)


@contextmanager
def _typed() -> Iterator[None]:
    """boto's errors as ours."""
    from botocore import exceptions as boto

    try:
        yield
    except boto.ClientError as error:
        raise _of_answer(error) from error
    except boto.NoRegionError as error:
        raise SettingsInvalid("Polly needs a region; set AWS_DEFAULT_REGION or its option `region`") from error
    except (boto.NoCredentialsError, boto.PartialCredentialsError, boto.CredentialRetrievalError, boto.ProfileNotFound, boto.SSOError) as error:
        raise CredentialsMissing(
            f"no AWS credentials for Polly ({type(error).__name__}); set AWS_ACCESS_KEY_ID with its secret or a profile"
        ) from error
    except boto.ParamValidationError as error:
        raise EngineOutputInvalid("boto3 refuses the request to Polly; look for a newer version of Tamiz") from error
    except boto.BotoCoreError as error:
        raise ServiceUnavailable(f"Polly did not answer ({type(error).__name__}); it is tried again") from error


def _of_answer(error: Any) -> TamizError:
    """Our error for a refusal of the service."""
    told, status = error.response.get("Error", {}), error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = str(told.get("Code", ""))
    if code in _BUSY or status == 429:
        return QuotaExceeded(f"Polly asks to slow down ({code}); it is tried again, or raise your account's quota")
    if code in _DENIED or status in (401, 403):
        return CredentialsMissing(f"AWS refuses these credentials for Polly ({code}); they need polly:SynthesizeSpeech and polly:DescribeVoices")
    if code == "TextLengthExceededException":
        return TooLarge("Polly finds the text too long; shorten it")
    if code in ("LanguageNotSupportedException", "EngineNotSupportedException"):
        return LanguageUnsupported(f"Polly does not speak this language with this voice and engine here ({code}); choose another engine or region")
    if status >= 500 or code == "ServiceFailureException":
        return ServiceUnavailable(f"Polly failed ({code or status}); it is tried again")
    return EngineOutputInvalid(f"Polly refused the request ({code or status}); look for a newer version of Tamiz")
