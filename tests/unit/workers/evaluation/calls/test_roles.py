from __future__ import annotations

from workers.evaluation.calls.roles import RoledCall, RoleSpan, Spoken, role_accuracy, wrong_s

STEREO = (RoleSpan("agent", 0), RoleSpan("customer", 1))


def test_a_call_is_right_when_every_role_is_mostly_its_own() -> None:
    """Channel 0: 6 s agent, 2 s customer; channel 1: 5 s customer. 11 of 13 seconds."""
    ours = (Spoken("agent", 0, 0, 6), Spoken("customer", 0, 6, 8), Spoken("customer", 1, 8, 13))
    found = role_accuracy([RoledCall("a", STEREO, ours)])
    assert (found.right, found.accuracy, found.spoken_s, found.right_s) == (1, 1.0, 13, 11)
    assert found.each[0].heard == {"agent": "agent", "customer": "customer"}


def test_swapped_unknown_and_silent_roles_are_wrong() -> None:
    swapped = (Spoken("customer", 0, 0, 6), Spoken("agent", 1, 6, 9))
    unknown = (Spoken("unknown", 0, 0, 6), Spoken("customer", 1, 6, 9))
    half = (Spoken("agent", 0, 0, 6),)
    found = role_accuracy([RoledCall("swapped", STEREO, swapped), RoledCall("unknown", STEREO, unknown), RoledCall("half", STEREO, half)])
    assert (found.calls, found.right) == (3, 0)
    assert [each.heard for each in found.each] == [
        {"agent": "customer", "customer": "agent"},
        {"agent": "unknown", "customer": "customer"},
        {"agent": "agent", "customer": None},
    ]
    assert found.time_accuracy == (3 + 6) / (9 + 9 + 6)
    assert found.said_s == {"agent": {"customer": 6, "unknown": 6, "agent": 6}, "customer": {"agent": 3, "customer": 3}}


def test_a_turn_misses_the_role_of_the_most_seconds_of_it() -> None:
    truth = (RoleSpan("agent", None, 0, 5), RoleSpan("customer", None, 5, 10))
    assert wrong_s(truth, Spoken("unknown", 0, 4, 8)) == ("customer", 3)
    assert wrong_s(truth, Spoken("agent", 0, 0, 6)) == ("customer", 1)
    assert wrong_s(truth, Spoken("agent", 0, 0, 5)) is None
    assert wrong_s(STEREO, Spoken("agent", 2, 0, 5)) is None


def test_on_one_channel_stretches_of_time_tell_who_it_is() -> None:
    truth = (RoleSpan("agent", None, 0, 5), RoleSpan("customer", None, 5, 10), RoleSpan("agent", None, 10, 12))
    ours = (Spoken("agent", 0, 0, 6), Spoken("customer", 0, 6, 11), Spoken("agent", 0, 11, 12))
    found = role_accuracy([RoledCall("mono", truth, ours)])
    assert (found.right, found.spoken_s, found.right_s) == (1, 12, 5 + 4 + 1)


def test_a_call_that_was_not_read_is_wrong() -> None:
    found = role_accuracy([RoledCall("lost", (RoleSpan("agent"),), None)])
    assert (found.calls, found.right, found.each[0].heard) == (1, 0, {"agent": None})
