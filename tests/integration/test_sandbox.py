"""Real children that do their worst: each breach is contained and typed, the parent is unharmed, the next call works."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from adapters.sandbox import landlock
from adapters.sandbox.child import Child
from adapters.sandbox.probe import probe
from adapters.sandbox.spec import ChildLimits, ChildSpec
from adapters.sandbox.workdir import log_of
from schemas import errors

_ENTRIES = "tests.integration.sandbox_entries"
_MIB = 1 << 20

needs_linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux grants these layers")


def _spec(entry: str = "misbehaving", *, confine: bool = True, **limits: object) -> ChildSpec:
    return ChildSpec(entry=f"{_ENTRIES}:{entry}", confine=confine, limits=ChildLimits.model_validate({"file_bytes": 64 * _MIB, **limits}))


def _child(tmp_path: Path, spec: ChildSpec) -> Child:
    folder = tmp_path / "work"
    folder.mkdir(mode=0o700)
    return Child(spec, folder)


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    made = _child(tmp_path, _spec(resident_bytes=300 * _MIB))
    yield made
    made.close()


def _gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _wait_until_gone(pid: int) -> None:
    while not _gone(pid):  # the test's own time limit ends this
        time.sleep(0.01)


# --- a well-behaved call ---------------------------------------------------------------------------------------------------------------


def test_a_call_returns_what_the_operation_returned(child: Child) -> None:
    assert child.call("echo", {"text": "crème brûlée", "nested": [1, 2.5, None, {"a": True}]}) == {
        "text": "crème brûlée",
        "nested": [1, 2.5, None, {"a": True}],
    }


def test_one_process_serves_many_calls(child: Child) -> None:
    assert child.call("identify", {})["pid"] == child.call("identify", {})["pid"] == child.pid


def test_a_child_inherits_no_secrets_no_terminal_and_stays_in_our_group(child: Child, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TAMIZ_API_KEY", "planted")
    seen = child.call("identify", {})
    environment = seen["environment"]
    assert isinstance(environment, dict)
    assert "planted" not in environment.values()
    assert environment["HOME"] == environment["TMPDIR"] == seen["cwd"] == str(child.workdir)
    assert (seen["group"], seen["stdin"], seen["core"]) == (os.getpgrp(), "", 0)


def test_options_and_environment_of_the_spec_reach_the_child(tmp_path: Path) -> None:
    spec = _spec().model_copy(update={"options": {"language": "es"}, "environment": {"OMP_NUM_THREADS": "2"}})
    child = _child(tmp_path, spec)
    seen = child.call("identify", {})
    child.close()
    assert seen["options"] == {"language": "es"}
    assert isinstance(seen["environment"], dict)
    assert seen["environment"]["OMP_NUM_THREADS"] == "2"


def test_output_of_libraries_does_not_reach_the_wire(child: Child) -> None:
    assert child.call("chatter", {}) == {}
    child.close()
    assert "more noise" in log_of(child.workdir).read_text()


def test_threads_work_under_the_filter(child: Child) -> None:
    assert child.call("use_threads", {}) == {"threads": 16}


def test_an_unknown_operation_is_a_bug_of_the_caller(child: Child) -> None:
    with pytest.raises(ValueError, match="no operation 'nothing'"):
        child.call("nothing", {})


def test_lone_surrogates_do_not_cross(child: Child) -> None:
    assert child.call("answer_surrogate", {}) == {"text": "caf?"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_meant_for_the_service_do_not_end_a_child(child: Child, number: signal.Signals) -> None:
    child.start()
    assert child.pid is not None
    before = child.pid
    os.kill(before, number)
    assert child.call("identify", {})["pid"] == before


# --- errors that cross -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cls", [errors.Encrypted, errors.Malformed, errors.ModelMissing, errors.ServiceUnavailable, errors.TooLarge])
def test_typed_errors_cross_and_the_child_lives_on(child: Child, cls: type[errors.TamizError]) -> None:
    child.start()
    before = child.pid
    with pytest.raises(cls, match=r"^Do this next$"):
        child.call("raise_typed", {"code": cls.code, "message": "Do this next"})
    assert child.call("identify", {})["pid"] == before


@pytest.mark.parametrize("code", ["lease_lost", "shutting_down", "superseded", "worker_lost", "no_such_code"])
def test_a_child_cannot_claim_what_is_not_its_to_say(child: Child, code: str) -> None:
    with pytest.raises(errors.ParserCrashed, match="protocol"):
        child.call("forge", {"kind": "error", "body": {"code": code, "message": "x"}})
    assert child.call("echo", {"a": 1}) == {"a": 1}


def test_control_characters_in_a_message_are_taken_out(child: Child) -> None:
    with pytest.raises(errors.Malformed) as caught:
        child.call("raise_typed", {"code": "malformed", "message": "\x1b[2Jgone" + "x" * 10_000})
    assert caught.value.message.startswith(" [2Jgone")
    assert len(caught.value.message) == 500


def test_an_untyped_exception_names_its_type_and_hides_its_text(child: Child) -> None:
    with pytest.raises(errors.ParserCrashed, match="ValueError") as caught:
        child.call("raise_untyped", {})
    log = log_of(child.workdir).read_text()
    assert "private document" not in caught.value.message + log
    assert "do_raise_untyped" in log
    assert child.call("echo", {"a": 1}) == {"a": 1}


def test_an_answer_json_cannot_say_is_a_crash(child: Child) -> None:
    with pytest.raises(errors.ParserCrashed, match="ValueError"):
        child.call("answer_nan", {})


def test_an_answer_over_the_cap_is_too_large(tmp_path: Path) -> None:
    child = _child(tmp_path, _spec(message_bytes=100_000))
    with pytest.raises(errors.TooLarge, match="100000 bytes"):
        child.call("answer_too_much", {})
    assert child.call("echo", {"a": 1}) == {"a": 1}
    before = child.pid
    with pytest.raises(errors.InvalidRequest, match="100000 bytes"):
        child.call("echo", {"text": "x" * 100_000})
    assert child.call("identify", {})["pid"] == before
    child.close()


# --- breaches --------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        ("segfault", "SIGSEGV"),
        ("abort", "SIGABRT"),
        ("kill_self", "SIGKILL"),
        ("exit", "exit status 3"),
        ("leave", "exit status 0"),
        ("close_wire", "closed its wire"),
    ],
)
def test_a_child_that_dies_is_a_crash_of_that_document_only(child: Child, operation: str, said: str) -> None:
    child.start()
    before = child.pid
    with pytest.raises(errors.ParserCrashed, match=said):
        child.call(operation, {})
    assert child.pid is None
    assert before is not None
    assert _gone(before)
    assert child.call("echo", {"a": 1}) == {"a": 1}


@pytest.mark.parametrize("operation", ["sleep", "hold_the_interpreter"])
def test_a_child_past_its_deadline_is_killed(child: Child, operation: str) -> None:
    child.start()
    before = child.pid
    with pytest.raises(errors.TimedOut):
        child.call(operation, {}, deadline_s=0.2)
    assert before is not None
    assert _gone(before)
    assert child.call("echo", {"a": 1}) == {"a": 1}


def test_resident_memory_above_the_cap_ends_the_child(child: Child) -> None:
    with pytest.raises(errors.MemoryLimit, match="300 MiB"):
        child.call("allocate_slowly", {})
    assert child.call("echo", {"a": 1}) == {"a": 1}


def test_three_gigabytes_at_once_are_stopped_before_they_are_used(child: Child) -> None:
    with pytest.raises(errors.MemoryLimit):
        child.call("allocate", {"bytes": 3 << 30})
    assert child.call("echo", {"a": 1}) == {"a": 1}


def test_an_allocation_above_the_address_space_is_a_memory_error(tmp_path: Path) -> None:
    child = _child(tmp_path, _spec(address_space_bytes=1 << 30))
    with pytest.raises(errors.MemoryLimit):
        child.call("allocate", {"bytes": 3 << 30})
    child.close()


def test_a_huge_file_is_too_large(child: Child) -> None:
    with pytest.raises(errors.TooLarge):
        child.call("write_huge_file", {})
    assert (child.workdir / "huge").stat().st_size <= 64 * _MIB
    child.settle()
    assert list(child.workdir.iterdir()) == []


def test_many_files_are_too_large_together(tmp_path: Path) -> None:
    child = _child(tmp_path, _spec(disk_bytes=32 * _MIB))
    with pytest.raises(errors.TooLarge, match="32 MiB on disk"):
        child.call("write_many_files", {})
    child.settle()
    assert list(child.workdir.iterdir()) == []


def test_a_folder_that_was_dug_deep_and_locked_is_emptied(child: Child) -> None:
    with contextlib.suppress(errors.TooLarge):  # a look at the disk in mid-dig ends the child: no honest parser goes deeper than a path can be long
        child.call("dig", {})
    child.settle()
    assert list(child.workdir.iterdir()) == []
    assert child.call("identify", {})["files"] == []


@needs_linux
def test_confinement_holds_whatever_is_tried(child: Child, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.write_text("canary")
    outside.chmod(0o600)
    before = outside.stat()
    with socket.create_server(("127.0.0.1", 0)) as canary, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind("\0canary")
        abstract.listen()
        canary.setblocking(False)
        worked = child.call("attempt", {"outside": str(outside), "port": canary.getsockname()[1]})
        with pytest.raises(BlockingIOError):
            canary.accept()
    assert [name for name, could in worked.items() if could] == []
    after = outside.stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_ctime_ns, outside.read_text()) == (
        before.st_mode,
        before.st_mtime_ns,
        before.st_ctime_ns,
        "canary",
    )


_HARMLESS = [
    *("read a foreign file", "read beside the folder", "list a foreign folder", "write outside", "append outside", "link outside in"),
    *("symlink in the folder", "pipe in the folder", "chmod outside", "touch outside", "TCP to loopback", "UDP", "listen", "run a program"),
    *("posix_spawn", "signal the parent", "read the parent's environment", "outlive the parent", "truncate outside", "remove outside"),
]


@needs_linux
def test_the_attempts_do_work_without_confinement(tmp_path: Path) -> None:
    """Otherwise the test above could not fail. Left out is what would harm the test's own process."""
    child = _child(tmp_path, _spec(confine=False))
    outside = tmp_path / "outside"
    outside.write_text("canary")
    with socket.create_server(("127.0.0.1", 0)) as canary:
        worked = child.call("attempt", {"outside": str(outside), "port": canary.getsockname()[1], "only": _HARMLESS})
    child.close()
    assert worked == dict.fromkeys(_HARMLESS, True)
    assert child.applied is not None
    assert (child.applied.filesystem, child.applied.network, child.applied.isolated) == ("none", "none", False)


@needs_linux
def test_a_real_engine_works_confined_and_reads_no_foreign_file(tmp_path: Path) -> None:
    child = _child(tmp_path, _spec("querying"))
    assert child.call("query", {"sql": "select sum(i) from range(3000000) t(i)"}) == {"value": "4499998500000"}
    with pytest.raises(errors.QueryRefused):
        child.call("query", {"sql": "select * from read_csv('/etc/passwd')"})
    child.close()


@needs_linux
def test_a_thread_from_before_the_confinement_is_held_too(tmp_path: Path) -> None:
    child = _child(tmp_path, _spec("threaded"))
    could = child.call("try", {"path": str(tmp_path / "outside")})
    child.close()
    assert could == {"socket": False, "program": False, "write": False}
    assert child.applied is not None
    assert child.applied.loose_threads == (0 if landlock.holds_all_threads() else 1)


@needs_linux
def test_the_probe_finds_every_layer_tight() -> None:
    granted = probe()
    assert granted.isolated
    assert not granted.starts_programs
    assert granted.applied.programs == "seccomp"
    assert "FSIZE" in granted.applied.limits


# --- hostile frames --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "body", "blob"),
    [
        ("result", {"value": [1]}, 0),
        ("result", {"value": {}, "id": "99"}, 0),
        ("result", {"value": {}}, 1),
        ("nonsense", {}, 0),
        ("ready", {"operations": [], "applied": {}}, 0),
        ("call", {"name": "steal", "request": {}}, 0),
        ("call", {"name": ["noop"], "request": {}}, 0),
        ("call", {"name": "noop", "request": 5}, 0),
        ("error", {"code": 5, "message": []}, 0),
        ("crash", {"type": None}, 0),
    ],
)
def test_a_forged_frame_ends_the_child(child: Child, kind: str, body: dict[str, object], blob: int) -> None:
    with pytest.raises(errors.ParserCrashed, match="protocol"):
        child.call("forge", {"kind": kind, "body": body, "blob": blob}, callbacks={"noop": lambda request, data: ({}, b"")})
    assert child.call("echo", {"a": 1}) == {"a": 1}


@pytest.mark.parametrize("raw", [b"\xff" * 64, b"\0\0\0\2\0\0\0\0[]", b'\0\0\0\x17\0\0\0\0{"kind":"call","a":NaN}', b"\0\0\0\1\0\0\0\0\xff"])
def test_raw_bytes_end_the_child(child: Child, raw: bytes) -> None:
    with pytest.raises(errors.ParserCrashed, match="protocol"):
        child.call("send_bytes", {"hex": raw.hex()})
    assert child.call("echo", {"a": 1}) == {"a": 1}


def test_200_frames_of_garbage_do_not_break_the_parent(child: Child) -> None:
    for seed in range(200):
        with pytest.raises(errors.ParserCrashed):
            child.call("garbage", {"seed": seed})
    assert child.call("echo", {"a": 1}) == {"a": 1}
    assert child.pid is not None
    assert len(psutil.Process().open_files()) < 20


def test_half_a_frame_runs_into_the_deadline(child: Child) -> None:
    with pytest.raises(errors.TimedOut):
        child.call("send_bytes", {"hex": "00"}, deadline_s=0.2)


def test_a_flood_of_questions_runs_into_the_deadline(child: Child) -> None:
    with pytest.raises(errors.TimedOut):
        child.call("flood", {}, deadline_s=0.3, callbacks={"noop": lambda request, data: ({}, b"")})
    assert child.call("echo", {"a": 1}) == {"a": 1}


def test_a_child_that_does_not_read_runs_into_the_deadline(child: Child) -> None:
    with pytest.raises(errors.TimedOut):
        child.call("ignore_the_wire", {}, deadline_s=0.2, callbacks={"big": lambda request, data: ({}, bytes(8 * _MIB))})


def test_what_a_child_says_out_of_turn_harms_no_other_call(child: Child) -> None:
    assert child.call("speak_out_of_turn", {}) == {"first": True}
    assert child._process is not None
    while child._process.channel.quiet():  # until the forged answer is there
        time.sleep(0.001)
    assert child.call("echo", {"a": 1}) == {"a": 1}


# --- callbacks -------------------------------------------------------------------------------------------------------------------------


def test_a_callback_gets_and_gives_json_and_bytes(child: Child) -> None:
    asked: list[tuple[object, bytes]] = []

    def kept_get(request: dict[str, object], blob: bytes) -> tuple[dict[str, object], bytes]:
        asked.append((request, blob))
        return {"hit": True}, b"\x01\x02"

    answer = child.call("ask", {"name": "kept_get"}, callbacks={"kept_get": kept_get})  # type: ignore[dict-item]
    assert answer == {"value": {"hit": True}, "blob": "0102", "size": 2, "offers": ["kept_get"]}
    assert asked == [({"question": 1}, b"\0\xff")]


def test_blobs_larger_than_a_pipe_cross_both_ways(child: Child) -> None:
    answer = child.call("ask", {"name": "twice", "pairs": _MIB}, callbacks={"twice": lambda request, blob: ({"got": len(blob)}, blob * 2)})
    assert (answer["value"], answer["size"]) == ({"got": 2 * _MIB}, 4 * _MIB)


def test_an_error_of_a_callback_comes_back_as_it_was(child: Child) -> None:
    failure = errors.QuotaExceeded("The day's calls are used up.", retry_after_s=60)

    def fail(request: object, blob: bytes) -> tuple[dict[str, None], bytes]:
        raise failure

    with pytest.raises(errors.QuotaExceeded) as caught:
        child.call("ask", {"name": "fail"}, callbacks={"fail": fail})
    assert caught.value is failure
    assert child.call("ask_and_recover", {}, callbacks={"fail": fail}) == {"caught": "quota"}


def test_a_lost_lease_in_a_callback_ends_the_call_at_once(child: Child) -> None:
    def fail(request: object, blob: bytes) -> tuple[dict[str, None], bytes]:
        raise errors.LeaseLost("Another worker has the document.")

    with pytest.raises(errors.LeaseLost):
        child.call("ask_and_recover", {}, callbacks={"fail": fail})
    assert child.pid is None


def test_a_bug_in_a_callback_is_raised_as_it_is_and_ends_the_child(child: Child) -> None:
    def fail(request: object, blob: bytes) -> tuple[dict[str, None], bytes]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        child.call("ask_and_recover", {}, callbacks={"fail": fail})
    assert child.pid is None


# --- starting and ending ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "cls", "said"),
    [
        ("without_model", errors.ModelMissing, "fetch it first"),
        ("broken", errors.ServiceUnavailable, "KeyError: 'no such setting'"),
        ("absent", errors.ServiceUnavailable, "AttributeError"),
        ("dying", errors.ParserCrashed, "while it loaded: SIGKILL"),
    ],
)
def test_an_entry_that_does_not_load_says_why(tmp_path: Path, entry: str, cls: type[errors.TamizError], said: str) -> None:
    child = _child(tmp_path, _spec(entry))
    with pytest.raises(cls, match=said):
        child.start()
    assert child.pid is None


def test_an_entry_that_hangs_is_given_up(tmp_path: Path) -> None:
    child = _child(tmp_path, _spec("hanging", start_s=0.5))
    with pytest.raises(errors.ServiceUnavailable, match="did not load"):
        child.start()
    assert child.pid is None


def test_abort_from_another_thread_ends_the_call_as_a_shutdown(child: Child) -> None:
    def started(request: object, blob: bytes) -> tuple[dict[str, None], bytes]:
        threading.Thread(target=child.abort).start()
        return {}, b""

    with pytest.raises(errors.ShuttingDown):
        child.call("announce_and_sleep", {}, callbacks={"started": started})
    with pytest.raises(errors.ShuttingDown):
        child.call("echo", {})


def test_a_child_that_died_between_calls_is_replaced(child: Child) -> None:
    child.start()
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    _wait_until_gone(child.pid)
    assert child.call("echo", {"a": 1}) == {"a": 1}


_PARENT = """
    import threading
    from pathlib import Path
    from adapters.sandbox.child import Child
    from adapters.sandbox.spec import ChildSpec
    child = Child(ChildSpec(entry="tests.integration.sandbox_entries:misbehaving"), Path({folder!r}))
    def started(request, blob):
        print(child.pid, flush=True)
        return {{}}, b""
    def work():
        child.call({operation!r}, {{}}, callbacks={{"started": started}})
    {run}
"""


@pytest.mark.parametrize("operation", ["announce_and_sleep", "hold_the_interpreter"])
@pytest.mark.parametrize("run", ["work()", "t = threading.Thread(target=work); t.start(); t.join()"])
def test_a_killed_parent_leaves_no_child(tmp_path: Path, operation: str, run: str) -> None:
    code = textwrap.dedent(_PARENT).format(folder=str(tmp_path), operation=operation, run=run)
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not _gone(pid)
        parent.kill()
    _wait_until_gone(pid)
