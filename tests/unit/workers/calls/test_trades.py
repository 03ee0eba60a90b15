"""What happens in calls of many trades, and who is who. The calls are our own; most of what they hold is found, and little that they do not hold."""

from __future__ import annotations

import tomllib
from collections import Counter

import pytest

from schemas.rows.call import UtteranceRow
from tests.spokencalls import TRADES, rows, scripts
from workers.calls.happenings import happenings
from workers.calls.understanding import with_roles

KINDS = {"operation": "operations", "issue": "issues", "action": "actions"}
LEAST = 0.85
"""Precision and recall over all calls; docs/calls.md has those of calls that the rules had not met."""
RIGHT_ROLES = 36
CALLS = tomllib.loads(TRADES.read_text(encoding="utf-8"))["call"]


def said(call):
    """The call's turns, their roles stated."""
    roles = {"A": "agent", "C": "customer"}
    return [
        UtteranceRow(utterance_no=number, text=line[3:], role=roles[line[0]], language=call["language"], confidence=1, adapter="x/1/y")
        for number, line in enumerate(call["turns"], start=1)
    ]


def compared(wanted, found):
    """How many names were found, missed and made up."""
    left, hits, missed = set(found), 0, 0
    for name in (one for one in wanted if "?" not in one):
        hit = next((either for either in name.split("|") if either in left), None)
        hits, missed = (hits + 1, missed) if hit else (hits, missed + 1)
        left.discard(hit)
    allowed = {either for name in wanted for either in name.replace("?", "").split("|")}
    return Counter(hit=hits, missed=missed, made_up=len(left - allowed))


@pytest.mark.parametrize("kind", KINDS)
def test_most_of_what_happens_is_found(kind):
    total = Counter()
    for call in CALLS:
        if KINDS[kind] in call:
            total += compared(call[KINDS[kind]], {one.name for one in happenings(said(call)) if one.kind == kind})
    assert total["hit"] >= LEAST * (total["hit"] + total["missed"])
    assert total["hit"] >= LEAST * (total["hit"] + total["made_up"])


def test_suggestions_are_found_where_they_are_made():
    wanted = {(call["name"], number) for call in CALLS for number in call.get("suggestions", ())}
    found = {(call["name"], one.utterance_no) for call in CALLS for one in happenings(said(call)) if one.kind == "suggestion"}
    assert found == wanted


@pytest.mark.parametrize("agent_channel", [0, 1])
def test_roles_are_right_whichever_channel_is_whose(agent_channel):
    told = [
        [row.role for row in with_roles(rows(script, agent_channel), script.language)]
        == ["agent" if who == "A" else "customer" for who, _ in script.turns]
        for script in scripts(TRADES)
    ]
    assert len(told) == 38
    assert sum(told) >= RIGHT_ROLES
