"""A call of parts put together and answered by whoever assembles it."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from adapters.storage.local import LocalStore
from adapters.tts.none import NoVoice
from schemas.documents import Kind, ObjectRef, Requested
from schemas.ledger import ASSEMBLY, Lease, PartResult, TaskId
from schemas.rows.call import CallRow
from schemas.settings import CallSettings
from tests.unit.workers.calls.test_whole import DOCUMENT, part
from tests.unit.workers.test_speaking import Parrot
from workers.concluding import Desk, concluded
from workers.redaction import CopyReply
from workers.speaking import read_reply
from workers.spool import Spool

RULES = CallSettings.model_validate(
    {"replies": [{"name": "sorry", "text": "Sorry, {customer_id}.", "when": {"intents": ["cancel"], "role": "customer"}}]}
)
NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def lake(tmp_path):
    (tmp_path / "lake").mkdir()
    store = LocalStore(LocalStore.Options(), root=tmp_path / "lake", source="lake")
    first = part(
        1,
        [(0, "Thank you for calling, how can I help you?"), (1, "I'm calling about my order.")],
        0,
        CallRow(customer_id="Ana", confidence=1, adapter="x/1/y"),
    )
    for number, one in ((1, first), (2, part(2, [(1, "I want to cancel my order."), (0, "Fine.")], 50))):
        store.put(f"results/{DOCUMENT}/{number}.json", io.BytesIO(json.dumps(one).encode()))
    return store


def assembled(lake, tmp_path, rules, voice, copies=None):
    lease = Lease(
        task=TaskId(document_id=DOCUMENT, run=1, part=ASSEMBLY),
        attempt=4,
        worker="w",
        ref=ObjectRef(source="bucket", key="calls/a.wav", version="1"),
        size=1,
        requested=Requested(),
        kind=Kind.CALL,
        media_type="audio/wav",
        sha256="0" * 64,
        parts=tuple(
            PartResult(part_no=number, result_key=f"results/{DOCUMENT}/{number}.json", items=2, rows={"utterances": 2}, languages={"en": 2})
            for number in (1, 2)
        ),
        received_at=NOW,
    )
    copies = [] if copies is None else copies

    def copy(lease, asked, result_key):
        copies.append((lease.ref.key, result_key, asked))
        return CopyReply()

    done = concluded(lease, Desk(lake, Spool(tmp_path / "spool"), rules, voice, lambda: ("kept/k",), copy))
    with lake.open(lake.stat(done.result_key).ref) as file:
        return done, json.load(file)


def test_a_call_of_parts_is_answered_once_for_all_of_it(lake, tmp_path):
    done, whole = assembled(lake, tmp_path, RULES, lambda: Parrot(Parrot.Options()))
    assert [(reply["text"], reply["audio_uri"], reply["adapter"]) for reply in whole["replies"]] == [
        ("Sorry, Ana.", f"/documents/{DOCUMENT}/replies/1", "parrot/1/en")
    ]
    assert done.rows["replies"] == 1
    assert read_reply(lake, done.result_key, "1").endswith(b"Sorry, Ana." * 2)


def test_what_a_paid_voice_took_and_what_was_kept_of_it_are_the_document_s(lake, tmp_path):
    class Dear(Parrot):
        def speak(self, text, language, voice=None):
            return super().speak(text, language, voice).model_copy(update={"cost_usd": Decimal("0.25")})

    done, whole = assembled(lake, tmp_path, RULES, lambda: Dear(Dear.Options()))
    assert (done.cost_usd, whole["cost_usd"], done.kept) == (Decimal("0.25"), "0.25", ("kept/k",))


def test_without_a_voice_the_text_stands(lake, tmp_path):
    done, whole = assembled(lake, tmp_path, RULES, lambda: NoVoice(NoVoice.Options()))
    assert [(reply["text"], reply["audio_uri"]) for reply in whole["replies"]] == [("Sorry, Ana.", None)]
    assert [problem["code"] for problem in whole["problems"]] == ["adapter_disabled"]
    assert not list(lake.list(done.result_key.removesuffix(".json") + ".reply"))


def test_where_nothing_is_to_be_said_no_voice_is_asked_for(lake, tmp_path):
    _, whole = assembled(lake, tmp_path, CallSettings(), lambda: pytest.fail("a voice was asked for"))
    assert whole["replies"] == []


def _bytes(lake, stat):
    with lake.open(stat.ref) as file:
        return file.read()


ASKED = [(0, "Thank you for calling, how can I help you?"), (0, "May I have your card number?")]
ANSWERED = [(1, "Yes, four four three one."), (0, "Fine.")]


def put_parts(lake):
    for number, (turns, first_s) in enumerate(((ASKED, 0), (ANSWERED, 50)), start=1):
        one = part(number, turns, first_s, CallRow(summary=turns[0][1], confidence=1, adapter="x/1/y") if number == 1 else None)
        lake.put(f"results/{DOCUMENT}/{number}.json", io.BytesIO(json.dumps(one).encode()))


def test_a_number_whose_question_stands_in_the_part_before_comes_out_of_all_that_is_stored(lake, tmp_path):
    put_parts(lake)
    copies = []
    done, whole = assembled(lake, tmp_path, CallSettings(redact=("card",)), lambda: pytest.fail("a voice was asked for"), copies)
    assert [row["text"] for row in whole["utterances"]][2:] == ["Yes, [card].", "Fine."]
    assert not [stat.ref.key for stat in lake.list() if b"four four" in _bytes(lake, stat)]
    ((key, result_key, asked),) = copies
    assert (key, result_key) == ("calls/a.wav", done.result_key)
    assert [(one.channel, one.start_s, one.end_s) for one in asked.quiet] == [(1, pytest.approx(50.7), pytest.approx(52.3))]
    assert [row["redacted_audio_uri"] for row in whole["calls"]] == [f"/documents/{DOCUMENT}/audio/redacted"]


def test_an_assembly_that_is_done_again_silences_the_same(lake, tmp_path):
    put_parts(lake)
    copies = []
    for _ in range(2):
        _, whole = assembled(lake, tmp_path, CallSettings(redact=("card",)), lambda: pytest.fail("a voice was asked for"), copies)
    assert copies[0][2] == copies[1][2]
    assert [span["name"] for span in whole["call_spans"] if span["kind"] == "personal"] == ["card"]


def test_without_redaction_no_copy_is_asked_for_and_the_number_is_a_span(lake, tmp_path):
    put_parts(lake)
    copies = []
    _, whole = assembled(lake, tmp_path, CallSettings(), lambda: pytest.fail("a voice was asked for"), copies)
    assert copies == []
    assert [(span["name"], span["role"], span["flags"]) for span in whole["call_spans"] if span["kind"] == "personal"] == [("card", "customer", [])]
    assert whole["utterances"][2]["text"] == "Yes, four four three one."
