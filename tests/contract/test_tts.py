"""Every voice against the family's suite; paid ones against fakes on loopback that speak the services' wire formats."""

from __future__ import annotations

import shutil
from decimal import Decimal
from importlib.util import find_spec

import numpy as np
import pytest

from adapters.testing.tts import NoTtsContract, TtsContract, TtsDescription
from adapters.tts.auto import AutoVoice
from adapters.tts.espeak import EspeakVoice
from adapters.tts.google import GoogleVoice
from adapters.tts.none import NoVoice
from adapters.tts.polly import PollyVoice
from schemas.errors import (
    CredentialsMissing,
    EngineOutputInvalid,
    ExtraMissing,
    LanguageUnsupported,
    ProgramMissing,
    QuotaExceeded,
    RemoteCallsDisabled,
    ServiceUnavailable,
    SettingsInvalid,
    TooLarge,
)
from tests.voiceservers import GoogleSpeech, Polly

needs_google = pytest.mark.skipif(
    not (find_spec("google") and find_spec("google.cloud") and find_spec("google.cloud.texttospeech")),
    reason="google-cloud-texttospeech is not installed (pip install -r requirements-dev.txt)",
)
needs_espeak = pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not on this machine (apt-get install espeak-ng)")


class TestNone(NoTtsContract):
    @pytest.fixture
    def voice(self):
        return NoVoice(NoVoice.Options())


class TestAutoWithoutProgram(NoTtsContract):
    @pytest.fixture
    def voice(self, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))
        return AutoVoice(AutoVoice.Options())


class TestEspeakWithoutProgram(TtsDescription):
    @pytest.fixture
    def voice(self, monkeypatch, tmp_path):
        monkeypatch.setenv("PATH", str(tmp_path))
        return EspeakVoice(EspeakVoice.Options())

    def test_missing_program_is_named_with_its_remedy(self, voice):
        with pytest.raises(ProgramMissing, match="apt-get install espeak-ng"):
            voice.speak("Good morning.", "en")


@pytest.mark.needs_espeak
@needs_espeak
class TestEspeak(TtsContract):
    @pytest.fixture(scope="class")
    @classmethod
    def voice(cls):
        return EspeakVoice(EspeakVoice.Options())

    def test_a_region_s_voice_is_taken_where_there_is_one(self, voice):
        assert voice.speak("Good morning.", "en-US").adapter.endswith("/en-us")
        assert voice.speak("Good morning.", "en-ZA").adapter.endswith("/en-gb")

    def test_faster_is_shorter(self, voice):
        fast = EspeakVoice(EspeakVoice.Options(words_per_minute=350))
        text = "Your order arrives on Monday between four and six."
        assert len(fast.speak(text, "en").pcm) < len(voice.speak(text, "en").pcm)


@pytest.mark.needs_espeak
@needs_espeak
class TestAuto(TtsContract):
    @pytest.fixture(scope="class")
    @classmethod
    def voice(cls):
        return AutoVoice(AutoVoice.Options())


@pytest.fixture
def no_aws(monkeypatch, tmp_path):
    """No credentials of this machine are in reach, nor the address where a cloud's hosts find theirs."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))


@pytest.fixture
def aws(no_aws, monkeypatch):
    """Credentials of nobody."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.fixture
def polly():
    server = Polly()
    yield server
    server.close()


def polly_voice(server, **options):
    return PollyVoice(PollyVoice.Options(endpoint=server.endpoint, retries=0, **options))


class TestPolly(TtsContract):
    @pytest.fixture
    def voice(self, polly, aws):
        return polly_voice(polly)

    def test_a_telephone_s_rate(self, polly, aws):
        spoken = polly_voice(polly, sample_rate_hz=8000).speak("Good morning.", "en-US")
        assert (spoken.sample_rate_hz, len(spoken.pcm)) == (8000, int(0.06 * 13 * 8000) * 2)

    def test_what_it_costs_is_said(self, polly, aws):
        assert polly_voice(polly).speak("Good morning.", "en").cost_usd == Decimal("0.000208")
        assert polly_voice(polly, engine="standard").speak("Good morning.", "en").cost_usd == Decimal("0.000052")
        assert polly_voice(polly, usd_per_million=1).speak("Good morning.", "en").cost_usd == Decimal("0.000013")
        assert polly_voice(polly, engine="standard").capabilities.price_usd == 4

    def test_a_long_text_is_spoken_whole_in_several_requests(self, polly, aws):
        text = " ".join(["Your order number seven arrives on Monday."] * 150)
        spoken = polly_voice(polly).speak(text, "en")
        assert [len(asked["Text"]) <= 3000 for asked in polly.asked] == [True] * 3
        assert " ".join(asked["Text"] for asked in polly.asked) == text
        assert len(np.frombuffer(spoken.pcm, "<i2")) == sum(int(0.06 * len(asked["Text"]) * 16_000) for asked in polly.asked)
        assert spoken.cost_usd == Decimal(16 * sum(len(asked["Text"]) for asked in polly.asked)) / 1_000_000

    def test_a_text_is_never_markup(self, polly, aws):
        polly_voice(polly).speak("<speak>no</speak>", "en")
        assert polly.asked[0]["TextType"] == "text"

    def test_a_bilingual_voice_is_told_the_language(self, polly, aws):
        polly_voice(polly).speak("Namaste.", "hi-IN", "kajal")
        assert (polly.asked[0]["VoiceId"], polly.asked[0]["LanguageCode"]) == ("Kajal", "hi-IN")

    def test_nothing_is_asked_for_blank_text(self, polly, aws):
        assert polly_voice(polly).speak(" ", "en").pcm == b""
        assert polly.asked == []

    @pytest.mark.parametrize(
        "status, name, expected, about",
        [
            (400, "ThrottlingException", QuotaExceeded, "slow down"),
            (429, "TooManyRequestsException", QuotaExceeded, "quota"),
            (403, "UnrecognizedClientException", CredentialsMissing, "polly:SynthesizeSpeech"),
            (403, "AccessDeniedException", CredentialsMissing, "polly:SynthesizeSpeech"),
            (400, "ExpiredTokenException", CredentialsMissing, "credentials"),
            (400, "TextLengthExceededException", TooLarge, "shorten"),
            (400, "LanguageNotSupportedException", LanguageUnsupported, "another engine"),
            (400, "EngineNotSupportedException", LanguageUnsupported, "another engine"),
            (500, "ServiceFailureException", ServiceUnavailable, "tried again"),
            (503, "Whatever", ServiceUnavailable, "tried again"),
            (400, "SomethingNew", EngineOutputInvalid, "SomethingNew"),
        ],
    )
    def test_refusals_are_typed(self, polly, aws, status, name, expected, about):
        polly.refusals = [(status, name, "told by the service")]
        with pytest.raises(expected, match=about):
            polly_voice(polly).speak("Good morning.", "en")

    def test_a_busy_service_is_asked_again(self, polly, aws):
        polly.refusals = [(400, "ThrottlingException", "Rate exceeded")]
        voice = PollyVoice(PollyVoice.Options(endpoint=polly.endpoint, retries=1))
        assert voice.speak("Good morning.", "en").pcm
        assert len(polly.asked) == 2

    def test_what_is_no_sound_is_refused(self, polly, aws):
        polly.content_type = "audio/mpeg"
        with pytest.raises(EngineOutputInvalid, match="audio/mpeg"):
            polly_voice(polly).speak("Good morning.", "en")

    def test_nobody_there(self, aws):
        with pytest.raises(ServiceUnavailable, match="did not answer"):
            PollyVoice(PollyVoice.Options(endpoint="http://127.0.0.1:1", retries=0)).speak("Good morning.", "en")

    def test_without_credentials_or_region_it_says_so(self, polly, no_aws):
        with pytest.raises(SettingsInvalid, match="AWS_DEFAULT_REGION"):
            polly_voice(polly).speak("Good morning.", "en")
        with pytest.raises(CredentialsMissing, match="AWS_ACCESS_KEY_ID"):
            polly_voice(polly, region="eu-west-1").speak("Good morning.", "en")
        with pytest.raises(CredentialsMissing, match="profile"):
            polly_voice(polly, profile="nobody").speak("Good morning.", "en")

    def test_the_cloud_is_not_called_unless_remote_calls_are_on(self, aws):
        voice = PollyVoice(PollyVoice.Options())
        assert "TAMIZ_REMOTE_CALLS" in voice.ready().reason
        assert not voice.ready().ok
        with pytest.raises(RemoteCallsDisabled, match="TAMIZ_REMOTE_CALLS"):
            voice.speak("Good morning.", "en")
        assert PollyVoice(PollyVoice.Options(), remote_calls=True).ready().ok


@pytest.fixture
def google():
    server = GoogleSpeech()
    yield server
    server.close()


def google_voice(server, **options):
    return GoogleVoice(GoogleVoice.Options(endpoint=server.endpoint, **options))


@needs_google
class TestGoogle(TtsContract):
    @pytest.fixture
    def voice(self, google):
        return google_voice(google)

    def test_only_voices_of_its_kind_are_taken(self, google):
        assert google_voice(google, kind="Standard").speak("Good morning.", "en").adapter == "google/Standard/en-US-Standard-B"
        with pytest.raises(LanguageUnsupported, match="speaks en"):
            google_voice(google, kind="Standard").speak("Buenos días.", "es")

    @pytest.mark.parametrize("rate", [8000, 24000])
    def test_rate_and_pace_are_asked_for(self, google, rate):
        spoken = google_voice(google, sample_rate_hz=rate, pace=1.2).speak("Good morning.", "en-US")
        assert (spoken.sample_rate_hz, len(spoken.pcm)) == (rate, int(0.06 * 13 * rate) * 2)
        assert google.asked[0]["audioConfig"] == {"audioEncoding": "LINEAR16", "sampleRateHertz": rate, "speakingRate": 1.2}
        assert google.asked[0]["voice"] == {"languageCode": "en-US", "name": "en-US-Neural2-C"}

    def test_what_it_costs_is_said(self, google):
        assert google_voice(google).speak("¡Buenos días!", "es").cost_usd == Decimal("0.000208")
        assert google_voice(google, usd_per_million=1).speak("Good morning.", "en").cost_usd == Decimal("0.000013")

    def test_a_long_text_is_spoken_whole_in_several_requests(self, google):
        text = " ".join(["Su pedido llegará mañana por la mañana."] * 200)
        spoken = google_voice(google).speak(text, "es")
        assert len(google.asked) == 2
        assert " ".join(asked["input"]["text"] for asked in google.asked) == text
        assert len(spoken.pcm) == 2 * sum(int(0.06 * len(asked["input"]["text"]) * 24_000) for asked in google.asked)

    @pytest.mark.parametrize(
        "status, name, message, expected",
        [
            (429, "RESOURCE_EXHAUSTED", "Quota exceeded", QuotaExceeded),
            (401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", CredentialsMissing),
            (403, "PERMISSION_DENIED", "Cloud Text-to-Speech API has not been used in project", CredentialsMissing),
            (400, "INVALID_ARGUMENT", "This request contains sentences that are too long.", TooLarge),
            (400, "INVALID_ARGUMENT", "Voice 'x' does not exist. Is it misspelled?", LanguageUnsupported),
            (500, "INTERNAL", "Internal error", ServiceUnavailable),
            (503, "UNAVAILABLE", "The service is currently unavailable.", ServiceUnavailable),
            (400, "FAILED_PRECONDITION", "Something new", EngineOutputInvalid),
        ],
    )
    def test_refusals_are_typed(self, google, status, name, message, expected):
        google.refusals = [(status, name, message)]
        with pytest.raises(expected):
            google_voice(google).speak("Good morning.", "en")

    def test_nobody_there(self):
        with pytest.raises(ServiceUnavailable, match="did not answer"):
            GoogleVoice(GoogleVoice.Options(endpoint="http://127.0.0.1:1")).speak("Good morning.", "en")

    def test_without_credentials_it_says_so(self, monkeypatch, tmp_path):
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "nothing.json"))
        with pytest.raises(CredentialsMissing, match="GOOGLE_APPLICATION_CREDENTIALS"):
            GoogleVoice(GoogleVoice.Options(), remote_calls=True).speak("Good morning.", "en")


class TestGoogleWithoutItsPackage(TtsDescription):
    @pytest.fixture
    def voice(self, monkeypatch):
        monkeypatch.setattr("adapters.tts.google.find_spec", lambda name: None)
        return GoogleVoice(GoogleVoice.Options(), remote_calls=True)

    def test_the_missing_package_is_named(self, voice):
        assert not voice.ready().ok
        assert "tamiz[google-voices]" in voice.ready().reason
        with pytest.raises(ExtraMissing, match="google-voices"):
            voice.speak("Good morning.", "en")

    def test_the_cloud_is_not_called_unless_remote_calls_are_on(self):
        with pytest.raises(RemoteCallsDisabled, match="TAMIZ_REMOTE_CALLS"):
            GoogleVoice(GoogleVoice.Options()).speak("Good morning.", "en")
