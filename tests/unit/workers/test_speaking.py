"""Replies spoken, kept and handed out."""

from __future__ import annotations

import io
import wave
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from adapters.storage.local import LocalStore
from adapters.tts.none import NoVoice
from schemas.call_rules import Reply
from schemas.errors import AdapterDisabled, EngineOutputInvalid, NotFound, ServiceUnavailable, TooLarge
from schemas.extractions import CallExtraction
from schemas.rows.call import CallRow
from schemas.transcripts import SpokenAudio
from workers import speaking
from workers.calls.replies import with_replies
from workers.crops import discard_result
from workers.speaking import SPEAK, ParentsVoice, read_reply, spoken, store_reply

KEY = "results/aaa/1-1.json"
RULES = [Reply(name="thanks", text="Thank you."), Reply(name="bye", text="Adiós.", language="es", voice="es-419")]


class Parrot(NoVoice):
    """Says a text as its letters."""

    def speak(self, text, language, voice=None):
        return SpokenAudio(pcm=text.encode() * 2, sample_rate_hz=16_000, adapter=f"parrot/1/{voice or language}")


class Down(NoVoice):
    def speak(self, text, language, voice=None):
        raise ServiceUnavailable("the voice is away")


@pytest.fixture
def lake(tmp_path):
    return LocalStore(LocalStore.Options(), root=tmp_path, source="lake")


def call():
    return with_replies(
        CallExtraction(
            document_id="a" * 26,
            source_uri="file:///a.wav",
            version="1",
            media_type="audio/wav",
            size_bytes=1,
            sha256="0" * 64,
            pipeline_version="1",
            extracted_at=datetime(2026, 1, 1, tzinfo=UTC),
            calls=(CallRow(confidence=1, adapter="x/1/y"),),
        ),
        RULES,
    )


def test_each_reply_is_kept_as_a_wav_file_and_named_in_its_row():
    files = {}
    found = spoken(call(), RULES, Parrot(Parrot.Options()), files.__setitem__)
    assert [(row.adapter, row.audio_uri, row.flags) for row in found.replies] == [
        ("parrot/1/en", f"/documents/{'a' * 26}/replies/1", ()),
        ("parrot/1/es-419", f"/documents/{'a' * 26}/replies/2", ()),
    ]
    with wave.open(io.BytesIO(files[1])) as file:
        assert (file.getnchannels(), file.getsampwidth(), file.getframerate()) == (1, 2, 16_000)
        assert file.readframes(100) == b"Thank you." * 2


def test_without_a_voice_there_is_a_row_and_a_problem_and_no_audio():
    files = {}
    found = spoken(call(), RULES, NoVoice(NoVoice.Options()), files.__setitem__)
    assert files == {}
    assert [(row.text, row.audio_uri, row.flags) for row in found.replies] == [
        ("Thank you.", None, ("not_spoken",)),
        ("Adiós.", None, ("not_spoken",)),
    ]
    assert [problem.code for problem in found.problems] == ["adapter_disabled", "adapter_disabled"]


def test_a_fault_that_may_pass_ends_the_attempt():
    with pytest.raises(ServiceUnavailable):
        spoken(call(), RULES, Down(Down.Options()), {}.__setitem__)


class Asking:
    """The child's host, with a parent that offers `callbacks`."""

    def __init__(self, callbacks):
        self.offers = frozenset(callbacks)
        self._callbacks = callbacks

    def call(self, name, request, blob=b""):
        return self._callbacks[name](request, blob)


def test_the_child_speaks_through_its_parent():
    voice = ParentsVoice(NoVoice(NoVoice.Options()), Asking(speaking.speaking(lambda: Parrot(Parrot.Options()))))
    assert voice.speak("Yes.", "en", "low") == SpokenAudio(pcm=b"Yes.Yes.", sample_rate_hz=16_000, adapter="parrot/1/low")


def test_a_parent_that_keeps_nothing_is_not_asked():
    with pytest.raises(AdapterDisabled, match="only the service keeps"):
        ParentsVoice(NoVoice(NoVoice.Options()), Asking({})).speak("Yes.", "en")


def test_a_child_cannot_ask_for_ever_nor_for_nonsense():
    speak = speaking.speaking(lambda: Parrot(Parrot.Options()))[SPEAK]
    with pytest.raises(EngineOutputInvalid):
        speak({"text": 1}, b"")
    for _ in range(speaking.MOST_REPLIES - 1):
        speak({"text": "Yes.", "language": "en"}, b"")
    with pytest.raises(TooLarge):
        speak({"text": "Yes.", "language": "en"}, b"")


def test_replies_come_back_by_number_and_go_with_their_result(lake):
    for number in (1, 12):
        store_reply(lake, KEY, number, io.BytesIO(b"RIFF%d" % number))
    store_reply(lake, "results/aaa/1-11.json", 1, io.BytesIO(b"RIFF"))
    lake.put(KEY, io.BytesIO(b"{}"))
    assert read_reply(lake, KEY, "12") == b"RIFF12"
    for other in ("2", "0", "01", "../1", "", "1.wav"):
        with pytest.raises(NotFound):
            read_reply(lake, KEY, other)
    discard_result(lake, KEY)
    assert [found.ref.key for found in lake.list()] == ["results/aaa/1-11.reply-1.wav"]


def test_more_than_a_reply_may_be_is_not_kept(lake, monkeypatch):
    monkeypatch.setattr(speaking, "MOST_BYTES", 10)
    with pytest.raises(EngineOutputInvalid):
        store_reply(lake, KEY, 1, io.BytesIO(b"x" * 100))
    with pytest.raises(TooLarge):
        speaking.wav(SpokenAudio(pcm=b"x" * 11, sample_rate_hz=8000, adapter="a/b/c"))


class Dear(Parrot):
    def speak(self, text, language, voice=None):
        return super().speak(text, language, voice).model_copy(update={"cost_usd": Decimal("0.000016") * len(text)})


def test_what_a_voice_took_is_added_to_the_call_whether_it_spoke_here_or_in_the_parent():
    class ParentHost:
        offers = (SPEAK,)

        def call(self, name, request):
            return speaking.speaking(lambda: Dear(Dear.Options()))[name](request, b"")

    for voice in (Dear(Dear.Options()), ParentsVoice(Dear(Dear.Options()), ParentHost())):
        assert spoken(call(), RULES, voice, lambda *_: None).cost_usd == Decimal("0.000256")
    assert str(spoken(call(), RULES, Parrot(Parrot.Options()), lambda *_: None).cost_usd) == "0.00"
