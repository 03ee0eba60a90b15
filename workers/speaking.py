"""Spoken answers: where the voice runs, and where what it says is kept.

A voice may be a program (espeak-ng) or a remote service, and the confined child that reads documents may start neither: it asks its parent, who has
the adapter. What is spoken lies beside the result as one WAV file a reply, and goes when the result goes.
"""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import BinaryIO, Final

from pydantic import JsonValue, ValidationError

from adapters.sandbox.child import Callback
from adapters.sandbox.host import Host
from adapters.storage.port import ObjectStore
from adapters.tts.port import SpeechSynthesizer
from schemas.call_rules import Reply
from schemas.documents import DocumentId, Value
from schemas.errors import AdapterDisabled, EngineOutputInvalid, NotFound, RejectedInput, Superseded, TerminalError, TooLarge
from schemas.extractions import CallExtraction, Problem
from schemas.rows.call import ReplyRow
from schemas.transcripts import SpokenAudio
from workers.calls.replies import language_of

SPEAK: Final = "speak"
"""Name of the callback."""
MOST_BYTES: Final = 48 * 1024**2
"""Bytes of one spoken reply: 18 minutes at 22,050 Hz; a text of 2,000 characters takes about two."""
MOST_REPLIES: Final = 50

_NUMBER: Final = re.compile(r"[1-9]\d{0,3}")

UNTOLD: Final = "en"
"""What a reply is spoken in when neither its rule nor anything else tells a language."""

Keep = Callable[[int, bytes], None]
"""Keeps the WAV file of the reply of that number."""


class _Asked(Value):
    """What the child asks for."""

    text: str
    language: str
    voice: str | None = None


class ParentsVoice:
    """A voice as the confined child has it: what it is, is known here; it speaks in the parent."""

    def __init__(self, engine: SpeechSynthesizer, host: Host) -> None:
        self.name = engine.name
        self.version = engine.version
        self.capabilities = engine.capabilities
        self.options = engine.options
        self._host = host

    def speak(self, text: str, language: str, voice: str | None = None) -> SpokenAudio:
        """See `SpeechSynthesizer.speak`. Raises `AdapterDisabled` where the parent keeps no replies, as `tamiz extract`."""
        if SPEAK not in self._host.offers:
            raise AdapterDisabled("nothing is spoken here: only the service keeps what is; drop the call into its bucket")
        said, pcm = self._host.call(SPEAK, {"text": text, "language": language, "voice": voice})
        return SpokenAudio(
            pcm=pcm, sample_rate_hz=int(said["sample_rate_hz"]), adapter=str(said["adapter"]), cost_usd=Decimal(str(said.get("cost_usd", 0)))
        )


def speaking(voice: Callable[[], SpeechSynthesizer]) -> Mapping[str, Callback]:
    """The callback of one attempt. Raises what the voice raises, and `EngineOutputInvalid` for a child that asks for anything odd."""
    left = MOST_REPLIES

    def speak(request: dict[str, JsonValue], _: bytes) -> tuple[Mapping[str, JsonValue], bytes]:
        nonlocal left
        left -= 1
        try:
            asked = _Asked.model_validate(request)
        except ValidationError as error:
            raise EngineOutputInvalid("the parser child asked for a reply of no valid form") from error
        if left < 0:
            raise TooLarge(f"a call has at most {MOST_REPLIES} spoken replies")
        spoken = voice().speak(asked.text, asked.language, asked.voice)
        return {"sample_rate_hz": spoken.sample_rate_hz, "adapter": spoken.adapter, "cost_usd": str(spoken.cost_usd)}, spoken.pcm

    return {SPEAK: speak}


def spoken(call: CallExtraction, rules: Sequence[Reply], voice: SpeechSynthesizer, keep: Keep) -> CallExtraction:
    """The call with each of its replies that could be spoken handed to `keep`, its cost raised by what the voice took.

    A voice that is missing, or does not know the language, leaves the row without audio and says so in a problem; only a fault that may pass
    (`TransientError`) ends the attempt.
    """
    by_name = {rule.name: rule for rule in rules}
    rows, problems, cost_usd = list[ReplyRow](), list[Problem](), call.cost_usd
    for row in call.replies:
        rule = by_name[row.rule]
        try:
            said = voice.speak(row.text, language_of(rule, call) or UNTOLD, rule.voice)
            cost_usd += said.cost_usd
            keep(row.reply_no, wav(said))
        except (TerminalError, RejectedInput) as error:
            problems.append(Problem(code=error.code, message=f"the reply `{rule.name}` was not spoken: {error.message}"[:500]))
            rows.append(row)
        else:
            place = {"audio_uri": reply_uri(call.document_id, row.reply_no), "adapter": said.adapter, "flags": ()}
            rows.append(row.model_copy(update=place))
    return call.model_copy(update={"replies": tuple(rows), "problems": (*call.problems, *problems), "cost_usd": cost_usd})


def wav(spoken: SpokenAudio) -> bytes:
    """The sound as a WAV file. Raises `TooLarge`."""
    if len(spoken.pcm) > MOST_BYTES:
        raise TooLarge(f"the spoken reply has {len(spoken.pcm)} bytes; at most {MOST_BYTES} are kept; shorten its text")
    into = io.BytesIO()
    with wave.open(into, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(spoken.sample_rate_hz)
        file.writeframes(spoken.pcm)
    return into.getvalue()


def reply_uri(document: DocumentId, number: int) -> str:
    """The path under which the API hands out a reply."""
    return f"/documents/{document}/replies/{number}"


def reply_file(number: int) -> str:
    """Name of a reply's file in the child's `OUT`."""
    return f"reply-{number}.wav"


def replies_prefix(result_key: str) -> str:
    """Where the replies of the result at `result_key` lie."""
    return f"{result_key.removesuffix('.json')}.reply-"


def store_reply(lake: ObjectStore, result_key: str, number: int, file: BinaryIO) -> None:
    """Keep a reply beside its result. Raises `EngineOutputInvalid` for more than a reply may be."""
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MOST_BYTES + 64:
        raise EngineOutputInvalid(f"the parser child left a reply of {size} bytes; at most {MOST_BYTES} are kept")
    lake.put(f"{replies_prefix(result_key)}{number}.wav", file)


def discard_replies(lake: ObjectStore, result_key: str) -> None:
    """Remove what was spoken for a result."""
    for stat in list(lake.list(replies_prefix(result_key))):
        lake.delete(stat.ref.key)


def read_reply(lake: ObjectStore, result_key: str, number: str) -> bytes:
    """One reply as a WAV file. Raises `NotFound` when there is none."""
    gone = NotFound("this call has no such spoken reply: none was made, no voice could speak it, or the call was processed again")
    stat = lake.stat(f"{replies_prefix(result_key)}{number}.wav") if _NUMBER.fullmatch(number) else None
    if stat is None or stat.size > MOST_BYTES + 64:
        raise gone
    try:
        with lake.open(stat.ref) as stream:
            return stream.read()
    except Superseded as error:
        raise gone from error
