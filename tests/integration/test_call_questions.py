"""Every statement of docs/calls.md, in both databases, on the calls the page names: the answers are the same."""

from __future__ import annotations

import json
import re
from datetime import datetime

from adapters.testing.warehouse_calls import load_call
from adapters.testing.warehouse_queries import LIMITS
from benchmarks.questions import CALLS_PAGE, questions
from schemas.documents import document_id
from schemas.rows.call import CallRow
from tests.spokencalls import NAMES, rows, scripts, transcript
from workers.calls.understanding import understood, with_roles

TEXT = CALLS_PAGE.read_text(encoding="utf-8")
ASKED = questions(TEXT)
HEADERS = [header.split() for header in re.findall(r"```text\n(.*)\n", TEXT)]


def test_there_are_ten():
    assert len(ASKED) == len(HEADERS) == 10


def test_every_question_is_answered_alike_by_both(duckdb, postgres):
    for warehouse in (duckdb, postgres):
        warehouse.migrate()
        load_scripts(warehouse)
    for sql, header in zip(ASKED, HEADERS, strict=True):
        answers = [warehouse.query(sql, LIMITS) for warehouse in (duckdb, postgres)]
        assert list(answers[0].columns) == list(answers[1].columns) == header
        assert answers[0].rows, sql
        assert [plain(answer) for answer in answers[1:]] == [plain(answers[0])], sql


def plain(answer):
    """Cells as the page shows them: decimals and whole floats are the same figure."""
    return [[float(cell) if re.fullmatch(r"-?\d+(\.\d+)?", str(cell)) else cell for cell in row] for row in answer.rows]


def load_scripts(warehouse):
    """The calls of the page, understood as the service does; feelings are made up, as no language engine runs here."""
    for place, script in enumerate(scripts()):
        sent = transcript(script, place)
        timed = [
            row.model_copy(
                update={"start_s": turn["start_s"], "end_s": turn["end_s"], "sentiment": 0.3 - row.utterance_no % 7 / 7}
                | {"words": tuple((word["text"], word["start_s"], word["end_s"], None) for word in turn["words"])}
            )
            for row, turn in zip(rows(script), sent["utterances"], strict=True)
        ]
        found = understood(with_roles(timed, script.language), script.language, timed[-1].end_s, names=NAMES)
        call = CallRow(
            started_at=datetime.fromisoformat(sent["started_at"]),
            duration_s=timed[-1].end_s,
            agent_id=sent["agent_id"],
            queue=sent["queue"],
            talk_time_s={"agent": 12.0, "customer": 10.0},
            words_per_minute={"agent": 150.0},
            non_talk_s=4.0,
            confidence=1,
            adapter="x/1/y",
            **found.header,
        )
        load_call(warehouse, document_id("scripts", script.name), cells(call), tuple(map(cells, found.rows)), tuple(map(cells, found.spans)))


def cells(row):
    """A row as the loader hands it over: JSON as text."""
    return {name: json.dumps(value) if isinstance(value, list | tuple | dict) else value for name, value in row.model_dump().items()}
