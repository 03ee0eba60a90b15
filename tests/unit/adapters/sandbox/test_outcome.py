"""What frames of a child mean to a parent that does not trust them."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from adapters.sandbox import outcome
from adapters.sandbox.outcome import Reported
from adapters.sandbox.wire import BrokenFrame, Frame
from schemas import errors


def _answer(kind: str, failures: list[errors.TamizError] | None = None, **body: JsonValue) -> dict[str, JsonValue]:
    return outcome.result(Frame(kind, {"id": "7", **body}), "7", failures or [])


def test_a_result_is_its_value() -> None:
    assert _answer("result", value={"a": 1}) == {"a": 1}


def test_a_typed_error_is_reported_and_the_child_stays() -> None:
    with pytest.raises(Reported) as caught:
        _answer("error", code="encrypted", message="The file needs a password.")
    assert isinstance(caught.value.error, errors.Encrypted)


def test_a_memory_limit_is_raised_as_it_is_so_that_the_child_goes() -> None:
    with pytest.raises(errors.MemoryLimit):
        _answer("error", code="memory_limit", message="Too much.")


def test_the_error_of_our_own_callback_keeps_its_identity() -> None:
    failure = errors.QuotaExceeded("Used up.", retry_after_s=5)
    with pytest.raises(Reported) as caught:
        _answer("error", [failure], code="quota", message="Used up.")
    assert caught.value.error is failure


@pytest.mark.parametrize("code", ["lease_lost", "superseded", "shutting_down", "worker_lost", "", "internal"])
def test_errors_that_are_not_a_parsers_are_refused(code: str) -> None:
    with pytest.raises(BrokenFrame):
        _answer("error", code=code, message="x")


@pytest.mark.parametrize(("name", "shown"), [("IndexError", "IndexError"), ("see http://x", "an error without a name")])
def test_a_crash_shows_a_name_and_nothing_else(name: str, shown: str) -> None:
    with pytest.raises(errors.ParserCrashed, match=shown):
        _answer("crash", type=name)


@pytest.mark.parametrize(
    "frame",
    [
        Frame("result", {"id": "8", "value": {}}),
        Frame("result", {"value": {}}),
        Frame("result", {"id": "7", "value": []}),
        Frame("result", {"id": "7", "value": {}}, b"blob"),
        Frame("hello", {"id": "7", "value": {}}),
        Frame("error", {"id": "7", "code": 1, "message": "x"}),
        Frame("error", {"id": "7", "code": "malformed"}),
        Frame("crash", {"id": "7"}),
    ],
)
def test_an_answer_of_any_other_form_is_refused(frame: Frame) -> None:
    with pytest.raises(BrokenFrame):
        outcome.result(frame, "7", [])


def test_a_question_names_an_offered_callback() -> None:
    assert outcome.question(Frame("call", {"id": "7", "name": "kept_get", "request": {"a": 1}}), "7", {"kept_get"}) == ("kept_get", {"a": 1})


@pytest.mark.parametrize("body", [{"name": "other"}, {"name": None}, {"name": {}}, {"request": []}, {"id": "8"}])
def test_any_other_question_is_refused(body: dict[str, JsonValue]) -> None:
    with pytest.raises(BrokenFrame):
        outcome.question(Frame("call", {"id": "7", "name": "kept_get", "request": {}, **body}), "7", {"kept_get"})


def test_ready_gives_operations_and_what_is_in_force() -> None:
    operations, applied = outcome.ready(Frame("ready", {"operations": ["read"], "applied": {"filesystem": "landlock", "limits": ["AS"]}}))
    assert (operations, applied.filesystem, applied.limits, applied.network) == ({"read"}, "landlock", ("AS",), "none")


@pytest.mark.parametrize("body", [{}, {"operations": 5}, {"applied": []}, {"applied": {"unheard_of": 1}}])
def test_any_other_start_is_refused(body: dict[str, JsonValue]) -> None:
    with pytest.raises(BrokenFrame):
        outcome.ready(Frame("ready", {"operations": [], "applied": {}, **body} if body else {}))


@pytest.mark.parametrize(("status", "said"), [(-11, "SIGSEGV"), (3, "exit status 3"), (None, "closed its wire"), (-9, "ran out of memory")])
def test_a_death_is_named(status: int | None, said: str) -> None:
    assert said in outcome.death(status)
