"""What runs inside the children of `test_sandbox.py`: a parser that misbehaves on request. Imported by the child, so it stays light."""

from __future__ import annotations

import ctypes
import os
import random
import resource
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import schemas.errors
from adapters.sandbox.host import Host, Operations

MARKER = "the text of a private document"


def misbehaving(host: Host) -> Operations:
    """Every way a parser can go wrong, one operation each."""
    ways = [value for name, value in globals().items() if name.startswith("do_")]
    return {way.__name__.removeprefix("do_"): lambda request, way=way: way(host, request) or {} for way in ways}


def without_model(host: Host) -> Operations:
    raise schemas.errors.ModelMissing("The model is not on this machine; fetch it first.")


def broken(host: Host) -> Operations:
    raise KeyError("no such setting")


def dying(host: Host) -> Operations:
    os.kill(os.getpid(), signal.SIGKILL)
    return {}


def hanging(host: Host) -> Operations:
    time.sleep(3600)
    return {}


def querying(host: Host) -> Operations:
    """A database engine that starts its threads, and looks at its control group, only after the confinement."""
    import duckdb

    def query(request: dict[str, Any]) -> dict[str, Any]:
        with duckdb.connect() as connection:
            connection.execute("set threads = 4")
            try:
                row = connection.execute(request["sql"]).fetchone()
            except duckdb.IOException:
                raise schemas.errors.QueryRefused("The file is out of reach.") from None
        return {"value": str(row[0]) if row else None}

    return {"query": query}


def threaded(host: Host) -> Operations:
    """An entry whose library keeps a thread from before the confinement; `try` lets that thread run the attempts."""
    wanted, done, seen = threading.Event(), threading.Event(), {}

    def attempts(path: str) -> dict[str, bool]:
        return {
            "socket": _works(socket.socket),
            "program": _works(lambda: subprocess.run([sys.executable, "-c", ""], check=True)),
            "write": _works(lambda: Path(path).write_text("x")),
        }

    def wait() -> None:
        wanted.wait()
        seen.update(attempts(seen.pop("path")))
        done.set()

    threading.Thread(target=wait, daemon=True).start()

    def try_it(request: dict[str, Any]) -> dict[str, Any]:
        seen["path"] = request["path"]
        wanted.set()
        done.wait()
        return dict(seen)

    return {"try": try_it}


def do_echo(host: Host, request: dict[str, Any]) -> Any:
    return request


def do_identify(host: Host, request: dict[str, Any]) -> Any:
    return {
        "pid": os.getpid(),
        "group": os.getpgrp(),
        "cwd": str(Path.cwd()),
        "environment": dict(os.environ),
        "files": sorted(p.name for p in host.workdir.iterdir()),
        "options": host.options,
        "stdin": os.read(0, 1).decode(),
        "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
    }


def do_raise_typed(host: Host, request: dict[str, Any]) -> Any:
    raise schemas.errors.error_for_code(request["code"], request["message"])


def do_raise_untyped(host: Host, request: dict[str, Any]) -> Any:
    raise ValueError(MARKER)


def do_answer_nan(host: Host, request: dict[str, Any]) -> Any:
    return {"confidence": float("nan")}


def do_answer_too_much(host: Host, request: dict[str, Any]) -> Any:
    return {"text": "x" * host._wire.caps.message_bytes}


def do_answer_surrogate(host: Host, request: dict[str, Any]) -> Any:
    return {"text": "caf\ud800"}


def do_chatter(host: Host, request: dict[str, Any]) -> Any:
    print("noise on standard output")
    os.write(1, b"more noise\n")
    ctypes.CDLL(None).puts(b"noise of a C library")
    return {}


def do_segfault(host: Host, request: dict[str, Any]) -> Any:
    ctypes.string_at(0)


def do_abort(host: Host, request: dict[str, Any]) -> Any:
    os.abort()


def do_kill_self(host: Host, request: dict[str, Any]) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def do_exit(host: Host, request: dict[str, Any]) -> Any:
    os._exit(3)


def do_leave(host: Host, request: dict[str, Any]) -> Any:
    raise SystemExit(0)


def do_close_wire(host: Host, request: dict[str, Any]) -> Any:
    os.close(host._wire._write_fd)
    time.sleep(3600)


def do_sleep(host: Host, request: dict[str, Any]) -> Any:
    time.sleep(3600)


def do_announce_and_sleep(host: Host, request: dict[str, Any]) -> Any:
    host.call("started", {})
    time.sleep(3600)


def do_hold_the_interpreter(host: Host, request: dict[str, Any]) -> Any:
    if "started" in host.offers:
        host.call("started", {})
    for number in range(1, 64):
        if number != signal.SIGALRM:
            _works(lambda number=number: signal.signal(number, signal.SIG_IGN))
    return {"sum": sum(range(10**13))}


def do_allocate(host: Host, request: dict[str, Any]) -> Any:
    return {"size": len(bytearray(request["bytes"]))}


def do_allocate_slowly(host: Host, request: dict[str, Any]) -> Any:
    kept = []
    while True:
        kept.append(bytearray(1 << 20))


def do_write_huge_file(host: Host, request: dict[str, Any]) -> Any:
    with (host.workdir / "huge").open("wb") as file:
        for _ in range(4096):
            file.write(bytes(1 << 20))


def do_write_many_files(host: Host, request: dict[str, Any]) -> Any:
    number = 0
    while True:
        (host.workdir / str(number)).write_bytes(bytes(1 << 16))
        number += 1


def do_write_file(host: Host, request: dict[str, Any]) -> Any:
    (host.workdir / request["name"]).write_text("mine")


def do_dig(host: Host, request: dict[str, Any]) -> Any:
    """Folders deeper than a path can be long, and one without permissions."""
    (host.workdir / "locked").mkdir(mode=0)
    for _ in range(3000):
        Path("d").mkdir()
        os.chdir("d")
    Path("file").write_text("deep")
    os.chdir(host.workdir)


def do_attempt(host: Host, request: dict[str, Any]) -> Any:
    """Try what confinement forbids, all of it or what `only` names; says which attempts worked."""
    outside, parent, port = request["outside"], os.getppid(), request["port"]
    attempts = {
        "read a foreign file": lambda: Path("/etc/passwd").read_bytes(),
        "read beside the folder": lambda: Path(outside).read_bytes(),
        "list a foreign folder": lambda: list(Path(outside).parent.iterdir()),
        "write outside": lambda: Path(outside).with_name("new").write_text("x"),
        "append outside": lambda: Path(outside).open("a").close(),
        "truncate outside": lambda: os.truncate(outside, 0),
        "truncate by opening": lambda: os.close(os.open(outside, os.O_RDONLY | os.O_TRUNC)),
        "remove outside": lambda: Path(outside).unlink(),
        "move outside in": lambda: Path(outside).rename(host.workdir / "stolen"),
        "link outside in": lambda: (host.workdir / "hard").hardlink_to(outside),
        "symlink in the folder": lambda: (host.workdir / "soft").symlink_to(outside),
        "pipe in the folder": lambda: os.mkfifo(host.workdir / "pipe"),
        "chmod outside": lambda: Path(outside).chmod(0o777),
        "touch outside": lambda: os.utime(outside, (0, 0)),
        "TCP to loopback": lambda: socket.create_connection(("127.0.0.1", port), timeout=5),
        "UDP": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"x", ("127.0.0.1", port)),
        "Unix socket": lambda: socket.socket(socket.AF_UNIX).connect("\0canary"),
        "listen": lambda: socket.create_server(("127.0.0.1", 0)),
        "run a program": lambda: subprocess.run(["/bin/true"], check=True),
        "posix_spawn": lambda: os.posix_spawn("/bin/true", ["true"], {}),
        "fork": lambda: os.fork() or os._exit(0),
        "exec": lambda: os.execv("/bin/true", ["true"]),
        "signal the parent": lambda: os.kill(parent, 0),
        "signal everybody": lambda: os.kill(0, signal.SIGCONT),
        "limit the parent": lambda: resource.prlimit(parent, resource.RLIMIT_CORE, (0, 0)),
        "slow the parent": lambda: os.setpriority(os.PRIO_PROCESS, parent, 19),
        "trace the parent": lambda: _libc_call("ptrace", 16, parent, 0, 0),
        "read the parent's memory": lambda: Path(f"/proc/{parent}/mem").read_bytes(),
        "read the parent's environment": lambda: Path(f"/proc/{parent}/environ").read_bytes(),
        "leave the process group": lambda: os.setpgid(0, 0),
        "leave the session": os.setsid,
        "outlive the parent": lambda: _libc_call("prctl", 1, 0, 0, 0, 0),
        "io_uring": lambda: _libc_call("syscall", 425, 1, ctypes.create_string_buffer(120)),
        "new namespace": lambda: _libc_call("unshare", 0x10000000),
        "mount": lambda: _libc_call("mount", b"none", str(host.workdir).encode(), b"tmpfs", 0, None),
        "shared memory": lambda: _libc_call("shmget", 0, 4096, 0o1600),
        "raise a limit": lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (1 << 15, 1 << 15)),
    }
    return {name: _works(attempts[name]) for name in request.get("only", attempts)}


def do_use_threads(host: Host, request: dict[str, Any]) -> Any:
    total: list[int] = []
    threads = [threading.Thread(target=lambda n=n: total.append(sum(range(n)))) for n in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {"threads": len(total)}


def do_ask(host: Host, request: dict[str, Any]) -> Any:
    value, blob = host.call(request["name"], {"question": 1}, b"\0\xff" * request.get("pairs", 1))
    return {"value": value, "blob": blob.hex()[:32], "size": len(blob), "offers": sorted(host.offers)}


def do_ask_and_recover(host: Host, request: dict[str, Any]) -> Any:
    try:
        host.call("fail", {})
    except schemas.errors.TamizError as error:
        return {"caught": error.code}


def do_speak_out_of_turn(host: Host, request: dict[str, Any]) -> Any:
    """Answer, and then say something more: the answer of a call that was never made."""
    host._wire.write("result", {"id": host.call_id, "value": {"first": True}})
    host._wire.write("result", {"id": host.call_id, "value": {"forged": True}})
    time.sleep(3600)


def do_forge(host: Host, request: dict[str, Any]) -> Any:
    host._wire.write(request["kind"], {"id": host.call_id, **request["body"]}, b"x" * request.get("blob", 0))
    time.sleep(3600)


def do_send_bytes(host: Host, request: dict[str, Any]) -> Any:
    os.write(host._wire._write_fd, bytes.fromhex(request["hex"]))
    time.sleep(request.get("linger_s", 3600))


def do_garbage(host: Host, request: dict[str, Any]) -> Any:
    """A frame of random content: right or wrong sizes, JSON or not, then the end."""
    chance = random.Random(request["seed"])
    text = chance.choice([chance.randbytes(200), b'{"kind":"result"', b"[" * 5000, b"null", b'{"kind":"result","id":1,"value":[NaN]}'])
    sizes = (len(text), 0) if chance.random() < 0.5 else (chance.randrange(2**32), chance.randrange(2**32))
    os.write(host._wire._write_fd, struct.pack("!II", *sizes) + text)
    os._exit(0)


def do_flood(host: Host, request: dict[str, Any]) -> Any:
    while True:
        host._wire.write("call", {"id": host.call_id, "name": "noop", "request": {}})


def do_ignore_the_wire(host: Host, request: dict[str, Any]) -> Any:
    """Ask for a blob and never read it."""
    host._wire.write("call", {"id": host.call_id, "name": "big", "request": {}})
    time.sleep(3600)


def _works(attempt: Any) -> bool:
    try:
        attempt()
    except (OSError, ValueError, subprocess.SubprocessError):
        return False
    return True


def _libc_call(name: str, *arguments: Any) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) == -1:
        raise OSError(ctypes.get_errno(), name)


def listening(host: Host) -> Operations:
    """A recogniser of the service, loaded after the confinement, that hears the sentence of the contract suites."""
    from adapters.registry import create
    from adapters.stt.port import ChannelAudio
    from adapters.testing import sound

    pcm = sound.spoken()

    def listen(_: dict[str, Any]) -> dict[str, Any]:
        engine = create("stt", host.options["name"], host.options["options"])
        heard = engine.recognize(ChannelAudio(pcm=pcm, language="en"))
        return {"words": [word.text for segment in heard.segments for word in segment.words]}

    return {"listen": listen}


def hearing(host: Host) -> Operations:
    """The service's parser with a recogniser that hears a card number wherever it is loud: personal data in every recording that has any sound."""
    from adapters.stt.port import ChannelAudio
    from adapters.testing.fake_speech import FakeSpeech
    from schemas.settings import EngineSettings
    from schemas.transcripts import TimedWord, Transcript
    from workers.kept import NothingKept
    from workers.parser import Parser

    class CardSpeech(FakeSpeech):
        def recognize(self, audio: ChannelAudio) -> Transcript:
            heard = super().recognize(audio)
            said = tuple(
                one.model_copy(update={"words": (TimedWord(text="4111111111111111", start_s=one.start_s, end_s=one.end_s, confidence=1),)})
                for one in heard.segments
            )
            return heard.model_copy(update={"segments": said})

    parser = Parser(EngineSettings.model_validate(host.options), NothingKept(), host.workdir)
    parser.engines.stt = CardSpeech(CardSpeech.Options())
    return {"work": parser.work, "copy": parser.copy}
