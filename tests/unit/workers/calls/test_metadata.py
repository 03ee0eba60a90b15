"""What the sender says about a call."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from workers.calls.metadata import call_facts


@pytest.mark.parametrize(
    ("metadata", "roles"),
    [
        ({}, {}),
        ({"agent_channel": 0}, {0: "agent", 1: "customer"}),
        ({"agent_channel": "1"}, {1: "agent", 0: "customer"}),
        ({"customer_channel": 0}, {0: "customer", 1: "agent"}),
        ({"agent_channel": 0, "customer_channel": 1}, {0: "agent", 1: "customer"}),
        ({"channels": ["agent", "customer"]}, {0: "agent", 1: "customer"}),
        ({"channels": '["Caller", "Agent"]'}, {0: "customer", 1: "agent"}),
        ({"channels": "customer,agent"}, {0: "customer", 1: "agent"}),
        ({"channels": ["agent", "unknown"]}, {0: "agent"}),
        ({"channels": ["ivr", "customer"]}, {0: "ivr", 1: "customer"}),
    ],
)
def test_roles_come_from_metadata_alone(metadata, roles):
    facts = call_facts(metadata, 2)
    assert facts.roles == roles
    assert facts.problems == ()


def test_on_other_than_two_channels_nothing_is_concluded_about_the_rest():
    assert call_facts({"agent_channel": 0}, 3).roles == {0: "agent"}
    assert call_facts({"agent_channel": 0}, 1).roles == {0: "agent"}


@pytest.mark.parametrize(
    "metadata",
    [
        {"agent_channel": 2},
        {"agent_channel": -1},
        {"agent_channel": "left"},
        {"agent_channel": True},
        {"agent_channel": 0.5},
        {"channels": ["agent"]},
        {"channels": ["agent", "cat"]},
        {"channels": "[oops"},
        {"csat": "very"},
        {"csat": "nan"},
        {"started_at": "yesterday"},
        {"started_at": 1e30},
        {"started_at": [1]},
        {"language": "no such thing"},
        {"language": 7},
    ],
)
def test_what_does_not_fit_is_left_out_and_named(metadata):
    facts = call_facts(metadata, 2)
    assert (dict(facts.roles), dict(facts.fields), facts.language) == ({}, {}, None)
    assert [problem.code for problem in facts.problems] == ["invalid_metadata"]
    assert next(iter(metadata)) in facts.problems[0].message


def test_a_number_of_channels_says_nothing_about_roles():
    facts = call_facts({"channels": 2, "duration": 7}, 2)
    assert (dict(facts.roles), facts.problems) == ({}, ())
    assert call_facts({"channels": "2"}, 2).problems == ()


def test_header_fields():
    stated = {"agent_id": 17, "customer_id": "c-1", "queue": "deliveries", "csat": "4.5", "started_at": "2026-11-19T10:41:07+01:00"}
    facts = call_facts({**stated, "language": "en-US"}, 2)
    assert facts.fields == {
        "agent_id": "17",
        "customer_id": "c-1",
        "queue": "deliveries",
        "csat": 4.5,
        "started_at": datetime(2026, 11, 19, 9, 41, 7, tzinfo=UTC),
    }
    assert facts.language == "en-US"


@pytest.mark.parametrize("moment", ["2026-11-19T09:41:07", "2026-11-19T09:41:07Z", 1795081267])
def test_moments_are_utc(moment):
    assert call_facts({"started_at": moment}, 1).fields["started_at"] == datetime(2026, 11, 19, 9, 41, 7, tzinfo=UTC)


def test_empty_fields_are_not_there():
    assert call_facts({"agent_id": "", "csat": None, "started_at": "", "language": "", "agent_channel": ""}, 2) == call_facts({}, 2)


def test_speakers_have_names_where_role_and_id_are_known():
    facts = call_facts({"agent_channel": 0, "agent_id": "a-1"}, 2)
    assert (facts.speaker(0), facts.speaker(1), facts.role(5)) == ("a-1", None, "unknown")
