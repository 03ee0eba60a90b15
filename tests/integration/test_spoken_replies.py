"""A call answered by the service's own worker, parser child and voice."""

from __future__ import annotations

import io
import json
import shutil
import wave
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from adapters.sandbox.pool import ChildPool
from schemas.documents import CostClass, State
from schemas.ledger import Observation
from schemas.settings import Settings
from tests.voiceservers import Polly
from workers.attempt import Attempts
from workers.consumer import parser_spec
from workers.container import Container
from workers.erasure import erase_document
from workers.transport import renew

CALL = {
    "utterances": [
        {"role": "agent", "text": "Thank you for calling, how can I help you?"},
        {"role": "customer", "text": "I want to cancel my order."},
    ]
}
RULES = {"replies": [{"name": "sorry", "text": "We are sorry to see you go, {customer_id}.", "when": {"intents": ["cancel"]}}]}


@pytest.mark.needs_espeak
@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not on this machine (apt-get install espeak-ng)")
def test_a_reply_is_spoken_outside_of_the_confined_child_kept_and_erased(tmp_path: Path) -> None:
    box = Container(Settings(data=tmp_path / "var", calls=RULES))  # type: ignore[arg-type]  # as a settings file gives it
    renew(box.broker_dir)
    box.bucket.mark()
    box.settings.models.mkdir(parents=True)
    pool = ChildPool(parser_spec(box), tmp_path / "children", 1)
    try:
        box.bucket.put("calls/a.json", io.BytesIO(json.dumps(CALL).encode()))
        box.bucket.put("calls/a.json.meta.json", io.BytesIO(b'{"customer_id": "Ana", "language": "en"}'))
        seen = box.intake.observe_key("calls/a.json")
        assert seen.task
        Attempts(box, pool, tuple(CostClass)).run(seen.task)
        status = box.ledger.document(seen.document_id)
        assert (status.state, status.error_message) == (State.EXTRACTED, None)
        assert status.result_key
        result = json.loads(b"".join(box.result(seen.document_id, status.result_key)))
        reply = result["replies"][0]
        assert (reply["text"], reply["audio_uri"]) == ("We are sorry to see you go, Ana.", f"/documents/{seen.document_id}/replies/1")
        assert reply["adapter"].startswith("espeak-ng/")
        assert not result["problems"]
        with wave.open(io.BytesIO(box.reply(status.result_key, "1"))) as file:
            assert file.getnframes() / file.getframerate() > 1
        erase_document(box, seen.document_id, "test")
        assert not list(box.lake.list("results/"))
    finally:
        pool.close()
        box.ledger.close()


def test_a_paid_voice_is_paid_once_its_cost_is_the_call_s_and_the_budget_stops_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("AWS_ACCESS_KEY_ID", "nobody"), ("AWS_SECRET_ACCESS_KEY", "nothing"), ("AWS_DEFAULT_REGION", "eu-west-1")):
        monkeypatch.setenv(name, value)
    polly = Polly()
    text = "We are sorry to see you go, Ana."
    cost = Decimal("0.000016") * len(text)
    options = {"tts": {"polly": {"endpoint": polly.endpoint, "retries": 0}}}
    box = Container(Settings(data=tmp_path / "var", calls=RULES, tts="polly", options=options, budget_usd_per_day=cost))  # type: ignore[arg-type]
    renew(box.broker_dir)
    box.bucket.mark()
    box.settings.models.mkdir(parents=True)
    pool = ChildPool(parser_spec(box), tmp_path / "children", 1)

    def answered(name: str) -> dict[str, Any]:
        box.bucket.put(f"calls/{name}.json", io.BytesIO(json.dumps(CALL | {"name": name}).encode()))
        box.bucket.put(f"calls/{name}.json.meta.json", io.BytesIO(json.dumps({"customer_id": name, "language": "en"}).encode()))
        return worked(box.intake.observe_key(f"calls/{name}.json"))

    def worked(seen: Observation) -> dict[str, Any]:
        assert seen.task
        Attempts(box, pool, tuple(CostClass)).run(seen.task)
        status = box.ledger.document(seen.document_id)
        assert (status.state, status.error_message) == (State.EXTRACTED, None)
        assert status.result_key
        return json.loads(b"".join(box.result(seen.document_id, status.result_key))) | {"paid": status.cost_usd}

    try:
        first = answered("Ana")
        assert (first["replies"][0]["adapter"], first["cost_usd"], first["paid"]) == ("polly/neural/Joanna", str(cost), cost)
        assert [step["cost_usd"] for step in first["steps"] if step["step"] == "tts"] == [str(cost)]
        again = worked(box.reprocess(first["document_id"]))
        assert (again["replies"][0]["adapter"], Decimal(again["cost_usd"])) == ("polly/neural/Joanna", 0)
        assert [asked["Text"] for asked in polly.asked] == [text]
        other = answered("Bob")
        assert (other["replies"][0]["audio_uri"], [problem["code"] for problem in other["problems"]]) == (None, ["budget"])
        assert len(polly.asked) == 1
        erase_document(box, first["document_id"], "test")
        assert not list(box.lake.list("kept/"))
    finally:
        pool.close()
        box.ledger.close()
        polly.close()
