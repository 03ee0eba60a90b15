"""What every warehouse that can be asked says about calls, with figures worked out by hand; part of `WarehouseContract`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from adapters.testing.warehouse_reviews import FACT, ask
from adapters.testing.warehouse_rows import A, B, C, batch
from adapters.warehouse.port import Warehouse
from schemas.warehouse import RowGroup

STARTED = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
"""Half an hour before midnight UTC: a view that reads days in another zone is seen."""


def call(customer: tuple[float | None, float | None] | None = None, **columns: Any) -> dict[str, Any]:
    """A call of agent 7; `customer`: score and change of the customer's sentiment."""
    felt = {"customer": {"score": customer[0], "quarters": [None] * 4, "change": customer[1]}} if customer else None
    texts: dict[str, Any] = {name: json.dumps(columns.pop(name)) for name in ("talk_time_s", "words_per_minute") if name in columns}
    return {**FACT, "started_at": STARTED, "agent_id": "7", "sentiment": json.dumps(felt) if felt else None, **texts, **columns}


def turn(role: str, text: str = "Well", **columns: Any) -> dict[str, Any]:
    """A turn of a call."""
    return {**FACT, "role": role, "text": text, **columns}


def span(kind: str, name: str) -> dict[str, Any]:
    """Something that happens in a call."""
    return {**FACT, "span_no": 1, "kind": kind, "name": name}


def load_call(
    warehouse: Warehouse, document: str, header: dict[str, Any], turns: tuple[dict[str, Any], ...] = (), spans: tuple[dict[str, Any], ...] = ()
) -> None:
    """A document of one call, which came the day after; turns count from 1."""
    came = {"source_uri": "file:///c", "version": "1", "status": "loaded", "received_at": datetime(2026, 3, 5, 1, tzinfo=UTC), "metadata": "{}"}
    key = {"document_id": document}
    said = [key | {"utterance_no": number} | row for number, row in zip(count(1), turns, strict=False)]
    tables = {"documents": [key | came], "calls": [key | header], "utterances": said, "call_spans": [key | row for row in spans]}
    warehouse.replace([RowGroup(document, 1, tuple(batch(name, rows) for name, rows in tables.items()))], 1)


class CallContract:
    """The views over calls of a migrated, empty `warehouse`."""

    def test_days_of_calls(self, warehouse: Warehouse) -> None:
        """Shares are of the time of those calls that tell them; means count every call alike; each outcome is counted."""
        load_call(
            warehouse,
            A,
            call((2.0, 3.0), duration_s=120.0, talk_time_s={"agent": 60.0, "customer": 30.0}, non_talk_s=30.0, interruptions=2, outcome="resolved"),
        )
        load_call(warehouse, B, call((-1.0, None), duration_s=60.0, talk_time_s={"agent": 12.0}, non_talk_s=15.0, hold_s=9.0, outcome="callback"))
        load_call(warehouse, C, call(duration_s=20.0, csat=4.0))
        assert ask(warehouse, "SELECT day, calls, minutes, duration_s, non_talk_s, hold_s, interruptions, mean_csat FROM call_daily") == [
            ("2026-03-04", 3, round(200 / 60, 6), 200.0, 45.0, 9.0, 2, 4.0)
        ]
        assert ask(warehouse, "SELECT agent_talk_share, customer_talk_share, non_talk_share FROM call_daily") == [(0.4, 0.25, 0.25)]
        columns = "mean_customer_sentiment, mean_customer_sentiment_change, resolved, unresolved, callbacks, transferred, without_outcome"
        assert ask(warehouse, f"SELECT {columns} FROM call_daily") == [(0.5, 3.0, 1, 0, 1, 0, 1)]  # noqa: S608 - our own names

    def test_a_call_that_tells_nothing_is_counted(self, warehouse: Warehouse) -> None:
        """On the day it came, of nobody, with nothing in between."""
        load_call(warehouse, A, {**FACT, "duration_s": 0.0, "non_talk_s": 0.0})
        columns = "day, agent_id, queue, calls, agent_talk_share, non_talk_share, mean_customer_sentiment, without_outcome"
        assert ask(warehouse, f"SELECT {columns} FROM call_daily") == [("2026-03-05", None, None, 1, None, None, None, 1)]  # noqa: S608 - our own names
        columns = "agent_id, calls, talk_s, words_per_minute, interruptions, share_resolved, questions, questions_open"
        assert ask(warehouse, f"SELECT {columns} FROM agent_daily") == [(None, 1, None, None, None, None, 0, 0)]  # noqa: S608 - our own names

    def test_days_of_an_agent(self, warehouse: Warehouse) -> None:
        """Words a minute weigh by talk; only the agent's interruptions and the customers' questions count."""
        load_call(
            warehouse,
            A,
            call((1.0, -2.0), duration_s=100.0, talk_time_s={"agent": 30.0}, words_per_minute={"agent": 100.0}, outcome="resolved"),
            (
                turn("agent", is_interruption=True),
                turn("customer", is_interruption=True),
                turn("customer", is_interruption=False, is_question=True, answered_by=4),
                turn("agent", is_interruption=True, is_question=True),
                turn("customer", is_interruption=False, is_question=True),
            ),
        )
        load_call(
            warehouse, B, call((0.0, 1.0), duration_s=50.0, talk_time_s={"agent": 10.0}, words_per_minute={"agent": 180.0}, outcome="unresolved")
        )
        load_call(warehouse, C, call(duration_s=30.0, talk_time_s={"agent": 4.0}), (turn("agent"),))
        columns = "agent_id, day, calls, mean_duration_s, talk_s, words_per_minute, interruptions"
        assert ask(warehouse, f"SELECT {columns} FROM agent_daily") == [("7", "2026-03-04", 3, 60.0, 44.0, 120.0, 2)]  # noqa: S608 - our own names
        columns = "mean_customer_sentiment, mean_customer_sentiment_change, share_resolved, questions, questions_open"
        assert ask(warehouse, f"SELECT {columns} FROM agent_daily") == [(0.5, -0.5, 0.5, 2, 1)]  # noqa: S608 - our own names

    @pytest.mark.parametrize(
        ("text", "question"),
        [
            ("Hello. Where is my order? I wait.", "Where is my order?"),
            ("so where is\nit", "so where is\nit"),
            ("Bueno. ¿Cuánto cuesta 1.5 kg? ¿Y dos?", "¿Cuánto cuesta 1.5 kg?"),
        ],
    )
    def test_questions_nobody_answered(self, warehouse: Warehouse, text: str, question: str) -> None:
        """The asking sentence, who asked, in which call and when."""
        asked = turn("customer", text, is_question=True, start_s=90.5, language="en")
        others = (turn("agent", "Why?", is_question=True, answered_by=1), turn("agent", "No.", is_question=False), turn("agent"))
        load_call(warehouse, A, call(queue="orders", customer_id="c"), (asked, *others))
        columns = "question, role, document_id, utterance_no, day, start_s, text, agent_id, customer_id, queue"
        assert ask(warehouse, f"SELECT {columns} FROM questions_unanswered") == [  # noqa: S608 - our own names
            (question, "customer", A, 1, "2026-03-04", 90.5, text, "7", "c", "orders")
        ]
        [(moment,)] = ask(warehouse, "SELECT asked_at FROM questions_unanswered")
        assert str(moment).startswith("2026-03-04T23:31:30.5")

    def test_a_question_without_a_time_stays(self, warehouse: Warehouse) -> None:
        """Nobody knows when; it was asked all the same."""
        load_call(warehouse, A, call(started_at=None), (turn("unknown", "Why?", is_question=True),))
        assert ask(warehouse, "SELECT question, day, asked_at FROM questions_unanswered") == [("Why?", "2026-03-05", None)]

    def test_reasons_of_a_day(self, warehouse: Warehouse) -> None:
        """A call counts once for a reason said twice, and for each of its reasons; other spans are none."""
        said = (span("operation", "refund"), span("operation", "refund"), span("issue", "late"), span("outcome", "resolved"), span("silence", "x"))
        load_call(warehouse, A, call((-2.0, 1.0), outcome="resolved"), spans=said)
        load_call(warehouse, B, call((1.0, None), outcome="unresolved"), spans=(span("operation", "refund"),))
        load_call(warehouse, C, call(agent_id=None), spans=(span("operation", "refund"),))
        columns = "kind, name, calls, mentions, mean_customer_sentiment, mean_customer_sentiment_change, share_resolved, share_unresolved"
        assert ask(warehouse, f"SELECT day, {columns} FROM reasons_daily ORDER BY calls DESC") == [  # noqa: S608 - our own names
            ("2026-03-04", "operation", "refund", 3, 4, -0.5, 1.0, 0.5, 0.5),
            ("2026-03-04", "issue", "late", 1, 1, -2.0, 1.0, 1.0, 0.0),
        ]

    def test_seconds_of_turns(self, warehouse: Warehouse) -> None:
        """A row per second of each turn that has levels."""
        levels: dict[str, Any] = {"loudness_per_s": "[-20.5, -21, -96.0]", "start_s": 1.5, "end_s": 3.7, "channel": 1}
        load_call(warehouse, A, call(), (turn("agent", **levels), turn("customer"), turn("customer", loudness_per_s="[]", start_s=5.0, end_s=6.0)))
        assert ask(warehouse, "SELECT second_s, loudness_db, role, channel, utterance_no FROM loudness_seconds ORDER BY second_s") == [
            (1.5, -20.5, "agent", 1, 1),
            (2.5, -21.0, "agent", 1, 1),
            (3.5, -96.0, "agent", 1, 1),
        ]

    def test_words_of_turns(self, warehouse: Warehouse) -> None:
        """A row per word of each turn that has any, brackets within words or not."""
        words: dict[str, Any] = {"words": '[["Well,", 1.5, 1.75, 0.9], ["[so]", 2, 2.5, null]]', "channel": 1}
        load_call(warehouse, A, call(), (turn("agent", **words), turn("customer"), turn("customer", words='[["no", 3, 4.25, 1]]')))
        assert ask(warehouse, "SELECT utterance_no, word_no, word, start_s, end_s, confidence, role, channel FROM words ORDER BY start_s") == [
            (1, 1, "Well,", 1.5, 1.75, 0.9, "agent", 1),
            (1, 2, "[so]", 2.0, 2.5, None, "agent", 1),
            (3, 1, "no", 3.0, 4.25, 1.0, "customer", None),
        ]

    def test_words_of_a_long_turn(self, warehouse: Warehouse) -> None:
        """A monologue of an hour is one turn: its words take no more memory than a query may have."""
        words = json.dumps([[f"word{place}", place * 0.4, place * 0.4 + 0.3, 0.5] for place in range(10_000)])
        load_call(warehouse, A, call(), (turn("agent", words=words),))
        assert ask(warehouse, "SELECT count(*), max(word_no), avg(confidence) FROM words") == [(10_000, 10_000, 0.5)]
